from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import msgspec
import pyrage
import pytest

from sync import bundle, identity, phrases, pieces
from sync.bundle import (
    Damaged,
    ForSomeoneElse,
    NewerVersion,
    NotABundle,
    Opened,
    Reader,
    RevokedSender,
    UnknownSender,
    Unreadable,
)
from sync.chunks import Chunks
from sync.identity import Identity, Trust, check_tip, new_identity
from sync.parcel import Parcel
from sync.wire import CHUNK, MOST_PIECES, Manifest, Piece, Tip
from tests.sync.bundles import SCOPE, Hand, Kept, World, written

WORLD = World()


@pytest.fixture
def hand() -> Hand:
    return Hand(WORLD.first.id)


def sent(folder: Path, hand: Hand, *readers: Identity, world: World = WORLD, who: Identity | None = None) -> Parcel:
    """Return what the first computer sends; to headquarters when nobody is named."""
    sender = who or world.first
    content = world.content(sender, hand.entries, *(readers or (world.headquarters,)))
    (parcel,) = world.packer(folder, sender).pack(content)
    return parcel


def much(hand: Hand) -> Hand:
    """Write so much, at random, that it takes several pieces."""
    for n in range(100):
        hand.create(f"{n:032x}", note=("long_text", hand.random.randbytes(30_000).hex()))
    return hand


def opened(file: bytes, reader: Reader) -> Kept:
    kept = Kept()
    bundle.read(BytesIO(file), reader, kept)
    return kept


def refused(file: bytes, reader: Reader) -> type[Unreadable]:
    with pytest.raises(Unreadable) as found:
        opened(file, reader)
    return found.type


@pytest.mark.parametrize("count", [1, 40, 9000])
def test_what_was_sent_arrives(tmp_path: Path, hand: Hand, count: int) -> None:
    hand.some(count)
    kept = opened(written(sent(tmp_path, hand)), WORLD.reader())
    assert kept.entries() == hand.entries
    assert kept.opened is not None
    assert kept.opened.manifest.have == {hand.stream: (Tip(count, hand.prev),)}
    assert kept.opened.manifest.scope == SCOPE
    assert not kept.opened.is_revoked


def test_every_reader_that_it_is_meant_for_can_read_it_and_nobody_else(tmp_path: Path, hand: Hand) -> None:
    hand.some(5)
    file = written(sent(tmp_path, hand, WORLD.headquarters, WORLD.second))
    assert opened(file, WORLD.reader()).entries() == hand.entries
    assert opened(file, WORLD.reader(WORLD.second)).entries() == hand.entries
    assert refused(file, WORLD.reader(WORLD.foreign)) is ForSomeoneElse


def test_a_finder_learns_nothing(tmp_path: Path, hand: Hand) -> None:
    hand.create("0" * 32, name="Rosa Quispe")
    file = written(sent(tmp_path, hand))
    for secret in (b"Rosa", WORLD.first.id, SCOPE, hand.stream, b"Clinica", WORLD.headquarters.id, bundle.MAGIC):
        assert secret not in file


def test_the_tip_of_its_sender_can_be_shown_to_others(tmp_path: Path, hand: Hand) -> None:
    hand.some(5)
    kept = opened(written(sent(tmp_path, hand)), WORLD.reader())
    assert kept.opened is not None
    (tip,) = kept.opened.manifest.tips
    assert (tip.seq, tip.op, tip.scope) == (5, hand.prev, SCOPE)
    check_tip(tip, WORLD.first.verify_key)


