"""The Windows library that stands in for an encoder: what a reader that is not ours finds in it."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("x265_cleanup", "x265_api_get_217")


@pytest.fixture
def library(tmp_path: Path) -> bytes:
    spec = importlib.util.spec_from_file_location("slim_windows", ROOT / ".ci" / "slim_windows.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Path = module.empty("libx265.dll", FUNCTIONS, tmp_path / "made.dll")
    return made.read_bytes()


def text_at(raw: bytes, place: int) -> str:
    return raw[place : raw.index(b"\0", place)].decode("ascii")


def test_its_functions_are_found_by_name_and_return_nothing(library: bytes) -> None:
    assert library[:2] == b"MZ"
    (header,) = struct.unpack_from("<I", library, 60)
    assert library[header : header + 4] == b"PE\0\0"
    machine, sections, _, _, _, size, flags = struct.unpack_from("<HHIIIHH", library, header + 4)
    assert (machine, sections, size) == (0x8664, 1, 240)
    assert flags & 0x2000  # a library
    optional = header + 24
    assert struct.unpack_from("<H", library, optional) == (0x20B,)
    assert struct.unpack_from("<I", library, optional + 16) == (0,)  # nothing is called when it is loaded
    (export,) = struct.unpack_from("<I", library, optional + 112)
    virtual, address, length, start = struct.unpack_from("<8xIIII", library, optional + size)
    assert len(library) == start + length
    assert virtual <= length

    def place(rva: int) -> int:
        assert address <= rva < address + virtual
        return int(rva - address + start)

    fields = struct.unpack_from("<IIHH7I", library, place(export))
    name, base, count, names, functions, pointers, ordinals = fields[4:]
    assert text_at(library, place(name)) == "libx265.dll"
    assert (base, count, names) == (1, 2, 2)
    found = [text_at(library, place(at)) for at in struct.unpack_from("<2I", library, place(pointers))]
    assert found == sorted(FUNCTIONS)  # Windows looks for a name by halving
    assert struct.unpack_from("<2H", library, place(ordinals)) == (0, 1)
    for at in struct.unpack_from("<2I", library, place(functions)):
        assert library[place(at) :].startswith(b"\x31\xc0\xc3")
