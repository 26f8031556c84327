from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clinic_app.documents.exhibits import media, pdfs
from clinic_app.domain.exhibits import FileFacts, Media, Trouble, clean_name
from tests.documents.exhibits import conftest as files


def examine(content: bytes, name: str = "x") -> FileFacts:
    return media.examine(name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (files.jpeg(), (Media.JPEG, 1)),
        (files.saved(Image.new("L", (20, 20)), "PNG"), (Media.PNG, 1)),
        (files.heic(), (Media.HEIC, 1)),
        (files.saved(Image.new("RGB", (20, 20)), "WEBP"), (Media.WEBP, 1)),
        (
            files.saved(Image.new("1", (20, 20)), "TIFF", save_all=True, append_images=[Image.new("1", (9, 9))]),
            (Media.TIFF, 2),
        ),
        (files.pdf("one", "two", "three"), (Media.PDF, 3)),
        ("Mañana no vengas".encode(), (Media.TEXT, 1)),
        ("\ufeffcon marca".encode(), (Media.TEXT, 1)),
        ("ხვალ".encode("utf-16"), (Media.TEXT, 1)),
        (files.saved(Image.new("L", (100, 2000), 255), "PNG"), (Media.PNG, 11)),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, expected: tuple[Media, int]) -> None:
    facts = examine(content, "anything.exe")
    assert (facts.media, facts.pages, facts.trouble) == (*expected, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (Media.OTHER, Trouble.EMPTY)),
        (files.jpeg()[:20_000], (Media.JPEG, Trouble.DAMAGED)),
        (files.heic()[:3_000], (Media.HEIC, Trouble.DAMAGED)),
        (b"\x89PNG\r\n\x1a\nnothing", (Media.PNG, Trouble.DAMAGED)),
        (files.bomb_png(), (Media.PNG, Trouble.TOO_MANY_PIXELS)),
        (files.bomb_png(60_000, 60_000), (Media.PNG, Trouble.TOO_MANY_PIXELS)),
        (files.bomb_png(9_000, 9_000), (Media.PNG, Trouble.TOO_MANY_PIXELS)),
        (files.locked_pdf(), (Media.PDF, Trouble.LOCKED)),
        (b"%PDF-1.7\nnothing that follows is one", (Media.PDF, Trouble.DAMAGED)),
        (files.pdf("cut")[:400], (Media.PDF, Trouble.DAMAGED)),
        (b"MZ\x00\x01\xff\xfe program", (Media.OTHER, Trouble.UNKNOWN)),
        (files.sound(), (Media.SOUND, Trouble.PLAYED)),
        (b"OggS" + bytes(40), (Media.SOUND, Trouble.PLAYED)),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", (Media.VIDEO, Trouble.PLAYED)),
    ],
)
def test_what_cannot_be_printed_says_why(content: bytes, expected: tuple[Media, Trouble]) -> None:
    facts = examine(content)
    assert (facts.media, facts.trouble, facts.pages) == (*expected, 0)


def test_a_pdf_with_ten_thousand_pages_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    many = files.pdf(*[f"{number}" for number in range(600)])
    assert examine(many).trouble is Trouble.TOO_MANY_PAGES
    monkeypatch.setattr(pdfs, "MOST_PAGES", 600)
    assert examine(many).pages == 600


def test_a_pdf_of_one_page_named_ten_thousand_times_is_told_too() -> None:
    import pikepdf  # noqa: PLC0415 - only this test builds one by hand

    with pikepdf.open(io.BytesIO(files.pdf("again"))) as document:
        page = document.pages[0]
        for _ in range(9_999):
            document.pages.append(page)
        out = io.BytesIO()
        document.save(out)
    assert examine(out.getvalue()).trouble is Trouble.TOO_MANY_PAGES


def test_a_file_too_large_to_print_is_kept_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_PRINTED_BYTES", 1000)
    assert examine(files.jpeg()).trouble is Trouble.TOO_LARGE
    monkeypatch.setattr(media, "MOST_TEXT_BYTES", 10)
    assert examine("ñandú de más".encode()).trouble is Trouble.TOO_LARGE
    assert examine(b"\x80\x81\x82\x83\x84 of no text").trouble is Trouble.UNKNOWN


def test_the_length_of_sounds_is_read_where_the_file_tells_it() -> None:
    assert examine(files.sound(3)).millis in range(2990, 3020)
    mvhd = struct.pack(">I4sIIIII", 28, b"mvhd", 0, 0, 0, 600, 600 * 95)
    moov = struct.pack(">I4s", 8 + len(mvhd), b"moov") + mvhd
    voice = struct.pack(">I4s4sI", 16, b"ftyp", b"M4A ", 0) + struct.pack(">I4s", 12, b"free") + bytes(4) + moov
    assert examine(voice).millis == 95_000
    opus = b"OggS" + bytes(24) + b"OpusHead" + b"\x01\x01" + struct.pack("<H", 312) + bytes(12)
    last = b"OggS\x00\x04" + struct.pack("<q", 48_000 * 7 + 312) + bytes(12)
    assert examine(opus + last).millis == 7_000


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"RIFF", b"OggS", b"%PDF-", b"\xff\xd8\xff", b"\x00\x00\x00\x20ftypM4A "]),
)
def test_any_bytes_get_an_answer(body: bytes, head: bytes) -> None:
    facts = examine(head + body)
    assert facts.pages >= 0
    assert facts.trouble is not None or facts.pages


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\recibo.pdf", "recibo.pdf"),
        ("reci\u202ebo\u0000.pdf", "recibo.pdf"),
        ("ანკეტა.jpg", "ანკეტა.jpg"),
        ("nómina.pdf", "nómina.pdf"),
        ("a/b/", "b"),
        ("..", "file without a name"),
        ("", "file without a name"),
        ("x" * 300 + ".jpeg", "x" * 114 + "….jpeg"),
    ],
)
def test_a_name_is_data_and_never_a_path(name: str, clean: str) -> None:
    assert clean_name(name) == clean
