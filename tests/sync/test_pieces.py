from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import pieces
from sync.errors import BadRecord, BadValue
from sync.pieces import Packed, Shared, pack, unpack
from sync.records import CARRIED_TAG, CARRIED_TEXT_BYTES, GENESIS, Kind, Value, digest
from sync.wire import MOST_PIECE_BYTES, OPS, Entry, Piece
from tests.sync.bundles import Hand, Log

NAMES = st.text(max_size=6)
VALUES: st.SearchStrategy[Value] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=9)
    | st.tuples(st.text(max_size=4), st.text(max_size=4))
)


def there_and_back(entries: Sequence[Entry], shared: Shared | None = None, known: Log | None = None) -> list[Entry]:
    packed = list(pack(entries, shared))
    assert sum(piece.count for piece, _ in packed) == len(entries)
    return [entry for piece, data in packed for entry in unpack(piece, data, known).entries]


def test_every_form_of_operation_comes_back_to_the_byte() -> None:
    hand = Hand()
    assert there_and_back(hand.some(400)) == hand.entries


def test_the_operations_are_given_beside_their_bytes() -> None:
    hand = Hand()
    hand.some(20)
    ((piece, data),) = pack(hand.entries)
    assert list(unpack(piece, data).operations) == [hand.operations[entry.op] for entry in hand.entries]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.dictionaries(NAMES, VALUES, max_size=4)), min_size=1, max_size=12))
def test_whatever_may_stand_in_an_operation_comes_back(told: list[tuple[str, dict[str, Value]]]) -> None:
    hand = Hand()
    for entity, fields in told:
        try:
            hand.write(entity, fields)
        except BadValue:
            hand.seq -= 1
    assert there_and_back(hand.entries) == hand.entries


def test_bodies_that_this_version_cannot_read_travel_as_they_are() -> None:
    hand = Hand()
    hand.create("0" * 32, name="x")
    for body in (b"", b"\xc1 of the future", msgspec.msgpack.encode([2, "a later format"]), bytes(10_000)):
        hand.raw(body)
    hand.create("1" * 32, name="y")
    assert there_and_back(hand.entries) == hand.entries


def test_what_is_not_in_canonical_form_comes_back_as_it_is() -> None:
    hand = Hand()
    entry = hand.create("0" * 32, name="x", other="y")
    body = entry.body
    assert body is not None
    at = body.index(b"\xa4name\xa1x")
    swapped = body[:at] + b"\xa5other\xa1y\xa4name\xa1x" + body[at + 15 :]
    assert len(swapped) == len(body)
    odd = Entry(entry.stream, 1, GENESIS, digest(swapped), swapped)
    assert there_and_back([odd]) == [odd]


def test_an_erased_operation_keeps_its_place_and_hash() -> None:
    hand = Hand()
    hand.some(5)
    third = hand.entries[2]
    hand.entries[2] = Entry(third.stream, third.seq, third.prev, third.op, None)
    assert there_and_back(hand.entries) == hand.entries


def test_streams_forks_and_gaps_in_any_order() -> None:
    first, second = Hand(), Hand(device=b"device-two-16byt", stream=b"a-stream-of-dev2", seed=2)
    first.some(30)
    second.some(30)
    fork = Hand(seed=3)
    fork.prev, fork.seq = first.entries[9].op, 10
    fork.some(5)
    entries = second.entries[20:] + first.entries + fork.entries + second.entries[3:7]
    assert there_and_back(entries) == entries


def test_a_known_base_needs_five_bytes_and_an_unknown_one_its_whole_hash() -> None:
    hand = Hand()
    before = [hand.create(secrets.token_hex(16), name="x") for _ in range(300)]
    edits = [hand.write(hand.operations[e.op].entity_id, {"name": "y"}, {"name": (e.op,)}) for e in before]
    ops = {entry.op for entry in before}
    ((_, whole),) = pack(edits)
    ((piece, short),) = pack(edits, lambda asked: ops & set(asked))
    assert len(short) < len(whole) - 290 * (32 - 5)
    found = unpack(piece, short, Log(before, {op: hand.operations[op] for op in ops}))
    assert (list(found.entries), found.lacking) == (edits, 0)


def test_a_reader_that_lacks_a_base_leaves_out_what_follows_and_says_how_much() -> None:
    hand = Hand()
    before = [hand.create(f"{n:032x}", name="x") for n in range(3)]
    edits = [hand.write(f"{n:032x}", {"name": "y"}, {"name": (before[n].op,)}) for n in range(3)]
    other = Hand(stream=b"another-stream-1")
    other.some(3)

    def shared(asked: Collection[bytes]) -> Collection[bytes]:
        return set(asked) & {entry.op for entry in before}

    ((piece, data),) = pack(edits + other.entries, shared)
    lacks_second = Log(before, {e.op: hand.operations[e.op] for e in (before[0], before[2])})
    found = unpack(piece, data, lacks_second)
    assert list(found.entries) == [edits[0], *other.entries]
    assert found.lacking == 2
    assert unpack(piece, data).lacking == 3


def test_pieces_stay_within_their_size() -> None:
    hand = Hand()
    for n in range(30):
        hand.create(f"{n:032x}", note=("long_text", hand.random.randbytes(200_000).hex()))
    packed = list(pack(hand.entries))
    assert len(packed) > 2
    assert all(piece.plain <= MOST_PIECE_BYTES for piece, _ in packed)
    assert [e for piece, data in packed for e in unpack(piece, data).entries] == hand.entries


