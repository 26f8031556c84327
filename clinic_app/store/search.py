"""Finds cases by a few typed letters: names, employers, numbers, places, parts of phone and ID numbers.

Accents, case and alphabet never matter, every word typed must begin a word of the case, and nothing
that is typed can be an error. A hidden name is found by those who know it; the list shows only the alias.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from clinic_app.domain.names import latin, sound, words
from clinic_app.store.db import Db

FIELDS: Final = frozenset(
    {
        "number",
        "worker",
        "name",
        "alias",
        "name_to_use",
        "trade_name",
        "place",
        "municipality",
        "phone",
        "official_id",
        "tax_id",
    }
)
"""The fields whose change makes a case's entry stale."""

MOST_WORDS: Final = 12
LONGEST_WORD: Final = 60
SHORTEST_PART: Final = 3


def query(text: str) -> str:
    """Return the FTS5 query for what was typed: all of its words; "" when no letter or digit was."""
    return " AND ".join(_any_of((word, latin(word))) for word in words(text)[:MOST_WORDS])


def query_of_any(text: str) -> str:
    """Return the FTS5 query for any of the words typed, for whoever looks closer at what is found."""
    return " OR ".join(_any_of((word, latin(word))) for word in words(text)[:MOST_WORDS])


def query_of_person(text: str, *, every_word: bool) -> str:
    """Return the FTS5 query for people who may be meant: by spelling, sound, phone, ID or case number."""
    asked = [_any_of((word, latin(word), sound(word))) for word in words(text)[:MOST_WORDS]]
    found = (" AND " if every_word else " OR ").join(asked)
    return f"{{names latin sounds phones ids numbers}} : ({found})" if found else ""


def refresh(db: Db, case_id: str) -> None:
    """Bring the entry of one case up to date with its rows."""
    found = db.first(
        "SELECT c.n, c.number, p.name, p.alias, p.municipality, p.official_id, t.name_to_use, t.phone, j.municipality "
        "FROM cases c LEFT JOIN person p ON p.id = c.worker LEFT JOIN contact t ON t.case_id = c.id "
        "LEFT JOIN job j ON j.case_id = c.id WHERE c.id = ?",
        (case_id,),
    )
    if found is None:
        return
    n, number, name, alias, home, official_id, name_to_use, phone, workplace = found
    employers = db.rows(
        "SELECT e.name, e.trade_name, e.place, e.municipality, e.phone, e.tax_id FROM case_employer l "
        "JOIN employer e ON e.id = l.employer WHERE l.case_id = ? AND l.alive ORDER BY l.made, l.id",
        (case_id,),
    )
    names = _joined((name, alias, name_to_use))
    bosses = _joined(text for row in employers for text in row[:2])
    places = _joined((home, workplace, *(text for row in employers for text in row[2:4])))
    db.run("DELETE FROM search WHERE rowid = ?", (n,))
    db.run(
        "INSERT INTO search (rowid, names, employers, numbers, places, phones, latin, sounds, ids) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            n,
            names,
            bosses,
            _number(number or ""),
            places,
            " ".join(_phone_parts((phone, *(row[4] for row in employers)))),
            _other(f"{names} {bosses} {places}", latin),
            _other(names, sound),
            " ".join(end for number in (official_id, *(row[5] for row in employers)) for end in _number_ends(number)),
        ),
    )


def _any_of(forms: Iterable[str]) -> str:
    told = [f'"{form[:LONGEST_WORD]}"*' for form in dict.fromkeys(forms) if form]
    return f"({' OR '.join(told)})" if len(told) > 1 else "".join(told)


def _other(text: str, form: Callable[[str], str]) -> str:
    """Return another form of each word, where it is another."""
    return " ".join(dict.fromkeys(other for word in text.split() if (other := form(word)) not in {word, ""}))


def _joined(texts: Iterable[str | None]) -> str:
    return " ".join(word for text in texts if text for word in words(text))


def _number(number: str) -> str:
    """Return a case number in each way it is typed: A7-0001, A70001, A71, 0001, 1."""
    parts = words(number)
    bare = [part.lstrip("0") or part for part in parts]
    return " ".join(dict.fromkeys((*parts, "".join(parts), "".join(bare), bare[-1] if bare else "")))


def _phone_parts(phones: Iterable[str | None]) -> list[str]:
    """Return every end of each phone number, so that any run of its digits begins one of them."""
    ends: dict[str, None] = {}
    for phone in phones:
        # Two numbers in one field are told apart by letters or signs that do not stand inside a number
        for run in re.split(r"[^\d\s().+/-]+|/", unicodedata.normalize("NFKC", phone or "")):
            ends |= dict.fromkeys(_ends("".join(c for c in run if c.isdigit())))
    return list(ends)


def _number_ends(number: str | None) -> list[str]:
    return _ends("".join(words(number or "")))


def _ends(signs: str) -> list[str]:
    """Return every end of a number, so that any run of its signs begins one of them."""
    kept = signs[:LONGEST_WORD]
    return [kept[i:] for i in range(len(kept) - SHORTEST_PART + 1)]
