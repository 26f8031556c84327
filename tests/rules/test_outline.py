"""A book in words: every rule stands in it, and what is computed is what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from clinic_app.domain.rulebook import Chapter
from clinic_app.i18n import words
from clinic_app.rules.book import RuleBook
from clinic_app.rules.expression import parse
from clinic_app.rules.functions import functions
from clinic_app.rules.outline import COUNTING, chapters
from clinic_app.rules.wording import CALLS, Wording


@pytest.fixture(scope="module")
def english(mx: RuleBook) -> tuple[Chapter, ...]:
    return chapters(mx, words("en").say)


def entry_lines(english: tuple[Chapter, ...], name: str) -> Mapping[str, str]:
    found = next(entry for chapter in english for entry in chapter.entries if entry.id == name)
    return {line.label: line.text for line in found.lines}


def test_every_entry_of_the_book_is_printed(mx: RuleBook, english: tuple[Chapter, ...]) -> None:
    counts = {chapter.title: len(chapter.entries) for chapter in english}
    assert counts["Legal values"] == len(mx.parameters)
    assert counts["Questions"] == len(mx.fields)
    assert counts["Values that follow from the facts"] == len(mx.definitions)
    assert counts["Possible violations"] == len(mx.findings)
    assert counts["Amounts"] == len(mx.amounts)
    assert counts["Deadlines"] == len(mx.deadlines)
    assert counts["Urgent points"] == len(mx.flags)
    assert counts["Open questions and notes"] == len(mx.notes) + len(mx.holdings)
    assert counts["Worked examples"] == len(mx.examples)


def test_every_dated_value_stands_with_its_source(mx: RuleBook, english: tuple[Chapter, ...]) -> None:
    wages = next(entry for entry in english[0].entries if entry.id == "minimum_wage")
    assert wages.grid is not None
    assert len(wages.grid.rows) == len(mx.parameters["minimum_wage"].values)
    assert wages.grid.rows[-1] == ("2026-01-01", "…", "general: 315.04\nzlfn: 440.87", "DOF 09-12-2025", "sure")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("job.ending == 'dismissed' and not known(job.last_day)", "“Was dismissed” and not"),
        ("1 + 2 * (3 - 4)", "1 + (2 × (3 − 4))"),
        ("7 // 2", "the whole part of 7 ÷ 2"),
        ("job.ending in ['dismissed', 'death']", "is one of: “Was dismissed”, “"),
        ("min(1, 2, 3)", "the least of (1; 2; 3)"),
        ("1 if as_of > date(2026, 3, 15) else 0", "1 if the day of the check > the day 15-3-2026; otherwise 0"),
        ("has_event('accident')", "it happened: “Accident at work”"),
        ("1 < 2 <= 3", "1 < 2 and 2 ≤ 3"),
    ],
)
def test_expressions_read_as_words(mx: RuleBook, source: str, said: str) -> None:
    expression = parse(source, frozenset({"job"}))
    assert said in Wording(mx, words("en").say).of(expression)


def test_no_expression_of_the_book_is_left_as_code(english: tuple[Chapter, ...]) -> None:
    text = "\n".join(line.text for chapter in english[:-1] for entry in chapter.entries for line in entry.lines)
    assert not re.findall(r"\b(?:job|answers|pay|urgent)\.[a-z_]+|==|!=|\bis_true\b", text)


def test_deadlines_say_how_they_are_counted(english: tuple[Chapter, ...]) -> None:
    lines = entry_lines(english, "dismissal")
    found = next(e for c in english if c.title == "Deadlines" for e in c.entries if e.id == "dismissal")
    term = next(line.text for line in found.lines if line.label == "Term")
    assert term.startswith("2 months, counted in calendar months")
    assert lines


def test_the_words_name_only_functions_that_exist() -> None:
    assert {name.partition("/")[0] for name in CALLS} <= set(functions())
    assert COUNTING