def test_all_own_tips_are_signed_and_those_of_others_are_left(hand: Hand) -> None:
    hand.some(3)
    second = Hand(WORLD.first.id, stream=b"the-same-device2")
    second.some(3)
    content = WORLD.content(WORLD.first, hand.entries + second.entries, WORLD.headquarters)
    relayed = identity.sign(msgspec.structs.replace(content.manifest.tips[0], device=WORLD.second.id), WORLD.second)
    manifest = msgspec.structs.replace(content.manifest, tips=(relayed, *content.manifest.tips))
    opening = bundle.opening(manifest_of(manifest), lambda _: b"", WORLD.first, WORLD.card)
    tips = bundle.read_opening(opening, WORLD.reader()).manifest.tips
    assert tips[0] == relayed
    for tip in tips[1:]:
        check_tip(tip, WORLD.first.verify_key)


def manifest_of(manifest: Manifest) -> Manifest:
    return msgspec.structs.replace(manifest, bundle=b"12345678")


def test_headquarters_answers_a_device(tmp_path: Path) -> None:
    hand = Hand(WORLD.headquarters.id)
    hand.some(5)
    file = written(sent(tmp_path, hand, WORLD.second, who=WORLD.headquarters))
    assert opened(file, WORLD.reader(WORLD.second)).entries() == hand.entries
    assert refused(file, WORLD.reader(WORLD.first)) is ForSomeoneElse


def test_evidence_and_rule_books_come_along(tmp_path: Path, hand: Hand) -> None:
    hand.some(5)
    chunks = Chunks(tmp_path / "chunks")
    ids = [chunks.put(os.urandom(size)) for size in (20, 1024 * 1024 + 16)]
    content = WORLD.content(WORLD.first, hand.entries, WORLD.headquarters)
    packer = WORLD.packer(tmp_path / "shelf", WORLD.first, chunks)
    (parcel,) = packer.pack(content, chunk_ids=[*ids, ids[0]], books=[b"a book"])
    kept = opened(written(parcel), WORLD.reader())
    assert kept.entries() == hand.entries
    assert [piece.kind for piece in parcel.manifest.pieces] == ["ops", "book", "chunk", "chunk"]
    assert kept.data[pieces.name_of(b"a book")] == b"a book"
    assert [kept.data[bytes.fromhex(i)] for i in ids] == [chunks.get(i) for i in ids]
    packer.clear()
    assert not list((tmp_path / "shelf").iterdir())


def test_what_is_too_large_for_one_file_goes_in_volumes_that_each_stand_alone(tmp_path: Path, hand: Hand) -> None:
    chunks = Chunks(tmp_path / "chunks")
    ids = [chunks.put(os.urandom(100_000)) for _ in range(5)]
    hand.some(5)
    content = WORLD.content(WORLD.first, hand.entries, WORLD.headquarters)
    parcels = WORLD.packer(tmp_path / "s", WORLD.first, chunks).pack(content, chunk_ids=ids, most=250_000)
    assert [parcel.manifest.volume for parcel in parcels] == [(1, 3), (2, 3), (3, 3)]
    assert len({parcel.manifest.bundle for parcel in parcels}) == 1
    came = [opened(written(parcel), WORLD.reader()) for parcel in parcels]
    assert came[0].entries() == hand.entries
    assert {name.hex() for kept in came for name in kept.data if name.hex() in ids} == set(ids)


def test_a_manifest_without_pieces_says_something_too(tmp_path: Path, hand: Hand) -> None:
    parcel = sent(tmp_path, hand)
    kept = opened(written(parcel), WORLD.reader())
    assert kept.opened is not None
    assert kept.opened.manifest.pieces == ()


def test_a_lone_edit_takes_at_most_600_bytes(tmp_path: Path) -> None:
    hand = Hand(WORLD.first.id)
    before = [hand.create(os.urandom(16).hex(), name="Rosa Quispe Mamani") for _ in range(200)]
    seen = before[7]
    edit = hand.write(hand.operations[seen.op].entity_id, {"name": "Rosa Quispe de Mamani"}, {"name": (seen.op,)})
    content = WORLD.content(WORLD.first, [edit], WORLD.headquarters)
    known = {entry.op for entry in before}
    packer = WORLD.packer(tmp_path, WORLD.first)
    (parcel,) = packer.pack(content, shared=lambda asked: known & set(asked))
    sizes = [len(written(parcel)) for _ in range(9)]
    assert statistics.median(sizes) <= 600


