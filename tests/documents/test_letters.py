from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clinic_app.documents.letters import reply_by
from clinic_app.documents.packet import render
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document
from tests.documents.conftest import MakeSource, page_texts, text_of, with_section


@pytest.mark.parametrize(
    ("prepared", "limit", "answer"),
    [
        ("2026-07-20", None, "2026-07-27"),
        ("2026-07-18", None, "2026-07-27"),  # a Saturday: the seventh day is a Saturday too
        ("2026-07-20", "2026-07-24", "2026-07-23"),
        ("2026-07-20", "2026-07-21", None),
        ("2026-07-20", "2026-07-01", None),
    ],
)
def test_the_answer_is_due_on_a_weekday_before_the_first_clock_ends(
    prepared: str, limit: str | None, answer: str | None
) -> None:
    day = reply_by(dt.date.fromisoformat(prepared), dt.date.fromisoformat(limit) if limit else None)
    assert day == (dt.date.fromisoformat(answer) if answer else None)


def test_the_demand_lists_what_is_asked_with_its_law_and_total(make_source: MakeSource) -> None:
    pdf = render(make_source(documents=(Document.EMPLOYER_DEMAND,), language="en"))
    assert len(page_texts(pdf)) == 1  # the signature stands under the sums
    text = text_of(pdf)
    for part in (
        "To: Empacadora Práctica S.A.",
        "Constitutional indemnity (3 months) LFT 48, 89 MXN 75,945.21",
        "MXN 133,302.85",
        "by Monday, July 27, 2026",
        "neither a resignation nor a waiver",
        "Received: name, date",
    ):
        assert part in text, part


def test_what_a_lawyer_has_to_decide_is_not_in_the_demand(make_source: MakeSource) -> None:
    assert "LFT 48 Bis" not in text_of(render(make_source(documents=(Document.EMPLOYER_DEMAND,), language="en")))


def test_one_who_still_works_there_says_so(make_source: MakeSource, case: CaseFile) -> None:
    job = {name: answer for name, answer in case.section("job").values.items() if name != "last_day"}
    works = replace(case, sections={**case.sections, "job": type(case.section("job"))(job)})
    text = text_of(render(make_source(case=works, documents=(Document.EMPLOYER_DEMAND,), language="en")))
    assert "I work for you." in text
    assert "I worked for you." not in text


def test_the_notice_tells_the_rights_of_the_book_between_its_opening_and_close(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.EMPLOYER_NOTICE,), language="en")))
    told = ("The law protects", "A dismissal needs a written cause (LFT 47).", "Asking for a right is no fault.")
    assert sorted(told, key=text.index) == list(told)
    assert text.count("Asking for a right") == 1


def test_the_notice_of_a_hidden_worker_tells_only_the_general_text(make_source: MakeSource, case: CaseFile) -> None:
    hidden = with_section(case, "worker", keep_hidden="yes")
    text = text_of(render(make_source(case=hidden, documents=(Document.EMPLOYER_NOTICE,), language="en")))
    assert "Nobody should suffer reprisals" in text
    assert "LFT 47" not in text
