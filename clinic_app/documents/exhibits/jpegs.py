"""The segments of a JPEG file: what is picture stays, what is told about it goes. No pixel is touched."""

from __future__ import annotations

from typing import Final

_START: Final = b"\xff\xd8"
_SCAN: Final = 0xDA
_ADOBE: Final = 0xEE  # says how the colours are mixed: without it some would be wrong
_TELLING: Final = frozenset({*range(0xE0, 0xF0), 0xFE}) - {_ADOBE}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def bare(content: bytes) -> bytes:
    """Return the JPEG without place, device, date, preview, colour profile and comments; anything else as it is."""
    if not content.startswith(_START):
        return content
    parts, at = [_START], len(_START)
    while at + 4 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every marker begins with it
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filling between segments
            at += 1
            continue
        if marker in _ALONE:
            parts.append(content[at : at + 2])
            at += 2
            continue
        if marker == _SCAN:
            break
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _TELLING:
            parts.append(content[at:end])
        at = end
    parts.append(content[at:])
    return b"".join(parts)
