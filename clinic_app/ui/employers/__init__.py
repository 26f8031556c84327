"""Employers: the list and one employer."""
