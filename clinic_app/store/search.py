"""Finds cases by a few typed letters: names, employers, numbers, places and parts of phone numbers.

Accents and case never matter, every word typed must begin a word of the case, and nothing that is
typed can be an error. A hidden name is found by those who know it; the list shows only the alias.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from clinic_app.store.db import Db

FIELDS: Final = frozenset(
    {"number", "worker", "name", "alias", "name_to_use", "trade_name", "place", "municipality", "phone"}
)
"""The fields whose change makes a case's entry stale."""

MOST_WORDS: Final = 12
LONGEST_WORD: Final = 60
SHORTEST_PHONE_PART: Final = 3


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: no accents, no case, letters and digits only."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    signs = (c for c in plain if unicodedata.category(c)[0] != "M")
    spaced = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in signs)
    return spaced.split()


def query(text: str) -> str:
    """Return the FTS5 query for what was typed; "" when no letter or digit was."""
    return " ".join(f'"{word[:LONGEST_WORD]}"*' for word in words(text)[:MOST_WORDS])


def refresh(db: Db, case_id: str) -> None:
    """Bring the entry of one case up to date with its rows."""
    found = db.first(
        "SELECT c.n, c.number, p.name, p.alias, p.municipality, t.name_to_use, t.phone, j.municipality "
        "FROM cases c LEFT JOIN person p ON p.id = c.worker LEFT JOIN contact t ON t.case_id = c.id "
        "LEFT JOIN job j ON j.case_id = c.id WHERE c.id = ?",
        (case_id,),
    )
    if found is None:
        return
    n, number, name, alias, home, name_to_use, phone, workplace = found
    employers = db.rows(
        "SELECT e.name, e.trade_name, e.place, e.municipality, e.phone FROM case_employer l "
        "JOIN employer e ON e.id = l.employer WHERE l.case_id = ? AND l.alive ORDER BY l.made, l.id",
        (case_id,),
    )
    db.run("DELETE FROM search WHERE rowid = ?", (n,))
    db.run(
        "INSERT INTO search (rowid, names, employers, numbers, places, phones) VALUES (?, ?, ?, ?, ?, ?)",
        (
            n,
            _joined((name, alias, name_to_use)),
            _joined(text for row in employers for text in row[:2]),
            _number(number or ""),
            _joined((home, workplace, *(text for row in employers for text in row[2:4]))),
            " ".join(_phone_parts((phone, *(row[4] for row in employers)))),
        ),
    )


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
            digits = "".join(c for c in run if c.isdigit())[:LONGEST_WORD]
            ends |= dict.fromkeys(digits[i:] for i in range(len(digits) - SHORTEST_PHONE_PART + 1))
    return list(ends)
