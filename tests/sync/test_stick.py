from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sync import bundle, stick
from sync.bundle import Damaged, ForSomeoneElse, Unreadable
from sync.chunks import Chunks
from sync.identity import Identity
from sync.inbox import Inbox
from sync.parcel import Parcel
from sync.stick import StickFaulty, StickFull, StickGone, StickReadOnly
from tests.sync.bundles import Hand, Kept, World

WORLD = World()


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def parcels(folder: Path, megabytes: float = 0, *, most: int = 2**30, readers: Sequence[Identity] = ()) -> list[Parcel]:
    """Pack some operations, and evidence of so many megabytes."""
    hand = Hand(WORLD.first.id)
    hand.some(30)
    chunks = Chunks(folder / "chunks")
    ids = [chunks.put(os.urandom(250_000)) for _ in range(int(megabytes * 4))]
    content = WORLD.content(WORLD.first, hand.entries, *(readers or (WORLD.headquarters,)))
    return WORLD.packer(folder / "shelf", WORLD.first, chunks).pack(content, chunk_ids=ids, most=most)


def read_all(folder: Path) -> list[Kept]:
    found = []
    for path in stick.find(folder):
        kept = Kept()
        stick.read(path, WORLD.reader(), kept)
        found.append(kept)
    return found


def test_what_was_written_is_found_among_other_files(tmp_path: Path, usb: Path) -> None:
    (usb / "photo.jpg").write_bytes(os.urandom(1000))
    (usb / "age.txt").write_bytes(b"age-encryption.org/v1, a note about it")
    (usb / "empty").touch()
    (usb / "below" / "and" / "below").mkdir(parents=True)
    names = stick.write(usb, parcels(tmp_path))
    (usb / names[0]).rename(usb / "below" / "and" / "renamed.bin")
    (kept,) = read_all(usb)
    assert len(kept.entries()) == 30


def test_its_name_and_folder_say_nothing(tmp_path: Path, usb: Path) -> None:
    first, second = stick.write(usb, parcels(tmp_path)), stick.write(usb, parcels(tmp_path))
    assert first != second
    assert sorted(path.name for path in usb.iterdir()) == sorted(first + second)
    assert all(len(name) == 16 and name.isalnum() for name in first)


def test_volumes_are_files_of_their_own(tmp_path: Path, usb: Path) -> None:
    names = stick.write(usb, parcels(tmp_path, 1, most=400_000))
    assert len(names) == 4
    assert {kept.opened.manifest.volume for kept in read_all(usb) if kept.opened} == {(n, 4) for n in range(1, 5)}


def test_outdated_bundles_go_when_the_new_ones_are_there(tmp_path: Path, usb: Path) -> None:
    other = usb / "a2c4e6a2c4e6a2c4"
    other.write_bytes(b"somebody else's")
    old = stick.write(usb, parcels(tmp_path))
    new = stick.write(usb, parcels(tmp_path), outdated=[*old, "../hq", "gone"])
    assert {path.name for path in usb.iterdir()} == {*new, other.name}


def test_leftovers_of_a_cut_off_write_are_cleared_and_nothing_else(tmp_path: Path, usb: Path) -> None:
    mine, empty = usb / f"{'a' * 16}.part", usb / f"{'b' * 16}.part"
    mine.write_bytes(bundle.AGE + b"half")
    empty.touch()
    theirs = [usb / "movie.part", usb / f"{'c' * 16}.part"]
    for path in theirs:
        path.write_bytes(b"something else")
    names = stick.write(usb, parcels(tmp_path))
    assert {path.name for path in usb.iterdir()} == {*names, *(path.name for path in theirs)}


