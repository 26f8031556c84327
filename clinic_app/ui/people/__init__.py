"""People: the list and one person."""
