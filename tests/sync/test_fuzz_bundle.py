"""Whatever bytes come, the reader says one of its declared errors, in bounded memory and time."""

from __future__ import annotations

import os
import tracemalloc
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec
import pyrage
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import bundle, identity, phrases, pieces
from sync.bundle import Unreadable
from sync.errors import BadRecord
from sync.identity import BadSignature, NewerFormat, Trust
from sync.records import digest
from sync.wire import Enrolment, Headquarters, Manifest, Request
from tests.sync.bundles import Hand, Kept, World, written

WORLD = World()
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/*.bundle"))
MOST_BYTES = 100 * 1024 * 1024
RUNS = settings(max_examples=100, deadline=None)


class Empty:
    """A log that has nothing."""

    def of_entities(self, _entities: object) -> dict[str, list[bytes]]:
        return {}

    def at(self, _places: object) -> dict[tuple[bytes, int], list[bytes]]:
        return {}


@cache
def openings() -> tuple[bytes, ...]:
    """Return plain bundles of two computers, opening and pieces, as one run of bytes each."""
    found = []
    for who, count in ((WORLD.first, 30), (WORLD.second, 700)):
        hand = Hand(who.id)
        hand.some(count)
        hand.create("f" * 32, note=("long_text", os.urandom(4000).hex()))
        content = WORLD.content(who, hand.entries, WORLD.headquarters)
        kept = {piece.name: data for piece, data in pieces.pack(hand.entries)}
        manifest = msgspec.structs.replace(
            content.manifest, bundle=b"12345678", pieces=tuple(piece for piece, _ in pieces.pack(hand.entries))
        )
        opening = bundle.opening(manifest, lambda piece, kept=kept: kept[piece.name], who, WORLD.card)  # type: ignore[misc] # bound now
        rest = b"".join(kept[piece.name] for piece in manifest.pieces if not bundle.is_inline(piece))
        found.append(opening + rest)
    return tuple(found)


@cache
def file() -> bytes:
    return encrypted(openings()[0])


def encrypted(content: bytes) -> bytes:
    sealed: bytes = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(WORLD.headquarters.recipient)])
    return sealed


def read(content: bytes) -> None:
    """Read a file to the last operation: it is taken whole, or refused in one of the declared ways."""
    kept = Kept()
    with suppress(Unreadable):
        bundle.read(BytesIO(content), WORLD.reader(), kept)
        assert kept.opened is not None
        for part in bundle.operations(kept.opened, lambda piece: kept.data[piece.name], Empty()):
            assert all(entry.body is None or digest(entry.body) == entry.op for entry in part.entries)
    assert all(pieces.name_of(data) == name for name, data in kept.data.items())


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Cut, flip, swap, splice, repeat and insert."""
    content, draw = bytearray(whole), data.draw
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 200))
        match draw(st.sampled_from(("cut", "flip", "swap", "splice", "repeat", "insert", "zero"))):
            case "cut":
                del content[start:]
            case "flip" if content:
                content[start] ^= 1 << draw(st.integers(0, 7))
            case "swap":
                other = draw(st.integers(0, max(0, len(content) - 1)))
                first, second = content[start : start + length], content[other : other + length]
                content[start : start + length], content[other : other + length] = second, first
            case "splice":
                content[start : start + length] = openings()[1][start : start + length]
            case "repeat":
                content[start:start] = content[start : start + length]
            case "insert":
                content[start:start] = draw(st.binary(max_size=40))
            case _:
                content[start : start + length] = bytes(len(content[start : start + length]))
    return bytes(content)


@RUNS
@given(st.data())
def test_damage_anywhere_in_a_file(data: st.DataObject) -> None:
    read(damaged(data, file()))


@RUNS
@given(st.data())
def test_damage_inside_the_encryption(data: st.DataObject) -> None:
    """What somebody who has headquarters' public key can make."""
    read(encrypted(damaged(data, data.draw(st.sampled_from(openings())))))


@RUNS
@given(st.binary(max_size=3000))
def test_any_bytes_at_all(content: bytes) -> None:
    read(content)
    read(bundle.AGE + content)
    read(encrypted(content))
    read(encrypted(bundle.MAGIC + b"\x01" + content))


@RUNS
@given(st.data())
def test_a_manifest_of_any_form_though_signed_by_its_sender(data: st.DataObject) -> None:
    """What a computer that is enrolled can make, if its program is wrong or its user hostile."""
    hand = Hand(WORLD.first.id)
    manifest = WORLD.content(WORLD.first, hand.some(2), WORLD.headquarters).manifest
    fields = list(msgspec.structs.astuple(msgspec.structs.replace(manifest, bundle=b"12345678", tips=())))
    anything = st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=16), inner, max_size=3),
        max_leaves=8,
    )
    for _ in range(data.draw(st.integers(1, 3))):
        fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(anything)
    signed = msgspec.msgpack.encode(fields)
    signature = identity.sign_bytes(Manifest, signed, WORLD.first)
    frame = pieces.deflate(signed, phrases.FORMAT_1)
    sizes = b"".join(bundle._number(n) for n in (len(frame), len(signed), len(signed)))
    read(encrypted(bundle.MAGIC + b"\x01" + signature + sizes + frame))


@RUNS
@given(st.data())
def test_damage_in_the_bundles_of_released_versions(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(GOLDEN)).read_bytes()
    read(damaged(data, content))


@RUNS
@given(st.data())
def test_damage_in_a_card(data: st.DataObject) -> None:
    card = identity.write_card(Enrolment(headquarters=WORLD.card, certificate=WORLD.certificate(WORLD.first)))
    content = damaged(data, card)
    for kind in (Enrolment, Request, Headquarters):
        with suppress(BadRecord, BadSignature, NewerFormat):
            identity.read_card(content, kind)  # type: ignore[type-var] # each of the three in turn


def test_bombs_take_no_memory() -> None:
    """Few bytes that say they are very many, at each place where something is unpacked."""
    zeros = pieces.deflate(bytes(200 * 1024 * 1024), phrases.FORMAT_1)
    empties = b"\xdd\x7f\xff\xff\xff" + b"\x90" * bundle.MOST_OPENING_BYTES
    nested = b"\x91" * (bundle.MOST_OPENING_BYTES - 10)
    wide = b"\xdc\x00\x15" + b"\xc4\x00" * ((bundle.MOST_OPENING_BYTES - 10) // 2)
    tracemalloc.start()
    try:
        for plain in (empties[: bundle.MOST_OPENING_BYTES], nested, wide):
            frame = pieces.deflate(plain, phrases.FORMAT_1)
            sizes = b"".join(bundle._number(n) for n in (len(frame), len(plain), len(plain)))
            tracemalloc.reset_peak()
            read(encrypted(bundle.MAGIC + b"\x01" + bytes(64) + sizes + frame))
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
        for said in (2**31, bundle.MOST_OPENING_BYTES, 1000):
            sizes = b"".join(bundle._number(n) for n in (len(zeros), said, min(said, 100)))
            tracemalloc.reset_peak()
            read(encrypted(bundle.MAGIC + b"\x01" + bytes(64) + sizes + zeros))
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_the_fuzz_itself_reads_what_is_whole(tmp_path: Path) -> None:
    hand = Hand(WORLD.first.id)
    hand.some(30)
    (parcel,) = WORLD.packer(tmp_path, WORLD.first).pack(WORLD.content(WORLD.first, hand.entries, WORLD.headquarters))
    kept = Kept()
    bundle.read(BytesIO(written(parcel)), WORLD.reader(), kept)
    assert kept.entries() == hand.entries
    for opening in openings():
        bundle.read(BytesIO(encrypted(opening)), WORLD.reader(), Kept())
    assert isinstance(WORLD.trust(), Trust)
