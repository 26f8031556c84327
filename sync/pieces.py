"""Operations as the pieces of a bundle: packed by columns, compressed, and restored to the same bytes.

What can be worked out again is left out: the hashes of a run, the operation before, repeated names.
The reader rebuilds each operation's canonical bytes and with them its hash; that they are the right
ones is proven by the chain, which ends in a signed tip. A body that this version cannot read travels
as it is. Readers hold every count and size under a fixed cap, whatever the bytes say.

A base, or the operation before a run, that the readers are known to have is named by the beginning
of its hash. A reader that does not have it cannot restore what names it: it leaves that out, says
how much it was, and its vector asks for it again.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from sync.errors import UNREADABLE, BadRecord
from sync.records import FORMAT, GENESIS, HASH_BYTES, ID_BYTES, Operation, Value, digest, stored
from sync.wire import AIM_PIECE_BYTES, MOST_PIECE_BYTES, MOST_PIECE_OPERATIONS, OPS, Entry, Piece

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_T = TypeVar("_T")

LAYOUT: Final = 1
PLAIN_BYTES: Final = 4 * 1024  # a smaller piece travels uncompressed, for it is compressed with its manifest
SHORT_BYTES: Final = 5  # of a hash, among the operations on one entity or at one place
MOST_VALUES: Final = 1_000_000  # in one piece; of names too

_AIM_VALUES: Final = 500_000
_COUNTER_BITS: Final = 16  # of a hybrid time; only how it is split into columns hangs on it
_COUNTER: Final = 2**_COUNTER_BITS - 1
_LEVEL: Final = 3
_HARD_LEVEL: Final = 15  # for what is small, where time is nothing and bytes are much
_SMALL: Final = 256 * 1024
_MOST_WINDOW_LOG: Final = 23

# How an operation or a hash is told, where a column holds a small number.
_RAW, _ERASED, _FIRST_SHAPE = 0, 1, 2
_FULL, _SHORT, _NONE, _FIRST_HERE = 0, 1, 2, 3


class Packed(NamedTuple):
    """A piece and its bytes as they travel."""

    piece: Piece
    data: bytes


class Unpacked(NamedTuple):
    """What a piece held, in its order. `operations` go with `entries`: None where this version cannot read the body.

    `lacking` counts operations that name something this reader does not have and were left out.
    """

    entries: tuple[Entry, ...]
    operations: tuple[Operation | None, ...]
    lacking: int


class Known(Protocol):
    """What a reader has, by which shortened hashes are told."""

    def of_entities(self, entities: Collection[str]) -> Mapping[str, Collection[bytes]]:
        """Return the hashes of the stored operations on each of these entities."""
        ...

    def at(self, places: Collection[tuple[bytes, int]]) -> Mapping[tuple[bytes, int], Collection[bytes]]:
        """Return the hashes of the stored operations at each of these places: (stream, seq)."""
        ...


Shared = Callable[[Collection[bytes]], Collection[bytes]]
"""Which of these hashes every reader is known to have stored, so that a few bytes will do."""


def name_of(data: bytes) -> bytes:
    """Return the name of a piece with these bytes; a sealed chunk has the same name, as bytes."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).digest()


def pack(entries: Iterable[Entry], shared: Shared | None = None, aim: int = AIM_PIECE_BYTES) -> Iterator[Packed]:
    """Return entries as pieces of about `aim` plain bytes each, in order. Each entry's hash must be its body's."""
    batch: list[tuple[Entry, Operation | None]] = []
    size = values = 0
    for entry in entries:
        operation = _readable(entry)
        mine = len(entry.body or b"")
        fields = len(operation.fields) if operation else 0
        full = size + mine > aim or len(batch) == MOST_PIECE_OPERATIONS or values + fields > _AIM_VALUES
        if batch and full:
            yield _packed(batch, shared)
            batch, size, values = [], 0, 0
        batch.append((entry, operation))
        size, values = size + mine, values + fields
    if batch:
        yield _packed(batch, shared)