def test_reading_can_be_stopped_at_any_piece(tmp_path: Path, hand: Hand) -> None:
    much(hand)

    class Stop(Exception):  # noqa: N818 - a person's wish, not an error
        pass

    class Stopping(Kept):
        def put(self, piece: Piece, data: bytes) -> None:
            super().put(piece, data)
            raise Stop

    with pytest.raises(Stop):
        bundle.read(BytesIO(written(sent(tmp_path, hand))), WORLD.reader(), Stopping())


def test_a_disk_that_fails_is_told_as_it_is(tmp_path: Path, hand: Hand) -> None:
    much(hand)
    parcel = sent(tmp_path, hand)
    file = written(parcel)

    class Failing(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 65_536:
                raise OSError(5, "gone")
            return super().read(size)

        def write(self, _data: object) -> int:
            raise OSError(28, "full")

    with pytest.raises(OSError, match="gone"):
        bundle.read(Failing(file), WORLD.reader(), Kept())
    with pytest.raises(OSError, match="full"):
        bundle.write(parcel.opening, parcel.rest(), parcel.readers, Failing())
    with pytest.raises(OSError, match="lost"):
        bundle.write(parcel.opening, lost(), parcel.readers, BytesIO())


def lost() -> Iterator[bytes]:
    yield b"something"
    raise OSError(5, "lost")


# -- what is not taken ----------------------------------------------------------------------------


def test_other_files_are_not_bundles() -> None:
    for other in (b"", b"PK\x03\x04", os.urandom(5000), b"age-encryption.org/v2\n"):
        assert refused(other, WORLD.reader()) is NotABundle
    age = pyrage.encrypt(b"a letter", [pyrage.x25519.Recipient.from_str(WORLD.headquarters.recipient)])
    assert refused(age, WORLD.reader()) is NotABundle


def test_a_bundle_cut_anywhere_is_damaged(tmp_path: Path, hand: Hand) -> None:
    hand.some(2000)
    file = written(sent(tmp_path, hand))
    for end in [*range(22, 400, 5), *range(400, len(file), 997), len(file) - 1]:
        assert refused(file[:end], WORLD.reader()) is Damaged


def test_nothing_is_given_on_before_it_is_proven(tmp_path: Path, hand: Hand) -> None:
    much(hand)
    file = written(sent(tmp_path, hand))
    kept = Kept()
    with pytest.raises(Damaged):
        bundle.read(BytesIO(file[:-50]), WORLD.reader(), kept)
    assert kept.opened is not None
    assert 0 < len(kept.data) < len(kept.opened.manifest.pieces)
    assert all(pieces.name_of(data) == name for name, data in kept.data.items())


def test_a_changed_byte_anywhere_is_damaged_or_hides_it(tmp_path: Path, hand: Hand) -> None:
    hand.some(60)
    file = written(sent(tmp_path, hand))
    for at in range(0, len(file), 13):
        changed = bytearray(file)
        changed[at] ^= 0x41
        assert refused(bytes(changed), WORLD.reader()) in {Damaged, NotABundle, ForSomeoneElse}


def test_a_bundle_of_a_later_version(tmp_path: Path, hand: Hand) -> None:
    opening = bytearray(sent(tmp_path, hand).opening)
    opening[len(bundle.MAGIC)] = 9
    assert refused(encrypted(bytes(opening)), WORLD.reader()) is NewerVersion


def encrypted(content: bytes, who: Identity = WORLD.headquarters) -> bytes:
    found: bytes = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(who.recipient)])
    return found


