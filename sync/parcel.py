"""What goes out: an offer made into volumes of pieces, ready for a stick or a line.

Pieces of records wait sealed on the internal disk, since their hashes must be known before the
first byte goes; evidence is read where it lies. Equal offers give equal pieces, so a line that was
cut goes on where it was, whatever was packed in between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from sync import bundle, pieces
from sync.bundle import MOST_INLINE_BYTES, is_inline
from sync.chunks import Chunks
from sync.identity import Identity
from sync.pieces import Shared
from sync.shelf import Shelf
from sync.wire import BOOK, CHUNK, MOST_PIECES, Entry, Headquarters, Manifest, Piece

MOST_VOLUME_BYTES: Final = 1024 * 1024 * 1024
BUNDLE_BYTES: Final = 8


class Content(Protocol):
    """What a replica offers (`exchange.Offer`): a manifest to be completed, the age keys of readers, entries."""

    @property
    def manifest(self) -> Manifest:
        """All but its pieces, its bundle's id and its signature."""
        ...

    @property
    def readers(self) -> tuple[str, ...]:
        """The age recipients."""
        ...

    @property
    def entries(self) -> Callable[[], Iterator[Entry]]:
        """Give the entries."""
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """One volume, signed: its manifest and opening, whom to encrypt it to, and how to get a piece's bytes."""

    manifest: Manifest
    opening: bytes
    readers: tuple[str, ...]
    get: Callable[[Piece], bytes]

    def rest(self) -> Iterator[bytes]:
        """Return the bytes of the pieces that are not inside the opening, in the manifest's order."""
        for piece in self.manifest.pieces:
            if not is_inline(piece):
                yield self.get(piece)

    @property
    def size(self) -> int:
        """About how many bytes it has, encryption included."""
        plain = len(self.opening) + sum(piece.size for piece in self.manifest.pieces if not is_inline(piece))
        return plain + plain // 4096 + 512 * (1 + len(self.readers))


@dataclass(frozen=True, slots=True)
class Packer:
    """Makes parcels. `shelf` is where pieces wait; it is emptied with `clear` when they have gone."""

    identity: Identity
    headquarters: Headquarters
    shelf: Shelf
    chunks: Chunks | None = None

    def pack(
        self,
        content: Content,
        *,
        shared: Shared | None = None,
        chunk_ids: Iterable[str] = (),
        books: Sequence[bytes] = (),
        most: int = MOST_VOLUME_BYTES,
    ) -> list[Parcel]:
        """Return an offer as one volume or several of at most `most` bytes: records first, then books, then evidence.

        `chunk_ids` are sealed chunks in the order of their importance; `books` are packed rule books.
        OSError when the disk refuses.
        """
        all_pieces = list(self._keep_records(content.entries(), shared))
        small = {piece.name: data for piece, data in all_pieces if data}
        for book in books:
            name = pieces.name_of(book)
            self.shelf.put(name.hex(), book)
            all_pieces.append((Piece(BOOK, name, len(book), len(book), 0), b""))
        for chunk_id in dict.fromkeys(chunk_ids):
            size = self._chunks().size(chunk_id)
            all_pieces.append((Piece(CHUNK, bytes.fromhex(chunk_id), size, size, 0), b""))
        volumes = list(_volumes([piece for piece, _ in all_pieces], most))
        name = secrets.token_bytes(BUNDLE_BYTES)

        def get(piece: Piece) -> bytes:
            return small[piece.name] if piece.name in small else self._get(piece)

        parcels = []
        for number, some in enumerate(volumes, start=1):
            manifest = msgspec.structs.replace(
                content.manifest, bundle=name, volume=(number, len(volumes)), pieces=tuple(some)
            )
            opening = bundle.opening(manifest, get, self.identity, self.headquarters)
            parcels.append(Parcel(manifest, opening, content.readers, get))
        return parcels

    def clear(self) -> None:
        """Remove the pieces that wait; what was packed cannot be sent any more."""
        self.shelf.collect()
        for name in list(self.shelf.names()):
            self.shelf.remove(name)

    def _keep_records(self, entries: Iterator[Entry], shared: Shared | None) -> Iterator[tuple[Piece, bytes]]:
        for piece, data in pieces.pack(entries, shared):
            if is_inline(piece):
                yield piece, data
            else:
                self.shelf.put(piece.name.hex(), data)
                yield piece, b""

    def _get(self, piece: Piece) -> bytes:
        if piece.kind == CHUNK:
            return self._chunks().get(piece.name.hex())
        return self.shelf.get(piece.name.hex())

    def _chunks(self) -> Chunks:
        if self.chunks is None:
            raise ValueError("evidence can only be sent from where it lies")
        return self.chunks


def _volumes(all_pieces: Sequence[Piece], most: int) -> Iterator[list[Piece]]:
    """Return the pieces by volume; one volume even when there are none, for a manifest alone says something too."""
    volume: list[Piece] = []
    size = small = 0
    for piece in all_pieces:
        small += piece.size if is_inline(piece) else 0
        if volume and (size + piece.size > most or len(volume) == MOST_PIECES or small > MOST_INLINE_BYTES):
            yield volume
            volume, size, small = [], 0, piece.size if is_inline(piece) else 0
        volume.append(piece)
        size += piece.size
    yield volume
