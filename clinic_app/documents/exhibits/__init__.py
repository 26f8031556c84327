"""Exhibits: what a file is, its pages as ink for a cheap printer, and their place in a packet.

A file's own bytes are never changed. Nothing of it is written to a disk here: all is done in memory,
one page at a time.
"""
