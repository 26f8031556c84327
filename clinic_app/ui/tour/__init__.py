"""The first-day tour beside the real screens."""
