"""The papers of a case: choose, look, print."""
