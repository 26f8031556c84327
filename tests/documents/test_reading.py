"""Worker papers are read aloud: short sentences in each language, and letters of many languages as they were typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Table

from clinic_app import paths
from clinic_app.documents import slips, worker
from clinic_app.documents.packet import render
from clinic_app.documents.voice import Voice, voice
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document, PacketSource, Paper, Preset
from clinic_app.rules.assess import assess
from clinic_app.rules.book import RuleBook
from clinic_app.services import intake
from clinic_app.services.packet import questions_of
from tests.documents.conftest import MakeSource, record, text_of, with_section

ON = dt.date(2026, 10, 20)
MOST_WORDS = 20
EXAMPLES = sorted((paths.resources() / "intakes").glob("*.json"))


def spoken(parts: list[Flowable]) -> list[str]:
    """The plain text of every paragraph, those in boxes and tables too."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Paragraph):
            found.append(" ".join(frag.text for frag in part.frags))
        elif isinstance(part, KeepTogether):
            found += spoken(part._content)  # type: ignore[attr-defined]  # reportlab has no public name for it
        elif isinstance(part, Table):
            cells = [cell for row in _rows_of(part) for cell in row]
            inside = [one for cell in cells for one in (cell if isinstance(cell, list) else [cell])]
            found += spoken([one for one in inside if isinstance(one, Flowable)])
    return found


def _rows_of(table: Table) -> list[list[object]]:
    rows: list[list[object]] = table._cellvalues  # type: ignore[attr-defined]  # reportlab has no public name for it
    return rows


def sentences(text: str) -> list[str]:
    """Sentences and the parts of a list: what stands between full stops, colons and semicolons."""
    return [part for part in re.split(r"[.!?…:;]+\s|\n", text.replace("\u00a0", " ")) if part.strip()]


def source_of(books: Mapping[str, RuleBook], place: str, file: str, language: str) -> PacketSource:
    case = intake.decode((paths.resources() / "intakes" / file).read_bytes(), books)
    told = {"told": "Corto.", "wants": "Corto."}  # what the worker said is not ours to shorten
    case = replace(case, sections={**case.sections, "story": record(**told)}, lists={**case.lists, "evidence": ()})
    book = books[place]
    return PacketSource(
        case, assess(book, case, ON), Preset.WORKER, Paper.A4, language, ON, "Clínica", questions_of(book), "0"
    )


def papers(v: Voice) -> list[str]:
    return spoken([*worker.summary(v), *worker.next_steps(v), *worker.reminder(v), *slips.consent(v)])


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_sentences_of_worker_papers_have_at_most_twenty_words(books: Mapping[str, RuleBook], file: object) -> None:
    name = getattr(file, "name", "")
    place = name.partition("-")[0]
    for language in {"en", books[place].main_language}:
        v = voice(source_of(books, place, name, language))
        long = [s for text in papers(v) for s in sentences(text) if len(s.split()) > MOST_WORDS]
        assert long == [], (language, long)


LETTERS = {
    "Nahuatl": "nitlahtoa, tēlpochtli, kuali, ꞌ, ʼ, nēchpalēhuia, Ā ā Ē ē Ī ī Ō ō ü",
    "Yucatec Maya": "k’iin, ts’o’ok, ch’íijil, p’uuk, ja’abil, ʼ, ꞌ, óox, máax",
    "Quechua": "llamk’ani, q’ara, qhapaq, p’acha, tʼanta, ñañay, wiñay, ä",
    "others": "ɨ ɨ́ ƛ ŋ ʉ ä ë ï ö ü ş ğ ı ə Հայերեն Русский ქართული",
}


@pytest.mark.parametrize("language", LETTERS)
def test_letters_are_printed_as_they_were_typed(make_source: MakeSource, case: CaseFile, language: str) -> None:
    typed = LETTERS[language]
    pdf = render(make_source(case=with_section(case, "story", told=typed), documents=(Document.STATEMENT,)))
    text = text_of(pdf)
    assert "□" not in text
    for word in typed.replace(",", "").split():
        assert word in text, word


@pytest.mark.parametrize("typed", ["שלום עליכם", "مرحبا", "漢字かな", "🧑‍🌾", "\u202eabc\u202c"])
def test_letters_that_no_font_of_ours_holds_are_seen_to_be_missing(
    make_source: MakeSource, case: CaseFile, typed: str
) -> None:
    pdf = render(
        make_source(case=with_section(case, "story", told=f"Antes {typed} después"), documents=(Document.STATEMENT,))
    )
    text = text_of(pdf)
    assert "Antes" in text
    assert "después" in text
    assert "\u202e" not in text
