"""Reads and writes groups of workers. Each worker is a whole case that names its group."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping

from clinic_app.domain.collective import Group, MemberState
from clinic_app.domain.views import CaseRow
from clinic_app.errors import InputError
from clinic_app.store import cases
from clinic_app.store.codes import canonical
from clinic_app.store.db import Row
from clinic_app.store.part import Part
from clinic_app.store.tables import COLLECTIVE
from clinic_app.words import N_
from sync.records import Kind as Op
from sync.records import Value

_GROUP = "SELECT id, name, place, language, employer, opened_on, shared FROM collective WHERE alive AND made"


class Groups(Part):
    """The groups of a store."""

    def all(self) -> tuple[Group, ...]:
        """Return every group, the newest first."""
        return tuple(_group(row) for row in self.db.rows(f"{_GROUP} ORDER BY made DESC, id"))

    def get(self, group: str) -> Group:
        """Return one group. InputError for an unknown id."""
        found = self.db.first(f"{_GROUP} AND id = ?", (group,))
        if found is None:
            raise InputError("group", N_("there is no such group"))
        return _group(found)

    def add(self, name: str, place: str, language: str, employer: str, opened_on: dt.date) -> str:
        """Begin a group; return its id."""
        group = secrets.token_hex(16)
        fields: dict[str, Value] = {
            "name": name,
            "place": place,
            "language": language,
            "employer": employer,
            "opened_on": opened_on.isoformat(),
        }
        with self.saving():
            self.journal.append(COLLECTIVE, group, Op.CREATE, fields)
        return group

    def share(self, group: str, shared: Mapping[str, object]) -> None:
        """Keep what all workers share, in place of what was kept before."""
        with self.saving():
            self.journal.append(COLLECTIVE, group, Op.SET, {"shared": canonical(shared)})

    def rename(self, group: str, name: str) -> None:
        """Give a group another name."""
        with self.saving():
            self.journal.append(COLLECTIVE, group, Op.SET, {"name": name})

    def members(self, group: str) -> tuple[tuple[CaseRow, MemberState], ...]:
        """Return the cases of a group in the order in which they were made, each with its state."""
        found = self.db.rows(
            "SELECT id, coalesce(collective_state, '') FROM cases WHERE collective = ? AND alive AND made "
            "ORDER BY made, id",
            (group,),
        )
        states: dict[str, str] = dict(found)
        rows = {row.id: row for row in cases.where(self.db, "c.collective = ?", (group,))}
        return tuple((rows[case_id], MemberState(state)) for case_id, state in states.items())

    def counts(self) -> dict[str, int]:
        """Return how many workers are in each group now."""
        return dict(
            self.db.rows(
                "SELECT collective, count(*) FROM cases WHERE alive AND made AND collective IS NOT NULL "
                "AND coalesce(collective_state, '') = '' GROUP BY collective"
            )
        )

    def of_case(self, case_id: str) -> str:
        """Return the id of a case's group, "" when it has none. InputError for an unknown case."""
        cases.require(self.db, case_id)
        return str(self.db.one("SELECT coalesce(collective, '') FROM cases WHERE id = ?", (case_id,))[0])


def _group(row: Row) -> Group:
    group, name, place, language, employer, opened_on, shared = row
    day = dt.date.fromisoformat(opened_on) if opened_on else dt.date.min
    return Group(group, name or "", place or "", language or "", employer or "", day, json.loads(shared or "{}"))
