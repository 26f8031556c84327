"""Money is rounded half up once, texts fall back, spans keep their ends in order."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.values import Span, pick, round_money


@pytest.mark.parametrize(
    ("exact", "printed"),
    [
        (Fraction(1913, 6) * 3, "956.50"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(15, 1000), "0.02"),
        (Fraction(0), "0.00"),
    ],
)
def test_half_up_to_the_cent(exact: Fraction, printed: str) -> None:
    assert str(round_money(exact)) == printed


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_rounding_is_never_off_by_more_than_half_a_cent(exact: Fraction) -> None:
    rounded = round_money(exact)
    assert abs(Fraction(rounded) - exact) <= Fraction(1, 200)
    assert rounded.as_tuple().exponent == -2


def test_a_text_falls_back_to_english_then_to_any() -> None:
    assert pick({"es": "sí", "en": "yes"}, "es") == "sí"
    assert pick({"es": "sí", "en": "yes"}, "ka") == "yes"
    assert pick({"qu": "arí"}, "ka") == "arí"
    assert pick({}, "es") == ""


def test_a_span_is_in_order() -> None:
    with pytest.raises(ValueError, match="low"):
        Span(Decimal(2), Decimal(1))
