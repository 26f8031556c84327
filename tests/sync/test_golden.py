"""Bundles of every format that was ever released are read as they were written."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sync import bundle
from sync.errors import BadRecord
from sync.identity import Identity
from sync.records import stored
from sync.wire import Entry
from tests.sync.bundles import Kept, World

GOLDEN = Path(__file__).parent / "golden"
BUNDLES = sorted(GOLDEN.glob("*/*.bundle"))


class Given:
    """A reader's log that has whatever a bundle's operations name: the hashes that they say."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._bases: dict[str, list[bytes]] = {}
        self._before: dict[tuple[bytes, int], list[bytes]] = {}
        for stream, seq, prev, _, body in told["entries"]:
            with suppress(BadRecord):  # what this version cannot read names nothing here
                operation = stored(bytes.fromhex(body or ""))
                for bases in operation.bases.values():
                    self._bases.setdefault(operation.entity_id, []).extend(bases)
            self._before[bytes.fromhex(stream), seq - 1] = [bytes.fromhex(prev)]

    def of_entities(self, entities: Collection[str]) -> dict[str, list[bytes]]:
        return {entity: self._bases.get(entity, []) for entity in entities}

    def at(self, places: Collection[tuple[bytes, int]]) -> dict[tuple[bytes, int], list[bytes]]:
        return {place: self._before.get(place, []) for place in places}


def world(folder: Path) -> World:
    keys = json.loads((folder / "keys.json").read_text())
    return World(
        **{
            name: Identity(bytes.fromhex(k["id"]), bytes.fromhex(k["sign_key"]), k["age_key"])
            for name, k in keys.items()
        }
    )


def test_there_are_some() -> None:
    assert len(BUNDLES) >= 5


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("who", ["headquarters", "second"])
def test_a_bundle_of_any_released_format_is_read(path: Path, who: str) -> None:
    known = world(path.parent)
    told = json.loads(path.with_suffix(".json").read_text())
    kept = Kept()
    reader = known.reader() if who == "headquarters" else known.reader(known.second)
    opened = bundle.read(BytesIO(path.read_bytes()), reader, kept)
    manifest = opened.manifest
    assert (manifest.sender.hex(), manifest.scope.hex(), manifest.made) == (told["sender"], told["scope"], told["made"])
    have = {s.hex(): [[tip.seq, tip.op.hex()] for tip in tips] for s, tips in manifest.have.items()}
    assert have == told["have"]
    assert [[piece.kind, piece.size, piece.count] for piece in manifest.pieces] == told["pieces"]
    expected = [
        Entry(bytes.fromhex(s), seq, bytes.fromhex(p), bytes.fromhex(op), None if b is None else bytes.fromhex(b))
        for s, seq, p, op, b in told["entries"]
    ]
    found = bundle.operations(opened, lambda piece: kept.data[piece.name], Given(told))
    assert [entry for part in found for entry in part.entries] == expected
