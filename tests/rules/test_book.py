"""Loading a rule book: a small invented country from YAML alone, and every mistake pointed at."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest

from clinic_app.domain.assessment import Assessment, Status
from clinic_app.domain.intake_file import json_schema, read_case
from clinic_app.domain.values import pick
from clinic_app.paths import resources
from clinic_app.rules.assess import assess, questions_for
from clinic_app.rules.book import RuleBook, load_book, load_books
from clinic_app.rules.examples import run_examples
from clinic_app.rules.phrases import REQUIRED
from clinic_app.rules.reading import BookError


def phrases() -> str:
    lines = {name: f"  {name}: {{en: {name}}}" for name in REQUIRED}
    lines["yes"], lines["no"] = "  'yes': {en: 'Yes'}", "  'no': {en: 'No'}"
    lines["months"] = "  months: {en: 'a, b, c, d, e, f, g, h, i, j, k, l'}"
    lines["weekdays"] = "  weekdays: {en: 'Mon, Tue, Wed, Thu, Fri, Sat, Sun'}"
    lines["date"] = "  date: {en: '{weekday} {day} {month} {year}'}"
    lines["because"] = "  because: {en: '{question} {answer}'}"
    return "\n".join(lines.values())


FILES = {
    "book.yaml": f"""
place: syldavia
version: sy-1
currency: SYK
paper: a4
main_language: en
languages: [en]
title: {{en: Syldavia}}
phrases:
{phrases()}
""",
    "parameters.yaml": """
minimum_pay:
  title: {en: Minimum pay a month}
  cite: Code 3
  unit: money
  expected_change: yearly 07-01
  values:
    2020-07-01: {value: "100", source: Gazette 1}
    2025-07-01: {value: "120", source: Gazette 9, confidence: LOW}
""",
    "calendar.yaml": """
weekend: [friday]
holidays:
  feast: {title: {en: Feast}, cite: Code 9, easter: orthodox, plus: 1}
""",
    "questions.yaml": """
one:
  title: {en: Pay}
  questions:
    told_rate: {kind: number, label: {en: Which rate was agreed?}, ask_when: not ended}
""",
    "facts.yaml": """
job.start: {question: {en: First day?}}
job.last_day: {question: {en: Last day?}}
job.ending: {question: {en: How did it end?}}
pay.amount: {question: {en: Pay?}}
""",
    "definitions.yaml": """
ended: {value: job.ending != "still_working"}
last: {value: "job.last_day if ended else as_of"}
""",
    "notes.yaml": """
quarter: {text: {en: Counted by months.}}
""",
    "holdings.yaml": """
book: {en: The pay book}
""",
    "amounts.yaml": """
shortfall:
  label: {en: Below the minimum}
  cite: Code 3
  owed_when: pay.amount < minimum_pay(last)
  for_each:
    name: part
    items: segments(job.start, last, "minimum_pay")
    label: {en: "{first}"}
  steps:
    amount: {label: {en: Missing}, unit: money, value: "max(0, minimum_pay(part.first) - pay.amount) * part.days / 30"}
  notes: [quarter]
  evidence: [payslip]
  employer_must_hold: [book]
""",
    "findings.yaml": """
low_pay:
  title: {en: Low pay}
  says: {en: Pay may not be below the minimum.}
  cite: Code 3
  likely_when: pay.amount < minimum_pay(last)
  amounts: [shortfall]
""",
    "deadlines.yaml": """
complaint:
  label: {en: Complain}
  cite: Code 8
  when: ended
  starts: job.last_day
  days: 3
  count: working_days
  what_to_do: {en: Go to the office.}
""",
    "examples.yaml": """
id: one
source: derived
title: Thirty days at 90
on: 2025-08-01
facts:
  place: syldavia
  job: {start: 2025-07-01, last_day: 2025-07-30, ending: resigned}
  pay: {amount: "90"}
expect: {amounts: {shortfall: "30.00"}, total: "30.00", findings: {low_pay: likely}}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "syldavia"
    place.mkdir()
    for name, content in FILES.items():
        (place / name).write_text(content, "utf-8")
    return place


