from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from clinic_app.documents.packet import plan, render
from clinic_app.documents.worker import first_sentences
from clinic_app.domain.assessment import Assessment, RedFlag, Status
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document
from tests.documents.conftest import MakeSource, lines_of, page_texts, text_of, with_section


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_summary_is_one_sheet_in_large_letters_and_short_lines(make_source: MakeSource, language: str) -> None:
    pdf = render(make_source(documents=(Document.WORKER_SUMMARY,), language=language))
    assert len(page_texts(pdf)) <= 2
    for page in range(len(page_texts(pdf))):
        body = [line for line in lines_of(pdf, page) if line.bottom > 80]
        assert body
        assert min(line.size for line in body) >= 14
        assert max(len(line.text) for line in body) <= 65


def test_the_summary_can_be_read_aloud_in_two_minutes(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.WORKER_SUMMARY,), language="en")))
    assert 100 < len(re.findall(r"\w+", text)) <= 300


def test_the_first_page_has_no_article_of_law(make_source: MakeSource) -> None:
    first = page_texts(render(make_source(documents=(Document.WORKER_SUMMARY,), language="en")))[0]
    assert "LFT" not in first
    assert "MXN 133,302.85" in first
    assert "Wednesday, September 9, 2026" in first


def test_the_card_shows_one_big_date_with_its_weekday(make_source: MakeSource) -> None:
    for language, (weekday, *date) in {
        "es": ("miércoles", "9 de septiembre", "de 2026"),
        "en": ("Wednesday", "September 9, 2026"),
        "ka": ("ოთხშაბათი", "09 სექტემბერი, 2026"),
    }.items():
        pdf = render(make_source(documents=(Document.NEXT_STEPS,), language=language))
        assert len(page_texts(pdf)) == 1
        lines = lines_of(pdf, 0)
        big = [line for line in lines if line.size >= 36]
        assert big[0].text.strip() == weekday
        assert [line.text for line in big[1:]] == date


def test_a_passed_date_sends_to_a_lawyer(make_source: MakeSource, assessment: Assessment) -> None:
    late = tuple(replace(d, safe_date=dt.date(2026, 7, 1), passed=True) for d in assessment.deadlines)
    source = make_source(assessment=replace(assessment, deadlines=late), language="en")
    for document in (Document.WORKER_SUMMARY, Document.NEXT_STEPS):
        assert "Talk to a lawyer today." in text_of(render(replace(source, documents=(document,))))


def test_a_clock_that_ran_out_is_told_also_when_another_still_runs(
    make_source: MakeSource, assessment: Assessment
) -> None:
    first, second = assessment.deadlines
    mixed = (replace(first, safe_date=dt.date(2026, 7, 1), passed=True), second)
    source = make_source(assessment=replace(assessment, deadlines=mixed), language="en")
    for document in (Document.WORKER_SUMMARY, Document.NEXT_STEPS):
        text = text_of(render(replace(source, documents=(document,))))
        assert "Claim against the dismissal. A last day has passed: Wednesday, July 1, 2026." in text
        assert "Friday" in text
        assert "July 9, 2027" in text


def test_a_range_is_told_as_a_range(make_source: MakeSource, assessment: Assessment) -> None:
    doubt = replace(assessment, total_low=Decimal(100))
    text = text_of(render(make_source(assessment=doubt, documents=(Document.WORKER_SUMMARY,), language="en")))
    assert "MXN 100.00 – 133,302.85 The sum lies between these two." in text


def test_no_clock_is_said_and_not_left_blank(make_source: MakeSource, assessment: Assessment) -> None:
    source = make_source(assessment=replace(assessment, deadlines=()), language="en")
    for document in (Document.WORKER_SUMMARY, Document.NEXT_STEPS):
        assert "We found no last day yet" in text_of(render(replace(source, documents=(document,))))


def test_the_card_of_a_hidden_worker_names_no_office(make_source: MakeSource, case: CaseFile) -> None:
    source = make_source(documents=(Document.NEXT_STEPS,), language="en")
    assert "Labour conciliation centre" in text_of(render(source))
    hidden = replace(source, case=with_section(case, "worker", keep_hidden="yes"))
    assert "Labour conciliation centre" not in text_of(render(hidden))


@pytest.mark.parametrize(
    ("story", "first"),
    [
        ("One. Two! Three?  Four… Five. Six.", "One. Two! Three? Four…"),
        ("No full stop here", "No full stop here"),
        ("word " * 200, "word word word…"),
        ("A short one. " + "long " * 100 + ".", "A short one."),
        ("", ""),
    ],
)
def test_the_story_is_repeated_in_whole_sentences(story: str, first: str) -> None:
    assert first_sentences(story, limit=40 if story.startswith("A") else 60 if "word" not in story else 15) == first


