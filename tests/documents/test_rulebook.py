"""The printed rule book: signature lines, every chapter, hostile words as plain text, same bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pypdfium2

from clinic_app.documents.rulebook import SIGNERS, render
from clinic_app.domain.packet import Paper
from clinic_app.domain.rulebook import BookSource, Chapter, Entry, Grid, Line

SOURCE = BookSource(
    title="Zembla",
    place="zembla",
    version="zembla-1",
    digest="ab" * 32,
    language="en",
    paper=Paper.A4,
    prepared_on=dt.date(2026, 11, 22),
    chapters=(
        Chapter(
            "Amounts",
            "About them.",
            (Entry("shortfall", "Pay <b>below", (Line("Owed when", "pay < minimum & more"),)),),
        ),
        Chapter(
            "Values",
            "",
            (Entry("wage", "Wage", (), Grid(("From", "Value", "Source"), (("2026-01-01", "1 100", "Gazette"),), 2)),),
        ),
        Chapter("Nothing", "", ()),
    ),
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_the_book_prints_whole() -> None:
    text = text_of(render(SOURCE, "1.0"))
    assert "abababab abababab" in text
    assert text.count("Name, licence, date, signature") == SIGNERS
    for words in ("Pay <b>below", "pay < minimum & more", "shortfall", "Gazette", "2026-01-01", "About them."):
        assert words in text, words
    assert "Nothing" not in text
    assert "zembla-1" in text


def test_the_same_source_gives_the_same_bytes() -> None:
    assert render(SOURCE, "1.0") == render(SOURCE, "1.0")
    assert render(SOURCE, "1.0") != render(replace(SOURCE, digest="cd" * 32), "1.0")


def test_a_book_of_many_long_entries_is_bound() -> None:
    lines = tuple(Line(f"Line {n}", "word " * 400) for n in range(12))
    entries = tuple(Entry(f"e{n}", f"Entry {n}", lines) for n in range(3))
    pdf = render(replace(SOURCE, chapters=(Chapter("Long", "", entries),)), "1.0")
    assert len(pypdfium2.PdfDocument(pdf)) > 3
