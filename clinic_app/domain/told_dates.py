"""Reads dates as people type them, in Spanish, English and Georgian, into EDTF.

Days come before months. A day or month without a year is the latest one that is not in the
future. What cannot be read raises ValueError: nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.told_georgian import date_in_english

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "enero ene january jan",
            "febrero feb february",
            "marzo mar march",
            "abril abr april apr",
            "mayo may",
            "junio jun june",
            "julio jul july",
            "agosto ago august aug",
            "septiembre setiembre sep set sept september",
            "octubre oct october",
            "noviembre nov november",
            "diciembre dic december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_DAYS_AGO: Final = {
    "hoy": 0,
    "today": 0,
    "ayer": 1,
    "yesterday": 1,
    "anteayer": 2,
    "antier": 2,
    "antes de ayer": 2,
    "the day before yesterday": 2,
}
_DAYS_AHEAD: Final = {
    "hoy": 0,
    "today": 0,
    "manana": 1,
    "tomorrow": 1,
    "pasado manana": 2,
    "the day after tomorrow": 2,
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "lunes monday",
            "martes tuesday",
            "miercoles wednesday",
            "jueves thursday",
            "viernes friday",
            "sabado saturday",
            "domingo sunday",
        )
    )
    for name in names.split()
}
_IN: Final = re.compile(r"(?:en|dentro de|in) (?P<count>\d{1,3}) (?P<unit>dia|semana|day|week)s?\Z")
_ABOUT: Final = re.compile(
    r"(?:≈|~|mas o menos|aproximadamente|aprox\.?|alrededor de|como(?: en| el)?|hacia"
    r"|about|around|approximately|circa)\s*"
)
_AGO: Final = re.compile(
    r"(?:hace (?P<a>\d{1,3}) (?P<u>dia|semana|mes|ano)(?:es|s)?|(?P<b>\d{1,3}) (?P<v>day|week|month|year)s? ago)\Z"
)
_BETWEEN: Final = (
    re.compile(r"entre (?P<head>.+?) y (?P<tail>.+)\Z"),
    re.compile(r"between (?P<head>.+?) and (?P<tail>.+)\Z"),
    re.compile(r"(?:de|desde|del) (?P<head>.+?) (?:a|hasta|al) (?P<tail>.+)\Z"),
    re.compile(r"from (?P<head>.+?) (?:to|until) (?P<tail>.+)\Z"),
)
_SINCE: Final = re.compile(r"(?:desde|since)\s+(?P<one>.+)\Z")
_UNTIL: Final = re.compile(r"(?:hasta|until)\s+(?P<one>.+)\Z")
_ISO: Final = re.compile(r"\d{4}(?:-\d{2}){0,2}[~?%]?(?:/(?:\.\.|\d{4}(?:-\d{2}){0,2}[~?%]?)?)?\Z|(?:\.\.)?/\d{4}.*\Z")
_NUMBERS: Final = re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})(?:[/.\- ](?P<year>\d{4}|\d{2}))?\Z")
_MONTH_YEAR: Final = re.compile(r"(?P<month>\d{1,2})[/\-](?P<year>\d{4})\Z")
_DAY_NAME: Final = re.compile(
    r"(?:el )?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: de| of)? (?P<name>[a-z]+)\.?"
    r"(?:(?:,| de| del| of)? ?(?P<year>\d{4}))?\Z"
)
_NAME_DAY: Final = re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?\Z")
_NAME_YEAR: Final = re.compile(r"(?:en |in )?(?P<name>[a-z]+)\.?(?:(?:,| de| del| of)? ?(?P<year>\d{4}))?\Z")
_DECEMBER: Final = 12


def read_told_date(text: str, today: dt.date) -> Edtf:
    """Return the date that a typed text means; ValueError when it cannot be read."""
    plain = _plain(text)
    if not plain:
        raise ValueError("nothing is written")
    return Edtf.parse(_edtf(plain, today))


def read_day_to_come(text: str, today: dt.date) -> Edtf:
    """Return the date that a typed text means where it is still to come: a day without a year is the next such day."""
    plain = _plain(text)
    if plain in _DAYS_AHEAD:
        return Edtf.of(today + dt.timedelta(days=_DAYS_AHEAD[plain]))
    if match := _IN.match(plain):
        days = int(match["count"]) * (7 if match["unit"] in {"semana", "week"} else 1)
        return Edtf.of(today + dt.timedelta(days=days))
    if plain in _WEEKDAYS:
        return Edtf.of(today + dt.timedelta(days=(_WEEKDAYS[plain] - today.weekday() - 1) % 7 + 1))
    if plain in _DAYS_AGO or _AGO.match(plain):
        return read_told_date(text, today)
    return read_told_date(text, today + dt.timedelta(days=364))


def read_near_date(text: str, today: dt.date) -> Edtf:
    """Return the date that a typed text means where it may lie on either side of today: the nearer of the two."""
    past, coming = _tried(read_told_date, text, today), _tried(read_day_to_come, text, today)
    if past is None or past.first is None:
        return coming if coming is not None else read_told_date(text, today)
    if coming is None or coming.first is None:
        return past
    return min((past, coming), key=lambda told: abs(((told.first or today) - today).days))


def _tried(read: Callable[[str, dt.date], Edtf], text: str, today: dt.date) -> Edtf | None:
    try:
        return read(text, today)
    except ValueError:
        return None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.strip().lower())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return date_in_english(re.sub(r"\s+", " ", bare))


def _edtf(text: str, today: dt.date) -> str:
    if _ISO.match(text):
        return text
    for pattern in _BETWEEN:
        if match := pattern.match(text):
            return _range(match["head"], match["tail"], today)
    if match := _SINCE.match(text):
        return f"{_edtf(match['one'], today)}/.."
    if match := _UNTIL.match(text):
        return f"../{_edtf(match['one'], today)}"
    about = _ABOUT.match(text)
    if about:
        return _marked(_one(text[about.end() :], today))
    if text.endswith("~"):
        return _marked(_one(text[:-1].strip(), today))
    return _one(text, today)


def _marked(edtf: str) -> str:
    return edtf if edtf.endswith(("~", "?", "%")) else f"{edtf}~"


def _range(head: str, tail: str, today: dt.date) -> str:
    last = _edtf(tail, today)
    year = last[:4]
    if head in _MONTHS:
        head = f"{head} {year}"
    elif head.isdigit() and len(last) >= len("2026-03-15"):
        head = f"{head}/{last[5:7]}/{year}"
    return f"{_edtf(head, today)}/{last}"


def _one(text: str, today: dt.date) -> str:
    if _ISO.match(text):
        return text
    if text in _DAYS_AGO:
        return (today - dt.timedelta(days=_DAYS_AGO[text])).isoformat()
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], str]], ...] = (
        (_AGO, _read_ago),
        (_NUMBERS, _read_numbers),
        (_MONTH_YEAR, _read_month_year),
        (_DAY_NAME, _read_day_name),
        (_NAME_DAY, _read_day_name),
        (_NAME_YEAR, _read_name_year),
    )
    for pattern, read in readers:
        if match := pattern.match(text):
            return read(match, today)
    raise ValueError("this is not a date that can be read")


def _read_ago(match: re.Match[str], today: dt.date) -> str:
    count = int(match["a"] or match["b"])
    unit = match["u"] or match["v"]
    if unit in {"dia", "day"}:
        return (today - dt.timedelta(days=count)).isoformat()
    if unit in {"semana", "week"}:
        return f"{(today - dt.timedelta(weeks=count)).isoformat()}~"
    if unit in {"mes", "month"}:
        months = today.year * 12 + today.month - 1 - count
        return f"{months // 12:04d}-{months % 12 + 1:02d}~"
    return f"{today.year - count:04d}~"


def _read_numbers(match: re.Match[str], today: dt.date) -> str:
    return _day(int(match["day"]), int(match["month"]), match["year"], today)


def _read_month_year(match: re.Match[str], _today: dt.date) -> str:
    return f"{match['year']}-{int(match['month']):02d}"


def _read_day_name(match: re.Match[str], today: dt.date) -> str:
    return _day(int(match["day"]), _month(match["name"]), match["year"], today)


def _read_name_year(match: re.Match[str], today: dt.date) -> str:
    month = _month(match["name"])
    if match["year"]:
        return f"{match['year']}-{month:02d}"
    year = today.year if month <= today.month else today.year - 1
    return f"{year}-{month:02d}"


def _month(name: str) -> int:
    if name not in _MONTHS:
        raise ValueError("this is not a date that can be read")
    return _MONTHS[name]


def _day(day: int, month: int, year: str | None, today: dt.date) -> str:
    if not 1 <= month <= _DECEMBER:
        raise ValueError("there is no such month; the day comes first")
    if year is None:
        this_year = (month, day) <= (today.month, today.day)
        year = str(today.year if this_year else today.year - 1)
    elif len(year) == len("26"):
        year = str(_century(int(year), today))
    return f"{int(year):04d}-{month:02d}-{day:02d}"


def _century(short: int, today: dt.date) -> int:
    full = today.year - today.year % 100 + short
    return full if full <= today.year + 1 else full - 100