def test_an_urgent_point_is_told_without_saying_which(make_source: MakeSource, assessment: Assessment) -> None:
    flag = RedFlag("violence", {"en": "Violence"}, {"en": "Speak alone with the person."})
    source = make_source(
        assessment=replace(assessment, red_flags=(flag,)), documents=(Document.WORKER_SUMMARY,), language="en"
    )
    text = text_of(render(source))
    assert text.index("is urgent. Talk with us about it today") < text.index("What you told us")
    assert "Violence" not in text
    assert "Speak alone" not in text


def test_the_books_own_steps_and_warnings_stand_line_by_line(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.WORKER_SUMMARY,), language="en")))
    assert "• File the request. • Keep the receipt. • Write down your hours." in text
    assert "• You have: Recibos de mayo y junio, Mensajes del encargado, Gafete. • Keep receipts." in text


def test_two_offices_for_the_same_step_are_both_named(make_source: MakeSource, assessment: Assessment) -> None:
    first = assessment.routes[0]
    routes = (first, replace(first, id="state", name={"en": "State centre"}), replace(first, bring={"en": "all"}))
    source = make_source(assessment=replace(assessment, routes=routes), language="en")
    for document in (Document.WORKER_SUMMARY, Document.NEXT_STEPS):
        text = text_of(render(replace(source, documents=(document,))))
        assert "Labour conciliation centre or State centre" in text
        assert "State centre or" not in text


def test_nothing_left_to_count_is_said_in_words(make_source: MakeSource, assessment: Assessment) -> None:
    paid = replace(assessment, total_low=Decimal(-100), total_high=Decimal(0))
    text = text_of(render(make_source(assessment=paid, documents=(Document.WORKER_SUMMARY,), language="en")))
    assert "we count no sum that is still owed" in text


def test_the_summary_stands_in_two_languages_side_by_side(make_source: MakeSource) -> None:
    source = make_source(documents=(Document.BILINGUAL_SUMMARY,), language="en", official="es")
    pdf = render(source)
    text = text_of(pdf)
    for words in ("English Español", "What the law seems to say", "Lo que parece decir la ley", "MXN 133,302.85"):
        assert words in text
    both = [line for page in range(len(page_texts(pdf))) for line in lines_of(pdf, page)]
    own = next(line for line in both if line.text.startswith("What you told us"))
    official = next(line for line in both if line.text.startswith("Lo que nos contaste"))
    assert own.bottom == pytest.approx(official.bottom, abs=1)
    assert own.left < official.left
    assert min(line.size for line in both if line.bottom > 80 and "Español" not in line.text) >= 9.5


def test_two_languages_are_printed_only_when_they_are_two(make_source: MakeSource) -> None:
    for language, official, chosen in (("es", "es", False), ("en", "es", True), ("ka", "ka", False), ("es", "", False)):
        planned = {p.document: p for p in plan(make_source(language=language, official=official))}
        assert (Document.BILINGUAL_SUMMARY in planned) is chosen
        assert planned[Document.WORKER_SUMMARY].chosen is not chosen
        assert planned[Document.WORKER_SUMMARY].allowed


def test_nothing_found_is_a_result_that_is_said(make_source: MakeSource, assessment: Assessment) -> None:
    none = tuple(replace(f, status=Status.NOT_FOUND, missing=()) for f in assessment.findings)
    clear = replace(
        assessment,
        findings=none,
        amounts=(),
        not_computed=(),
        total_low=Decimal(0),
        total_high=Decimal(0),
        deadlines=(),
    )
    text = text_of(render(make_source(documents=(Document.WORKER_SUMMARY,), language="en", assessment=clear)))
    assert "We found no breach of the law in what you told us." in text
    assert "We need more answers" not in text
    assert "We cannot give a sum yet." not in text


def test_open_questions_are_never_told_as_nothing_found(make_source: MakeSource, assessment: Assessment) -> None:
    ask = tuple(replace(f, status=Status.NEEDS_ANSWER) for f in assessment.findings)
    text = text_of(
        render(
            make_source(
                documents=(Document.WORKER_SUMMARY,), language="en", assessment=replace(assessment, findings=ask)
            )
        )
    )
    assert "We need more answers before we can say." in text
    assert "no breach" not in text
