"""The steps that bring a store's file from one version to the next, a file a step.

Each step is literal: it never reads today's catalogue, so it does tomorrow what it did today. A
released step is never changed. All steps of an upgrade happen in one transaction, after the file
was copied and the copy was opened.
"""

from __future__ import annotations

from typing import Final

from clinic_app.store.migrations import (
    step_01_first,
    step_02_kept_figures,
    step_03_witnesses,
    step_04_people_and_groups,
    step_05_diary,
    step_06_evidence_files,
    step_07_sync,
    step_08_staff_and_audit,
)
from clinic_app.store.migrations.step import Migration

__all__ = ["MIGRATIONS", "Migration"]

MIGRATIONS: Final = (
    Migration(1, step_01_first.STATEMENTS),
    Migration(2, step_02_kept_figures.STATEMENTS),
    Migration(3, step_03_witnesses.STATEMENTS, rebuild=True),
    Migration(4, step_04_people_and_groups.STATEMENTS, rebuild=True),
    Migration(5, step_05_diary.STATEMENTS, rebuild=True),
    Migration(6, step_06_evidence_files.STATEMENTS, rebuild=True),
    Migration(7, step_07_sync.STATEMENTS, rebuild=True),
    Migration(8, step_08_staff_and_audit.STATEMENTS),
)
"""Every step there is, in order, without gaps. The last number is the version of today's file."""
