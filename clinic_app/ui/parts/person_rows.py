"""How a person is told in lists and headers: never more than tells two of one name apart."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.catalogue import AGE_BANDS
from clinic_app.domain.people import PersonRow
from clinic_app.i18n import Words
from clinic_app.ui.kit.listing import Column
from clinic_app.words import N_

_BANDS: Final = {choice.code: choice.label for choice in AGE_BANDS}


def name(words: Words, row: PersonRow) -> str:
    """Return the name that may be shown."""
    return row.shown_name or words(N_("No name yet"))


def name_and_others(words: Words, row: PersonRow) -> str:
    """Return the name with the other names of the person."""
    return " · ".join((name(words, row), *row.other_names))


def age(words: Words, row: PersonRow) -> str:
    """Return the age band, or the year of birth; a dash when neither is known."""
    if row.age in _BANDS:
        return words.say(_BANDS[row.age])
    return words(N_("born {year}"), year=row.age) if row.age else "—"


def town(_words: Words, row: PersonRow) -> str:
    """Return the town where the person lives."""
    return row.town or "—"


def cases(_words: Words, row: PersonRow) -> str:
    """Return how many cases the person has."""
    return str(row.cases)


def last_entry(words: Words, row: PersonRow) -> str:
    """Return the day of the last entry in any case."""
    return words.short_date(row.last_entry)


def about(words: Words, row: PersonRow) -> str:
    """Return one line that tells the person from others of that name."""
    parts = (*row.other_names, age(words, row), row.town, words(N_("last entry {day}"), day=last_entry(words, row)))
    return " · ".join(part for part in parts if part and part != "—")


COLUMNS: Final = (
    Column(N_("Name"), name_and_others, 4),
    Column(N_("Age"), age, 0),
    Column(N_("Town"), town, 2),
    Column(N_("Cases"), cases, 0, spare=True),
    Column(N_("Last entry"), last_entry, 0),
)
