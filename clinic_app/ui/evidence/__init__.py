"""The files of a case's evidence: add, look at, black out, say how they are printed."""
