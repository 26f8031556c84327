"""Looks through one open store, pages, journal, rows, evidence and record of deeds, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_app.store import dump
from clinic_app.store.audit import Audit
from clinic_app.store.db import Db
from clinic_app.store.evidence import EvidenceFiles
from clinic_app.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, in English for support; nothing where all is well. `evidence` counts the parts that are named.

    `missing` have not arrived or are gone; `damaged` are not what was kept. `deeds` counts faults of the record.
    """

    pages: int
    file: tuple[str, ...]
    changes: int
    journal: tuple[str, ...]
    rows: tuple[str, ...]
    evidence: int
    missing: int
    damaged: int
    deeds: int


def look(db: Db, journal: Journal, files: EvidenceFiles, audit: Audit) -> Looked:
    """Look through everything. OSError when the evidence cannot be read."""
    file = tuple(db.all_problems())
    wanted = files.wanted()
    missing = files.chunks.missing(wanted)
    unsound = files.chunks.missing(wanted, look_inside=True)
    chains = tuple(journal.problems()) if not file else ()
    return Looked(
        pages=int(db.one("PRAGMA page_count")[0]),
        file=file,
        changes=int(db.one("SELECT count(*) FROM op")[0]),
        journal=chains,
        rows=tuple(dump.differences(db, journal)) if not file and not chains else (),
        evidence=len(wanted),
        missing=len(missing),
        damaged=len(unsound) - len(missing),
        deeds=len(audit.faults()),
    )
