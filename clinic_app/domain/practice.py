"""Scored practice: a story that is told, what a good interview finds in it, and how an interview did.

Days of a story are counted back from the day on which it is told, so that it never grows old.
What a reviewer confirms stands in the case; amounts and deadlines always come from the law check.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

PASSED_FROM: Final = Fraction(80, 100)
"""From this part of detection and of precision on, a trainee passes (indicator 1.6)."""


@dataclass(frozen=True, slots=True)
class Ago:
    """How long before the day of the telling something was; `to` is how exactly the worker knows it."""

    years: int = 0
    months: int = 0
    days: int = 0
    to: str = "day"

    @classmethod
    def read(cls, raw: object) -> Ago:
        """Read {"years": 4, "days": 20, "to": "month"}; ValueError for anything else."""
        if not isinstance(raw, Mapping) or not set(raw) <= {"years", "months", "days", "to"}:
            raise ValueError(f"not a time ago: {raw}")
        to = str(raw.get("to", "day"))
        if to not in {"day", "month", "year"}:
            raise ValueError(f"not an exactness: {to}")
        return cls(int(raw.get("years", 0)), int(raw.get("months", 0)), int(raw.get("days", 0)), to)

    def day(self, on: dt.date) -> dt.date:
        """Return the day, counted back from a day: years and months first, then days."""
        months = on.year * 12 + on.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return dt.date(year, month + 1, min(on.day, last)) - dt.timedelta(days=self.days)

    def text(self, on: dt.date) -> str:
        """Return the date as an intake file holds it, no more exact than the worker is."""
        whole = self.day(on).isoformat()
        return {"day": whole, "month": whole[:7], "year": whole[:4]}[self.to]
