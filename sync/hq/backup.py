"""Backups: one moment of headquarters, whole and encrypted, proven readable before it counts.

A backup has the same form whatever database headquarters stands on: the embedded file, the wrapped
keys, the evidence and the rule books. So it is also the way from one database to another. A restored
headquarters is a new incarnation: clinics send it again what it had not.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from sync.chunks import Chunks
from sync.disk import see
from sync.errors import BadRecord
from sync.hq import database, keys, meeting, office, tables, trouble
from sync.hq.database import BATCH, Database
from sync.hq.files import BOOKS, CHUNKS, DATABASE, KEYS, SECRETS, replace
from sync.hq.ground import HqGround
from sync.hq.office import Office
from sync.records import ID_BYTES, digest
from sync.wire import Vector

FORMAT: Final = 1
PAPER: Final = "backup.json"
LAST: Final = "backup"
_PART: Final = ".part"


class _Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside a backup, readable: nothing of a worker or a clinic."""

    format: int
    made: int
    operations: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was proven: how much is in it, and what it has of each scope, by number."""

    operations: int
    chunks: int
    have: Mapping[int, Vector]


def back_up(of: Office, target: Path) -> Backup:
    """Write a backup into a new or empty folder and prove it; what is in it is durable from then on."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise trouble.wrong(f"{target} is not empty", "a new folder for each backup")
    part = target.with_name(target.name + _PART)
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with closing(database.embedded(part / DATABASE, keys.store_key(of.root), new=True)) as copy:
            with copy.writing() as conn:
                tables.create(conn)
            copy_tables(of.database, copy)
        for name in (KEYS, SECRETS):
            replace(part / name, (of.folder / name).read_bytes())
        if of.books.is_dir():
            shutil.copytree(of.books, part / BOOKS)
        chunks = _copy_chunks(of.chunks, Chunks(part / CHUNKS))
        found = prove(part, of.root)
        paper = _Paper(format=FORMAT, made=of.now(), operations=found.operations, chunks=chunks)
        replace(part / PAPER, msgspec.json.format(msgspec.json.encode(paper)))
        if target.exists():
            target.rmdir()
        part.rename(target)
        see(target.parent)
        for number, have in found.have.items():
            meeting.is_durable(HqGround(of.database, number), have)
        with of.database.writing() as conn:
            office.write_about(of.database, conn, LAST, str(of.now()).encode())
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise trouble.cannot_write(target, error) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return found


def last(of: Office) -> int:
    """Return when the last backup was proven, in milliseconds since 1970; 0 when none was."""
    with of.database.asking() as conn:
        return int(office.read_about(conn, LAST) or b"0")


def prove(folder: Path, root: bytes) -> Backup:
    """Open a backup and read all of it: every operation is its hash, every chunk its id, every tip is there."""
    path = folder / DATABASE
    if not path.is_file():
        raise trouble.no_backup(folder)
    with closing(database.embedded(path, keys.store_key(root))) as store:
        _prove_file(store)
        with store.reading() as conn:
            numbers = conn.execute(sa.select(tables.scope.c.number)).scalars().all()
            counts = conn.execute(sa.select(sa.func.count()).select_from(tables.op)).scalar_one()
        have = {number: _prove_scope(HqGround(store, number)) for number in numbers}
    keys.read_secrets(folder, root)
    chunks = Chunks(folder / CHUNKS)
    here = tuple(chunks.ids())
    if chunks.missing(here, look_inside=True):
        raise trouble.damaged("The evidence in the backup")
    return Backup(counts, len(here), have)


def restore(folder: Path, source: Path, opening: keys.Opening, url: str = "") -> Office:
    """Make a headquarters in an empty folder from a backup; `url` as at its making. The backup stays as it is.

    It is a new incarnation and begins new streams of its own: what it wrote after the backup may be
    known at clinics, and must not be written a second time in other words.
    """
    if office.exists(folder) or (folder / DATABASE).exists():
        raise trouble.already_there(folder)
    if not (source / KEYS).is_file():
        raise trouble.no_backup(source)
    root = keys.unlock(source, opening)
    found = prove(source, root)
    kept = msgspec.structs.replace(keys.read_secrets(source, root), database=url)
    folder.mkdir(parents=True, exist_ok=True)
    store = office.new_store(folder, root, kept)
    try:
        with closing(database.embedded(source / DATABASE, keys.store_key(root))) as copy:
            copy_tables(copy, store)
        _begin_again(store, found.have)
        keys.write_secrets(folder, root, kept)
        if (source / BOOKS).is_dir():
            shutil.copytree(source / BOOKS, folder / BOOKS, dirs_exist_ok=True)
        _copy_chunks(Chunks(source / CHUNKS), Chunks(folder / CHUNKS))
        replace(folder / KEYS, (source / KEYS).read_bytes())  # last: with it, there is a headquarters
    except BaseException:
        office.remove_store(folder, store)
        raise
    store.close()
    return office.open_with(folder, root)


def copy_tables(source: Database, target: Database) -> None:
    """Copy one moment of a database into empty tables."""
    with source.reading() as one, target.writing() as other:
        for table in tables.META.sorted_tables:
            rows = one.execution_options(stream_results=True, yield_per=BATCH).execute(sa.select(table))
            for page in rows.partitions():
                target.insert(other, table, page)


def _prove_file(store: Database) -> None:
    with store.reading() as conn:
        wrong = [*conn.exec_driver_sql("PRAGMA cipher_integrity_check")]
        found = [row[0] for row in conn.exec_driver_sql("PRAGMA quick_check")]
    if wrong or found != ["ok"]:
        raise trouble.damaged("The backup")


def _prove_scope(ground: HqGround) -> Vector:
    for page in ground.everything():
        for stored in page:
            if stored.entry.body is not None and digest(stored.entry.body) != stored.entry.op:
                raise trouble.damaged("The backup")
    have = {name: stream.tips for name, stream in ground.streams().items() if stream.tips}
    tips = {tip.op for stream in have.values() for tip in stream}
    if tips - ground.places(tips).keys():
        raise trouble.damaged("The backup")
    return have


def _copy_chunks(source: Chunks, target: Chunks) -> int:
    count = 0
    for chunk_id in source.ids():
        try:
            target.put(source.get(chunk_id))
        except BadRecord:
            raise trouble.damaged(f"The evidence {chunk_id}") from None
        count += 1
    return count


def _begin_again(store: Database, have: Mapping[int, Vector]) -> None:
    for number, vector in have.items():
        meeting.is_durable(HqGround(store, number), vector)
    with store.writing() as conn:
        office.write_about(store, conn, office.INCARNATION, secrets.token_bytes(ID_BYTES))
        of = tables.scope.c
        for number in conn.execute(sa.select(of.number)).scalars().all():
            stream: dict[str, Any] = {"stream": secrets.token_bytes(ID_BYTES)}
            conn.execute(sa.update(tables.scope).where(of.number == number).values(stream))
