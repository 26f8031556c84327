"""Everything that headquarters has, as documented plain files: the way out, readable without this program.

What is written is not encrypted; the command says so, and the README in it too.
"""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
import sqlalchemy as sa

from sync import merge
from sync.chunks import Chunks, NotHere, SealedFile, open_file
from sync.errors import BadRecord
from sync.ground import Stored
from sync.hq import tables, trouble
from sync.hq.ground import CHUNKS_TAG, HqGround
from sync.hq.office import Office, Scope
from sync.records import Operation, Value, decode
from sync.wire import Entry

KEY_TAG: Final = "key"  # of the value beside a file's chunks: what opens them

README: Final = """\
Everything that {name} has, as plain files.

THESE FILES ARE NOT ENCRYPTED. They hold what workers told in confidence. Keep them on an encrypted
disk, give them to nobody who must not read them, and remove them when they are not needed.

clinics.jsonl        one line a clinic: its name, its scope, the folder of its files
devices.jsonl        one line a computer: its id, name, clinic, when it was enrolled, last heard, revoked
CLINIC/records/TYPE.jsonl    one line a record of this type:
                     id, alive (false: deleted), fields (name -> value),
                     conflicts (field -> each value, with the operation that wrote it)
CLINIC/operations.jsonl      every operation, a stream after the other, in its order:
                     hash, stream, seq, prev, state, and what it says; "body" when this version
                     cannot read it; only its place when it was erased
CLINIC/waiting.jsonl         operations whose forerunner has not arrived
CLINIC/quarantine.jsonl      operations kept for a person, and why
CLINIC/files/                the files of the evidence; files.jsonl says which record each belongs to
CLINIC/files.jsonl           record, name, file ("" when a part of it has not arrived), why

Each file is UTF-8; each line of a .jsonl file is one JSON object. A value is true, false, a number,
a text, or {{"KIND": "TEXT"}}: {{"date": "2026-03~"}}, {{"money": "12.50"}}, {{"empty": "does_not_know"}}.
Dates are EDTF (ISO 8601-2), amounts are decimals. Hashes and ids are hexadecimal. Times called
"wall" are milliseconds since 1970 by the writer's clock; "hlc" orders what happened (milliseconds
times 65536, plus a counter).
"""

_UNSAFE: Final = re.compile(r"[^\w.-]+")
_LONGEST_NAME: Final = 80


