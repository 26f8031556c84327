"""Dates as people tell them, in the Extended Date/Time Format (ISO 8601-2), kept as told.

Read: a day, month or year ("2026-03-15", "2026-03", "2026"); each with "~" (about), "?" (not sure)
or "%" (both); intervals "2026-01/2026-03" with an open end ".." or nothing. The text is kept to
the letter; `first` and `last` are the earliest and latest day that it allows.

"About" a month or a year allows the days of that month or year. "About" a single day allows the
week before and the week after it: a day told with "about" is not one day.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final

from clinic_app.words import N_

ABOUT_DAYS: Final = dt.timedelta(days=7)
OLDEST: Final = dt.date(1900, 1, 1)
NEWEST: Final = dt.date(2199, 12, 31)

_SINGLE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<mark>[~?%])?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date or range as told. `first` or `last` is None where the range is open on that side."""

    text: str
    first: dt.date | None = field(compare=False)
    last: dt.date | None = field(compare=False)
    about: bool = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> Edtf:
        """Read an EDTF text; ValueError says what is wrong with it."""
        if "/" not in text:
            return cls(text, *_single(text))
        head, _, tail = text.partition("/")
        first = last = None
        about = False
        if head not in ("", ".."):
            first, _, mark = _single(head)
            about |= mark
        if tail not in ("", ".."):
            _, last, mark = _single(tail)
            about |= mark
        if first is None and last is None:
            raise ValueError(N_("a range with no end says nothing"))
        if first is not None and last is not None and first > last:
            raise ValueError(N_("the range ends before it starts"))
        return cls(text, first, last, about)

    @classmethod
    def of(cls, day: dt.date) -> Edtf:
        """Return the exact day."""
        return cls.parse(day.isoformat())

    @property
    def day(self) -> dt.date | None:
        """The day, when exactly one is meant; else None."""
        return self.first if self.first is not None and self.first == self.last else None

    def __str__(self) -> str:
        return self.text


def _single(text: str) -> tuple[dt.date, dt.date, bool]:
    match = _SINGLE.match(text)
    if match is None:
        raise ValueError(N_("a date is YYYY-MM-DD, YYYY-MM or YYYY, with ~ for about"))
    year = int(match["year"])
    if not OLDEST.year <= year <= NEWEST.year:
        raise ValueError(N_("the year is too long ago or too far ahead"))
    month = int(match["month"]) if match["month"] else None
    if month is not None and not dt.date.min.month <= month <= dt.date.max.month:
        raise ValueError(N_("there is no such month"))
    about = match["mark"] is not None
    if match["day"] is None:
        first_month, last_month = (month, month) if month else (1, 12)
        last_day = calendar.monthrange(year, last_month)[1]
        return dt.date(year, first_month, 1), dt.date(year, last_month, last_day), about
    assert month is not None  # the pattern has no day without a month
    if not 1 <= int(match["day"]) <= calendar.monthrange(year, month)[1]:
        raise ValueError(N_("there is no such day in that month"))
    day = dt.date(year, month, int(match["day"]))
    if not about:
        return day, day, False
    return max(OLDEST, day - ABOUT_DAYS), min(NEWEST, day + ABOUT_DAYS), True