def run(book: RuleBook, on: str, **sections: object) -> Assessment:
    case = read_case({"place": "syldavia", "language": "en", **sections}, {"syldavia": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def test_a_country_is_yaml_alone(folder: Path) -> None:
    book = load_books(folder.parent)["syldavia"]
    assert [r.differences for r in run_examples(book)] == [()]
    job = {"start": "2025-06-01", "last_day": "2025-07-30", "ending": "resigned"}
    found = run(book, "2025-08-01", job=job, pay={"amount": "110"})
    # June at 100 is paid well enough; thirty days of July miss 10.
    assert str(found.total_low) == "10.00"
    assert found.amounts[0].currency == "SYK"
    assert {p.confidence.value for p in found.parameters} == {"HIGH", "LOW"}
    # Wednesday 30 July; Thursday, Saturday and Sunday are worked, Friday is not.
    assert found.deadlines[0].deadline == dt.date(2025, 8, 3)
    assert questions_for(book, read_case({"place": "syldavia"}, {"syldavia": book.fields}), dt.date(2025, 8, 1))


def test_ranges_need_no_python_either(folder: Path) -> None:
    book = load_book(folder)
    job = {"start": "2025-07-01", "last_day": "2025-07-10/2025-07-30", "ending": "resigned"}
    found = run(book, "2025-08-01", job=job, pay={"amount": {"low": "90", "high": "105"}})
    assert (str(found.total_low), str(found.total_high)) == ("5.00", "30.00")
    assert found.findings[0].status is Status.LIKELY
    wide = run(book, "2025-08-01", job=job, pay={"amount": {"low": "90", "high": "125"}})
    assert wide.findings[0].status is Status.NEEDS_ANSWER
    assert [m.path for m in wide.findings[0].missing] == ["job.last_day", "pay.amount"]
    assert (str(wide.total_low), str(wide.total_high)) == ("0.00", "30.00")


def test_before_the_first_value_nothing_is_guessed(folder: Path) -> None:
    book = load_book(folder)
    job = {"start": "2019-01-01", "last_day": "2019-02-01", "ending": "resigned"}
    found = run(book, "2019-03-01", job=job, pay={"amount": "90"})
    assert found.amounts == ()
    assert [m.path for m in found.not_computed[0].missing] == ["parameter:minimum_pay"]


MISTAKES = [
    ("definitions.yaml", "else as_of", "else as_off", "there is no value “as_off”"),
    ("definitions.yaml", "job.last_day", "job.lastday", "there is no fact “job.lastday”"),
    ("definitions.yaml", "job.last_day", "job.relation", "has no words for “job.relation”"),
    ("definitions.yaml", "else as_of", "else last", "this value needs itself"),
    ("amounts.yaml", "max(0", "maximum(0", "there is no function “maximum”"),
    ("amounts.yaml", "max(0", "max(0 **", "cannot be read"),
    ("amounts.yaml", "pay.amount) * part.days", "pay.amount) ** part.days", "Pow is not part"),
    ("amounts.yaml", '"minimum_pay")', '"minimal")', "there is no parameter “minimal”"),
    ("amounts.yaml", "minimum_pay(part.first)", "minimum_pay()", "minimum_pay takes 1 arguments"),
    ("amounts.yaml", "part.days", "part.dais", "no list has a field “dais”"),
    ("amounts.yaml", "cite: Code 3", "", "“cite” is missing"),
    ("amounts.yaml", "notes: [quarter]", "notes: [half]", "there is no note “half”"),
    ("amounts.yaml", "hold: [book]", "hold: [box]", "there is no holding “box”"),
    ("amounts.yaml", "[payslip]", "[gossip]", "“gossip” is not a kind of evidence"),
    ("amounts.yaml", "owed_when", "owed_if", "“owed_if” is not known here"),
    ("findings.yaml", "{en: Low pay}", "{es: Poco}", "the text in “en” is missing"),
    ("findings.yaml", "[shortfall]", "[windfall]", "there is no amount “windfall”"),
    ("deadlines.yaml", "working_days", "lucky_days", "“lucky_days” is not one of"),
    ("parameters.yaml", '"120"', '"12O"', "“12O” is not a number"),
    ("parameters.yaml", 'value: "100", source: Gazette 1', 'value: "100", source: G, until: 2026-01-01', "overlap"),
    ("parameters.yaml", "2025-07-01", "2025-7-1", "“2025-7-1” is not a day"),
    ("calendar.yaml", "[friday]", "[fridays]", "“fridays” is not one of"),
    ("questions.yaml", "kind: number", "kind: numbr", "“numbr” is not one of"),
    ("book.yaml", "  because:", "  becose:", "the phrase “because” is missing"),
    ("facts.yaml", "job.start:", "job.strat:", "there is no such fact"),
    ("notes.yaml", "quarter:", "quarter: {text: {en: X}}\nquarter:", "the key stands here twice"),
    ("notes.yaml", "quarter:", "other: &x {text: {en: X}}\nquarter: *x\nthird:", "aliases are not allowed"),
    ("notes.yaml", "quarter: {", "quarter: !!python/object:os.system {", "tags"),
    ("notes.yaml", "quarter:", "a: [b\nquarter:", "cannot be read"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_pointed_at(folder: Path, file: str, right: str, wrong: str, message: str) -> None:
    content = FILES[file]
    assert right in content
    (folder / file).write_text(content.replace(right, wrong, 1), "utf-8")
    with pytest.raises(BookError) as caught:
        load_book(folder)
    mistakes = [problem for problem in caught.value.problems if message in problem.message]
    assert mistakes, str(caught.value)
    assert mistakes[0].file == file
    assert mistakes[0].line > 0
    assert str(mistakes[0]) in str(caught.value)


def test_all_mistakes_are_listed_at_once(folder: Path) -> None:
    for file, right, wrong, _ in (MISTAKES[0], MISTAKES[4], MISTAKES[16], MISTAKES[18]):
        (folder / file).write_text(FILES[file].replace(right, wrong, 1), "utf-8")
    with pytest.raises(BookError) as caught:
        load_book(folder)
    assert {p.file for p in caught.value.problems} == {
        "definitions.yaml",
        "amounts.yaml",
        "findings.yaml",
        "parameters.yaml",
    }


def test_a_file_of_an_unknown_kind_is_a_mistake(folder: Path) -> None:
    (folder / "amonts.yaml").write_text("{}", "utf-8")
    with pytest.raises(BookError, match="unknown kind of file"):
        load_book(folder)


def test_a_folder_without_a_book(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="there is no such file"):
        load_book(tmp_path)
    assert load_books(tmp_path) == {}


def test_files_are_bounded(folder: Path) -> None:
    started = time.perf_counter()
    (folder / "notes.yaml").write_text("x: " + "[" * 3000 + "]" * 3000, "utf-8")
    with pytest.raises(BookError):
        load_book(folder)
    (folder / "notes.yaml").write_text("#" * 1_000_001, "utf-8")
    with pytest.raises(BookError, match="larger than"):
        load_book(folder)
    assert time.perf_counter() - started < 5


def test_a_rule_with_a_million_steps_stops(folder: Path) -> None:
    """Formulas in formulas multiply: the count of steps, not patience, ends them."""
    doubling = "\n".join(
        f"f{n}: {{arguments: [x], value: f{n - 1}(x + 1) + f{n - 1}(x + 2) + f{n - 1}(x * 3)}}" for n in range(1, 20)
    )
    definitions = FILES["definitions.yaml"] + f"f0: {{arguments: [x], value: x + 1}}\n{doubling}\n"
    (folder / "definitions.yaml").write_text(definitions, "utf-8")
    content = FILES["findings.yaml"].replace("pay.amount < minimum_pay(last)", "f19(pay.amount) > 0")
    (folder / "findings.yaml").write_text(content, "utf-8")
    book = load_book(folder)
    started = time.perf_counter()
    with pytest.raises(BookError, match="too many steps"):
        run(book, "2025-08-01", pay={"amount": "1.37"})
    assert time.perf_counter() - started < 20


def test_the_mexican_book_speaks_two_languages(mx: RuleBook) -> None:
    assert mx.place == "mx"
    assert mx.currency == "MXN"
    assert mx.languages == ("es", "en")
    for field in mx.fields:
        assert not isinstance(field.label, str)
        assert pick(field.label, "es") != pick(field.label, "en")
    assert {"employer_notice", "gross_note", "no_waiver_note", "evidence_rules", "next_steps"} <= {
        t.id for t in mx.texts
    }
    assert {f"AMB-{n:02}" for n in range(1, 25)} <= set(mx.notes)


def test_the_books_make_a_schema_of_the_intake_file() -> None:
    books = load_books(resources() / "rules")
    questions = {place: book.fields for place, book in books.items()}
    schema = json_schema(questions, lambda label: label if isinstance(label, str) else pick(label, "en"))
    assert "answers_mx" in str(schema["$defs"])
