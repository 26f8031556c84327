"""What a file is, seen from its content, and how much of it can be put on paper.

Nothing is believed: not the name, not the length that a header tells. Whatever the bytes are, the
answer is a kind, a number of pages or a reason; never an error.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, Final

from clinic_app.documents.exhibits import pdfs, pictures
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import FileFacts, Media, Trouble, clean_name

MOST_PRINTED_BYTES: Final = 60 * 1024 * 1024
MOST_TEXT_BYTES: Final = 256 * 1024
"""About 100 pages of a printed chat."""

_HEAD: Final = 1024
_TAIL: Final = 64 * 1024
_MOST_BOXES: Final = 2000
_SIGNS: Final = (
    (0, b"\xff\xd8\xff", Media.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", Media.PNG),
    (0, b"II*\x00", Media.TIFF),
    (0, b"MM\x00*", Media.TIFF),
    (0, b"OggS", Media.SOUND),
    (0, b"ID3", Media.SOUND),
    (0, b"fLaC", Media.SOUND),
    (0, b"#!AMR", Media.SOUND),
    (0, b"\x1aE\xdf\xa3", Media.VIDEO),
)
_RIFF: Final = {b"WEBP": Media.WEBP, b"WAVE": Media.SOUND, b"AVI ": Media.VIDEO}
_PICTURE_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B "})


def examine(name: str, stream: BinaryIO) -> FileFacts:
    """Say what a file is and how many pages of it can be printed. The stream can seek; OSError as it gives it."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    name = clean_name(name)
    if size == 0:
        return FileFacts(name, Media.OTHER, trouble=Trouble.EMPTY)
    head = stream.read(_HEAD)
    media = _kind(head)
    if media in {Media.SOUND, Media.VIDEO}:
        return FileFacts(name, media, trouble=Trouble.PLAYED, millis=_length(head, stream, size))
    if size > (MOST_PRINTED_BYTES if media else MOST_TEXT_BYTES):
        known = media or (Media.TEXT if _reads_as_text(head) else Media.OTHER)
        return FileFacts(name, known, trouble=Trouble.UNKNOWN if known is Media.OTHER else Trouble.TOO_LARGE)
    stream.seek(0)
    content = stream.read(size)
    try:
        if media is Media.PDF:
            return FileFacts(name, media, pdfs.page_count(content))
        if media is not None:
            return FileFacts(name, media, pictures.page_count(content, media))
    except CannotPrint as error:
        return FileFacts(name, media or Media.OTHER, trouble=error.why)
    if read_text(content) is None:
        return FileFacts(name, Media.OTHER, trouble=Trouble.UNKNOWN)
    return FileFacts(name, Media.TEXT, pages=1)


def read_text(content: bytes) -> str | None:
    """Return the text of a plain text file; None when it is none."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _reads_as_text(head: bytes) -> bool:
    """Say whether the first bytes are text; the last letter may be cut."""
    return b"\0" not in head and len(head) - len(head.decode("utf-8", "ignore").encode()) < 4  # noqa: PLR2004 - a letter


def _kind(head: bytes) -> Media | None:
    """Return what the first bytes say; None when they say nothing: it may be text."""
    for at, sign, media in _SIGNS:
        if head[at : at + len(sign)] == sign:
            return media
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], Media.OTHER)
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), 64), 4))}
        if brands & _PICTURE_BRANDS:
            return Media.HEIC
        return Media.SOUND if head[8:12] in _SOUND_BRANDS else Media.VIDEO
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # noqa: PLR2004 - the sync bits of an MP3 frame
        return Media.SOUND
    return Media.PDF if b"%PDF-" in head else None


def _length(head: bytes, stream: BinaryIO, size: int) -> int:
    """Return the length of a sound or film in milliseconds where its file says so plainly, else 0."""
    try:
        if head[:4] == b"RIFF":
            rate = int(struct.unpack_from("<I", head, 28)[0])
            return size * 1000 // rate
        if head[:4] == b"OggS":
            return _ogg_length(head, stream, size)
        if head[4:8] == b"ftyp":
            return _mp4_length(stream, size)
    except (struct.error, IndexError, ZeroDivisionError, OverflowError):
        return 0
    return 0


def _ogg_length(head: bytes, stream: BinaryIO, size: int) -> int:
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    last = tail.rfind(b"OggS")
    samples = int(struct.unpack_from("<q", tail, last + 6)[0]) if last >= 0 else 0
    opus = head.find(b"OpusHead")
    vorbis = head.find(b"\x01vorbis")
    if opus >= 0:
        rate, skip = 48_000, int(struct.unpack_from("<H", head, opus + 10)[0])
    elif vorbis >= 0:
        rate, skip = int(struct.unpack_from("<I", head, vorbis + 12)[0]), 0
    else:
        return 0
    return max(0, samples - skip) * 1000 // rate


def _mp4_length(stream: BinaryIO, size: int) -> int:
    """Walk the boxes of an MP4 file to the one that tells its length."""
    at, end = 0, size
    for _ in range(_MOST_BOXES):
        stream.seek(at)
        head = stream.read(16)
        if at + 8 > end or len(head) < 8:  # noqa: PLR2004 - a box begins with its length and name
            return 0
        length, name = struct.unpack(">I4s", head[:8])
        inside = at + 8
        if length == 1:
            length, inside = struct.unpack(">Q", head[8:16])[0], at + 16
        elif length == 0:
            length = end - at
        if name == b"moov":
            at, end = inside, min(end, at + length)
            continue
        if name == b"mvhd":
            stream.seek(inside)
            return _mvhd(stream.read(36))
        if length < 8:  # noqa: PLR2004 - the same
            return 0
        at += length
    return 0


def _mvhd(body: bytes) -> int:
    scale, length = struct.unpack_from(">IQ", body, 20) if body[0] == 1 else struct.unpack_from(">II", body, 12)
    return int(length * 1000 // scale)
