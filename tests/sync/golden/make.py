"""Makes the bundles of a new format that every later version must read. Run once for each format."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import msgspec

from sync.chunks import Chunks
from sync.identity import Identity
from sync.records import Kind
from sync.wire import Entry
from tests.sync.bundles import Hand, World, written


def main(folder: Path) -> None:
    """Write keys, bundles and what they say into a new folder."""
    folder.mkdir()
    world = World()
    keys = {name: _told(getattr(world, name)) for name in ("headquarters", "first", "second", "foreign")}
    (folder / "keys.json").write_text(json.dumps(keys, indent=1) + "\n")
    _write(folder, "lone-edit", world, _lone(world))
    _write(folder, "many", world, Hand(world.first.id).some(120))
    _write(folder, "forked-erased-unreadable", world, _odd(world))
    _write(folder, "short-hashes", world, _lone(world, count=60)[-30:], short=True)
    _write(folder, "evidence-and-book", world, Hand(world.first.id, seed=5).some(3), more=True)


def _lone(world: World, count: int = 1) -> list[Entry]:
    hand = Hand(world.first.id, seed=3)
    seen = [hand.create(f"{n:032x}", name=f"Rosa {n}") for n in range(count)]
    for n, entry in enumerate(seen):
        hand.write(f"{n:032x}", {"name": ("text", "Rosa Quispe")}, {"name": (entry.op,)})
    return hand.entries[-1:] if count == 1 else hand.entries


def _odd(world: World) -> list[Entry]:
    hand = Hand(world.first.id, seed=4)
    hand.some(20)
    hand.raw(msgspec.msgpack.encode([9, "of a later format"]))
    hand.create("ab" * 16, note=("long_text", "á" * 5000))
    erased = hand.entries[7]
    hand.entries[7] = Entry(erased.stream, erased.seq, erased.prev, erased.op, None)
    fork = Hand(world.first.id, seed=6)
    fork.prev, fork.seq = hand.entries[11].op, 12
    fork.write("ab" * 16, {"name": None}, kind=Kind.SET)
    return hand.entries + fork.entries


def _write(
    folder: Path, name: str, world: World, entries: list[Entry], *, short: bool = False, more: bool = False
) -> None:
    with tempfile.TemporaryDirectory() as work:
        chunks = Chunks(Path(work) / "chunks")
        ids = [chunks.put(bytes(range(256)) * 5)] if more else []
        packer = world.packer(Path(work) / "shelf", world.first, chunks)
        content = world.content(world.first, entries, world.headquarters, world.second)
        (parcel,) = packer.pack(
            content,
            shared=(lambda ops: ops) if short else None,
            chunk_ids=ids,
            books=[b"a rule book"] if more else [],
        )
        (folder / f"{name}.bundle").write_bytes(written(parcel))
    manifest = parcel.manifest
    told = {
        "sender": manifest.sender.hex(),
        "scope": manifest.scope.hex(),
        "made": manifest.made,
        "have": {s.hex(): [[tip.seq, tip.op.hex()] for tip in tips] for s, tips in manifest.have.items()},
        "pieces": [[piece.kind, piece.size, piece.count] for piece in manifest.pieces],
        "entries": [
            [e.stream.hex(), e.seq, e.prev.hex(), e.op.hex(), None if e.body is None else e.body.hex()] for e in entries
        ],
    }
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n")


def _told(keys: Identity) -> dict[str, str]:
    return {"id": keys.id.hex(), "sign_key": keys.sign_key.hex(), "age_key": keys.age_key}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