def unpack(piece: Piece, data: bytes, known: Known | None = None) -> Unpacked:
    """Restore the operations of a piece; BadRecord when the bytes are not what its manifest says or break a cap."""
    plain = inflate(piece, data)
    try:
        found = _Reader(_COLUMNS.decode(plain), known).read()
    except UNREADABLE as error:
        raise BadRecord(f"not a piece: {error}") from error
    except (IndexError, KeyError, StopIteration, ValueError, OverflowError) as error:
        # Columns that do not fit each other, numbers out of range: whatever is left of the caller's promises.
        raise BadRecord("the columns of a piece do not fit each other") from error
    if len(found.entries) + found.lacking != piece.count:
        raise BadRecord("a piece with another count than its manifest says")
    return found


def inflate(piece: Piece, data: bytes) -> bytes:
    """Return the plain bytes of a piece of operations, never more than a piece may have."""
    if piece.kind != OPS or piece.plain > MOST_PIECE_BYTES or piece.count > MOST_PIECE_OPERATIONS:
        raise BadRecord("not a piece of operations within its limits")
    if len(data) != piece.size or name_of(data) != piece.name:
        raise BadRecord("a piece is not the one that its manifest names")
    return data if piece.plain == piece.size else inflate_frame(data, piece.plain)


def inflate_frame(data: bytes, plain: int, phrases: bytes = b"") -> bytes:
    """Return what one whole compressed frame holds, which must be exactly so many bytes."""
    inflater = zstd.ZstdDecompressor(
        zstd_dict=zstd.ZstdDict(phrases, is_raw=True) if phrases else None,
        options={zstd.DecompressionParameter.window_log_max: _MOST_WINDOW_LOG},
    )
    try:
        found = inflater.decompress(data, max_length=plain + 1)
    except (zstd.ZstdError, EOFError, MemoryError) as error:
        raise BadRecord("a damaged frame") from error
    if len(found) != plain or not inflater.eof or inflater.unused_data:
        raise BadRecord("a frame with another size than it should have")
    return found


def deflate(plain: bytes, phrases: bytes = b"") -> bytes:
    """Return bytes as one compressed frame; `phrases` is what both sides know that it often says."""
    level = _HARD_LEVEL if len(plain) <= _SMALL else _LEVEL
    return zstd.compress(plain, level=level, zstd_dict=zstd.ZstdDict(phrases, is_raw=True) if phrases else None)


# -- the columns ----------------------------------------------------------------------------------


