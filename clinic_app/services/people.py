"""The people who came: who may be meant while a name is typed, one person with all cases, the same person twice.

Two records that are one person are tied, never merged: both keep what they say, and the tie can be
taken back. What was looked at and found to be two people is not asked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz

from clinic_app.domain.audit import Deed
from clinic_app.domain.catalogue import AGE_BANDS
from clinic_app.domain.changes import Changes
from clinic_app.domain.names import latin, sound, words
from clinic_app.domain.people import Pair, PersonPage, PersonRecord, PersonRow, Tie, TieKind, joined
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services import audit, intake
from clinic_app.services.audit import SIGNS
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

PAGE: Final = 200
CANDIDATES: Final = 60
SHOWN: Final = 12
LEAST_LETTERS: Final = 2
"""Fewer letters than this would mean everybody."""

LIKELY: Final = 62
ALIKE: Final = 88
"""How alike, of 100, a name must be to be shown while typing, and to be asked about as the same person."""

MOST_PAIRS: Final = 50
YEARS_APART: Final = 2
FRAGMENT: Final = 3
FULL_PHONE: Final = 8
_BANDS: Final = tuple(choice.code for choice in AGE_BANDS)
_CHANGED: Final = Changes(frozenset({"people"}))


def likely(clinic: Clinic, typed: str) -> tuple[PersonRow, ...]:
    """Return who may be meant by what is typed so far, the likeliest first."""
    require(clinic, Right.READ)
    asked = words(typed)
    if sum(map(len, asked)) < LEAST_LETTERS:
        return ()
    records = clinic.store.people.likely(typed, CANDIDATES)
    found = {record.id: round(likeness(asked, record)) for record in records}
    near = [record for record in records if found[record.id] >= LIKELY]
    rows = _rows(clinic, (record.id for record in near), found)
    return tuple(sorted(rows, key=lambda row: (-row.likeness, -row.last_entry.toordinal())))[:SHOWN]


def likeness(asked: list[str], record: PersonRecord) -> float:
    """Return how well the words typed fit a record, 0 to 100: each word by its best match, spelled or sounded."""
    there = [word for name in record.names for word in words(name)]
    digits = ["".join(words(text)) for text in (record.phone, record.official_id)]
    return sum(_best(word, there, digits) for word in asked) / len(asked)


def people(clinic: Clinic, search: str = "", offset: int = 0) -> tuple[PersonRow, ...]:
    """Return a page of the people who came, those last worked on first."""
    require(clinic, Right.READ)
    return _rows(clinic, clinic.store.people.last(search, PAGE, offset))


def page(clinic: Clinic, person: str) -> PersonPage:
    """Return a person by the id of any of their records. InputError when there is none."""
    require(clinic, Right.READ)
    found = _rows(clinic, (person,))
    if not found:
        raise InputError("person", N_("there is no such person"))
    row = found[0]
    alone = tuple(_row((record,)) for record in clinic.store.people.records(row.records))
    return PersonPage(row, alone, clinic.store.people.cases(row.records), _maybe(clinic, row))


def of_case(clinic: Clinic, case_id: str) -> str:
    """Return the id of a case's worker."""
    require(clinic, Right.READ)
    return clinic.store.people.of_case(case_id)


def begin(clinic: Clinic, on: dt.date, typed: str = "", person: str = "") -> str:
    """Begin an interview: of a person who was here before, or of a new one of whom a name was typed."""
    require(clinic, Right.WORK)
    case_id = intake.start(clinic, on, person)
    name = " ".join(typed.split())
    if name and not person and not any(sign.isdigit() for sign in name):
        intake.save(clinic, case_id, "worker.name", name)
    return case_id


def join(clinic: Clinic, one: str, other: str) -> Changes:
    """Say that two records are one person. Nothing of either is lost; `separate` takes it back."""
    require(clinic, Right.WORK)
    changes = _tie(clinic, TieKind.SAME_PERSON, TieKind.OTHER_PERSON, one, other)
    audit.note(clinic, Deed.MERGED, detail=f"person {one[:SIGNS]} {other[:SIGNS]}")
    return changes


def keep_apart(clinic: Clinic, one: str, other: str) -> Changes:
    """Say that two records are two people: they are not asked about again."""
    require(clinic, Right.WORK)
    return _tie(clinic, TieKind.OTHER_PERSON, TieKind.SAME_PERSON, one, other)


def separate(clinic: Clinic, record: str) -> Changes:
    """Take a record out of the person it was joined to."""
    require(clinic, Right.WORK)
    gone = [tie for tie in clinic.store.ties.all(TieKind.SAME_PERSON) if record in {tie.one, tie.other}]
    if not gone:
        return Changes()
    rest = sorted({end for tie in gone for end in (tie.one, tie.other)} - {record})
    # Those that only this record held together stay one person.
    clinic.store.ties.change((Tie(TieKind.SAME_PERSON, rest[0], end) for end in rest[1:]), gone)
    audit.note(clinic, Deed.SEPARATED, detail=f"person {record[:SIGNS]}")
    return _CHANGED


def duplicates(clinic: Clinic) -> tuple[Pair, ...]:
    """Return pairs of records that may be one person: the same ID or phone, or two names that sound alike."""
    require(clinic, Right.READ)
    records = {record.id: record for record in clinic.store.people.everyone()}
    together = joined(clinic.store.ties.all(TieKind.SAME_PERSON))
    apart = {frozenset((tie.one, tie.other)) for tie in clinic.store.ties.all(TieKind.OTHER_PERSON)}
    pairs: dict[frozenset[str], str] = {}
    for why, alike in _blocks(records.values()):
        for one, other in combinations(alike, 2):
            pair = frozenset((one, other))
            if pair in pairs or pair in apart or other in together.get(one, ()):
                continue
            if why is _SAME_NAME and _differ(records[one], records[other]):
                continue
            pairs[pair] = why
            if len(pairs) == MOST_PAIRS:
                return _pairs(pairs, records)
    return _pairs(pairs, records)


