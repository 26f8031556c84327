"""Help never drifts from the screens: what it names stands there, in each language; every question has help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import yaml
from babel.messages.pofile import read_po

from clinic_app import paths
from clinic_app.domain.catalogue import OF_THE_CLINIC, SECTIONS
from clinic_app.domain.packet import Paper
from clinic_app.i18n import SCREEN_LANGUAGES, words
from clinic_app.rules.book import RuleBook
from clinic_app.services import guide, tour

KEYS = re.compile(r"(F\d+|Ctrl\+\w|Tab|Enter|Esc)\Z")
SOURCES = Path(__file__).resolve().parents[2] / "clinic_app"
LANGUAGES = tuple(SCREEN_LANGUAGES)


def ids() -> set[str]:
    """Return every text that screens and papers can say."""
    marked = re.compile(r"(?:N_|\bw|words)\(\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+)")
    found: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        for said in marked.findall(file.read_text("utf-8")):
            found.add("".join(re.findall(r"\"((?:[^\"\\]|\\.)*)\"", said)))
    return found


def said(language: str) -> set[str]:
    """Return every text of the catalog of a language."""
    if language == "en":
        return ids()
    with (paths.resources() / "locale" / language / "LC_MESSAGES" / "clinic.po").open("rb") as file:
        return {str(message.string) for message in read_po(file, locale=language) if message.id}


def pages(language: str) -> Iterator[tuple[str, str]]:
    for file in sorted((guide.folder() / language).glob("*.md")):
        yield file.name, file.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_help_names_stands_on_the_screen(language: str) -> None:
    known, on_screen = ids(), said(language)
    assert len(known) > 1000
    for name, text in pages(language):
        for named in re.findall(r"\[\[(.+?)\]\]", text):
            assert named in known, f"{name}: no screen says “{named}”"
        for bold in re.findall(r"\*\*(.+?)\*\*", text):
            assert KEYS.match(bold) or bold in on_screen, f"{name}: no screen says “{bold}”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_tour_names_stands_on_the_screen(language: str) -> None:
    on_screen = said(language)
    told = yaml.safe_load(tour.file().read_text("utf-8"))["steps"]
    for step in told:
        for bold in re.findall(r"\*\*(.+?)\*\*", step["say"][language]):
            assert bold in on_screen, f"{step['id']}: no screen says “{bold}”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_put_in_as_the_catalog_says_them(language: str) -> None:
    w = words(language)
    told = guide.page("intake", language, w)
    assert f"**{w('Next')}**" in told
    assert "[[" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_interview_has_help(language: str) -> None:
    for section in SECTIONS:
        for field in section.fields:
            if section not in OF_THE_CLINIC and not field.later:
                path = f"{section.id}[row].{field.id}" if section.many else f"{section.id}.{field.id}"
                assert field.help or guide.question_text(path, language), path
    written = yaml.safe_load((guide.folder() / language / "questions.yaml").read_text("utf-8"))
    there = {f"{section.id}.{field.id}" for section in SECTIONS for field in section.fields}
    assert set(written) <= there
    if language == "ka":
        assert all(re.search(r"[ა-ჰ]", text) for text in written.values())


def test_why_a_question_of_a_rule_book_is_asked_comes_from_the_book(books: Mapping[str, RuleBook]) -> None:
    silent = []
    for book in books.values():
        for field in book.fields:
            path = f"answers.{field.id}"
            reasons = list(guide.decides(book, path))
            asked_for = any(path in facts for facts in book.reach.values())
            if not reasons and not field.help and not asked_for:
                silent.append(path)
    assert len(silent) <= 5, silent  # these are for the papers alone
    clock = next(one for one in books["mx"].deadlines if one.id == "dismissal")
    assert clock.label in list(guide.decides(books["mx"], "job.last_day"))[: guide.MOST_DECIDED]
    assert clock.label not in list(guide.decides(books["mx"], "answers.payslips"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_has_every_page_once_and_is_printed(language: str) -> None:
    w = words(language)
    chapters = guide.chapters(language, w)
    topics = [leaf.topic for chapter in chapters for leaf in chapter.leaves]
    assert len(topics) == len(set(topics))
    assert set(topics) == {name.removesuffix(".md") for name, _ in pages(language)}
    assert all(leaf.title and leaf.text for chapter in chapters for leaf in chapter.leaves)
    made = pdfium.PdfDocument(guide.render(language, Paper.A4, w, w("User guide")))
    told = "".join(page.get_textpage().get_text_range() for page in made).replace("\r\n", " ")
    for chapter in chapters:
        assert chapter.title in told
    assert w("Next") in told
    assert "**" not in told


def test_pictures_of_the_guide_are_small() -> None:
    files = list(guide.pictures().glob("*.png"))
    assert sum(file.stat().st_size for file in files) <= 3 * 1024 * 1024
    topics = {name.removesuffix(".md") for name, _ in pages("en")}
    assert {file.stem.rpartition("-")[0] for file in files} <= topics


def test_a_search_finds_what_holds_all_the_words() -> None:
    w = words("en")
    found = [leaf.topic for leaf in guide.search("STICK words", "en", w)]
    assert "sending" in found
    assert guide.search("", "en", w) == ()
    assert guide.search("qwertyuiop", "en", w) == ()
