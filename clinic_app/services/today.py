"""Today: what needs somebody, the most urgent first, over all cases.

It reads what was kept (next safe dates, open entries of the diaries); no law check is made for it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.roles import Right
from clinic_app.domain.views import CaseRow
from clinic_app.domain.work import CLOSED, SafeContact, Waiting
from clinic_app.services import backup, syncing
from clinic_app.services.clinic import Clinic
from clinic_app.services.next_step import Action, due_action
from clinic_app.services.permission import require

AHEAD: Final = 60
"""How many days ahead deadlines, hearings and instalments are shown."""

SOON: Final = 7
"""From so many days before it on, a date comes first."""

MOST: Final = 40
"""How many lines are shown; how many more there are is told."""

_INCOMPLETE_SHOWN: Final = 5


class Band(enum.IntEnum):
    """How urgent a line is: the lower, the sooner."""

    NOW = 0  # today, or within a week
    LATE = 1  # its day is over and nothing was written down
    COMING = 2
    PASSED = 3  # the safe date has gone by


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do in one case: a clock (`entry` is None), or an open entry of its diary.

    `contact` is how to reach the worker, for calls only; None when nothing is known of it.
    """

    case: CaseRow
    day: dt.date
    band: Band
    entry: Waiting | None = None
    action: Action | None = None
    contact: SafeContact | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What needs somebody. `more` lines are not shown; `incomplete` people lack an answer of every report.

    `differ` are the cases in which two people wrote different things, and `differences` how many.
    `overdue` tells that work has waited for headquarters for too long, `no_backup` that a backup is due:
    for how many days there was none outside this computer.
    """

    unfinished: tuple[CaseRow, ...]
    lines: tuple[Line, ...]
    more: int
    differences: int
    differ: tuple[CaseRow, ...]
    incomplete: int
    incomplete_cases: tuple[CaseRow, ...]
    overdue: bool = False
    no_backup: int | None = None

    @property
    def count(self) -> int:
        """How many things wait: for the number beside the word “Today”."""
        urgent = sum(line.band in {Band.NOW, Band.LATE} for line in self.lines)
        return urgent + len(self.unfinished) + self.differences + self.overdue + (self.no_backup is not None)


def today(clinic: Clinic, on: dt.date) -> Today:
    """Return what needs somebody on a day."""
    require(clinic, Right.READ)
    store = clinic.store
    until = on + dt.timedelta(days=AHEAD)
    entries = store.waiting(until)
    owners = store.rows_of(entry.case_id for entry in entries)
    lines = sorted(
        [*_clocks(store.due(until), on), *_entries(entries, owners, on)],
        key=lambda line: (line.band, _order(line), line.case.id),
    )
    shown = tuple(lines[:MOST])
    differ = tuple(store.rows_of(store.conflicts.cases()).values())
    incomplete, first = store.incomplete(_INCOMPLETE_SHOWN)
    return Today(
        store.cases(stage="intake"),
        _with_contacts(shown, store.safe_contacts(line.case.id for line in shown if line.action is Action.CALL)),
        len(lines) - len(shown),
        store.conflicts.count(),
        differ,
        incomplete,
        first,
        syncing.is_overdue(clinic, on),
        backup.days_without(clinic, dt.datetime.combine(on, dt.time(12)).astimezone()),
    )


def _clocks(due: Iterable[CaseRow], on: dt.date) -> Iterable[Line]:
    for case in due:
        if case.next_safe_date is not None:
            days = (case.next_safe_date - on).days
            band = Band.PASSED if days < 0 else Band.NOW if days <= SOON else Band.COMING
            yield Line(case, case.next_safe_date, band)


def _entries(entries: Iterable[Waiting], owners: Mapping[str, CaseRow], on: dt.date) -> Iterable[Line]:
    for entry in entries:
        case = owners.get(entry.case_id)
        if case is None or (case.stage == CLOSED and entry.kind not in {"hearing", "instalment"}):
            continue
        action = due_action(entry, on)
        band = Band.LATE if entry.day < on else Band.NOW if (entry.day - on).days <= SOON else Band.COMING
        yield Line(case, entry.day, band, entry, action)


def _order(line: Line) -> tuple[int, str]:
    """Earlier days first; among those that have passed, the latest first: it can still be mended."""
    day = line.day.toordinal()
    return (-day if line.band is Band.PASSED else day), (line.entry.time if line.entry else "")


def _with_contacts(lines: tuple[Line, ...], contacts: Mapping[str, SafeContact]) -> tuple[Line, ...]:
    return tuple(
        Line(line.case, line.day, line.band, line.entry, line.action, contacts.get(line.case.id)) for line in lines
    )
