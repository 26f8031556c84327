"""Records to PDF papers: one frozen source in, the same bytes out. No Qt, no SQL, no clock."""