def test_progress_rises_to_the_end_and_can_stop_it(tmp_path: Path, usb: Path) -> None:
    told: list[tuple[int, int]] = []
    stick.write(usb, parcels(tmp_path, 1), progress=lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert 0.9 < told[-1][0] / told[-1][1] <= 1

    class Stop(Exception):  # noqa: N818 - a person's wish
        pass

    def stop(done: int, whole: int) -> None:
        if done > whole // 3:
            raise Stop

    before = set(usb.iterdir())
    with pytest.raises(Stop):
        stick.write(usb, parcels(tmp_path, 1), progress=stop)
    assert set(usb.iterdir()) == before
    with pytest.raises(Stop):
        stick.read(next(iter(before)), WORLD.reader(), Kept(), progress=stop)


def test_a_bundle_for_somebody_else_stays_where_it_is(tmp_path: Path, usb: Path) -> None:
    (name,) = stick.write(usb, parcels(tmp_path, readers=(WORLD.second,)))
    with pytest.raises(ForSomeoneElse):
        read_all(usb)
    assert (usb / name).exists()


# -- what is wrong with a stick ---------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    asked = [mount or "", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not mount or not umount or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount can have a small stick; the limit on a file's size is tested besides")
    yield folder
    subprocess.run([umount, str(folder)], check=True)


def test_a_full_stick_is_told_before_anything_is_written(tmp_path: Path, small: Path) -> None:
    with pytest.raises(StickFull) as found:
        stick.write(small, parcels(tmp_path, 2))
    assert found.value.needed > 2_000_000 > found.value.free > 0
    assert not list(small.iterdir())


def test_a_stick_that_fills_up_meanwhile_leaves_nothing_half(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = stick.write(small, parcels(tmp_path))
    monkeypatch.setattr(stick, "_make_room", lambda *_: None)  # the room was there when it was looked for
    with pytest.raises(StickFull):
        stick.write(small, parcels(tmp_path, 2), outdated=old)
    assert [path.name for path in small.iterdir()] == old
    assert len(read_all(small)) == 1


def test_own_outdated_bundles_make_room_when_there_is_none(tmp_path: Path, small: Path) -> None:
    old = stick.write(small, parcels(tmp_path, 0.5))
    new = stick.write(small, parcels(tmp_path, 0.5), outdated=old)
    assert [path.name for path in small.iterdir()] == new


LIMITED = """
import resource, sys
from pathlib import Path
from sync import stick
from tests.sync.test_stick import parcels
packed = parcels(Path(sys.argv[1]), 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    stick.write(Path(sys.argv[2]), packed)
except stick.StickFull:
    print("full")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
def test_a_file_that_grows_too_large_for_the_stick(tmp_path: Path, usb: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path), str(usb)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "full\n"
    assert not list(usb.iterdir())


def test_a_stick_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usb: Path) -> None:
    packed = parcels(tmp_path)
    real = Path.open

    def refusing(path: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if mode == "xb":
            raise OSError(30, "Read-only file system")
        return real(path, mode, *rest, **named)  # type: ignore[call-overload] # as it was called

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(StickReadOnly):
        stick.write(usb, packed)


def test_a_stick_that_is_not_there_any_more(tmp_path: Path, usb: Path) -> None:
    (name,) = stick.write(usb, parcels(tmp_path))
    with pytest.raises(StickGone):
        stick.write(usb / "gone", parcels(tmp_path))
    with pytest.raises(StickGone):
        stick.find(usb / "gone")
    with pytest.raises(StickGone):
        stick.read(usb / "gone" / name, WORLD.reader(), Kept())


def test_a_stick_that_gives_back_other_bytes(tmp_path: Path, usb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        (part,) = usb.glob("*.part")
        content = bytearray(part.read_bytes())
        content[100] ^= 1
        part.write_bytes(content)

    monkeypatch.setattr(stick, "_forget_cached", fail)  # what comes back comes from the stick from here on
    with pytest.raises(StickFaulty):
        stick.write(usb, parcels(tmp_path))
    assert not list(usb.iterdir())


WRITER = """
import sys
from pathlib import Path
from sync import stick
from tests.sync.test_stick import parcels
packed = parcels(Path(sys.argv[1]), 8)
print("packed", flush=True)
sys.stdin.readline()
stick.write(Path(sys.argv[2]), packed, progress=lambda done, whole: print(done, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
@pytest.mark.parametrize("share", [0.02, 0.3, 0.49, 0.6, 0.9])
def test_a_stick_pulled_out_while_it_is_written_shows_nothing_half(tmp_path: Path, usb: Path, share: float) -> None:
    """A real process is killed in the middle of writing, and of reading back."""
    old = stick.write(usb, parcels(tmp_path / "old"))
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(usb)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    with process.stdout as said, process.stdin as start:
        assert said.readline() == "packed\n"
        start.write("\n")
        start.flush()
        while int(said.readline() or 10**9) < 8_000_000 * share:
            pass
        process.kill()
    assert process.wait() == -signal.SIGKILL
    found = {path.name for path in stick.find(usb)}
    assert old[0] in found
    assert len(read_all(usb)) == len(found)  # what has a bundle's name is whole
    again = stick.write(usb, parcels(tmp_path / "again"), outdated=[*found])
    assert [path.name for path in usb.iterdir()] == again


# -- the inbox ---------------------------------------------------------------------------------------


def inbox(folder: Path, chunks: Chunks | None = None) -> Inbox:
    return Inbox(folder, WORLD.reader(), chunks)


def test_a_bundle_waits_in_the_inbox_until_it_is_taken(tmp_path: Path, usb: Path) -> None:
    stick.write(usb, parcels(tmp_path, 1))
    chunks = Chunks(tmp_path / "theirs")
    here = inbox(tmp_path / "inbox", chunks)
    for path in stick.find(usb):
        stick.read(path, WORLD.reader(), here)
    again = inbox(tmp_path / "inbox", chunks)  # another start of the program
    again.collect()
    (opened,) = again.arrived()
    found = [entry for part in bundle.operations(opened, again.get) for entry in part.entries]
    assert len(found) == 30
    assert len(list(chunks.ids())) == 4
    again.done(opened.manifest)
    assert again.arrived() == []
    assert not list((tmp_path / "inbox").iterdir())


def test_nothing_in_the_inbox_can_be_read_without_the_store(tmp_path: Path, usb: Path) -> None:
    hand = Hand(WORLD.first.id)
    hand.create("0" * 32, name=("long_text", "Rosa Quispe " * 1000))
    packer = WORLD.packer(tmp_path / "shelf", WORLD.first)
    stick.write(usb, packer.pack(WORLD.content(WORLD.first, hand.entries, WORLD.headquarters)))
    here = inbox(tmp_path / "inbox")
    stick.read(stick.find(usb)[0], WORLD.reader(), here)
    for path in [*(tmp_path / "inbox").iterdir(), *(tmp_path / "shelf").iterdir()]:
        assert b"Rosa" not in path.read_bytes()
        assert hand.stream not in path.read_bytes()


def test_a_stick_pulled_out_while_it_is_read_goes_on_later(tmp_path: Path, usb: Path) -> None:
    (name,) = stick.write(usb, parcels(tmp_path, 2))
    whole = (usb / name).read_bytes()
    (usb / name).write_bytes(whole[: len(whole) // 2])
    chunks = Chunks(tmp_path / "theirs")
    with pytest.raises(Damaged):
        stick.read(usb / name, WORLD.reader(), inbox(tmp_path / "inbox", chunks))
    assert inbox(tmp_path / "inbox", chunks).arrived() == []
    assert 0 < len(list(chunks.ids())) < 8
    (usb / name).write_bytes(whole)
    here = inbox(tmp_path / "inbox", chunks)
    stick.read(usb / name, WORLD.reader(), here)
    assert len(here.arrived()) == 1


def test_a_newer_bundle_takes_the_place_of_one_that_never_became_whole(tmp_path: Path, usb: Path) -> None:
    """However often a stick is pulled, no more lies in the inbox than the largest bundle and what is in flight."""
    here = inbox(tmp_path / "inbox")
    largest = 0
    for seed in range(6):
        packed = parcels(tmp_path / str(seed), 1 + seed % 3)
        (name,) = stick.write(usb, packed)
        whole = (usb / name).read_bytes()
        largest = max(largest, len(whole))
        (usb / name).write_bytes(whole[: random.Random(seed).randrange(len(whole) // 2, len(whole))])  # noqa: S311 - repeatable
        with pytest.raises(Unreadable):
            stick.read(usb / name, WORLD.reader(), here)
        inbox(tmp_path / "inbox").collect()
        assert sum(path.stat().st_size for path in (tmp_path / "inbox").iterdir()) <= 2 * largest


def test_a_piece_that_the_disk_damaged_is_asked_for_again(tmp_path: Path, usb: Path) -> None:
    hand = Hand(WORLD.first.id)
    hand.create("0" * 32, name=("long_text", os.urandom(9000).hex()))
    packer = WORLD.packer(tmp_path / "shelf", WORLD.first)
    (name,) = stick.write(usb, packer.pack(WORLD.content(WORLD.first, hand.entries, WORLD.headquarters)))
    here = inbox(tmp_path / "inbox")
    stick.read(usb / name, WORLD.reader(), here)
    (piece,) = (p for p in (tmp_path / "inbox").iterdir() if not p.name.startswith("opening"))
    piece.write_bytes(b"x" * 100)
    (opened,) = here.arrived()
    with pytest.raises(Damaged):
        list(bundle.operations(opened, here.get))
    assert here.arrived() == []
    stick.read(usb / name, WORLD.reader(), here)
    (opened,) = here.arrived()
    assert sum(len(part.entries) for part in bundle.operations(opened, here.get)) == 1


def test_a_bundle_of_somebody_revoked_meanwhile_leaves_the_inbox(tmp_path: Path, usb: Path) -> None:
    stick.write(usb, parcels(tmp_path))
    here = inbox(tmp_path / "inbox")
    stick.read(stick.find(usb)[0], WORLD.reader(), here)
    assert Inbox(tmp_path / "inbox", WORLD.reader(None, WORLD.first)).arrived() == []
