"""Groups of workers of one employer: the list and one group."""
