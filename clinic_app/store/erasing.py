"""Erasing a case from a store that belongs to no headquarters yet: nobody else has its journal.

Where there is a headquarters only its order erases, everywhere at once. Alone, the journal is written
anew under a new stream without what is erased; what else was said stays, with its times and authors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from clinic_app.store.db import Db
from clinic_app.store.replica import Replica
from clinic_app.store.tables import USER
from sync.ground import State, Stored
from sync.records import GENESIS, Operation, decode, digest, encode


def belongings(ground: Replica, root: str) -> set[str]:
    """Return the entities that go with a record: what lies below it, what names it, and what only these name."""
    says: dict[str, set[str]] = {}
    users = set()
    for operation in _operations(ground):
        texts = says.setdefault(operation.entity_id, set())
        texts.update(value for value in operation.fields.values() if isinstance(value, str))
        if operation.entity_type == USER:
            users.add(operation.entity_id)
    own = {entity for entity, texts in says.items() if entity.startswith(f"{root}.") or root in texts} | {root}
    named = {text for entity in own for text in says.get(entity, ()) if text in says} - own - users
    going = own | named
    kept = {text for entity, texts in says.items() if entity not in going for text in texts}
    return going - (named & kept)


def without(db: Db, ground: Replica, gone: Collection[str]) -> None:
    """Write the journal anew without these entities, under new streams. Only inside a transaction, and only alone."""
    kept = sorted(
        (one for page in ground.everything() for one in page if one.entry.body is not None and one.entity not in gone),
        key=_time,
    )
    now = ground.begin_stream()
    db.run("DELETE FROM op")
    db.run("DELETE FROM tip")
    db.run("DELETE FROM stream WHERE mine = 0")
    # All that is kept goes on in the one new stream: alone, no other computer has ever seen an older one.
    hashes: dict[bytes, bytes] = {}
    first: dict[tuple[bytes, int], int] = {}
    prev = GENESIS
    for seq, one in enumerate(kept, start=1):
        body = one.entry.body
        assert body is not None
        before = decode(body)
        operation = _moved(before, now, seq, prev, hashes, first.setdefault((before.stream, before.txn), seq))
        encoded = encode(operation)
        prev = digest(encoded)
        hashes[one.entry.op] = prev
        ground.add(operation, prev, encoded)


def _moved(before: Operation, stream: bytes, seq: int, prev: bytes, hashes: dict[bytes, bytes], txn: int) -> Operation:
    """Return an operation at another place, with what it had seen under the new hashes."""
    bases = {
        field: tuple(sorted(hashes[seen] for seen in heads if seen in hashes)) for field, heads in before.bases.items()
    }
    return Operation(
        stream=stream,
        seq=seq,
        prev_hash=prev,
        hlc=before.hlc,
        wall=before.wall,
        actor=before.actor,
        device=before.device,
        schema=before.schema,
        min_reader=before.min_reader,
        txn=txn,
        entity_type=before.entity_type,
        entity_id=before.entity_id,
        kind=before.kind,
        fields=before.fields,
        bases={field: heads for field, heads in bases.items() if heads},
    )


def _operations(ground: Replica) -> Iterator[Operation]:
    for page in ground.everything():
        for one in page:
            if one.entry.body is not None and one.state in {State.MERGED, State.CARRIED}:
                yield decode(one.entry.body)


def _time(one: Stored) -> tuple[int, bytes, int]:
    assert one.entry.body is not None
    return decode(one.entry.body).hlc, one.entry.stream, one.entry.seq
