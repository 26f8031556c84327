"""Words, dates and money read as people say them, in each language, without any global state."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.errors import InputError, KnownError
from clinic_app.i18n import PAPER_LANGUAGES, words

DAY = dt.date(2026, 5, 15)


@pytest.mark.parametrize(("language", "text"), [("es", "viernes, 15 de mayo de 2026"), ("en", "Friday, May 15, 2026")])
def test_every_date_has_its_day_of_the_week(language: str, text: str) -> None:
    assert words(language).date(DAY) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-05-15", "Friday, May 15, 2026"),
        ("2026-05-15~", "about Friday, May 15, 2026"),
        ("2026-05", "May 2026"),
        ("2026-05~", "about May 2026"),
        ("2019", "2019"),
        ("2019~", "about 2019"),
        ("2026-01/2026-03", "from January 2026 to March 2026"),
        ("../2026-03", "until March 2026"),
        ("2026-03/", "since March 2026"),
    ],
)
def test_a_date_is_said_as_it_was_told(text: str, said: str) -> None:
    assert words("en").told(Edtf.parse(text)) == said


def test_money_has_two_decimals_and_groups() -> None:
    assert words("es", "mx").money(Decimal("133302.85"), "MXN") == "MXN\u00a0133,302.85"
    assert words("en").money(Decimal(5)) == "5.00"
    assert words("es").number(Decimal("6.5")) == "6.5"


@pytest.mark.parametrize("language", PAPER_LANGUAGES)
def test_errors_say_where_and_what_in_every_language(language: str) -> None:
    w = words(language)
    assert "job.start" in w.error(InputError("job.start", "not a date", "a text"))
    known = w.error(KnownError("S-99", "It broke at {place}.", "Do this.", place="here"))
    assert "here" in known
    assert "S-99" in known


def test_two_languages_at_once() -> None:
    assert words("es")("Worker") != words("en")("Worker")
    assert words("en")("Worker") == "Worker"


def test_each_country_says_its_own_term() -> None:
    assert words("es", "mx")("Employers") == "Patrones"
    assert words("es", "pe")("Employers") == "Empleadores"
    assert words("es", "pe")("Urgent") == words("es", "mx")("Urgent") != "Urgent"
