"""What arrived and is not taken yet: proven manifests and their pieces, on the internal disk.

Stick and line both end here; one `take` (`sync/exchange.py`) goes on from here. Whatever is cut off
goes on where it was: a piece that is here is not asked for again. A newer bundle of a sender takes
the place of an older one of the same sender that never became whole, so no more lies here than one
bundle of each sender and what was in flight.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sync import bundle
from sync.bundle import Opened, Reader, Unreadable
from sync.chunks import Chunks
from sync.errors import BadRecord
from sync.shelf import Shelf
from sync.wire import CHUNK, Manifest, Piece

_OPENING: Final = "opening-"
_HALF: Final = "half-"
_PATIENCE: Final = 60 * 24 * 60 * 60  # seconds after which a bundle that never became whole goes


class Inbox:
    """A bundle's `Sink`, and where what arrived is found. Sealed chunks go to their own place at once.

    One thread and one process at a time. OSError when the disk refuses.
    """

    def __init__(self, folder: Path, reader: Reader, chunks: Chunks | None = None) -> None:
        self._shelf = Shelf(folder, reader.identity.inbox_key())
        self._reader = reader
        self._chunks = chunks

    # -- arriving ---------------------------------------------------------------------------------

    def begin(self, opened: Opened) -> None:
        """Take note of a bundle of which pieces will come; OSError (ENOSPC) when the disk has no room for them."""
        manifest = opened.manifest
        self._shelf.require(sum(piece.size for piece in manifest.pieces if self.wants(piece)) + len(opened.opening))
        self._shelf.put(_name(manifest), opened.opening)
        for older in self._opened():
            same = (older.manifest.sender, older.manifest.scope) == (manifest.sender, manifest.scope)
            if same and older.manifest.bundle != manifest.bundle and self.missing(older.manifest):
                self._shelf.remove(_name(older.manifest))

    def wants(self, piece: Piece) -> bool:
        """Return whether a piece is not here yet."""
        if bundle.is_inline(piece):
            return False
        if piece.kind == CHUNK and self._chunks is not None:
            return not self._chunks.has(piece.name.hex())
        return not self._shelf.has(piece.name.hex())

    def put(self, piece: Piece, data: bytes) -> None:
        """Keep a piece, which was proven."""
        if piece.kind == CHUNK and self._chunks is not None:
            self._chunks.put(data)
        else:
            self._shelf.put(piece.name.hex(), data)
        self.keep_half(piece, b"")

    def half(self, piece: Piece) -> bytes:
        """Return what came of a piece before the line was cut; b"" when nothing did."""
        name = _HALF + piece.name.hex()
        try:
            return self._shelf.get(name) if self._shelf.has(name) else b""
        except BadRecord:
            return b""

    def keep_half(self, piece: Piece, data: bytes) -> None:
        """Keep what came of a piece; b"" forgets it."""
        if data:
            self._shelf.put(_HALF + piece.name.hex(), data)
        else:
            self._shelf.remove(_HALF + piece.name.hex())

    def missing(self, manifest: Manifest) -> tuple[Piece, ...]:
        """Return which pieces of a bundle are not here yet, each once."""
        return tuple({piece.name: piece for piece in manifest.pieces if self.wants(piece)}.values())

    # -- taking -----------------------------------------------------------------------------------

    def arrived(self) -> list[Opened]:
        """Return the bundles that are whole, the oldest first. What can no longer be proven is removed."""
        whole = [opened for opened in self._opened() if not self.missing(opened.manifest)]
        return sorted(whole, key=lambda o: (o.manifest.made, o.manifest.bundle, o.manifest.volume))

    def get(self, piece: Piece) -> bytes:
        """Return the bytes of a piece that is here; BadRecord when the disk damaged it, which also removes it."""
        try:
            return self._shelf.get(piece.name.hex())
        except BadRecord:
            self._shelf.remove(piece.name.hex())
            raise

    def done(self, manifest: Manifest) -> None:
        """Remove a bundle that was taken, and its pieces that no other one here needs."""
        self._shelf.remove(_name(manifest))
        self._collect_pieces()

    def collect(self) -> None:
        """Remove what nothing needs any more: cut-off writes, pieces of no bundle, bundles that never became whole.

        To be called at start.
        """
        self._shelf.collect()
        now = time.time()
        for opened in self._opened():
            name = _name(opened.manifest)
            if self.missing(opened.manifest) and self._shelf.age(name, now) > _PATIENCE:
                self._shelf.remove(name)
        self._collect_pieces()

    def _collect_pieces(self) -> None:
        needed = {piece.name.hex() for opened in self._opened() for piece in opened.manifest.pieces}
        for name in list(self._shelf.names()):
            if not name.startswith(_OPENING) and name.removeprefix(_HALF) not in needed:
                self._shelf.remove(name)

    def _opened(self) -> Iterator[Opened]:
        for name in list(self._shelf.names()):
            if name.startswith(_OPENING):
                try:
                    yield bundle.read_opening(self._shelf.get(name), self._reader)
                except (Unreadable, BadRecord):  # damaged here, or its sender was revoked meanwhile
                    self._shelf.remove(name)


def _name(manifest: Manifest) -> str:
    return f"{_OPENING}{manifest.bundle.hex()}-{manifest.sender.hex()}-{manifest.volume[0]}"
