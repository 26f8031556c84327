"""What an operator must look at is said: who was heard, what waits, is held, was put aside, was copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync import merge
from sync.engine import Arrival
from sync.hq import devices, records, report
from sync.hq.office import Office
from sync.hq.status import status
from sync.memory import Memory
from sync.records import Kind

Maker = Callable[..., Any]


def test_an_empty_headquarters_says_what_to_do(of: Office) -> None:
    assert report.status(of, status(of), 0).splitlines() == [
        "Central office",
        "No backup yet: “hq backup DIR”",
        "No clinic yet: sign a computer's request with “hq enrol”.",
    ]


def test_everything_that_needs_a_person_is_counted(of: Office, laptop: Maker) -> None:
    mine, copied, stranger = laptop(), laptop(name="The copy"), laptop(name="Stranger")
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.hand_to(of, scope)
    copied.keys, copied.ground = mine.keys, Memory(mine.ground.disk.copied())  # the same disk twice
    copied.wall = mine.wall
    mine.write("case-1", city=("text", "Lima"))
    copied.write("case-1", city=("text", "Cusco"))
    mine.write("case-2", "a kind of the year 2030", number="A1-0002")
    mine.hand_to(of, scope)
    copied.hand_to(of, scope)
    stranger.write("case-9", Kind.CREATE, number="X1")
    stranger.write("case-9", stage="court")
    there = records.engine(of, scope)
    there.take([Arrival(entry, b"") for entry in stranger.engine.lacks({})])
    mine.write("case-3", Kind.CREATE, number="A1-0003")
    mine.write("case-4", Kind.CREATE, number="A1-0004")
    there.take([Arrival(entry, mine.keys.id) for entry in list(mine.engine.lacks(there.vector()))[1:]])
    (clinic,) = status(of)
    assert (clinic.records, clinic.operations, clinic.conflicts, clinic.waiting) == (1, 4, 1, 1)
    assert dict(clinic.why_held) == {"kind": 1}
    assert dict(clinic.why_quarantined) == {"unsigned": 2}
    assert [(fork.device, fork.seq, len(fork.ops)) for fork in clinic.forks] == [(mine.keys.id, 2, 2)]
    text = report.status(of, status(of), 0)
    for words in (
        "North clinic: 1 records, 4 operations",
        "not heard yet",
        "1 records have two values",
        "1 operations wait",
        "1 operations are held: of a kind that this version does not know",
        "2 operations are put aside, see “hq quarantine”: no enrolled computer has signed it",
        "Front desk was copied or set back (at operation 2); both ways are kept",
    ):
        assert words in text
    assert "X1" not in text


def test_times_are_said_of_those_that_were_heard(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    ground = of.ground(scope)
    with ground.transaction():
        ground.heard(mine.keys.id, of.now())
    assert f"last heard {report.moment(of.now())}" in report.status(of, status(of), 0)
    devices.revoke(of, "Front desk", "")
    assert f"revoked {report.moment(of.now())}" in report.status(of, status(of), 0)


def test_a_list_of_conflicts_names_computers(of: Office, laptop: Maker) -> None:
    mine, sibling = laptop(), laptop(name="Back office")
    scope = mine.enrol(of)
    sibling.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001", city=("text", "Lima"))
    sibling.write("case-1", Kind.CREATE, number="A1-0001", city=("text", "Cusco"))
    mine.hand_to(of, scope)
    sibling.hand_to(of, scope)
    text = report.conflicts(of, tuple(records.conflicts(of)))
    assert text.splitlines()[0] == "North clinic: case A1-0001, city"
    assert "Front desk" in text
    assert "Back office" in text
    assert text.count("(shown meanwhile)") == 1
    assert merge.ALIVE not in text
