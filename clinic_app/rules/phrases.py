"""The short phrases that every rule book gives in its languages, for texts that the engine composes.

The engine writes no words of its own: it fills these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from clinic_app.domain.values import Text, round_money

REQUIRED: Final = (
    "because",  # {question} {answer}
    "yes",
    "no",
    "date",  # {weekday} {day} {month} {year}
    "months",  # twelve names, separated by commas
    "weekdays",  # seven names from Monday, separated by commas
    "between",  # {low} {high}
    "needs_answer",
    "no_value",  # {title}: the book has no value for that day
    "range_because",  # {facts}
    "range_rough",  # some of too many possible cases were left out
    "total_of_items",
    "times",  # {first} {last} {count}
    "count_trigger",
    "count_first_day",
    "count_same_day",
    "count_months",  # {months}
    "count_days",  # {days}
    "count_suspended",  # {first} {last} {days}
    "count_rolled",
    "count_safe",
    "count_earliest",
    "clock_unknown",
    "clock_passed",
)


def fill(phrase: Text, **values: Text | str) -> Text:
    """Return the phrase with its placeholders filled, each text in its own language."""
    return {
        language: words.format(**{k: v if isinstance(v, str) else v.get(language, "") for k, v in values.items()})
        for language, words in phrase.items()
    }


def money_in_words(amount: Fraction, currency: str) -> str:
    """Return an amount inside a sentence: its currency, grouped digits, two decimals."""
    return f"{currency}\N{NO-BREAK SPACE}{round_money(amount):,.2f}"


def day_in_words(phrases: Mapping[str, Text], day: dt.date) -> Text:
    """Return a day in words with its weekday: “Friday 5 June 2026”."""
    months, weekdays = phrases["months"], phrases["weekdays"]
    return {
        language: pattern.format(
            weekday=weekdays[language].split(",")[day.weekday()].strip(),
            day=day.day,
            month=months[language].split(",")[day.month - 1].strip(),
            year=day.year,
        )
        for language, pattern in phrases["date"].items()
    }