def test_the_same_entries_give_the_same_pieces() -> None:
    hand = Hand()
    hand.some(50)
    assert list(pack(hand.entries)) == list(pack(hand.entries))


def test_bulk_is_smaller_than_the_plain_records_compressed() -> None:
    hand = Hand()
    words = [hand.random.randbytes(3).hex() for _ in range(2000)]
    for _ in range(3000):
        fields: dict[str, Value] = {f"field{n}": " ".join(hand.random.choices(words, k=5)) for n in range(15)}
        hand.write(hand.random.randbytes(16).hex(), fields, kind=Kind.CREATE)
    records = [[operation.entity_id, *operation.fields.values()] for operation in hand.operations.values()]
    floor = len(pieces.deflate(msgspec.msgpack.encode(records)))
    assert sum(len(data) for _, data in pack(hand.entries)) <= 1.15 * floor


# -- hostile pieces -------------------------------------------------------------------------------


def one(count: int = 20) -> Packed:
    hand = Hand()
    hand.some(count)
    (packed,) = pack(hand.entries)
    return packed


def disguised(plain: bytes, count: int) -> Packed:
    """Return plain bytes as a piece that passes every check of its outside."""
    data = pieces.deflate(plain)
    return Packed(Piece(OPS, pieces.name_of(data), len(data), len(plain), count), data)


def test_other_bytes_than_the_manifest_names_are_refused() -> None:
    piece, data = one()
    with pytest.raises(BadRecord, match="names"):
        unpack(piece, data[:-1] + b"\0")
    with pytest.raises(BadRecord, match="names"):
        unpack(piece, data + b"\0")


def test_a_frame_that_inflates_to_more_than_it_says_is_stopped() -> None:
    bomb = pieces.deflate(bytes(300 * 1024 * 1024))
    assert len(bomb) < 100_000
    for plain in (1000, MOST_PIECE_BYTES):
        with pytest.raises(BadRecord, match="another size"):
            unpack(Piece(OPS, pieces.name_of(bomb), len(bomb), plain, 1), bomb)
    with pytest.raises(BadRecord, match="limits"):
        unpack(Piece(OPS, pieces.name_of(bomb), len(bomb), 300 * 1024 * 1024, 1), bomb)


def test_two_frames_are_not_one() -> None:
    packed = one(200)
    twice = packed.data + packed.data
    with pytest.raises(BadRecord, match="another size"):
        unpack(Piece(OPS, pieces.name_of(twice), len(twice), packed.piece.plain, packed.piece.count), twice)


def test_a_list_that_says_it_is_endless_takes_no_memory() -> None:
    columns = msgspec.msgpack.decode(pieces.inflate(*one()))
    for at in (3, 14):  # the names, the values
        fields = [msgspec.Raw(msgspec.msgpack.encode(column)) for column in columns]
        fields[at] = msgspec.Raw(b"\xdd" + (3_000_000).to_bytes(4, "big") + b"\xc0" * 3_000_000)
        plain = b"\xdc" + len(fields).to_bytes(2, "big") + b"".join(bytes(memoryview(f)) for f in fields)
        with pytest.raises(BadRecord):
            unpack(*disguised(plain, 20))


def test_few_bytes_that_restore_to_very_many_are_stopped() -> None:
    hand = Hand()
    for n in range(4000):
        hand.write("0" * 32, {"n" * 190: n % 2 == 0, "m" * 190: None})
    columns = msgspec.msgpack.decode(b"".join(pieces.inflate(p, d) for p, d in pack(hand.entries)))
    columns[3] = ["00ff" * 4, "case", "n" * 190_000, Kind.SET, "m" * 190, ""]
    with pytest.raises(BadRecord):
        unpack(*disguised(msgspec.msgpack.encode(columns), 4000))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_altered_columns_end_in_bad_record_or_in_other_operations(data: st.DataObject) -> None:
    columns = msgspec.msgpack.decode(pieces.inflate(*one()))
    at = data.draw(st.integers(0, len(columns) - 1))
    numbers = st.integers(-(2**63), 2**64 - 1) | st.integers(-3, 30)
    anything = st.recursive(
        numbers | st.binary(max_size=40) | st.text(max_size=5) | st.none(), lambda inner: st.lists(inner, max_size=5)
    )
    if isinstance(columns[at], list) and columns[at] and data.draw(st.booleans()):
        columns[at][data.draw(st.integers(0, len(columns[at]) - 1))] = data.draw(anything)
    else:
        columns[at] = data.draw(anything)
    piece, content = disguised(msgspec.msgpack.encode(columns), 20)
    try:
        found = unpack(piece, content)
    except BadRecord:
        return
    for entry in found.entries:
        assert entry.body is None or entry.op == digest(entry.body)


def test_a_name_is_the_hash_that_sealed_chunks_have() -> None:
    assert pieces.name_of(b"x") == hashlib.blake2b(b"x", digest_size=32).digest()


def test_the_largest_operation_that_carries_another_fits_one_piece() -> None:
    hand = Hand()
    hand.create("0" * 32, name="x")
    hand.write("1" * 32, {"op": (CARRIED_TAG, "A" * CARRIED_TEXT_BYTES)}, kind=Kind.CARRY)
    hand.create("2" * 32, name="y")
    packed = list(pack(hand.entries))
    assert all(piece.plain <= MOST_PIECE_BYTES for piece, _ in packed)
    assert [e for piece, data in packed for e in unpack(piece, data).entries] == hand.entries
