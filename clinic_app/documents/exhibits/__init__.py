"""Exhibits: what a file is, its pages as ink for a cheap printer, and their place in a packet.

A file's own bytes are never changed. Nothing of it is written to a disk here: all is done in memory,
one page at a time.
"""

from clinic_app.documents.exhibits.plates import fill
from clinic_app.documents.exhibits.sheets import any_noted, bound, by_page, told_files, told_place, waiting, why_none

__all__ = ["any_noted", "bound", "by_page", "fill", "told_files", "told_place", "waiting", "why_none"]
