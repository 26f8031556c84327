from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clinic_app.documents.packet import render
from clinic_app.documents.readiness import boxes, open_numbers, readiness
from clinic_app.documents.voice import voice
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.packet import Document, PacketSource
from tests.documents.conftest import MakeSource, text_of, with_section


def open_points(source: PacketSource, claim: int = 0) -> list[int]:
    found = readiness(voice(source))[claim]
    assert len(found.points) == 9
    assert found.ready is all(point.met for point in found.points)
    return [number for number, point in enumerate(found.points, start=1) if not point.met]


def test_a_claim_with_everything_is_ready(make_source: MakeSource) -> None:
    assert open_points(make_source()) == []


def test_what_a_lawyer_must_decide_is_not_ready(make_source: MakeSource) -> None:
    assert 1 in open_points(make_source(), claim=2)


@pytest.mark.parametrize(
    ("section", "field", "value", "point"),
    [
        ("consent", "share_with_authority", "no", 8),
        ("worker", "keep_hidden", "yes", 9),
        ("urgent", "under_18", "yes", 9),
    ],
)
def test_each_answer_closes_its_point(
    make_source: MakeSource, case: CaseFile, section: str, field: str, value: str, point: int
) -> None:
    assert open_points(make_source(case=with_section(case, section, **{field: value}))) == [point]


def test_a_place_is_enough_and_nothing_is_not(make_source: MakeSource, case: CaseFile) -> None:
    place = replace(case, lists={**case.lists, "employers": (Record({"place": "Km 4"}),)})
    assert open_points(make_source(case=place)) == []
    nobody = replace(case, lists={**case.lists, "employers": ()})
    assert 2 in open_points(make_source(case=nobody))


def test_facts_without_any_date_are_not_enough(make_source: MakeSource, case: CaseFile) -> None:
    job = {k: v for k, v in case.section("job").values.items() if k not in {"start", "last_day"}}
    undated = replace(case, sections={**case.sections, "job": Record(job)}, lists={**case.lists, "events": ()})
    assert 3 in open_points(make_source(case=undated))


def test_no_evidence_and_no_duty_of_the_employer_is_open(make_source: MakeSource, assessment: Assessment) -> None:
    first = replace(assessment.findings[0], evidence=(), employer_must_hold=())
    bare = replace(assessment, findings=(first, *assessment.findings[1:]))
    assert open_points(make_source(assessment=bare)) == [4]


def test_a_sum_that_could_not_be_computed_is_open(make_source: MakeSource, assessment: Assessment) -> None:
    first = replace(assessment.findings[0], amounts=("overtime",))
    missing = replace(assessment, findings=(first, *assessment.findings[1:]))
    assert open_points(make_source(assessment=missing)) == [5]


def test_no_authority_and_no_time_are_open(make_source: MakeSource, assessment: Assessment) -> None:
    assert open_points(make_source(assessment=replace(assessment, routes=()))) == [6]
    assert open_points(make_source(assessment=replace(assessment, deadlines=()))) == [7]
    assert 7 in open_points(make_source(prepared_on=dt.date(2026, 9, 10)))
    assert 7 not in open_points(make_source(prepared_on=dt.date(2026, 9, 9)))


def test_the_boxes_stand_in_the_table_of_violations(make_source: MakeSource, case: CaseFile) -> None:
    source = make_source(documents=(Document.VIOLATIONS,), case=with_section(case, "worker", keep_hidden="yes"))
    first = readiness(voice(source))[0].points
    assert boxes(first) == "☒☒☒ ☒☒☒ ☒☒☐"
    assert open_numbers(first) == "9"
    assert "☒☒☒ ☒☒☒ ☒☒☐ 9" in text_of(render(source))