def export(of: Office, target: Path) -> int:
    """Write everything into a new or empty folder; return how many operations."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise trouble.wrong(f"{target} is not empty", "a new folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        (target / "README.txt").write_text(README.format(name=of.card.name), encoding="utf-8")
        scopes = of.scopes()
        folders = {scope.number: f"{scope.number:03}-{_safe(scope.clinic)}" for scope in scopes}
        _write(
            target / "clinics.jsonl",
            ({"clinic": s.clinic, "scope": s.id.hex(), "folder": folders[s.number]} for s in scopes),
        )
        _write(target / "devices.jsonl", _devices(of))
        return sum(_export_scope(of, scope, target / folders[scope.number]) for scope in scopes)
    except OSError as error:
        raise trouble.cannot_write(target, error) from error
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)  # half of it in the clear helps nobody
        raise


def _export_scope(of: Office, scope: Scope, folder: Path) -> int:
    ground = of.ground(scope)
    (folder / "records").mkdir(parents=True)
    _records(of, ground, folder / "records")
    _write(folder / "files.jsonl", _files(of, ground, folder / "files"))
    _write(folder / "waiting.jsonl", (_place(entry) | _said(entry.body) for entry in ground.waiting()))
    _write(
        folder / "quarantine.jsonl",
        (_place(q.entry) | {"device": q.device.hex(), "why": q.why} | _said(q.entry.body) for q in ground.quarantine()),
    )
    return _write(folder / "operations.jsonl", _operations(ground))


def _records(of: Office, ground: HqGround, folder: Path) -> None:
    """Write the records, a file a type. Names of types are data: files are named by a safe form of them."""
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for row in _entities(of, ground.number):
            name = _safe(row.type)
            if name not in files:
                path = folder / f"{name}.jsonl"
                files[name] = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            fields = _shown(row.shown)
            record = {"id": row.id, "type": row.type, "alive": row.alive, "fields": _plain(fields)}
            if row.conflicts:
                record["conflicts"] = _conflicts(ground, row.conflicts, merge.unpack(row.stamps))
            files[name].write(_line(record))


def _entities(of: Office, number: int) -> Iterator[Any]:
    columns = tables.entity.c
    query = (
        sa.select(columns.id, columns.type, columns.alive, columns.conflicts, columns.shown, columns.stamps)
        .where(columns.scope == number)
        .order_by(columns.id)
        .execution_options(stream_results=True, yield_per=1000)
    )
    with of.database.reading() as conn:
        yield from conn.execute(query)


def _conflicts(ground: HqGround, fields: str, stamps: merge.Stamps) -> dict[str, list[dict[str, Any]]]:
    """Return each value of the fields that have several, the shown one last."""
    bodies = ground.bodies({stamp.op for stamp in stamps.heads})
    found: dict[str, list[dict[str, Any]]] = {}
    for field in msgspec.json.decode(fields, type=tuple[str, ...]):
        for stamp in merge.heads(stamps, field):
            operation = decode(bodies[stamp.op])
            value = _plain_value(operation.fields.get(field))
            found.setdefault(field, []).append({"value": value, "hash": stamp.op.hex(), "actor": operation.actor})
    return found


def _operations(ground: HqGround) -> Iterator[dict[str, Any]]:
    for page in ground.everything():
        yield from (_stored(stored) for stored in page)


def _stored(stored: Stored) -> dict[str, Any]:
    entry, entity, state, why = stored
    found = _place(entry) | {"state": state} | ({"why": why} if why else {})
    return found | ({"entity_id": entity} if entry.body is None else _said(entry.body))


def _place(entry: Entry) -> dict[str, Any]:
    return {"hash": entry.op.hex(), "stream": entry.stream.hex(), "seq": entry.seq, "prev": entry.prev.hex()}


def _said(body: bytes | None) -> dict[str, Any]:
    if body is None:
        return {}
    try:
        operation = decode(body)
    except BadRecord:
        return {"body": base64.b64encode(body).decode()}
    return _what(operation)


def _what(operation: Operation) -> dict[str, Any]:
    return {
        "hlc": operation.hlc,
        "wall": operation.wall,
        "actor": operation.actor,
        "device": operation.device.hex(),
        "schema": operation.schema,
        "txn": operation.txn,
        "entity_type": operation.entity_type,
        "entity_id": operation.entity_id,
        "kind": operation.kind,
        "fields": _plain(operation.fields),
        "bases": {field: [op.hex() for op in ops] for field, ops in operation.bases.items()},
    }


def _files(of: Office, ground: HqGround, folder: Path) -> Iterator[dict[str, Any]]:
    """Write the files of the evidence in the clear, as far as they have arrived, and tell of each."""
    for row in _entities(of, ground.number):
        fields = _shown(row.shown)
        sealed = _sealed(fields)
        if sealed is None:
            continue
        name = fields.get("name")
        name = name if isinstance(name, str) else ""
        path = folder / f"{_safe(row.id)}-{_safe(name)}"
        why = _write_file(sealed, of.chunks, path)
        yield {"record": row.id, "name": name, "file": "" if why else path.name, "why": why}


def _sealed(fields: Mapping[str, Value]) -> SealedFile | None:
    tagged = {value[0]: value[1] for value in fields.values() if isinstance(value, tuple)}
    size, sha256 = fields.get("size"), fields.get("sha256")
    if KEY_TAG not in tagged or CHUNKS_TAG not in tagged or not isinstance(size, int) or not isinstance(sha256, str):
        return None
    try:
        return SealedFile(bytes.fromhex(tagged[KEY_TAG]), tuple(tagged[CHUNKS_TAG].split()), size, sha256)
    except ValueError:
        return None


def _write_file(sealed: SealedFile, chunks: Chunks, path: Path) -> str:
    """Write one file; return why it cannot be, "" when it was written."""
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("wb") as file:
            for part in open_file(sealed, chunks):
                file.write(part)
    except NotHere:
        path.unlink()
        return "not all of it has arrived"
    except BadRecord as error:
        path.unlink()
        return str(error)
    return ""


def _devices(of: Office) -> Iterator[dict[str, Any]]:
    device, scope = tables.device.c, tables.scope.c
    query = sa.select(device.id, device.name, scope.clinic, device.enrolled, device.heard, device.revoked).join_from(
        tables.device, tables.scope, device.scope == scope.number
    )
    with of.database.reading() as conn:
        for row in conn.execute(query.order_by(device.enrolled, device.id)):
            yield {**row._mapping, "id": row.id.hex()}  # noqa: SLF001 - SQLAlchemy's public name for it


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(_line(line))
            count += 1
    return count


def _line(content: Mapping[str, Any]) -> str:
    return msgspec.json.encode(content).decode() + "\n"


_SHOWN: Final = msgspec.json.Decoder(dict[str, bool | int | str | tuple[str, str] | None])


def _shown(text: str) -> dict[str, Value]:
    return _SHOWN.decode(text)


def _plain(fields: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in sorted(fields.items())}


def _plain_value(value: Value) -> Any:  # noqa: ANN401 - what JSON holds
    return {value[0]: value[1]} if isinstance(value, tuple) else value


def _safe(name: str) -> str:
    """Return a name that is safe as a file's: no folder, no sign that a system reads, not too long."""
    return _UNSAFE.sub("_", name).strip("._")[:_LONGEST_NAME] or "_"