class _Shape(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What many operations have in common. Names are numbers in the piece's list of names."""

    actor: int
    device: int
    schema: int
    min_reader: int
    entity_type: int
    kind: int
    fields: tuple[int, ...]
    bases: tuple[tuple[int, int], ...]  # a field, and how many bases it has


class _Run(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Operations of one stream that follow each other. `before` tells the one before the first."""

    stream: int
    seq: int
    count: int
    before: int


class _Columns(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A piece, one column after the other; all operations are in one order."""

    layout: int
    streams: bytes  # 16 each
    devices: bytes
    names: msgspec.Raw  # texts that stand more than once; hex digits as bytes in a list of one
    shapes: list[_Shape]
    runs: list[_Run]
    how: list[int]  # a shape, or that the body is raw, or erased
    times: list[int]  # milliseconds of the hybrid time, less those of the operation before
    counters: list[int]  # the rest of it
    lags: list[int]  # milliseconds by which the computer's clock was behind that
    saves: list[int]  # by how many the first of the same save was before
    roots: bytes  # entities' first 32 hex digits as 16 bytes each
    entities: list[tuple[int, int]]  # each: how many roots back from a new one, and the name that follows the root
    about: list[int]  # an operation's entity: how many entities back from a new one
    values: msgspec.Raw  # field after field, each over all operations that have it
    bases: list[int]  # how each base is told
    full: bytes  # hashes told whole
    short: bytes  # and by their beginnings
    raw: list[bytes]  # bodies that this version cannot read


_COLUMNS = msgspec.msgpack.Decoder(_Columns)
_VALUES = msgspec.msgpack.Decoder(list[Value])
_NAMES = msgspec.msgpack.Decoder(list[str | tuple[bytes]])
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_LONG_ARRAY: Final = b"\xdd"  # how MessagePack begins a list of more than 65,535
_DIGITS: Final = "0123456789abcdef"
_NO_ROOT: Final = -1  # an entity whose id does not begin with 32 hex digits
_ROOT_DIGITS: Final = 2 * ID_BYTES


def _readable(entry: Entry) -> Operation | None:
    """Return the operation when its bytes are exactly what the reader will restore."""
    if entry.body is None:
        return None
    try:
        operation = stored(entry.body)
    except BadRecord:
        return None
    same = (operation.version, operation.stream, operation.seq, operation.prev_hash) == (
        FORMAT,
        entry.stream,
        entry.seq,
        entry.prev,
    )
    plain = len(operation.device) == ID_BYTES and all(
        len(base) == HASH_BYTES for bases in operation.bases.values() for base in bases
    )
    return operation if same and plain and _ENCODER.encode(operation) == entry.body else None


def _packed(batch: Sequence[tuple[Entry, Operation | None]], shared: Shared | None) -> Packed:
    plain = _ENCODER.encode(_Writer(batch, shared).columns())
    data = plain if len(plain) <= PLAIN_BYTES else deflate(plain)
    if len(data) >= len(plain):
        data = plain
    return Packed(Piece(OPS, name_of(data), len(data), len(plain), len(batch)), data)


def _number(table: dict[_T, int], key: _T) -> int:
    """Return the number of a key in a table, at its end when it is new."""
    return table.setdefault(key, len(table))


class _Writer:
    """Turns one piece's operations into columns."""

    def __init__(self, batch: Sequence[tuple[Entry, Operation | None]], shared: Shared | None) -> None:
        self._batch = batch
        self._brief = frozenset(shared(_named_outside(batch))) if shared else frozenset()
        self._streams: dict[bytes, int] = {}
        self._devices: dict[bytes, int] = {}
        self._names: dict[str, int] = {}
        self._shapes: dict[_Shape, int] = {}
        self._forms: dict[object, tuple[int, Sequence[Callable[[Value], None]]]] = {}
        self._runs: list[_Run] = []
        self._how: list[int] = []
        self._times: list[int] = []
        self._counters: list[int] = []
        self._lags: list[int] = []
        self._saves: list[int] = []
        self._roots: dict[str, int] = {}
        self._entities: dict[str, int] = {}
        self._entity_column: list[tuple[int, int]] = []
        self._about: list[int] = []
        self._values: defaultdict[int, list[Value]] = defaultdict(list)
        self._bases: list[int] = []
        self._full = bytearray()
        self._short = bytearray()
        self._raw: list[bytes] = []
        self._here: dict[bytes, int] = {}  # operations told already, and where
        self._last: Entry | None = None
        self._time = 0

    def columns(self) -> _Columns:
        """Return the columns of all operations."""
        for entry, operation in self._batch:
            self._put_place(entry)
            if operation is not None:
                self._put(operation)
            elif entry.body is not None:
                self._how.append(_RAW)
                self._raw.append(entry.body)
            else:
                self._how.append(_ERASED)
                self._full += entry.op
            self._here[entry.op] = len(self._here)
        return _Columns(
            LAYOUT,
            b"".join(self._streams),
            b"".join(self._devices),
            msgspec.Raw(_ENCODER.encode([_short_name(name) for name in self._names])),
            list(self._shapes),
            self._runs,
            self._how,
            self._times,
            self._counters,
            self._lags,
            self._saves,
            bytes.fromhex("".join(self._roots)),
            self._entity_column,
            self._about,
            msgspec.Raw(_ENCODER.encode([v for name in sorted(self._values) for v in self._values[name]])),
            self._bases,
            bytes(self._full),
            bytes(self._short),
            self._raw,
        )

    def _put_place(self, entry: Entry) -> None:
        last, self._last = self._last, entry
        if last is not None and (entry.stream, entry.seq, entry.prev) == (last.stream, last.seq + 1, last.op):
            run = self._runs[-1]
            self._runs[-1] = _Run(run.stream, run.seq, run.count + 1, run.before)
        else:
            before = _NONE if entry.prev == GENESIS else self._tell(entry.prev)
            self._runs.append(_Run(_number(self._streams, entry.stream), entry.seq, 1, before))

    def _put(self, operation: Operation) -> None:
        number, appends = self._form(operation)
        self._how.append(number)
        time = operation.hlc >> _COUNTER_BITS
        self._times.append(time - self._time)
        self._time = time
        self._counters.append(operation.hlc & _COUNTER)
        self._lags.append(time - operation.wall)
        self._saves.append(operation.seq - operation.txn)
        self._put_entity(operation.entity_id)
        for append, value in zip(appends, operation.fields.values(), strict=True):
            append(value)
        for bases in operation.bases.values():
            self._bases.extend(self._tell(base) for base in bases)

    def _form(self, operation: Operation) -> tuple[int, Sequence[Callable[[Value], None]]]:
        """Return how an operation's shape is told, and what takes the value of each of its fields."""
        key = (
            operation.actor,
            operation.device,
            operation.schema,
            operation.min_reader,
            operation.entity_type,
            operation.kind,
            tuple(operation.fields),
            tuple((name, len(bases)) for name, bases in operation.bases.items()),
        )
        known = self._forms.get(key)
        if known is None:  # most operations have one of a few shapes
            fields = tuple(_number(self._names, name) for name in operation.fields)
            shape = _Shape(
                _number(self._names, operation.actor),
                _number(self._devices, operation.device),
                operation.schema,
                operation.min_reader,
                _number(self._names, operation.entity_type),
                _number(self._names, operation.kind),
                fields,
                tuple((_number(self._names, name), len(bases)) for name, bases in operation.bases.items()),
            )
            number = _FIRST_SHAPE + _number(self._shapes, shape)
            known = self._forms[key] = number, [self._values[name].append for name in fields]
        return known

    def _put_entity(self, entity: str) -> None:
        known = self._entities.get(entity)
        if known is not None:
            self._about.append(len(self._entities) - known)
            return
        self._entities[entity] = len(self._entities)
        self._about.append(0)
        root = entity[:_ROOT_DIGITS]
        if not _is_root(root):
            self._entity_column.append((_NO_ROOT, _number(self._names, entity)))
            return
        known = self._roots.get(root)
        back = 0 if known is None else len(self._roots) - known
        _number(self._roots, root)
        self._entity_column.append((back, _number(self._names, entity[_ROOT_DIGITS:])))

    def _tell(self, op: bytes) -> int:
        """Tell a hash as shortly as the reader can understand it; return how."""
        here = self._here.get(op)
        if here is not None:
            return _FIRST_HERE + len(self._here) - 1 - here
        if op in self._brief:
            self._short += op[:SHORT_BYTES]
            return _SHORT
        self._full += op
        return _FULL


def _named_outside(batch: Sequence[tuple[Entry, Operation | None]]) -> frozenset[bytes]:
    """Return the hashes that the operations name and that are not among them."""
    named = {base for _, operation in batch if operation for bases in operation.bases.values() for base in bases}
    named.update(entry.prev for entry, _ in batch)
    return frozenset(named - {entry.op for entry, _ in batch} - {GENESIS})


def _short_name(name: str) -> str | tuple[bytes]:
    return (bytes.fromhex(name),) if name and len(name) % 2 == 0 and not name.strip(_DIGITS) else name


def _is_root(text: str) -> bool:
    return len(text) == _ROOT_DIGITS and not text.strip(_DIGITS)


class _Row(NamedTuple):
    """What is known of an operation before any is restored. No shape: its body is raw, or erased."""

    how: int
    shape: _Shape | None
    entity: str
    bases: Sequence[int]


class _Reader:
    """Turns the columns of one piece into operations again.

    Columns that do not fit each other end in IndexError, StopIteration or ValueError.
    """

    def __init__(self, columns: _Columns, known: Known | None) -> None:
        self._columns = columns
        self._known = known
        self._names = [n if isinstance(n, str) else n[0].hex() for n in _limited(columns.names, _NAMES)]
        self._streams = _cut(columns.streams, ID_BYTES)
        self._devices = _cut(columns.devices, ID_BYTES)
        self._entities = self._all_entities()
        self._full = iter(_cut(columns.full, HASH_BYTES))
        self._short = iter(_cut(columns.short, SHORT_BYTES))
        self._raw = iter(columns.raw)
        self._times = iter(columns.times)
        self._counters = iter(columns.counters)
        self._lags = iter(columns.lags)
        self._saves = iter(columns.saves)
        self._takers: dict[int, list[tuple[str, Callable[[], Value]]]] = {}  # by shape: its fields, what gives them
        self._by_entity: Mapping[str, Collection[bytes]] = {}
        self._by_place: Mapping[tuple[bytes, int], Collection[bytes]] = {}
        self._hashes: list[bytes | None] = []  # of the operations so far; None where one was left out
        self._time = 0
        self._size = 0

    def read(self) -> Unpacked:
        """Restore everything."""
        runs = self._columns.runs
        self._check_counts()
        rows = self._rows()
        values = self._value_columns()
        for how in {row.how for row in rows if row.shape is not None}:
            fields = self._columns.shapes[how - _FIRST_SHAPE].fields
            self._takers[how] = [(self._names[name], values[name].__next__) for name in fields]
        self._look_up(rows)
        entries: list[Entry] = []
        operations: list[Operation | None] = []
        for run in runs:
            stream = self._streams[run.stream]
            prev = GENESIS if run.before == _NONE else self._hash(run.before, self._by_place, (stream, run.seq - 1))
            for seq in range(run.seq, run.seq + run.count):
                entry, operation = self._restored(rows[len(self._hashes)], stream, seq, prev)
                prev = entry.op if entry else None
                self._hashes.append(prev)
                if entry:
                    entries.append(entry)
                    operations.append(operation)
        self._check_all_used()
        return Unpacked(tuple(entries), tuple(operations), len(rows) - len(entries))

    def _check_counts(self) -> None:
        columns = self._columns
        if columns.layout != LAYOUT:
            raise BadRecord(f"a piece in layout {columns.layout}")
        if len(columns.how) > MOST_PIECE_OPERATIONS or any(run.count < 1 or run.seq < 1 for run in columns.runs):
            raise BadRecord("a piece with more operations than it may have")
        if sum(run.count for run in columns.runs) != len(columns.how) or len(columns.bases) > MOST_VALUES:
            raise BadRecord("a piece with another number of operations than it says")
        if any(count < 1 for shape in columns.shapes for _, count in shape.bases):
            raise BadRecord("a field without bases is not told")

    def _all_entities(self) -> list[str]:
        roots = [root.hex() for root in _cut(self._columns.roots, ID_BYTES)]
        found, told = [], 0
        for back, ending in self._columns.entities:
            if back == _NO_ROOT:
                found.append(self._names[ending])
                continue
            found.append(roots[told - back] + self._names[ending])
            told += back == 0
        return found

    def _rows(self) -> list[_Row]:
        columns, rows = self._columns, []
        about, bases, told = iter(columns.about), 0, 0
        counts = [sum(count for _, count in shape.bases) for shape in columns.shapes]
        for how in columns.how:
            if how < _FIRST_SHAPE:
                rows.append(_Row(how, None, "", ()))
                continue
            shape = columns.shapes[how - _FIRST_SHAPE]
            back = next(about)
            entity = self._entities[told - back]
            told += back == 0
            count = counts[how - _FIRST_SHAPE]
            rows.append(_Row(how, shape, entity, columns.bases[bases : bases + count]))
            bases += count
        if bases != len(columns.bases) or next(about, None) is not None:
            raise BadRecord("a column longer than the others")
        return rows

    def _value_columns(self) -> dict[int, Iterator[Value]]:
        """Return, by field, its values."""
        values = _limited(self._columns.values, _VALUES)
        uses = Counter(how - _FIRST_SHAPE for how in self._columns.how if how >= _FIRST_SHAPE)
        shapes = [(self._columns.shapes[number], times) for number, times in uses.items()]
        if sum(len(shape.fields) * times for shape, times in shapes) != len(values):
            raise BadRecord("a piece with another number of values than its operations have")
        counts: Counter[int] = Counter()
        for shape, times in shapes:
            for name in shape.fields:
                counts[name] += times
        found, start = {}, 0
        for name in sorted(counts):
            found[name] = iter(values[start : start + counts[name]])
            start += counts[name]
        return found

    def _look_up(self, rows: Sequence[_Row]) -> None:
        """Ask once for all that shortened hashes may mean."""
        entities = {row.entity for row in rows if _SHORT in row.bases}
        runs = self._columns.runs
        places = {(self._streams[run.stream], run.seq - 1) for run in runs if run.before == _SHORT}
        if self._known is not None and entities:
            self._by_entity = self._known.of_entities(entities)
        if self._known is not None and places:
            self._by_place = self._known.at(places)

    def _restored(
        self, row: _Row, stream: bytes, seq: int, prev: bytes | None
    ) -> tuple[Entry | None, Operation | None]:
        """Return the next operation; (None, None) when it names something that is not here."""
        operation = body = None
        if row.shape is not None:
            operation = self._operation(row, row.shape, stream, seq, prev)
            body = _ENCODER.encode(operation) if operation else b""
        elif row.how == _RAW:
            body = next(self._raw)
        op = next(self._full) if body is None else digest(body)
        self._size += len(body or b"")
        if self._size > MOST_PIECE_BYTES:
            raise BadRecord("a piece that restores to more bytes than it may")
        if prev is None or (row.shape is not None and operation is None):
            return None, None
        return Entry(stream, seq, prev, op, body), operation

    def _operation(self, row: _Row, shape: _Shape, stream: bytes, seq: int, prev: bytes | None) -> Operation | None:
        names = self._names
        self._time += next(self._times)
        # Every column is read on, also when the operation is then left out.
        counter, lag, save = next(self._counters), next(self._lags), next(self._saves)
        fields = {name: take() for name, take in self._takers[row.how]}
        bases, whole = self._bases(row, shape)
        if prev is None or not whole:
            return None
        return Operation(
            stream=stream,
            seq=seq,
            prev_hash=prev,
            hlc=(self._time << _COUNTER_BITS) + counter,
            wall=self._time - lag,
            actor=names[shape.actor],
            device=self._devices[shape.device],
            schema=shape.schema,
            min_reader=shape.min_reader,
            txn=seq - save,
            entity_type=names[shape.entity_type],
            entity_id=row.entity,
            kind=names[shape.kind],
            fields=fields,
            bases=bases,
        )

    def _bases(self, row: _Row, shape: _Shape) -> tuple[dict[str, tuple[bytes, ...]], bool]:
        """Return the bases by field, and whether all of them are here."""
        found = [self._hash(how, self._by_entity, row.entity) for how in row.bases]
        known = [op for op in found if op is not None]
        if len(known) < len(found):
            return {}, False
        bases, start = {}, 0
        for name, count in shape.bases:
            bases[self._names[name]] = tuple(known[start : start + count])
            start += count
        return bases, True

    def _hash(self, how: int, known: Mapping[_T, Collection[bytes]], where: _T) -> bytes | None:
        """Return the next hash that was told in this way; None when it is not here."""
        if how == _FULL:
            return next(self._full)
        if how == _SHORT:
            beginning = next(self._short)
            found = [op for op in known.get(where, ()) if op.startswith(beginning)]
            return found[0] if len(found) == 1 else None
        return self._hashes[len(self._hashes) - 1 - (how - _FIRST_HERE)]

    def _check_all_used(self) -> None:
        columns = (self._full, self._short, self._raw, self._times, self._counters, self._lags, self._saves)
        if any(next(column, None) is not None for column in columns):
            raise BadRecord("a column longer than the others")


def _cut(whole: bytes, size: int) -> list[bytes]:
    if len(whole) % size:
        raise BadRecord("a column that ends in the middle")
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def _limited(raw: msgspec.Raw, decoder: msgspec.msgpack.Decoder[list[_T]]) -> list[_T]:
    """Decode a list only when it does not say that it is too long: what stands in it takes memory."""
    head = bytes(memoryview(raw)[:5])
    count = int.from_bytes(head[1:], "big") if head[:1] == _LONG_ARRAY else 0  # the shorter forms are short
    if count > MOST_VALUES:
        raise BadRecord("a list longer than it may be")
    return decoder.decode(raw)
