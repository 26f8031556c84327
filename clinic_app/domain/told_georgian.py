"""Puts Georgian dates and ranges into the plain words that the readers of dates and numbers know.

Georgian says with endings what others say with small words (მარტიდან "from March", მარტამდე "until March").
What is not Georgian, or is not a date, passes unchanged: the reader refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Case = Literal["", "from", "until"]

_LETTER: Final = re.compile(r"[\u10d0-\u10ff]")
_MONTHS: Final = {
    "january": "იანვარ იანვრ იან",
    "february": "თებერვალ თებერვლ თებ",
    "march": "მარტ მარ",
    "april": "აპრილ აპრ",
    "may": "მაის მაი",
    "june": "ივნის ივნ",
    "july": "ივლის ივლ",
    "august": "აგვისტო აგვ",
    "september": "სექტემბერ სექტემბრ სექტ სექ",
    "october": "ოქტომბერ ოქტომბრ ოქტ",
    "november": "ნოემბერ ნოემბრ ნოე",
    "december": "დეკემბერ დეკემბრ დეკ",
}
"""Each month's stems: the whole one, the one that drops its vowel, and short forms."""

_STEMS: Final = {stem: month for month, stems in _MONTHS.items() for stem in stems.split()}
_YEAR: Final = {"წელ": "", "წლ": "", "წ": ""}
_ENDINGS: Final[dict[str, Case]] = {
    "": "",
    "ი": "",
    "ს": "",
    "სა": "",
    "ის": "",
    "ში": "",
    "დან": "from",
    "იდან": "from",
    "მდე": "until",
    "ამდე": "until",
}
_DAYS: Final = {
    "დღეს": "today",
    "გუშინ": "yesterday",
    "გუშინწინ": "the day before yesterday",
    "ხვალ": "tomorrow",
    "ზეგ": "the day after tomorrow",
    "ორშაბათ": "monday",
    "სამშაბათ": "tuesday",
    "ოთხშაბათ": "wednesday",
    "ხუთშაბათ": "thursday",
    "პარასკევ": "friday",
    "შაბათ": "saturday",
    "კვირა": "sunday",
}
_UNITS: Final = {"დღ": "day", "კვირ": "week", "თვ": "month", "წლ": "year"}
_AGO: Final = re.compile(r"(?P<count>\d{1,3}) (?P<unit>დღ|კვირ|თვ|წლ)ის წინ\Z")
_IN: Final = re.compile(r"(?P<count>\d{1,3}) (?P<unit>დღ|კვირ)[ეა]ში\Z")
_ABOUT: Final = re.compile(r"(?:დაახლოებით|მიახლოებით|სადღაც|≈|~)\s*")
_BETWEEN: Final = re.compile(r"(?P<head>.+?)-?სა და (?P<tail>.+?) შორის\Z")
_NUMBER: Final = re.compile(r"(?P<bare>[\d/.\-]*\d)-?(?P<ending>\D*)\Z")
_TWO_ENDS: Final = re.compile(r"(?P<low>.+?)-?დან (?P<high>.+?)-?მდე\b")
_BETWEEN_TWO: Final = re.compile(r"(?P<low>.+?)-?სა და (?P<high>.+?)-?ს შორის\Z")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a date without its ending ("" for “year”, which says nothing more), and what the ending says."""

    said: str
    case: Case


def date_in_english(text: str) -> str:
    """Return a Georgian date, in small letters, in the English words that the reader of dates knows."""
    if not _LETTER.search(text):
        return text
    if match := _AGO.match(text):
        return f"{match['count']} {_UNITS[match['unit']]}s ago"
    if match := _IN.match(text):
        return f"in {match['count']} {_UNITS[match['unit']]}s"
    if match := _ABOUT.match(text):
        return f"about {date_in_english(text[match.end() :])}"
    if match := _BETWEEN.match(text):
        return f"between {date_in_english(match['head'])} and {date_in_english(match['tail'])}"
    day = next((said for name, said in _DAYS.items() if text in {name, f"{name}ი", f"{name}ს"}), "")
    if day:
        return day
    words = [_word(part) for part in re.split(r"[\s,]+", text)]
    known = [word for word in words if word is not None]
    return _said(known) if len(known) == len(words) else text


def range_in_english(text: str) -> str:
    """Return a Georgian range of numbers ("250-დან 300-მდე") as “250 to 300”; any other text unchanged."""
    if match := _TWO_ENDS.match(text) or _BETWEEN_TWO.match(text):
        return f"{match['low']} to {match['high']}{text[match.end() :]}"
    return text


def _word(part: str) -> _Word | None:
    """Return what one word of a date says; None when it is none."""
    if match := _NUMBER.match(part):
        return _Word(match["bare"], _ENDINGS[match["ending"]]) if match["ending"] in _ENDINGS else None
    bare = part.rstrip(".")
    for stem, said in (*_STEMS.items(), *_YEAR.items()):
        if bare.startswith(stem) and bare[len(stem) :] in _ENDINGS:
            return _Word(said, _ENDINGS[bare[len(stem) :]])
    return None


def _said(words: Sequence[_Word]) -> str:
    """Return a date or a range; the year that stands at its beginning holds for both ends."""
    cut = next((at for at, word in enumerate(words, start=1) if word.case == "from"), 0)
    if not cut:
        until = any(word.case == "until" for word in words)
        return f"until {_point(words)}" if until else _point(words)
    if cut == len(words) or not any(word.said for word in words[cut:]):
        return f"since {_point(words)}"
    head, tail = _point(words[:cut]), _point(words[cut:])
    year = _year(words[:cut])
    return f"from {head} to {tail}" if not year or _year(words[cut:]) else f"from {head} to {tail} {year}"


def _point(words: Sequence[_Word]) -> str:
    """Return one end in the order day, month, year."""
    year = _year(words)
    rest = [word.said for word in words if word.said and word.said != year]
    return " ".join((*sorted(rest, key=str.isalpha), *([year] if year else [])))


def _year(words: Sequence[_Word]) -> str:
    return next((word.said for word in words if len(word.said) == len("2026") and word.said.isdigit()), "")
