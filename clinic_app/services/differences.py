"""What holds while two records of one fact differ: the safest of what they may mean.

Nobody is asked to trust a guess. The law check is made for each combination of the differing answers: of
every clock the earliest day counts, of every sum the whole range, of every urgent point each that any
combination shows, and of consent and safety the stricter answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Final

from clinic_app.domain.assessment import Amount, Assessment, Deadline, RedFlag
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.differences import About, Difference
from clinic_app.domain.fields import Merge
from clinic_app.domain.values import Answer

MOST: Final = 64
"""Combinations that are looked at. With more, each difference is looked at by itself."""

_PATH: Final = re.compile(r"(?P<section>[a-z_]+)(?:\[(?P<row>[^\]]*)\])?\.(?P<field>\w+)\Z")


def strict(case: CaseFile, differences: Sequence[Difference]) -> CaseFile:
    """Return the case in which every differing answer about consent or safety is the stricter one."""
    for found in differences:
        if found.merge is Merge.STRICT and found.safest is not None:
            case = with_answer(case, found.path, found.safest)
    return case


def combinations(case: CaseFile, differences: Sequence[Difference]) -> Iterator[CaseFile]:
    """Return the case once for each combination of the answers that differ; the case as it is comes first."""
    open_ones = [found for found in differences if found.about is About.ANSWER and found.merge is not Merge.STRICT]
    yield case
    choices = [[(found.path, said.answer) for said in found.values] for found in open_ones]
    count = 1
    for choice in choices:
        count *= len(choice)
    chosen = product(*choices) if count <= MOST else ((one,) for choice in choices for one in choice)
    for answers in chosen:
        other = case
        for path, answer in answers:
            other = with_answer(other, path, answer)
        if other != case:
            yield other


def safest(
    case: CaseFile, differences: Sequence[Difference], assess: Callable[[CaseFile], Assessment]
) -> tuple[CaseFile, Assessment]:
    """Return the case with its stricter answers, and the law check that is safe whatever is decided.

    `assess` makes the law check of a case. Findings, texts and workings are those of the case as it is
    shown; sums become ranges over all combinations.
    """
    case = strict(case, differences)
    first, *others = (assess(each) for each in combinations(case, differences))
    if not others:
        return case, first
    every = (first, *others)
    amounts = tuple(_spanned(amount, every) for amount in first.amounts)
    return case, replace(
        first,
        deadlines=_earliest(every),
        red_flags=_all_flags(every),
        amounts=amounts,
        total_low=min(each.total_low for each in every),
        total_high=max(each.total_high for each in every),
    )


def with_answer(case: CaseFile, path: str, answer: Answer) -> CaseFile:
    """Return the case with one answer changed; the case itself when it has no such place (any more)."""
    place = _PATH.match(path)
    if place is None:
        return case
    section, row, field = place["section"], place["row"], place["field"]
    if section == "answers":
        return replace(case, answers=_changed(case.answers, field, answer))
    if row is None:
        if section not in case.sections:
            return replace(case, sections={**case.sections, section: Record({field: answer})})
        return replace(case, sections={**case.sections, section: _changed(case.sections[section], field, answer)})
    rows = tuple(_changed(each, field, answer) if each.id == row else each for each in case.lists.get(section, ()))
    return replace(case, lists={**case.lists, section: rows})


def _changed(record: Record, field: str, answer: Answer) -> Record:
    return replace(record, values={**record.values, field: answer})


def _earliest(every: Sequence[Assessment]) -> tuple[Deadline, ...]:
    """Return of each clock the one whose safe day comes first, with its own counting."""
    found: dict[str, Deadline] = {}
    for deadline in (deadline for assessment in every for deadline in assessment.deadlines):
        known = found.get(deadline.action)
        if known is None or (deadline.safe_date, deadline.deadline) < (known.safe_date, known.deadline):
            found[deadline.action] = deadline
    return tuple(sorted(found.values(), key=lambda deadline: deadline.safe_date))


def _all_flags(every: Sequence[Assessment]) -> tuple[RedFlag, ...]:
    found: dict[str, RedFlag] = {}
    for flag in (flag for assessment in every for flag in assessment.red_flags):
        known = found.setdefault(flag.id, flag)
        if flag.blocks_named_letter and not known.blocks_named_letter:
            found[flag.id] = flag
    return tuple(found.values())


def _spanned(amount: Amount, every: Sequence[Assessment]) -> Amount:
    """Return the amount as the range over all law checks; one that does not have it gives nothing for it."""
    ends = [
        next(((other.low, other.high) for other in each.amounts if other.item == amount.item), (Decimal(0), Decimal(0)))
        for each in every
    ]
    return replace(amount, low=min(low for low, _ in ends), high=max(high for _, high in ends))
