"""The kit: the only way to make a button, a field, a page, a list or a banner."""
