"""What two people or employers are to each other. Nothing is ever merged: a tie can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from clinic_app.domain.people import Tie, TieKind
from clinic_app.store.part import Part
from clinic_app.store.tables import TIE
from sync.records import Kind as Op


class Ties(Part):
    """The ties of a store."""

    def all(self, *kinds: TieKind) -> tuple[Tie, ...]:
        """Return the ties of some kinds."""
        marks = ", ".join("?" * len(kinds))
        found = self.db.rows(
            f"SELECT kind, one, other FROM tie WHERE alive AND made AND kind IN ({marks}) ORDER BY made, id",  # noqa: S608 - marks
            tuple(kind.value for kind in kinds),
        )
        return tuple(Tie(TieKind(kind), one, other) for kind, one, other in found)

    def change(self, added: Iterable[Tie], gone: Iterable[Tie] = ()) -> None:
        """Make some ties and take others back, in one transaction."""
        with self.saving():
            for tie in gone:
                self.journal.append(TIE, _id(tie), Op.DELETE, {})
            for tie in added:
                fields = {"kind": tie.kind.value, "one": tie.one, "other": tie.other}
                self.journal.append(TIE, _id(tie), Op.LINK, fields)


def _id(tie: Tie) -> str:
    # The same on every computer, so that the same tie made twice is one
    ends = sorted((tie.one, tie.other)) if tie.kind.either_way else [tie.one, tie.other]
    return hashlib.blake2b(" ".join((tie.kind.value, *ends)).encode(), digest_size=16).hexdigest()
