"""Hostile and mistaken rule books: a clear error in bounded time and memory, never a crash."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from clinic_app.domain.casefile import EMPTY_RECORD, CaseFile
from clinic_app.domain.intake_file import read_case
from clinic_app.rules import scope as scopes
from clinic_app.rules.assess import assess
from clinic_app.rules.book import load_book
from clinic_app.rules.facts import facts_of
from clinic_app.rules.functions import functions
from clinic_app.rules.logic import EvaluationError, Record, Unknown, Value
from clinic_app.rules.reading import MAX_BYTES, MAX_PARTS, BookError, Reader
from clinic_app.rules.scope import Scope

SECONDS = 30.0  # far more than is needed, so that a busy computer does not fail the test
MEMORY = 50_000_000


@contextmanager
def bounded() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


def refused(folder: Path, *words: str) -> BookError:
    with bounded(), pytest.raises(BookError) as caught:
        load_book(folder)
    for word in words:
        assert word in str(caught.value), str(caught.value)[:500]
    return caught.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "aliases are not allowed"),
        ("x: " + "[" * 900_000, "nested deeper"),
        ("x: " + "{a: " * 200_000, "nested deeper"),
        ("\n".join(f"{' ' * n}a{n}:" for n in range(200)), "nested deeper"),
        ("[" + "a," * 450_000 + "]", f"more than {MAX_PARTS} parts"),
        ("- " * 400_000, "nested deeper"),
        ("a" * (MAX_BYTES - 10) + ": {", "cannot be read"),
        ("\x00", "cannot be read"),
        ("a: !!python/object/apply:os.system [echo]", "tags are not allowed"),
        ("a: !!binary aGVsbG8=", "tags are not allowed"),
        ("--- a\n--- b\n", "cannot be read"),
        ("? [1, 2]\n: x\n", "the key stands here twice or is empty"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_yaml_bombs_are_refused(zembla: Path, content: str, words: str) -> None:
    (zembla / "flags.yaml").write_text(content, "utf-8")
    refused(zembla, "flags.yaml", words)


def test_bombs_take_little_memory() -> None:
    tracemalloc.start()
    try:
        for bomb in ("[" + "a," * 450_000 + "]", "x: " + "[" * 900_000, "a: &a [x]\n" + "b: [*a, *a]\n" * 50_000):
            reader = Reader(frozenset())
            assert reader.file(bomb.encode(), "bomb.yaml") is None
            assert reader.problems
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_what_is_not_text_is_refused(zembla: Path) -> None:
    (zembla / "flags.yaml").write_bytes(b"\xff\xfe\x00\x01" * 100)
    refused(zembla, "flags.yaml", "cannot be read")


@pytest.mark.parametrize("name", ["flags.yaml", "examples/big.yaml"])
def test_a_huge_file_is_not_even_read(zembla: Path, name: str) -> None:
    with (zembla / name).open("wb") as file:
        file.truncate(20_000_000_000)  # sparse: it takes no room
    refused(zembla, name, "larger than")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("9" * 10_000, "longer than"),
        ("9" * 900, "too many digits"),
        ("1e999999", "digits"),
        ("0x" + "f" * 900, "too many digits"),
        ("+".join(["1"] * 400), "nested deeper"),
        ("min(" + ",".join(["1"] * 400) + ")", "more than"),
        ("-" * 200 + "1", "nested deeper"),
        ("(" * 400 + "1" + ")" * 400, "cannot be read"),
        ("not " * 200 + "1", "nested deeper"),
        ("9 ** 9 ** 9", "Pow is not part"),
        ("'a' * 999999999", ""),
        ("[x for x in pay]", "is not part"),
        ("(lambda: 1)()", "only functions of the rule language"),
        ("__import__('os').system('true')", ""),
        ("pay.__class__", "is not allowed"),
        ("min(*pay)", "stars"),
    ],
)
def test_expressions_that_would_hurt_are_refused(zembla: Path, value: str, words: str) -> None:
    text = (zembla / "amounts.yaml").read_text("utf-8")
    old = "value: left * daily_pay"
    assert old in text
    (zembla / "amounts.yaml").write_text(text.replace(old, f'value: "{value}"'), "utf-8")
    if value.startswith("'a'"):  # it reads well, and is stopped when it is computed
        book = load_book(zembla)
        with bounded(), pytest.raises(BookError, match=r"amounts\.leave_not_taken"):
            assess(book, case_of(zembla), dt.date(2026, 4, 1))
    else:
        refused(zembla, "amounts.yaml", words)


def case_of(zembla: Path) -> CaseFile:
    book = load_book(zembla)
    facts = {
        "place": "zembla",
        "job": {"start": "2026-01-01", "last_day": "2026-03-01", "ending": "dismissed"},
        "pay": {"amount": "900", "period": "month"},
        "answers": {"leave_taken": 20},
    }
    return read_case(facts, {"zembla": book.fields})


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("deadlines.yaml", "days: 30", "days: 999999999999999", "at most 4000"),
        ("deadlines.yaml", "days: 30", "months: 999999999", "at most 4000"),
        ("deadlines.yaml", "days: 30", "days: 1/3", "at most 4000"),
        ("deadlines.yaml", "days: 30", f"days: {'9' * 10_000}", "is not a number"),
        ("parameters.yaml", '"1100"', f'"{"9" * 10_000}"', "is not a number"),
        ("parameters.yaml", '"1100"', '"1/0"', "is not a number"),
        ("parameters.yaml", '"1100"', '"1e99"', "is not a number"),
        ("calendar.yaml", "fixed: 01-01", "easter: western, plus: 999999999999", "at most 400"),
        ("calendar.yaml", "fixed: 01-01", "nth: 999999999, weekday: monday, month: 1", "at most 5"),
    ],
)
def test_numbers_out_of_all_proportion_are_refused(zembla: Path, file: str, old: str, new: str, words: str) -> None:
    text = (zembla / file).read_text("utf-8")
    assert old in text
    (zembla / file).write_text(text.replace(old, new, 1), "utf-8")
    refused(zembla, file, words)


def test_too_many_holidays_are_refused(zembla: Path) -> None:
    days = "\n".join(f"  h{n}: {{title: {{en: H}}, cite: Act, fixed: 01-02}}" for n in range(500))
    (zembla / "calendar.yaml").write_text(f"weekend: [sunday]\nholidays:\n{days}\n", "utf-8")
    refused(zembla, "more than 400 holidays")


LOOPS = {
    "a long count of days": "working_days(date(1999, 1, 1), date(2009, 1, 1)) + " * 12 + "0",
    "terms of thousands of days": "days(as_of, term_end('working_days', as_of, 4000)) + " * 15 + "0",
    "a calendar to its end": "days(as_of, term_end('full_months', date(2199, 1, 1), 4000))",
    "days past the calendar": "days(as_of, add_years(date(2199, 1, 1), 99999))",
    "numbers that grow": "grow(grow(grow(grow(pay.amount))))",
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_rule_that_would_run_for_ever_stops(zembla: Path, name: str) -> None:
    """Whatever a rule asks for, a check ends: with a result, or with an error that names the entry."""
    square = "\n".join(
        [f"g{n}: {{arguments: [x], value: g{n - 1}(x) * g{n - 1}(x) * g{n - 1}(x + {n})}}" for n in range(1, 30)]
    )
    definitions = (zembla / "definitions.yaml").read_text("utf-8")
    definitions += f"g0: {{arguments: [x], value: x * 3}}\n{square}\ngrow: {{arguments: [x], value: g29(x)}}\n"
    (zembla / "definitions.yaml").write_text(definitions, "utf-8")
    text = (zembla / "amounts.yaml").read_text("utf-8")
    (zembla / "amounts.yaml").write_text(text.replace("value: left * daily_pay", f'value: "{LOOPS[name]}"'), "utf-8")
    book = load_book(zembla)
    with bounded():
        try:
            assess(book, case_of(zembla), dt.date(2026, 4, 1))
        except BookError as error:
            assert "amounts.leave_not_taken" in str(error)  # noqa: PT017 - a result is right too


def test_many_heavy_rules_share_one_allowance(zembla: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry stays under its own limit; together they would run for minutes."""
    monkeypatch.setattr(scopes, "MAX_ALL_STEPS", 100_000)  # a tenth, so that the test is short
    heavy = "working_days(date(1999, 1, 1), date(2009, 1, 1)) >= 0"
    rules = "\n".join(
        f"r{n}: {{title: {{en: R}}, says: {{en: R}}, cite: Act, likely_when: '{' and '.join([heavy] * 15)}'}}"
        for n in range(400)
    )
    (zembla / "findings.yaml").write_text(rules, "utf-8")
    book = load_book(zembla)
    with bounded(), pytest.raises(BookError, match="too many steps"):
        assess(book, case_of(zembla), dt.date(2026, 4, 1))


NASTY: tuple[Value, ...] = (
    Fraction(0),
    Fraction(-1),
    Fraction(1, 3),
    Fraction(4000),
    Fraction(10**17),
    dt.date(1, 1, 1),
    dt.date(2026, 3, 15),
    dt.date(9999, 12, 31),
    "",
    "working_days",
    "25:99",
    True,
    (),
    (Record({}),),
    Unknown(frozenset({"x"})),
)


@pytest.mark.parametrize("name", sorted(functions()))
def test_every_function_answers_or_refuses(zembla: Path, name: str) -> None:
    scope = Scope(load_book(zembla), facts_of(CaseFile("zembla", "en", {}, {}, EMPTY_RECORD)), dt.date(2026, 1, 1), {})
    function = functions()[name]
    for arguments in itertools.islice(itertools.product(NASTY, repeat=max(1, function.least)), 400):
        fresh = scope.other({})
        fresh._memory.shared.steps = 0
        try:
            result = fresh.call(name, arguments)
        except EvaluationError:
            continue
        assert isinstance(result, (Fraction, bool, str, dt.date, tuple, Record, Unknown)) or result is not None