def test_a_reader_passes_over_what_a_later_version_says_besides(hand: Hand) -> None:
    hand.some(3)
    content = WORLD.content(WORLD.first, hand.entries, WORLD.headquarters)
    fields = msgspec.structs.astuple(manifest_of(content.manifest))
    signed = msgspec.msgpack.encode([*fields, {"more": "than now"}])
    signature = identity.sign_together(content.manifest.tips[0], signed, WORLD.first)
    frame = pieces.deflate(signed, phrases.FORMAT_1)
    sizes = b"".join(bundle._number(n) for n in (len(frame), len(signed), len(signed)))
    opening = bundle.MAGIC + b"\x01" + signature + sizes + frame
    assert bundle.read_opening(opening, WORLD.reader()).manifest.tips[0].op == hand.prev


def test_a_sender_that_headquarters_does_not_know(tmp_path: Path, hand: Hand) -> None:
    hand.some(3)
    stranger = new_identity()
    file = written(sent(tmp_path, hand, who=stranger))
    assert refused(file, WORLD.reader()) is UnknownSender
    world = World(WORLD.headquarters, first=stranger)
    assert opened(file, world.reader()).entries() == hand.entries


def test_a_new_computer_brings_its_certificate_along(hand: Hand) -> None:
    hand.some(3)
    content = WORLD.content(WORLD.first, hand.entries, WORLD.second)
    manifest = msgspec.structs.replace(manifest_of(content.manifest), certificates=(WORLD.certificate(WORLD.first),))
    opening = bundle.opening(manifest, lambda _: b"", WORLD.first, WORLD.card)
    reader = Reader(WORLD.second, Trust(WORLD.card), SCOPE)
    assert bundle.read_opening(opening, reader).manifest.sender == WORLD.first.id


def test_a_sender_that_is_not_who_it_says(tmp_path: Path, hand: Hand) -> None:
    hand.some(3)
    impostor = Identity(WORLD.first.id, new_identity().sign_key, WORLD.first.age_key)
    assert refused(written(sent(tmp_path, hand, who=impostor)), WORLD.reader()) is UnknownSender
    as_headquarters = Identity(WORLD.headquarters.id, impostor.sign_key, impostor.age_key)
    file = written(sent(tmp_path, hand, WORLD.second, who=as_headquarters))
    assert refused(file, WORLD.reader(WORLD.second)) is UnknownSender


def test_a_revoked_sender_is_refused_but_headquarters_may_put_it_aside(tmp_path: Path, hand: Hand) -> None:
    hand.some(3)
    file = written(sent(tmp_path, hand, WORLD.headquarters, WORLD.second))
    assert refused(file, WORLD.reader(WORLD.second, WORLD.first)) is RevokedSender
    reader = Reader(WORLD.headquarters, WORLD.trust(WORLD.first), takes_revoked=True)
    kept = opened(file, reader)
    assert kept.opened is not None
    assert kept.opened.is_revoked


def test_a_bundle_that_somebody_encrypted_anew_to_others_is_not_for_them(tmp_path: Path, hand: Hand) -> None:
    hand.some(3)
    opening = sent(tmp_path, hand).opening
    assert refused(encrypted(opening, WORLD.second), WORLD.reader(WORLD.second)) is ForSomeoneElse


def test_a_device_takes_nothing_of_another_clinic(tmp_path: Path) -> None:
    hand = Hand(WORLD.foreign.id)
    hand.some(3)
    file = written(sent(tmp_path, hand, WORLD.headquarters, WORLD.second, who=WORLD.foreign))
    assert opened(file, WORLD.reader()).entries() == hand.entries
    assert refused(file, WORLD.reader(WORLD.second)) is ForSomeoneElse


def test_pieces_of_one_bundle_do_not_pass_in_another(tmp_path: Path, hand: Hand) -> None:
    hand.some(3000)
    first = sent(tmp_path / "1", hand)
    hand.some(10)
    second = sent(tmp_path / "2", hand)
    assert refused(encrypted(second.opening + b"".join(first.rest())), WORLD.reader()) is Damaged


