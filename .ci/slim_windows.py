"""Writes a Windows library of a few functions that do nothing, to stand in for one that is never asked.

It is written byte by byte, so that every computer that builds makes the same: a PE32+ file of one
section, which holds the one instruction that all functions share and the table of their names.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_FILE_STEP = 0x200
_PAGE = 0x1000
_HEADERS = 0x200  # bytes of all headers
_BASE = 0x1_8000_0000
_CODE = b"\x31\xc0\xc3"  # xor eax, eax; ret
_DIRECTORY = struct.Struct("<IIHH7I")  # of the names
_X86_64 = 0x8664
_IS_DLL = 0x2022  # executable, large addresses, a library
_MAY_MOVE = 0x0160  # anywhere in memory; its data is no code
_SECTION = 0x6000_0060  # code and data, to read and run


def empty(name: str, functions: Sequence[str], out: Path) -> Path:
    """Write to `out` a library called `name` whose functions do nothing and return 0, and return it."""
    content = _content(name, sorted(functions))
    length = -(-len(content) // _FILE_STEP) * _FILE_STEP
    out.write_bytes(_headers(len(content), length).ljust(_HEADERS, b"\0") + content.ljust(length, b"\0"))
    return out


def _content(name: str, functions: Sequence[str]) -> bytes:
    """Return the section: the code, then the directory, addresses, names' places, ordinals and names."""
    count = len(functions)
    at = _PAGE + 16  # of the directory; the code lies before it
    addresses = at + _DIRECTORY.size
    pointers = addresses + 4 * count
    ordinals = pointers + 4 * count
    texts = ordinals + 2 * count
    strings = [text.encode("ascii") + b"\0" for text in (name, *functions)]
    places = [texts + sum(map(len, strings[:number])) for number in range(len(strings))]
    directory = _DIRECTORY.pack(0, 0, 0, 0, places[0], 1, count, count, addresses, pointers, ordinals)
    return b"".join(
        [
            _CODE.ljust(16, b"\xcc"),
            directory,
            struct.pack(f"<{count}I", *[_PAGE] * count),
            struct.pack(f"<{count}I", *places[1:]),
            struct.pack(f"<{count}H", *range(count)),
            *strings,
        ]
    )


def _headers(size: int, length: int) -> bytes:
    """Return everything before the section, which has `size` bytes and `length` bytes of the file."""
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        *(0x20B, 14, 0, length, 0, 0, 0, _PAGE),  # no function is called when it is loaded
        *(_BASE, _PAGE, _FILE_STEP, 6, 0, 0, 0, 6, 0, 0),
        *(2 * _PAGE, _HEADERS, 0, 2, _MAY_MOVE),
        *(0x10_0000, 0x1000, 0x10_0000, 0x1000, 0, 16),
    )
    names = struct.pack("<II", _PAGE + 16, size - 16)
    directories = names.ljust(16 * 8, b"\0")
    coff = struct.pack("<HHIIIHH", _X86_64, 1, 0, 0, 0, len(optional) + len(directories), _IS_DLL)
    section = struct.pack("<8sIIIIIIHHI", b".text", size, _PAGE, length, _HEADERS, 0, 0, 0, 0, _SECTION)
    return dos + b"PE\0\0" + coff + optional + directories + section
