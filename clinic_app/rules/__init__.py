"""The law as data, and the small engine that reads it. No Qt, no SQL, no translation, no clock."""
