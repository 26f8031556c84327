from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.errors import BugError
from clinic_app.store import codes

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
SPANS = st.tuples(DECIMALS, DECIMALS).map(lambda ends: Span(min(ends), max(ends)))
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).flatmap(
    lambda day: st.sampled_from([str(day), f"{day}~", f"{day:%Y-%m}", f"{day:%Y}?", f"{day}/..", f"../{day:%Y-%m}"])
)
CELLS: st.SearchStrategy[Answer] = st.one_of(
    TEXTS, DECIMALS, SPANS, DATES.map(Edtf.parse), st.integers(-(10**18), 10**18), st.sampled_from(Empty)
)
TABLES = st.lists(st.dictionaries(TEXTS, CELLS, max_size=3), max_size=3).map(tuple)
ANSWERS: st.SearchStrategy[Answer] = st.one_of(CELLS, TABLES)


@given(ANSWERS)
def test_an_answer_comes_back_with_its_type(answer: Answer) -> None:
    value = codes.to_value(answer, codes.kind_of(answer))
    back = codes.from_value(value)
    assert back == answer
    assert type(back) is type(answer)
    if isinstance(answer, Decimal):
        assert str(back) == format(answer, "f")


@given(ANSWERS)
def test_one_answer_has_one_spelling(answer: Answer) -> None:
    kind = codes.kind_of(answer)
    value = codes.to_value(answer, kind)
    assert codes.to_value(codes.from_value(value), kind) == value


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("not a date", Kind.DATE),
        ("12", Kind.MONEY),
        ("x", Kind.INTEGER),
        (Decimal("NaN"), Kind.NUMBER),
        (Decimal("1.5"), Kind.INTEGER),
        ("[]", Kind.TABLE),
        (3, Kind.TEXT),
        (True, Kind.INTEGER),
    ],
)
def test_an_answer_of_another_kind_is_never_written(answer: Answer, kind: Kind) -> None:
    with pytest.raises(BugError):
        codes.to_value(answer, kind)


def test_the_four_empties_are_four_values() -> None:
    assert len({codes.to_value(empty, Kind.TEXT) for empty in Empty}) == 4
    assert codes.to_value(Empty.NOT_ASKED, Kind.TEXT) is None