def test_a_bundle_with_more_behind_it_is_damaged(tmp_path: Path, hand: Hand) -> None:
    hand.some(3)
    assert refused(encrypted(sent(tmp_path, hand).opening + b"x"), WORLD.reader()) is Damaged


def wrong_manifests() -> Sequence[dict[str, object]]:
    tip = Tip(1, b"h" * 32)
    piece = Piece(CHUNK, b"n" * 32, 10, 10, 0)
    return (
        {"bundle": b""},
        {"bundle": b"x" * 17},
        {"format": 2},
        {"volume": (2, 1)},
        {"volume": (0, 1)},
        {"volume": (1, MOST_PIECES + 1)},
        {"recipients": ()},
        {"recipients": (b"x",)},
        {"have": {b"x": (tip,)}},
        {"have": {b"s" * 16: ()}},
        {"have": {b"s" * 16: (Tip(2, b"h" * 32), tip)}},
        {"have": {b"s" * 16: (Tip(1, b"h"),)}},
        {"wants": (b"x",)},
        {"holds": (b"x",)},
        {"pieces": (msgspec.structs.replace(piece, size=0),)},
        {"pieces": (msgspec.structs.replace(piece, size=10**9, plain=10**9),)},
        {"pieces": (msgspec.structs.replace(piece, plain=9),)},
        {"pieces": (msgspec.structs.replace(piece, name=b""),)},
        {"pieces": (msgspec.structs.replace(piece, count=10**6),)},
    )


@pytest.mark.parametrize("change", wrong_manifests(), ids=str)
def test_a_manifest_of_another_form_is_damaged_though_signed(hand: Hand, change: dict[str, object]) -> None:
    manifest = manifest_of(WORLD.content(WORLD.first, hand.entries, WORLD.headquarters).manifest)
    opening = bundle.opening(msgspec.structs.replace(manifest, **change), lambda _: b"", WORLD.first, WORLD.card)
    opening = opening[: len(bundle.MAGIC)] + b"\x01" + opening[len(bundle.MAGIC) + 1 :]
    with pytest.raises((Damaged, ForSomeoneElse)):
        bundle.read_opening(opening, WORLD.reader())


def test_an_age_header_without_end_takes_no_time() -> None:
    endless = b"age-encryption.org/v1\n-> a\n" + (b"A" * 64 + b"\n") * 1_000_000
    assert refused(endless, WORLD.reader()) is Damaged


# -- size --------------------------------------------------------------------------------------------

CHILD = """
import sys, resource
from pathlib import Path
from tests.sync.test_bundle import write_and_read
write_and_read(Path(sys.argv[1]), int(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_and_read(folder: Path, megabytes: int) -> None:
    """Write a bundle of that many sealed chunks to a file and read it again."""
    chunks = Chunks(folder / "chunks")
    ids = [chunks.put(os.urandom(1024 * 1024)) for _ in range(megabytes)]
    content = WORLD.content(WORLD.first, [], WORLD.headquarters)
    (parcel,) = WORLD.packer(folder / "shelf", WORLD.first, chunks).pack(content, chunk_ids=ids)
    with (folder / "bundle").open("wb") as out:
        bundle.write(parcel.opening, parcel.rest(), parcel.readers, out)

    class Counting(Kept):
        def put(self, piece: Piece, data: bytes) -> None:
            self.data[piece.name] = data[:0]

        def begin(self, opened: Opened) -> None:
            """Nothing to keep."""

    kept = Counting()
    with (folder / "bundle").open("rb") as source:
        bundle.read(source, WORLD.reader(), kept)
    assert len(kept.data) == megabytes


@pytest.mark.skipif(sys.platform == "win32", reason="no peak memory of a child there")
def test_memory_does_not_grow_with_the_bundle(tmp_path: Path) -> None:
    peaks = []
    for megabytes in (5, 120):
        folder = tmp_path / str(megabytes)
        folder.mkdir()
        command = [sys.executable, "-c", CHILD, str(folder), str(megabytes)]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] - peaks[0] < 30_000  # KiB