_SAME_ID: Final = N_("The same ID number")
_SAME_PHONE: Final = N_("The same phone")
_SAME_NAME: Final = N_("Names that sound alike")


def _best(word: str, there: list[str], digits: list[str]) -> float:
    if len(word) >= FRAGMENT and any(sign.isdigit() for sign in word) and any(word in number for number in digits):
        return 100
    forms = {word, latin(word), sound(word)}
    best = 0.0
    for known in there:
        theirs = {known, latin(known), sound(known)}
        if any(their.startswith(form) for form in forms for their in theirs):
            return 100
        best = max(best, *(fuzz.ratio(form, their) for form in forms for their in theirs))
    return best


def _rows(clinic: Clinic, ids: Iterable[str], likeness_of: Mapping[str, int] | None = None) -> tuple[PersonRow, ...]:
    """Return one row a person, in the order of the ids."""
    together = joined(clinic.store.ties.all(TieKind.SAME_PERSON))
    groups = list(dict.fromkeys(together.get(one, (one,)) for one in ids))
    records = {r.id: r for r in clinic.store.people.records(one for group in groups for one in group)}
    rows = []
    for group in groups:
        there = tuple(records[one] for one in group if one in records)
        if there:
            best = max((likeness_of or {}).get(record.id, 0) for record in there) if likeness_of is not None else 100
            rows.append(_row(there, best))
    return tuple(rows)


def _row(records: tuple[PersonRecord, ...], likeness_of: int = 100) -> PersonRow:
    latest = sorted(records, key=lambda record: (record.last_entry, record.id), reverse=True)
    hidden = any(record.hidden for record in records)
    names = [r.alias if hidden else r.shown_name for r in latest]
    names += [] if hidden else [name for r in latest for name in (r.name, r.alias)]
    shown = list(dict.fromkeys(name for name in names if name))
    ages = (record.age_band or record.birth[:4] for record in latest)
    return PersonRow(
        id=min(record.id for record in records),
        records=tuple(record.id for record in records),
        shown_name=shown[0] if shown else "",
        other_names=tuple(shown[1:]),
        age=next((age for age in ages if age), ""),
        town=next((record.municipality for record in latest if record.municipality), ""),
        cases=sum(record.cases for record in records),
        last_entry=latest[0].last_entry,
        likeness=likeness_of,
    )


def _maybe(clinic: Clinic, row: PersonRow) -> tuple[PersonRow, ...]:
    """Return others who may be this person."""
    ties = clinic.store.ties.all(TieKind.OTHER_PERSON)
    apart = {end for tie in ties for end in (tie.one, tie.other) if {tie.one, tie.other} & set(row.records)}
    own = clinic.store.people.records(row.records)
    found: dict[str, PersonRow] = {}
    for record in own:
        for name in record.names:
            for other in likely(clinic, name):
                if other.likeness >= ALIKE and not apart & set(other.records) and other.id != row.id:
                    found[other.id] = other
    records = {record.id: record for record in clinic.store.people.records(found)}
    return tuple(found[one] for one, record in records.items() if not all(_differ(record, mine) for mine in own))


def _tie(clinic: Clinic, kind: TieKind, instead_of: TieKind, one: str, other: str) -> Changes:
    if one == other or len(clinic.store.people.records((one, other))) != len((one, other)):
        raise InputError("person", N_("there are no two such people"))
    gone = [tie for tie in clinic.store.ties.all(instead_of) if {tie.one, tie.other} == {one, other}]
    clinic.store.ties.change((Tie(kind, one, other),), gone)
    return _CHANGED


def _blocks(records: Iterable[PersonRecord]) -> list[tuple[str, list[str]]]:
    """Return lists of records with something alike, the surest kind first."""
    blocks: dict[tuple[str, str], dict[str, None]] = {}
    for record in records:
        keys = {(_SAME_ID, "".join(words(record.official_id)))}
        keys.add((_SAME_PHONE, "".join(sign for sign in record.phone if sign.isdigit())[-FULL_PHONE:]))
        for name in (record.name, record.alias):
            keys |= {(_SAME_NAME, " ".join(pair)) for pair in combinations(sorted(map(sound, words(name))), 2)}
        for key in keys:
            if len(key[1]) >= FULL_PHONE - 1:
                blocks.setdefault(key, {})[record.id] = None
    order = (_SAME_ID, _SAME_PHONE, _SAME_NAME)
    alike = [(why, list(ids)) for (why, _), ids in blocks.items() if len(ids) > 1]
    return sorted(alike, key=lambda block: order.index(block[0]))


def _differ(one: PersonRecord, other: PersonRecord) -> bool:
    """Return whether something says that two records of one name are two people."""
    if one.official_id and other.official_id:
        return words(one.official_id) != words(other.official_id)
    if one.birth[:4].isdigit() and other.birth[:4].isdigit():
        return abs(int(one.birth[:4]) - int(other.birth[:4])) > YEARS_APART
    if one.age_band in _BANDS and other.age_band in _BANDS:  # a birthday may lie between two visits
        return abs(_BANDS.index(one.age_band) - _BANDS.index(other.age_band)) > 1
    return bool(one.municipality and other.municipality and words(one.municipality) != words(other.municipality))


def _pairs(pairs: Mapping[frozenset[str], str], records: Mapping[str, PersonRecord]) -> tuple[Pair, ...]:
    found = []
    for pair, why in pairs.items():
        one, other = sorted(pair)
        found.append(Pair(one, other, records[one].shown_name, records[other].shown_name, why))
    return tuple(found)
