from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.chunks import CHUNK_BYTES, SEALED_BYTES, Chunks, NotHere, id_of, open_file, seal_file
from sync.errors import BadRecord, BadValue


@pytest.fixture
def chunks(tmp_path: Path) -> Chunks:
    return Chunks(tmp_path / "evidence")


def plain_of(size: int) -> bytes:
    return hashlib.shake_128(str(size).encode()).digest(size)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 17])
def test_what_is_sealed_opens_byte_for_byte(chunks: Chunks, size: int) -> None:
    plain = plain_of(size)
    sealed = seal_file(io.BytesIO(plain), chunks)
    assert (sealed.size, sealed.sha256) == (size, hashlib.sha256(plain).hexdigest())
    assert len(sealed.ids) == max(1, -(-size // CHUNK_BYTES))
    assert b"".join(open_file(sealed, chunks)) == plain


def test_nothing_of_the_file_lies_on_the_disk_in_the_clear(chunks: Chunks) -> None:
    plain = b"Practica Nunez " * 200_000
    sealed = seal_file(io.BytesIO(plain), chunks)
    kept = b"".join(path.read_bytes() for path in chunks.folder.rglob("*") if path.is_file())
    assert len(kept) == len(plain) + 16 * len(sealed.ids)
    assert b"Nunez" not in kept
    again = seal_file(io.BytesIO(plain), chunks)
    assert not set(again.ids) & set(sealed.ids), "a file that is sealed twice cannot be recognised by its chunks"


def test_a_chunk_travels_as_it_is(chunks: Chunks, tmp_path: Path) -> None:
    plain = plain_of(2 * CHUNK_BYTES + 5)
    sealed = seal_file(io.BytesIO(plain), chunks)
    far = Chunks(tmp_path / "far")
    assert far.missing(sealed.ids) == sealed.ids
    with pytest.raises(NotHere) as error:
        list(open_file(sealed, far))
    assert error.value.id == sealed.ids[0]
    for chunk_id in reversed(sealed.ids):
        assert far.put(chunks.get(chunk_id)) == chunk_id
    assert far.missing(sealed.ids) == ()
    assert b"".join(open_file(sealed, far)) == plain
    assert sorted(far.ids()) == sorted(sealed.ids)


def test_a_damaged_chunk_is_told_and_can_be_put_again(chunks: Chunks) -> None:
    sealed = seal_file(io.BytesIO(plain_of(CHUNK_BYTES + 9)), chunks)
    good = chunks.get(sealed.ids[1])
    path = next(path for path in chunks.folder.rglob(sealed.ids[1]))
    path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    with pytest.raises(BadRecord):
        chunks.get(sealed.ids[1])
    assert chunks.missing(sealed.ids) == ()
    assert chunks.missing(sealed.ids, look_inside=True) == (sealed.ids[1],)
    chunks.put(good)
    assert chunks.missing(sealed.ids, look_inside=True) == ()
    path.write_bytes(good[:-1])
    with pytest.raises(BadRecord):
        list(open_file(sealed, chunks))


def test_chunks_of_a_file_are_not_exchanged_left_out_or_doubled(chunks: Chunks) -> None:
    sealed = seal_file(io.BytesIO(plain_of(3 * CHUNK_BYTES)), chunks)
    one, two, three = sealed.ids
    for ids in ((two, one, three), (one, two), (one, two, three, three), (one, two, two)):
        with pytest.raises(BadRecord):
            list(open_file(dataclasses.replace(sealed, ids=ids), chunks))


def test_another_key_or_an_erased_key_opens_nothing(chunks: Chunks) -> None:
    sealed = seal_file(io.BytesIO(b"secret"), chunks)
    for key in (os.urandom(32), b""):
        with pytest.raises(BadRecord):
            list(open_file(dataclasses.replace(sealed, key=key), chunks))


@pytest.mark.parametrize("name", ["../../clinic.keys", "", "AB" * 32, "ab" * 31 + "a/", "ab" * 33, "ab" * 32 + "\n"])
def test_an_id_is_never_a_way_out_of_the_folder(chunks: Chunks, name: str) -> None:
    assert not chunks.has(name)
    for call in (chunks.get, chunks.remove, chunks.size):
        with pytest.raises(BadRecord):
            call(name)


def test_what_nobody_wants_is_collected(chunks: Chunks) -> None:
    wanted = seal_file(io.BytesIO(plain_of(CHUNK_BYTES + 1)), chunks)
    seal_file(io.BytesIO(b"never saved"), chunks)
    shelf = chunks.folder / wanted.ids[0][:2]
    (shelf / f"{wanted.ids[0]}.0011.part").write_bytes(b"cut off")
    assert chunks.collect(wanted.ids) == 1
    assert sorted(chunks.ids()) == sorted(wanted.ids)
    assert not list(chunks.folder.rglob("*.part"))
    chunks.remove(wanted.ids[0])
    chunks.remove(wanted.ids[0])
    assert chunks.missing(wanted.ids) == (wanted.ids[0],)


def test_a_folder_that_is_not_there_yet_is_empty(chunks: Chunks) -> None:
    assert list(chunks.ids()) == []
    assert chunks.collect(()) == 0
    assert not chunks.folder.exists()


def test_a_chunk_of_too_many_bytes_is_refused(chunks: Chunks) -> None:
    assert chunks.put(bytes(SEALED_BYTES)) == id_of(bytes(SEALED_BYTES))
    with pytest.raises(BadValue):
        chunks.put(bytes(SEALED_BYTES + 1))
    path = next(path for path in chunks.folder.rglob("*") if path.is_file())
    path.write_bytes(bytes(SEALED_BYTES + 1))
    with pytest.raises(BadRecord):
        chunks.get(path.name)


class Growing(io.BytesIO):
    """A file to which somebody writes while it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        at = self.tell()
        self.seek(0, os.SEEK_END)
        self.write(b"more")
        self.seek(at)
        return found


def test_a_file_that_changes_meanwhile_is_refused(chunks: Chunks) -> None:
    with pytest.raises(BadValue):
        seal_file(Growing(b"start"), chunks)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=64))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, plain: bytes) -> None:
    chunks = Chunks(tmp_path_factory.mktemp("any"))
    assert b"".join(open_file(seal_file(io.BytesIO(plain), chunks), chunks)) == plain
