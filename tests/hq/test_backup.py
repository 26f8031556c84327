"""A backup is one whole moment, proven; what is restored from it is the same and writes anew."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.chunks import Chunks, seal_file
from sync.hq import backup, devices, office, records, tables
from sync.hq.files import CHUNKS, DATABASE, KEYS
from sync.hq.keys import Opening
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.records import Kind
from sync.wire import Vector

Maker = Callable[..., Any]
PASSWORD = Opening(password="correct horse battery")


def _fill(of: Office, laptop: Maker) -> Any:  # noqa: ANN401 - a Laptop; tests are not a package
    mine = laptop()
    scope = mine.enrol(of)
    for number in range(30):
        mine.write(f"case-{number}", Kind.CREATE, number=f"A1-{number:04}", story=("long_text", "word " * number))
    mine.hand_to(of, scope)
    records.set_value(of, records.find(of, "A1-0003"), "stage", "court")
    seal_file(io.BytesIO(b"the contract"), of.chunks)
    return mine


def _everything(of: Office) -> list[Any]:
    found: list[Any] = []
    for scope in of.scopes():
        ground = of.ground(scope)
        log = sorted((one for page in ground.everything() for one in page), key=lambda one: one.entry.op)
        shown = [records.find(of, f"A1-{number:04}") for number in range(30)]
        found += [scope, log, shown, ground.streams()]
    return [*found, devices.devices(of), sorted(of.chunks.ids())]


@pytest.mark.parametrize("to_postgres", [False, True])
def test_what_is_restored_is_the_same_on_either_database(
    of: Office, laptop: Maker, tmp_path: Path, new_postgres_url: Callable[[], str], to_postgres: bool
) -> None:
    _fill(of, laptop)
    made = backup.back_up(of, tmp_path / "backup")
    assert (made.operations, made.chunks) == (31, 1)
    url = new_postgres_url() if to_postgres else ""
    again = backup.restore(tmp_path / "again", tmp_path / "backup", PASSWORD, url)
    assert _everything(again) == _everything(of)
    assert again.card == of.card
    assert again.database.is_postgres == to_postgres
    again.close()


def test_a_restored_headquarters_never_writes_a_place_twice(of: Office, laptop: Maker, tmp_path: Path) -> None:
    mine = _fill(of, laptop)
    scope = of.scopes()[0]
    backup.back_up(of, tmp_path / "backup")
    records.set_value(of, records.find(of, "A1-0003"), "stage", "closed")  # lost with the disk, known at the clinic
    there = records.engine(of, scope)
    mine.take(of, list(there.lacks(mine.engine.vector())))
    again = backup.restore(tmp_path / "again", tmp_path / "backup", PASSWORD)
    assert again.incarnation != of.incarnation
    records.set_value(again, records.find(again, "A1-0003"), "stage", "appeal")
    new = records.engine(again, scope)
    mine.take(again, list(new.lacks(mine.engine.vector())))
    assert mine.engine.forks() == ()
    assert len(mine.ground.disk.streams) == 3
    again.close()


def test_a_backup_goes_into_a_new_folder_only(of: Office, laptop: Maker, tmp_path: Path) -> None:
    _fill(of, laptop)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a file").write_text("something")
    with pytest.raises(Trouble, match="not empty"):
        backup.back_up(of, tmp_path / "full")
    (tmp_path / "empty").mkdir()
    backup.back_up(of, tmp_path / "empty")
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(Trouble, match="HQ-2"):
        backup.restore(of.folder, tmp_path / "empty", PASSWORD)


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no backup"):
        backup.restore(tmp_path / "hq", tmp_path, PASSWORD)


def test_a_backup_is_unreadable_without_the_password(of: Office, laptop: Maker, tmp_path: Path) -> None:
    _fill(of, laptop)
    backup.back_up(of, tmp_path / "backup")
    for path in (tmp_path / "backup").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"A1-0003" not in content
            assert b"word word" not in content
            assert b"North clinic" not in content
    with pytest.raises(Trouble, match="password is wrong"):
        backup.restore(tmp_path / "again", tmp_path / "backup", Opening(password="something else"))


@pytest.mark.parametrize("what", ["file", "chunk", "cut"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(of: Office, laptop: Maker, tmp_path: Path, what: str) -> None:
    _fill(of, laptop)
    folder = tmp_path / "backup"
    backup.back_up(of, folder)
    path = folder / DATABASE
    if what == "chunk":
        (chunk,) = Chunks(folder / CHUNKS).ids()
        path = folder / CHUNKS / chunk[:2] / chunk
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content[: len(content) // 2] if what == "cut" else content)
    with pytest.raises(Trouble, match="damaged"):
        backup.restore(tmp_path / "again", folder, PASSWORD)
    assert not office.exists(tmp_path / "again")


def test_an_operation_that_is_not_its_hash_is_found(of: Office, laptop: Maker, tmp_path: Path) -> None:
    _fill(of, laptop)
    with of.database.writing() as conn:
        conn.execute(tables.op.update().where(tables.op.c.seq == 7).values(body=b"something else"))
    with pytest.raises(Trouble, match="damaged"):
        backup.back_up(of, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_restore_that_fails_can_be_tried_again(of: Office, laptop: Maker, tmp_path: Path) -> None:
    _fill(of, laptop)
    backup.back_up(of, tmp_path / "backup")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / CHUNKS).write_text("a file where a folder must be")
    with pytest.raises(OSError, match=CHUNKS):
        backup.restore(tmp_path / "again", tmp_path / "backup", PASSWORD)
    assert not (tmp_path / "again" / KEYS).exists()
    (tmp_path / "again" / CHUNKS).unlink()
    backup.restore(tmp_path / "again", tmp_path / "backup", PASSWORD).close()


def test_a_backup_of_a_backup_is_one(of: Office, laptop: Maker, tmp_path: Path) -> None:
    _fill(of, laptop)
    backup.back_up(of, tmp_path / "one")
    shutil.move(tmp_path / "one", tmp_path / "elsewhere")
    again = backup.restore(tmp_path / "again", tmp_path / "elsewhere", PASSWORD)
    have: Vector = backup.back_up(again, tmp_path / "two").have[1]
    assert have == records.engine(of, of.scopes()[0]).vector()
    again.close()
