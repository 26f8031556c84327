from __future__ import annotations

import pytest

from clinic_app.domain.told_numbers import read_told_number


@pytest.mark.parametrize(
    ("typed", "raw"),
    [
        ("250", "250"),
        ("$ 1,250.50", "1250.50"),
        ("1 250", "1250"),
        ("12,5", "12.5"),
        ("1,234,567", "1234567"),
        ("MXN 1,000", "1000"),
        ("S/ 1025", "1025"),
        ("250 pesos", "250"),
        ("-5", "-5"),
        ("1 250,50 ₾", "1250.50"),
        ("1250 ლარი", "1250"),
    ],
)
def test_numbers_as_people_type_them(typed: str, raw: str) -> None:
    assert read_told_number(typed) == raw


@pytest.mark.parametrize(
    "typed",
    [
        "250-300",
        "250 - 300",
        "250–300",
        "250 a 300",
        "entre 250 y 300",
        "between 250 and 300",
        "250-დან 300-მდე",
        "250-300 ლარი",
        "250 ლარიდან 300 ლარამდე",
        "250-სა და 300-ს შორის",
    ],
)
def test_a_range_has_two_ends(typed: str) -> None:
    assert read_told_number(typed) == {"low": "250", "high": "300"}


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "12,34,5", "1e5", "٣", "250 -", "--5"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_told_number(typed)
