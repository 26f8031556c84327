from __future__ import annotations

from pathlib import Path

import pytest

from sync import pieces, shorthand
from sync.engine import Arrival
from sync.wire import Entry
from tests.hq.conftest import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def entries(laptop: Laptop, after: int = 0) -> list[Entry]:
    return list(laptop.ground.chain(laptop.ground.mine(), after))


def reading(tmp_path: Path, laptop: Laptop, given: list[Entry]) -> Laptop:
    """Return another computer that has these entries of the first."""
    other = Laptop(tmp_path / "other")
    other.engine.take([Arrival(entry, laptop.keys.id) for entry in given])
    return other


def test_what_a_reader_has_is_named_shortly_and_told_by_its_own_log(tmp_path: Path, laptop: Laptop) -> None:
    for n in range(20):
        laptop.write(f"{n:032x}", name="x")
    other = reading(tmp_path, laptop, entries(laptop))
    vector = other.engine.vector()
    for n in range(20):
        laptop.write(f"{n:032x}", name="y")
    edits = entries(laptop, after=20)
    ((whole, _),) = pieces.pack(edits)
    ((piece, data),) = pieces.pack(edits, shorthand.shared(laptop.ground, [vector]))
    assert piece.plain < whole.plain - 20 * 27
    found = pieces.unpack(piece, data, shorthand.Here(other.ground))
    assert (list(found.entries), found.lacking) == (edits, 0)
    assert (
        pieces.unpack(piece, data, shorthand.Here(laptop.ground)).entries == found.entries
    )  # also what is here already


def test_nothing_is_shortened_that_any_reader_may_lack(laptop: Laptop) -> None:
    laptop.write("0" * 32, name="x")
    vector = laptop.engine.vector()
    laptop.write("0" * 32, name="y")
    laptop.write("0" * 32, name="z")
    ops = [entry.op for entry in entries(laptop)]
    assert set(shorthand.shared(laptop.ground, [vector])(ops)) == {ops[0]}
    assert set(shorthand.shared(laptop.ground, [vector, {}])(ops)) == set()
    assert set(shorthand.shared(laptop.ground, [])(ops)) == set()


def test_a_reader_that_was_set_back_leaves_out_what_it_cannot_tell(tmp_path: Path, laptop: Laptop) -> None:
    laptop.write("0" * 32, name="x")
    vector = laptop.engine.vector()
    laptop.write("0" * 32, name="y")
    edits = entries(laptop, after=1)
    ((piece, data),) = pieces.pack(edits, shorthand.shared(laptop.ground, [vector]))
    empty = Laptop(tmp_path / "restored")
    assert pieces.unpack(piece, data, shorthand.Here(empty.ground)).lacking == 1
