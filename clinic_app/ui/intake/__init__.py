"""The interview, page by page."""
