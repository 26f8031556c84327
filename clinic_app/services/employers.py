"""The employers that cases are against: names, sites, the chain above and below, and the same employer twice.

Each case keeps what was told in it. Records of one employer are tied, never merged, and the tie can
be taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz

from clinic_app.domain.audit import Deed
from clinic_app.domain.catalogue import EMPLOYERS
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import read_answer
from clinic_app.domain.names import latin, sound, words
from clinic_app.domain.people import EmployerPage, EmployerRecord, EmployerRow, Link, Pair, Tie, TieKind, joined
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services import audit
from clinic_app.services.audit import SIGNS
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

CHAIN: Final = (TieKind.SUPPLIES, TieKind.BELONGS_TO, TieKind.BUYS_FROM)
ALIKE: Final = 86
"""How alike, of 100, two names must be for the question whether they are one employer."""

MOST_PAIRS: Final = 50
FRAGMENT: Final = 3
LOOK_BACK: Final = dt.timedelta(days=730)
PATTERN: Final = 2
"""From so many cases in that time on, an employer is worth a second look: a group, or an inspection."""

LEGAL_FORMS: Final = frozenset("sa cv de rl s a r l c spr srl sac eirl saa ltd llc inc შპს სს ооо ip ип".split())  # noqa: SIM905 - a list of words
_CHANGED: Final = Changes(frozenset({"employers"}))

_SAME_TAX_ID: Final = N_("The same tax number")
_SAME_PHONE: Final = N_("The same phone")
_SAME_NAME: Final = N_("Names that are alike")


def employers(clinic: Clinic, search: str = "") -> tuple[EmployerRow, ...]:
    """Return the employers whose names, places or phones begin with every word; most cases first."""
    require(clinic, Right.READ)
    asked = [latin(word) for word in words(search)]
    rows = [row for row, records in _grouped(clinic, search if asked else "") if _fits(asked, records)]
    return tuple(sorted(rows, key=lambda row: (-row.cases, row.shown_name.casefold())))


def page(clinic: Clinic, employer: str, on: dt.date) -> EmployerPage:
    """Return an employer, as of a day, by the id of any of its records. InputError when there is none."""
    require(clinic, Right.READ)
    clinic.store.employers.require(employer)
    own = clinic.store.employers.records(_together(clinic).get(employer, (employer,)))
    ids = {record.id for record in own}
    near = [end for tie in clinic.store.ties.all(*CHAIN) if ids & {tie.one, tie.other} for end in (tie.one, tie.other)]
    in_cases = clinic.store.employers.of_cases({case for record in own for case in record.cases})
    groups = _groups_of(clinic, (*ids, *near, *in_cases))
    row, records = next(group for group in groups if employer in group[0].records)
    by_record = {record: other for other, _ in groups for record in other.records}
    cases = clinic.store.employers.cases(row.records)
    return EmployerPage(
        row=row,
        records=records,
        sites=_told(f"{r.place}, {r.municipality}".strip(", ") for r in records),
        chain=tuple(_chain(clinic, row, by_record)),
        beside=_beside(records, groups, row),
        cases=cases,
        recent=sum(on - LOOK_BACK <= case.opened_on <= on for case in cases),
        maybe=alike(clinic, employer),
    )


def named(clinic: Clinic, name: str) -> str:
    """Return the employer of that name, whatever its legal form is written like; a new one when there is none.

    InputError for an empty name.
    """
    require(clinic, Right.READ)
    wanted = _bare(name)
    known = next((row.id for row, records in _grouped(clinic) if wanted in {_bare(r.name) for r in records}), "")
    return known if known and wanted else _add(clinic, name)


def alike(clinic: Clinic, employer: str) -> tuple[EmployerRow, ...]:
    """Return employers already known that may be this one, for the interview; most cases first."""
    require(clinic, Right.READ)
    own = clinic.store.employers.records(_together(clinic).get(employer, (employer,)))
    if not own:
        return ()
    names = [_bare(name) for record in own for name in (record.name, record.trade_name)]
    numbers = ["".join(words(number)) for record in own for number in (record.phone, record.tax_id)]
    likely = clinic.store.employers.likely(" ".join((*names, *numbers)))
    groups = _groups_of(clinic, (*(record.id for record in own), *likely))
    row, records = next(group for group in groups if employer in group[0].records)
    apart = _apart(clinic, row)
    others = (other for other, theirs in groups if other.id != row.id and _why_alike(records, theirs))
    return tuple(sorted((o for o in others if not apart & set(o.records)), key=lambda o: -o.cases))


def add_name(clinic: Clinic, employer: str, name: str) -> Changes:
    """Write down another name of an employer, as a record of its own that is tied to it."""
    require(clinic, Right.WORK)
    clinic.store.employers.require(employer)
    other = _add(clinic, name)
    clinic.store.ties.change((Tie(TieKind.SAME_EMPLOYER, employer, other),))
    return _CHANGED


def chain(clinic: Clinic, kind: TieKind, employer: str, name: str, *, outward: bool = True) -> Changes:
    """Write down who stands beside an employer: one already known by that name, else a new one.

    `outward` says that `employer` is the one that supplies, belongs or buys.
    """
    require(clinic, Right.WORK)
    clinic.store.employers.require(employer)
    other = named(clinic, name)
    if other == employer:
        raise InputError("name", N_("this is the same employer"), N_("another name"))
    ends = (employer, other) if outward else (other, employer)
    clinic.store.ties.change((Tie(kind, *ends),))
    return _CHANGED


def unchain(clinic: Clinic, tie: Tie) -> Changes:
    """Take a link of the chain back."""
    require(clinic, Right.WORK)
    clinic.store.ties.change((), (tie,))
    return _CHANGED


def join(clinic: Clinic, one: str, other: str) -> Changes:
    """Say that two records are one employer. Nothing of either is lost; `separate` takes it back."""
    require(clinic, Right.WORK)
    changes = _tie(clinic, TieKind.SAME_EMPLOYER, TieKind.OTHER_EMPLOYER, one, other)
    audit.note(clinic, Deed.MERGED, detail=f"employer {one[:SIGNS]} {other[:SIGNS]}")
    return changes


def keep_apart(clinic: Clinic, one: str, other: str) -> Changes:
    """Say that two records are two employers: they are not asked about again."""
    require(clinic, Right.WORK)
    return _tie(clinic, TieKind.OTHER_EMPLOYER, TieKind.SAME_EMPLOYER, one, other)


def separate(clinic: Clinic, record: str) -> Changes:
    """Take a record out of the employer it was joined to; the others stay one."""
    require(clinic, Right.WORK)
    gone = [tie for tie in clinic.store.ties.all(TieKind.SAME_EMPLOYER) if record in {tie.one, tie.other}]
    if not gone:
        return Changes()
    rest = sorted({end for tie in gone for end in (tie.one, tie.other)} - {record})
    clinic.store.ties.change((Tie(TieKind.SAME_EMPLOYER, rest[0], end) for end in rest[1:]), gone)
    audit.note(clinic, Deed.SEPARATED, detail=f"employer {record[:SIGNS]}")
    return _CHANGED


def duplicates(clinic: Clinic) -> tuple[Pair, ...]:
    """Return pairs of employers that may be one: the same tax number or phone, or names that are alike."""
    require(clinic, Right.READ)
    groups = _grouped(clinic)
    by_id = {row.id: (row, records) for row, records in groups}
    apart = {frozenset((tie.one, tie.other)) for tie in clinic.store.ties.all(TieKind.OTHER_EMPLOYER)}
    blocks: dict[str, dict[str, None]] = {}
    for row, records in groups:
        for record in records:
            for key in _keys(record):
                blocks.setdefault(key, {})[row.id] = None
    pairs: dict[tuple[str, str], Pair] = {}
    for ids in blocks.values():
        for one, other in combinations(sorted(ids), 2):
            (row, mine), (its, theirs) = by_id[one], by_id[other]
            known = any({a, b} in apart for a in row.records for b in its.records)
            why = "" if known or (one, other) in pairs else _why_alike(mine, theirs)
            if why:
                pairs[one, other] = Pair(one, other, row.shown_name, its.shown_name, why)
            if len(pairs) == MOST_PAIRS:
                return tuple(pairs.values())
    return tuple(pairs.values())


def _together(clinic: Clinic) -> dict[str, tuple[str, ...]]:
    return joined(clinic.store.ties.all(TieKind.SAME_EMPLOYER))


def _grouped(clinic: Clinic, typed: str = "") -> list[tuple[EmployerRow, tuple[EmployerRecord, ...]]]:
    """Return every employer with its records; those alone that may fit what is typed."""
    if typed:
        return _groups_of(clinic, clinic.store.employers.likely(typed))
    told = [record for record in clinic.store.employers.all() if record.shown_name or record.cases]
    return _built(told, _together(clinic))


def _groups_of(clinic: Clinic, ids: Iterable[str]) -> list[tuple[EmployerRow, tuple[EmployerRecord, ...]]]:
    """Return the employers to whom some records belong."""
    together = _together(clinic)
    every = dict.fromkeys(other for one in ids for other in together.get(one, (one,)))
    return _built(clinic.store.employers.records(every), together)


def _built(
    told: Iterable[EmployerRecord], together: Mapping[str, tuple[str, ...]]
) -> list[tuple[EmployerRow, tuple[EmployerRecord, ...]]]:
    records = {record.id: record for record in told}
    order = {one: number for number, one in enumerate(records)}
    groups = dict.fromkeys(together.get(one, (one,)) for one in records)
    return [
        _row(tuple(records[one] for one in sorted(order.keys() & group, key=order.__getitem__))) for group in groups
    ]


def _row(records: tuple[EmployerRecord, ...]) -> tuple[EmployerRow, tuple[EmployerRecord, ...]]:
    # The name most often told stands first
    told = [name for r in records for name in [r.name] * len(r.cases) if name]
    names = sorted(dict.fromkeys(told), key=lambda name: -told.count(name)) + [r.name for r in records if r.name]
    names += [name for r in records for name in (r.trade_name, r.shown_name) if name]
    shown = list(dict.fromkeys(names))
    row = EmployerRow(
        id=min(record.id for record in records),
        records=tuple(record.id for record in records),
        shown_name=shown[0] if shown else "",
        other_names=tuple(shown[1:]),
        town=next((r.municipality for r in records if r.municipality), ""),
        sector=next((r.sector for r in records if r.sector), ""),
        cases=len({case for r in records for case in r.cases}),
        workers=max((r.workers or 0 for r in records), default=0),
    )
    return row, records


def _fits(asked: Sequence[str], records: Sequence[EmployerRecord]) -> bool:
    if not asked:
        return True
    texts = (t for r in records for t in (r.name, r.trade_name, r.place, r.municipality))
    there = [latin(word) for text in texts for word in words(text)]
    numbers = ["".join(words(number)) for r in records for number in (r.phone, r.tax_id)]
    return all(
        any(word.startswith(part) for word in there)
        or (len(part) >= FRAGMENT and any(part in number for number in numbers))
        for part in asked
    )


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


@lru_cache(maxsize=32_768)  # each name is compared with many
def _bare(name: str) -> str:
    """Return a name without its legal form, as names are compared."""
    return " ".join(latin(word) for word in words(name) if word not in LEGAL_FORMS)


def _keys(record: EmployerRecord) -> set[str]:
    """Return what two records must have one of in common to be compared at all."""
    keys: set[str] = set()
    for name in (record.name, record.trade_name):
        heard = sorted({sound(word) for word in _bare(name).split()})
        # One word of several ("rancho") would be shared by hundreds: it takes two.
        pairs = combinations(heard, 2) if len(heard) > 1 else [tuple(heard)]
        keys |= {f"name {' '.join(pair)}" for pair in pairs if pair}
    if record.tax_id:
        keys.add("tax " + "".join(words(record.tax_id)))
    if record.phone:
        keys.add("phone " + "".join(sign for sign in record.phone if sign.isdigit()))
    return keys


def _why_alike(one: Iterable[EmployerRecord], other: Iterable[EmployerRecord]) -> str:
    """Return what makes two employers seem one, "" when nothing does."""
    mine, theirs = list(one), list(other)
    for why, field in ((_SAME_TAX_ID, "tax_id"), (_SAME_PHONE, "phone")):
        values = [{"".join(words(getattr(r, field))) for r in side if getattr(r, field)} for side in (mine, theirs)]
        if values[0] & values[1]:
            return why
    names = [{_bare(n) for r in side for n in (r.name, r.trade_name) if _bare(n)} for side in (mine, theirs)]
    alike = any(fuzz.token_sort_ratio(a, b) >= ALIKE and _numbers(a) == _numbers(b) for a in names[0] for b in names[1])
    return _SAME_NAME if alike else ""


def _numbers(name: str) -> set[str]:
    # "Packing 24" and "Packing 25" are two
    return {word for word in name.split() if word.isdigit()}


def _apart(clinic: Clinic, row: EmployerRow) -> set[str]:
    ties = clinic.store.ties.all(TieKind.OTHER_EMPLOYER)
    return {end for tie in ties for end in (tie.one, tie.other) if {tie.one, tie.other} & set(row.records)}


def _chain(clinic: Clinic, row: EmployerRow, by_record: dict[str, EmployerRow]) -> Iterable[Link]:
    for tie in clinic.store.ties.all(*CHAIN):
        outward = tie.one in row.records
        other = by_record.get(tie.other if outward else tie.one)
        if (outward or tie.other in row.records) and other is not None:
            yield Link(tie, other.id, other.shown_name, outward)


def _beside(
    records: Iterable[EmployerRecord],
    groups: Iterable[tuple[EmployerRow, tuple[EmployerRecord, ...]]],
    row: EmployerRow,
) -> tuple[tuple[str, str, str], ...]:
    cases = {case for record in records for case in record.cases}
    found = {
        (other.id, other.shown_name, record.role)
        for other, theirs in groups
        if other.id != row.id
        for record in theirs
        if cases & set(record.cases)
    }
    return tuple(sorted(found))


def _add(clinic: Clinic, name: str) -> str:
    answer = read_answer(EMPLOYERS.field("name"), " ".join(name.split()), "name")
    if not answer:
        raise InputError("name", N_("the name is empty"), N_("a name"))
    return clinic.store.employers.add({"name": answer})


def _tie(clinic: Clinic, kind: TieKind, instead_of: TieKind, one: str, other: str) -> Changes:
    if one == other:
        raise InputError("employer", N_("there are no two such employers"))
    for employer in (one, other):
        clinic.store.employers.require(employer)
    gone = [tie for tie in clinic.store.ties.all(instead_of) if {tie.one, tie.other} == {one, other}]
    clinic.store.ties.change((Tie(kind, one, other),), gone)
    return _CHANGED
