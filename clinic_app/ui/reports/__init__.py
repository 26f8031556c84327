"""The report of counts."""
