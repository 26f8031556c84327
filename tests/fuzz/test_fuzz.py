"""In short what `make fuzz` does in length: hostile files end in words, in time, in bounded memory, in their folder."""

from __future__ import annotations

import io
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from clinic_app.errors import InputError
from clinic_app.services import collective
from tests.documents.exhibits import conftest as files
from tests.fuzz.guard import Watch
from tests.fuzz.targets import TARGETS, TODAY, Target, read_evidence, read_intake, tables
from tests.fuzz.trying import Tried, made, try_many, try_one

INPUTS = 25
MOST_BYTES = 200 * 1024 * 1024
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the watch on time and memory needs POSIX")


@POSIX
@pytest.mark.parametrize("name", list(TARGETS))
def test_hostile_files_are_taken_or_refused_in_words(name: str) -> None:
    tried = try_many(TARGETS[name], INPUTS)
    assert tried.findings == []
    assert tried.inputs == INPUTS


@POSIX
@pytest.mark.parametrize("name", list(TARGETS))
def test_good_files_are_no_finding(name: str, tmp_path: Path) -> None:
    """The seeds are what people really bring: most are taken, so that spoiling them begins behind the door."""
    tried = Tried()
    for number, seed in enumerate(TARGETS[name].seeds()):
        try_one(TARGETS[name], seed, tmp_path, tried, f"seed {number}")
    assert tried.findings == []
    assert tried.taken > 0 or name == "certificate, request"


FOUND = (
    ("spreadsheet", 275),
    ("spreadsheet", 302),
    ("table as text", 514),
    ("recording, text", 1027),
    ("certificate, request", 250),
    ("settings file", 1141),
    ("signature, keys of books", 31),
)
"""Inputs that once ended in an error of ours."""


@POSIX
@pytest.mark.parametrize(("name", "number"), FOUND)
def test_what_was_found_stays_mended(name: str, number: int) -> None:
    assert try_many(TARGETS[name], 1, number).findings == []


def test_the_same_number_is_the_same_file() -> None:
    target = TARGETS["intake file"]
    assert [made(target, number) for number in range(20)] == [made(target, number) for number in range(20)]
    assert len({made(target, number) for number in range(20)}) > 15


@POSIX
def test_the_watch_sees_what_leaves_its_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()

    def escaping(content: bytes, folder: Path) -> None:
        (folder / "mine").write_bytes(content)
        outside.write_bytes(content)

    def broken(_content: bytes, _folder: Path) -> None:
        raise ZeroDivisionError

    tried = Tried()
    try_one(Target("escaping", escaping, tuple), b"x", inside, tried, "1")
    try_one(Target("broken", broken, tuple), b"x", inside, tried, "2")
    assert [finding.split()[:3] for finding in tried.findings] == [
        ["escaping", "1:", "open"],
        ["broken", "2:", "ZeroDivisionError:"],
    ]
    assert isinstance(Watch, type)


def sheet_with(content: bytes) -> bytes:
    """Return a spreadsheet whose first sheet is this XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(tables()[0])) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in good.namelist():
            packed.writestr(name, content if name == "xl/worksheets/sheet1.xml" else good.read(name))
    return out.getvalue()


def laughs() -> bytes:
    """Return XML of entities that stand for a thousand million letters."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'
    row = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData>'
    return (
        f'{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{row}</worksheet>'.encode()
    )


@pytest.mark.parametrize(
    "content",
    [sheet_with(bytes(600 * 1024 * 1024)), sheet_with(laughs()), sheet_with(b"<a>" * 300_000)],
    ids=["a member of 600 MB", "entities in entities", "nested without end"],
)
def test_spreadsheet_bombs_are_refused_in_bounded_memory(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(content)
    assert len(content) < 2 * 1024 * 1024
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            collective.read_file(file, TODAY)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def pdf_with_stream(plain: bytes) -> bytes:
    """Return a PDF of one page whose content unpacks to this."""
    packed = zlib.compress(plain, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
    parts = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream)
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))


@POSIX
def test_a_page_that_unpacks_to_gigabytes_takes_little_memory(tmp_path: Path) -> None:
    """A page that draws the same line a hundred million times, in a file of a few hundred kilobytes."""
    tried = Tried()
    bomb = pdf_with_stream(b"0 0 m 9 9 l S\n" * 20_000_000)
    assert len(bomb) < 2 * 1024 * 1024
    try_one(Target("PDF bomb", read_evidence, tuple), bomb, tmp_path, tried, "1")
    assert tried.findings == []


def test_deep_and_wide_intake_files_are_refused(tmp_path: Path) -> None:
    for content in (b"[" * 4_000_000, b'{"a":' * 900_000, b'{"format": ' + b"9" * 4_000_000 + b"}", files.bomb_png()):
        with pytest.raises(InputError):
            read_intake(content, tmp_path)
