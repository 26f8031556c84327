"""Words, dates and money in a language: one gettext catalog for screens, papers and commands.

The screen and the packet may speak different languages at once, so nothing here is global: ask
`words("es")` for the Spanish ones and pass them on.
"""

from __future__ import annotations

import datetime as dt
import gettext
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Label
from clinic_app.domain.values import pick
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.paths import resources
from clinic_app.words import N_

DOMAIN: Final = "clinic"
SCREEN_LANGUAGES: Final = {"es": "Español", "en": "English", "ka": "ქართული"}
PAPER_LANGUAGES: Final = {"es": "Español", "en": "English", "ka": "ქართული"}
_REGIONS: Final = {("es", "mx"): "es_MX", ("es", "pe"): "es_PE"}


class Words:
    """The words of one language. Immutable; made once a language by `words`."""

    def __init__(self, language: str, translations: gettext.NullTranslations, region: str) -> None:
        self.language = language
        self._translations = translations
        self._locale = Locale.parse(_REGIONS.get((language, region), language))

    def __call__(self, message: str, **params: object) -> str:
        """Return the message in this language, with its placeholders filled."""
        text = self._translations.gettext(message) if message else ""
        return text.format(**params) if params else text

    def many(self, one: str, several: str, count: int, **params: object) -> str:
        """Return the form of a message for a count; `{count}` is filled."""
        return self._translations.ngettext(one, several, count).format(count=count, **params)

    def say(self, label: Label) -> str:
        """Return the words of a label: a message of the catalog, or a text of a rule book."""
        return pick(label, self.language) if isinstance(label, Mapping) else self(label)

    def date(self, day: dt.date, *, weekday: bool = True) -> str:
        """Return a day in words; with the day of the week, as every date a person reads has it."""
        return format_date(day, "full" if weekday else "long", locale=self._locale)

    def short_date(self, day: dt.date) -> str:
        """Return a day for table columns, month as a word: 15 mar 2026."""
        return format_date(day, "d MMM y", locale=self._locale)

    def month(self, day: dt.date) -> str:
        """Return the month of a day with its year: March 2026."""
        return capital(format_skeleton("yMMMM", day, locale=self._locale))

    def weekday(self, number: int) -> str:
        """Return the short name of a day of the week, 0 for Monday."""
        return capital(format_date(dt.date(2024, 1, 1) + dt.timedelta(days=number), "EEE", locale=self._locale))

    def told(self, date: Edtf) -> str:
        """Return a date as it was told, in words: “about March 2026”, “from … to …”."""
        if date.day is not None:
            return self.date(date.day)
        if "/" not in date.text:
            return self(N_("about {date}"), date=self._part(date.text)) if date.about else self._part(date.text)
        head, _, tail = date.text.partition("/")
        if head in {"", ".."}:
            return self(N_("until {last}"), last=self._end(tail))
        if tail in {"", ".."}:
            return self(N_("since {first}"), first=self._end(head))
        return self(N_("from {first} to {last}"), first=self._end(head), last=self._end(tail))

    def money(self, amount: Decimal, currency: str = "") -> str:
        """Return an amount with two decimals and grouped digits, and the currency's code before it."""
        number = format_decimal(amount, "#,##0.00", locale=self._locale)
        return f"{currency}\u00a0{number}" if currency else number

    def number(self, number: Decimal) -> str:
        """Return a plain number without needless decimals."""
        return format_decimal(number, locale=self._locale, decimal_quantization=False)

    def error(self, error: ClinicError) -> str:
        """Return an error in words: what is wrong, where, what was expected or what to do now."""
        # "why" is a reason with a message of its own; every other value is said as it was typed
        params = {k: self(v) if k == "why" and isinstance(v, str) else v for k, v in error.params.items()}
        what = self(error.message, **params) if params else self(error.message)
        if isinstance(error, InputError):
            text = f"{error.path}: {what}" if error.path else what
            return f"{text} ({self(N_('expected'))}: {self(error.expected, **params)})" if error.expected else text
        if isinstance(error, KnownError):
            rest = [self(part, **params) for part in (error.safe, error.next_step) if part]
            return " ".join([what, *rest, f"({error.code})"])
        return what

    def _end(self, text: str) -> str:
        date = Edtf.parse(text)
        return self.told(date)

    def _part(self, text: str) -> str:
        bare = text.rstrip("~?%")
        parts = [int(p) for p in bare.split("-")]
        if len(parts) == 1:
            return bare
        day = dt.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)  # noqa: PLR2004 - year, month, day
        return self.date(day) if bare.count("-") > 1 else format_skeleton("yMMMM", day, locale=self._locale)


def capital(text: str) -> str:
    """Return the text with a capital first letter; Georgian knows none at the head of a sentence and stays as it is."""
    return text[:1].title() + text[1:]


@cache
def words(language: str, region: str = "mx") -> Words:
    """Return the words of a language; English, the language of the sources, when it has no catalog."""
    translations: gettext.NullTranslations
    try:
        # What a place says in another way stands in a small catalog of its own, in front of its language's.
        found = [f"{language}_{region.upper()}", language]
        translations = gettext.translation(DOMAIN, resources() / "locale", found)
    except OSError:
        translations = gettext.NullTranslations()
    return Words(language, translations, region)
