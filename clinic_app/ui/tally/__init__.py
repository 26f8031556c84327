"""The quick tally."""
