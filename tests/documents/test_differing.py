"""Two records that differ are printed as such, where the fact is used, and nothing private with them."""

from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.documents.packet import render
from clinic_app.domain.differences import Difference, Said
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Merge
from clinic_app.domain.packet import Document
from clinic_app.words import N_
from tests.documents.conftest import MakeSource, text_of

AT = dt.datetime(2026, 7, 18, 9, 30, tzinfo=dt.UTC)
LAST_DAY = Difference(
    "c1",
    "job.last_day",
    N_("Last day worked"),
    Merge.REGISTER,
    (
        Said("a", Edtf.parse("2026-07-09"), "Eva", "Laptop 1", AT),
        Said("b", Edtf.parse("2026-07-02"), "Omar", "Laptop 2", AT.replace(day=19)),
    ),
)
CONTACT = Difference(
    "c1",
    "contact.phone",
    N_("Safe phone number"),
    Merge.STRICT,
    (Said("a", "951 000 11 22", "Eva", "Laptop 1", AT), Said("b", "951 000 33 44", "Omar", "Laptop 2", AT)),
)
NOTE = (
    "Two records differ: Last day worked “Thursday, July 9, 2026” (Eva, 18 Jul 2026); "
    "“Thursday, July 2, 2026” (Omar, 19 Jul 2026)."
)


@pytest.mark.parametrize(
    "document",
    [
        Document.STATEMENT,
        Document.CHRONOLOGY,
        Document.VIOLATIONS,
        Document.CALCULATION,
        Document.CONCILIATION_REQUEST,
    ],
)
def test_papers_that_use_the_fact_tell_both_records(make_source: MakeSource, document: Document) -> None:
    source = make_source(differences=(LAST_DAY, CONTACT), documents=(document,), language="en")
    text = text_of(render(source))
    assert NOTE in text
    assert "951 000" not in text
    assert "Two records differ" not in text_of(render(make_source(documents=(document,), language="en")))


def test_the_worker_is_told_in_plain_words(make_source: MakeSource) -> None:
    source = make_source(differences=(LAST_DAY, CONTACT), documents=(Document.WORKER_SUMMARY,), language="en")
    text = text_of(render(source))
    assert "Two papers say different things: Last day worked" in text
    assert "we count with the earlier day" in text
    assert "Omar" not in text


def test_a_question_of_the_book_is_asked_in_its_words(make_source: MakeSource) -> None:
    answered = Difference(
        "c1",
        "answers.written_notice",
        "",
        Merge.REGISTER,
        (Said("a", "yes", "", "L1", AT), Said("b", "no", "Omar", "L2", AT)),
    )
    text = text_of(render(make_source(differences=(answered,), documents=(Document.VIOLATIONS,), language="en")))
    assert "Were you given written notice? “Yes” (18 Jul 2026); “No” (Omar, 18 Jul 2026)." in text
