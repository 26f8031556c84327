"""The intake file: every mistake is refused with its path, every value comes back as it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.catalogue import SECTIONS
from clinic_app.domain.fields import Choice, Field, Kind, options
from clinic_app.domain.intake_file import json_schema, read_case, write_case
from clinic_app.domain.values import Empty, Span
from clinic_app.errors import InputError
from clinic_app.i18n import words

QUESTIONS = {
    "mx": (
        Field("written_notice", Kind.YES_NO, {"en": "Notice?"}),
        Field(
            "weeks",
            Kind.TABLE,
            {"en": "Weeks"},
            columns=(
                Field("start", Kind.DATE, {"en": "Week of"}),
                Field("hours", Kind.NUMBER, {"en": "Hours"}, high=Decimal(168)),
            ),
        ),
        Field("ground", Kind.CHOICE, {"en": "Ground"}, choices=(Choice("age", {"en": "Age"}),)),
    ),
    "pe": (),
}


def good() -> dict[str, Any]:
    return {
        "format": 1,
        "place": "mx",
        "language": "es",
        "worker": {"name": "Práctica · Ana", "birth": "1985~", "sex": {"empty": "prefers_not_to_say"}},
        "employers": [{"name": "Empaques", "name_sure": "not_sure"}, {"place": {"empty": "does_not_know"}}],
        "job": {"start": "2022-01-10", "last_day": "2026-07", "ending": "dismissed"},
        "pay": {"amount": {"low": "200", "high": "250.50"}, "period": "day", "unpaid_days": 9},
        "hours": {"starts": "08:30"},
        "answers": {"written_notice": "no", "weeks": [{"start": "2026-01-05", "hours": "6.5"}]},
    }


def test_what_is_read_is_written_back_the_same() -> None:
    case = read_case(good(), QUESTIONS)
    again = read_case(json.loads(json.dumps(write_case(case))), QUESTIONS)
    assert again == case
    assert case.section("pay").get("amount") == Span(Decimal(200), Decimal("250.50"))
    assert case.section("worker").get("sex") is Empty.PREFERS_NOT_TO_SAY
    assert case.section("worker").get("alias") is Empty.NOT_ASKED
    assert case.rows("employers")[1].get("place") is Empty.DOES_NOT_KNOW


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda f: f.update(nonsense=1), "nonsense"),
        (lambda f: f.pop("place"), "place"),
        (lambda f: f.update(place="zz"), "place"),
        (lambda f: f.update(format=2), "format"),
        (lambda f: f.update(language="fr"), "language"),
        (lambda f: f["job"].update(begin="2020"), "job.begin"),
        (lambda f: f["job"].update(start="2026-02-30"), "job.start"),
        (lambda f: f["job"].update(start=2026), "job.start"),
        (lambda f: f["job"].update(start="2027-01-01"), "job.last_day"),
        (lambda f: f["job"].update(ending="still_working"), "job.ending"),
        (lambda f: f["job"].update(ending="fired"), "job.ending"),
        (lambda f: f.update(job=[]), "job"),
        (lambda f: f["pay"].update(amount="-1"), "pay.amount"),
        (lambda f: f["pay"].update(amount="12,000"), "pay.amount"),
        (lambda f: f["pay"].update(amount="1.234"), "pay.amount"),
        (lambda f: f["pay"].update(amount="9" * 14), "pay.amount"),
        (lambda f: f["pay"].update(amount=True), "pay.amount"),
        (lambda f: f["pay"].update(amount={"low": "3", "high": "2"}), "pay.amount"),
        (lambda f: f["pay"].update(amount={"low": "3"}), "pay.amount"),
        (lambda f: f["hours"].update(starts="25:00"), "hours.starts"),
        (lambda f: f["worker"].update(sex={"empty": "none"}), "worker.sex"),
        (lambda f: f["worker"].update(name={"empty": None}), "worker.name"),
        (lambda f: f["worker"].update(name="a\x00b"), "worker.name"),
        (lambda f: f["worker"].update(birth="2025"), "worker.birth"),
        (lambda f: f["employers"].append("x"), "employers[2]"),
        (lambda f: f["employers"][1].update(boss="x"), "employers[1].boss"),
        (lambda f: f["answers"].update(other="x"), "answers.other"),
        (lambda f: f["answers"].update(weeks=[{"hours": "169"}]), "answers.weeks[0].hours"),
        (lambda f: f["answers"].update(weeks=[{"start": "x"}]), "answers.weeks[0].start"),
        (lambda f: f["answers"].update(written_notice=True), "answers.written_notice"),
    ],
)
def test_a_mistake_is_refused_with_its_path(change: Any, path: str) -> None:  # noqa: ANN401 - a change to JSON
    file = good()
    change(file)
    with pytest.raises(InputError) as caught:
        read_case(file, QUESTIONS)
    assert caught.value.path == path
    assert words("es").error(caught.value)


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_a_file_is_one_object(raw: object) -> None:
    with pytest.raises(InputError):
        read_case(raw, QUESTIONS)


def test_the_schema_describes_every_field_and_takes_what_the_reader_takes() -> None:
    schema = json_schema(QUESTIONS, words("en").say)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(good(), schema)
    properties = schema["properties"]
    assert isinstance(properties, Mapping)
    for section in SECTIONS:
        shape = properties[section.id]
        fields = (shape["items"] if section.many else shape)["properties"]
        assert set(fields) == {f.id for f in section.fields} | ({"file"} if section.id == "evidence" else set())
        assert all(f["description"] for f in fields.values())


@pytest.mark.parametrize(
    "bad",
    [
        {"place": "mx", "nonsense": 1},
        {"place": "mx", "job": {"ending": "fired"}},
        {"place": "mx", "answers": {"other": 1}},
        {},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(bad: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, json_schema(QUESTIONS, words("en").say))
    with pytest.raises(InputError):
        read_case(bad, QUESTIONS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([(s, f) for s in SECTIONS for f in s.fields]), json_values)
def test_any_value_is_read_or_refused_with_a_path(place: Any, value: object) -> None:  # noqa: ANN401 - a pair
    section, field = place
    row = {field.id: value}
    file = {"place": "mx", section.id: [row] if section.many else row}
    refusal: InputError | None = None
    try:
        case = read_case(file, QUESTIONS)
    except InputError as error:
        refusal = error
    if refusal is None:
        assert read_case(write_case(case), QUESTIONS) == case
    else:
        assert refusal.path.startswith(section.id)


def test_choices_have_codes_that_do_not_repeat() -> None:
    for section in SECTIONS:
        assert len({f.id for f in section.fields}) == len(section.fields)
        for field in section.fields:
            codes = [c.code for c in options(field)]
            assert len(set(codes)) == len(codes)
