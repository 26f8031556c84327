"""Reads and writes quick tallies."""

from __future__ import annotations

import datetime as dt
import json
import secrets

from clinic_app.domain.tally import Tally
from clinic_app.errors import InputError
from clinic_app.store.codes import canonical
from clinic_app.store.db import Row
from clinic_app.store.part import Part
from clinic_app.store.tables import TALLY
from clinic_app.words import N_
from sync.records import Kind as Op
from sync.records import Value

_TALLY = "SELECT day, mode, topic, town, people, bands, language, outcome, id, became FROM tally WHERE alive AND made"


class Tallies(Part):
    """The tallies of a store."""

    def add(self, tally: Tally) -> str:
        """Write a tally down; return its id."""
        made = secrets.token_hex(16)
        fields: dict[str, Value] = {
            "day": tally.day.isoformat(),
            "mode": tally.mode,
            "topic": tally.topic,
            "town": tally.town,
            "people": str(tally.people),
            "bands": canonical(dict(tally.bands)),
            "language": tally.language,
            "outcome": tally.outcome,
        }
        with self.saving():
            self.journal.append(TALLY, made, Op.EVENT, fields)
        return made

    def remove(self, tally: str) -> None:
        """Take a tally back; the journal keeps it."""
        self.get(tally)
        with self.saving():
            self.journal.append(TALLY, tally, Op.DELETE, {})

    def became(self, tally: str, case_id: str) -> None:
        """Note which case was begun from a tally."""
        self.get(tally)
        with self.saving():
            self.journal.append(TALLY, tally, Op.SET, {"became": case_id})

    def get(self, tally: str) -> Tally:
        """Return one tally. InputError for an unknown id."""
        found = self.db.first(f"{_TALLY} AND id = ?", (tally,))
        if found is None:
            raise InputError("tally", N_("there is no such tally"))
        return _tally(found)

    def between(self, first: dt.date, last: dt.date) -> tuple[Tally, ...]:
        """Return the tallies of a time, both days included, the latest first."""
        sql = f"{_TALLY} AND day >= ? AND day <= ? ORDER BY day DESC, made DESC"
        return tuple(_tally(row) for row in self.db.rows(sql, (first.isoformat(), last.isoformat())))

    def towns(self, limit: int) -> tuple[str, ...]:
        """Return the towns of the latest tallies, each once."""
        found = self.db.rows(
            "SELECT town FROM tally WHERE alive AND made AND town <> '' GROUP BY town ORDER BY max(made) DESC LIMIT ?",
            (limit,),
        )
        return tuple(row[0] for row in found)


def _tally(row: Row) -> Tally:
    day, mode, topic, town, people, bands, language, outcome, made, became = row
    return Tally(
        day=dt.date.fromisoformat(day),
        mode=mode or "",
        topic=topic or "",
        town=town or "",
        people=int(people or 0),
        bands=json.loads(bands or "{}"),
        language=language or "",
        outcome=outcome or "",
        id=made,
        became=became or "",
    )
