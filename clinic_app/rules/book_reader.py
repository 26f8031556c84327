"""Reads the entries of a rule book's files into their frozen shapes.

Each kind of entry has one function here, which names every key that the entry may have; a key
that is missing or unknown is a problem with its file and line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeVar

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Paper
from clinic_app.domain.steps import PLANS, REACHES, WAYS, Expected, ProcessStep
from clinic_app.domain.values import Text
from clinic_app.rules.calendars import Calendar, read_calendar
from clinic_app.rules.counting import METHODS
from clinic_app.rules.dated import Parameter, read_parameter
from clinic_app.rules.entries import (
    AmountRule,
    DeadlineRule,
    DecisionTable,
    Definition,
    Example,
    FactWords,
    FindingRule,
    FlagRule,
    GroupRule,
    Loop,
    Note,
    NoteRef,
    QuestionRule,
    RouteRule,
    StepRule,
    Suspension,
    TextRule,
    ValueCheck,
)
from clinic_app.rules.expression import Expression
from clinic_app.rules.phrases import REQUIRED
from clinic_app.rules.reading import Node, Reader, entries
from clinic_app.rules.regions import Regions, read_regions

LONGEST_TERM: Final = 4000  # days, or months
NOTHING: Final[frozenset[str]] = frozenset()
CLOCK_NAMES: Final = frozenset({"day_missing", "stopped"})  # what notes of a clock may ask
UNITS: Final = ("money", "days", "hours", "number", "factor", "date", "text")
SOURCES: Final = ("published", "derived")
EVIDENCE: Final = frozenset(choice.code for choice in catalogue.EVIDENCE_KINDS)
EVENT_KINDS: Final = tuple(choice.code for choice in catalogue.EVENT_KINDS)
RESULTS: Final = tuple(choice.code for choice in catalogue.DIARY_RESULTS)
T = TypeVar("T")


@dataclass(slots=True)
class Contents:
    """What was read from the files of a book, before its names are checked."""

    place: str = ""
    version: str = ""
    verified_on: dt.date | None = None
    currency: str = ""
    paper: str = ""
    main_language: str = ""
    languages: tuple[str, ...] = ()
    title: Text = field(default_factory=dict)
    groups: list[GroupRule] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=lambda: Calendar(NOTHING_OFF, ()))
    regions: Regions = field(default_factory=Regions)
    definitions: dict[str, Definition] = field(default_factory=dict)
    tables: dict[str, DecisionTable] = field(default_factory=dict)
    fact_words: dict[str, FactWords] = field(default_factory=dict)
    phrases: dict[str, Text] = field(default_factory=dict)
    holdings: dict[str, Text] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    findings: list[FindingRule] = field(default_factory=list)
    amounts: list[AmountRule] = field(default_factory=list)
    deadlines: list[DeadlineRule] = field(default_factory=list)
    flags: list[FlagRule] = field(default_factory=list)
    routes: list[RouteRule] = field(default_factory=list)
    steps: list[ProcessStep] = field(default_factory=list)
    texts: list[TextRule] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    where: dict[str, Node] = field(default_factory=dict)


NOTHING_OFF: Final[frozenset[int]] = frozenset()

FOLDER_KINDS: Final = (
    "book",
    "parameters",
    "calendar",
    "regions",
    "questions",
    "facts",
    "definitions",
    "tables",
    "holdings",
    "notes",
    "findings",
    "amounts",
    "deadlines",
    "flags",
    "routes",
    "steps",
    "texts",
    "examples",
)


def read_contents(reader: Reader, nodes: dict[str, list[Node]]) -> Contents:
    """Read every file of a book, in the order in which they need each other."""
    contents = Contents()
    _read_book(reader, contents, nodes["book"][0])
    contents.calendar = read_calendar(reader, _only(nodes, "calendar"))
    contents.regions = read_regions(reader, _only(nodes, "regions"))
    contents.parameters = _by_id(reader, contents, nodes, "parameters", read_parameter)
    contents.holdings = _by_id(reader, contents, nodes, "holdings", lambda r, _, n: r.words(n))
    contents.notes = _by_id(reader, contents, nodes, "notes", _note)
    contents.fact_words = _by_id(reader, contents, nodes, "facts", _fact_words)
    contents.groups = list(_by_id(reader, contents, nodes, "questions", _group).values())
    contents.definitions = _by_id(reader, contents, nodes, "definitions", _definition)
    contents.tables = _by_id(reader, contents, nodes, "tables", _table)
    contents.findings = list(_by_id(reader, contents, nodes, "findings", _finding).values())
    contents.amounts = list(_by_id(reader, contents, nodes, "amounts", _amount).values())
    contents.deadlines = list(_by_id(reader, contents, nodes, "deadlines", _deadline).values())
    contents.flags = list(_by_id(reader, contents, nodes, "flags", _flag).values())
    contents.routes = list(_by_id(reader, contents, nodes, "routes", _route).values())
    contents.steps = list(_by_id(reader, contents, nodes, "steps", _process_step).values())
    contents.texts = list(_by_id(reader, contents, nodes, "texts", _text).values())
    contents.examples = [_example(reader, node) for node in nodes.get("examples", [])]
    return contents


def _only(nodes: dict[str, list[Node]], kind: str) -> Node | None:
    return next(iter(nodes.get(kind, [])), None)


def _by_id(
    reader: Reader,
    contents: Contents,
    nodes: dict[str, list[Node]],
    kind: str,
    read: Callable[[Reader, str, Node], T],
) -> dict[str, T]:
    found: dict[str, T] = {}
    for node in nodes.get(kind, []):
        for name, part in reader.mapping(node).items():
            if name in found:
                reader.problem(part, "this id stands in two files")
            contents.where[f"{kind}.{name}"] = part
            found[name] = read(reader, name, part)
    return found


def _read_book(reader: Reader, contents: Contents, node: Node) -> None:
    parts = reader.keys(node, "place version currency paper main_language languages title phrases", "verified_on")
    contents.languages = reader.languages = reader.strings(parts.get("languages"))
    contents.place = reader.string(parts.get("place"))
    contents.version = reader.string(parts.get("version"))
    contents.verified_on = reader.date(parts.get("verified_on"))
    contents.currency = reader.string(parts.get("currency"))
    contents.paper = reader.one_of(parts.get("paper"), tuple(p.value for p in Paper), "")
    contents.main_language = reader.one_of(parts.get("main_language"), contents.languages, "")
    contents.title = reader.words(parts.get("title"))
    contents.phrases = {name: reader.words(part) for name, part in entries(parts.get("phrases"))}
    for name in REQUIRED:
        if name not in contents.phrases:
            reader.problem(parts.get("phrases", node), f"the phrase “{name}” is missing")


def _note(reader: Reader, name: str, node: Node) -> Note:
    parts = reader.keys(node, "text", "question default")
    return Note(
        name, reader.words(parts.get("text")), reader.string(parts.get("question")), reader.string(parts.get("default"))
    )


def _fact_words(reader: Reader, _: str, node: Node) -> FactWords:
    parts = reader.keys(node, "question", "choices")
    choices = {code: reader.words(part) for code, part in entries(parts.get("choices"))}
    return FactWords(reader.words(parts.get("question")), choices)


def _group(reader: Reader, name: str, node: Node) -> GroupRule:
    parts = reader.keys(node, "title questions", "urgent private")
    questions = tuple(_question(reader, key, part) for key, part in entries(parts.get("questions")))
    return GroupRule(
        name,
        reader.words(parts.get("title")),
        reader.flag(parts.get("urgent")),
        questions,
        reader.flag(parts.get("private")),
    )


def _question(reader: Reader, name: str, node: Node) -> QuestionRule:
    parts = reader.keys(node, "kind label", "help choices columns low high ask_when")
    ask_when = reader.expression(parts.get("ask_when"), NOTHING, "true")
    return QuestionRule(_field(reader, name, parts), ask_when)


def _field(reader: Reader, name: str, parts: dict[str, Node]) -> Field:
    kind = Kind(reader.one_of(parts.get("kind"), tuple(k.value for k in Kind), Kind.TEXT.value))
    columns = tuple(
        _field(reader, key, reader.keys(part, "kind label", "help choices low high"))
        for key, part in entries(parts.get("columns"))
    )
    choices = tuple(Choice(code, reader.words(part)) for code, part in entries(parts.get("choices")))
    node = parts.get("kind")
    if node is not None and (kind is Kind.TABLE) != bool(columns):
        reader.problem(node, "a table, and only a table, has columns")
    if node is not None and (kind is Kind.CHOICE) != bool(choices):
        reader.problem(node, "a choice, and only a choice, has choices")
    return Field(
        name,
        kind,
        reader.words(parts.get("label")),
        reader.words(parts["help"]) if "help" in parts else "",
        choices,
        columns,
        _bound(reader, parts.get("low")),
        _bound(reader, parts.get("high")),
    )


def _bound(reader: Reader, node: Node | None) -> Decimal | None:
    if node is None:
        return None
    number = reader.number(node)
    return Decimal(number.numerator) / Decimal(number.denominator)


def _definition(reader: Reader, name: str, node: Node) -> Definition:
    parts = reader.keys(node, "", "arguments label unit cite value steps possible note brief")
    arguments = reader.strings(parts.get("arguments"))
    label = reader.words(parts.get("label"))
    unit = reader.one_of(parts.get("unit"), UNITS, "number")
    local = frozenset(arguments)
    if ("value" in parts) == ("steps" in parts):
        reader.problem(node, "either “value” or “steps” is needed")
    if label and "cite" not in parts:
        reader.problem(node, "a value that prints needs a cite")
    if "steps" in parts:
        steps = _steps(reader, parts.get("steps"), local)
    else:
        steps = (StepRule(name, label, unit, reader.expression(parts.get("value"), local)),)
    return Definition(
        name,
        arguments,
        label,
        unit,
        reader.string(parts.get("cite")),
        steps,
        reader.strings(parts.get("possible")),
        reader.string(parts.get("note")),
        reader.flag(parts.get("brief")),
    )


def _steps(reader: Reader, node: Node | None, local: frozenset[str]) -> tuple[StepRule, ...]:
    steps: list[StepRule] = []
    if node is not None and not entries_of(node):
        reader.problem(node, "there is no step")
    for name, part in entries(node):
        parts = reader.keys(part, "label value", "unit")
        seen = local | {step.id for step in steps}
        steps.append(
            StepRule(
                name,
                reader.words(parts.get("label")),
                reader.one_of(parts.get("unit"), UNITS, "number"),
                reader.expression(parts.get("value"), seen),
            )
        )
    return tuple(steps)


def entries_of(node: Node) -> list[str]:
    """Return the keys of a mapping."""
    return [name for name, _ in entries(node)]


def _table(reader: Reader, name: str, node: Node) -> DecisionTable:
    parts = reader.keys(node, "by rows")
    rows = {
        row: {column: reader.expression(cell, NOTHING) for column, cell in entries(part)}
        for row, part in entries(parts.get("rows"))
    }
    columns = {frozenset(row) for row in rows.values()}
    if len(columns) != 1:
        reader.problem(node, "every row needs the same columns")
    return DecisionTable(name, reader.expression(parts.get("by"), NOTHING), rows)


def _note_refs(reader: Reader, node: Node | None, local: frozenset[str]) -> tuple[NoteRef, ...]:
    refs = []
    for item in reader.items(node):
        if isinstance(item.value, str):
            refs.append(NoteRef(item.value, reader.expression(None, NOTHING, "true")))
        else:
            parts = reader.keys(item, "note when")
            refs.append(NoteRef(reader.string(parts.get("note")), reader.expression(parts.get("when"), local)))
    return tuple(refs)


def _evidence(reader: Reader, node: Node | None) -> tuple[str, ...]:
    codes = reader.strings(node)
    for code in codes:
        if code not in EVIDENCE and node is not None:
            reader.problem(node, f"“{code}” is not a kind of evidence ({', '.join(sorted(EVIDENCE))})")
    return codes


def _finding(reader: Reader, name: str, node: Node) -> FindingRule:
    parts = reader.keys(
        node,
        "title says cite likely_when",
        "confidence applies_when see_lawyer_when evidence employer_must_hold notes amounts",
    )
    return FindingRule(
        name,
        reader.words(parts.get("title")),
        reader.words(parts.get("says")),
        reader.string(parts.get("cite")),
        reader.confidence(parts.get("confidence")),
        reader.expression(parts.get("applies_when"), NOTHING, "true"),
        reader.expression(parts.get("likely_when"), NOTHING),
        reader.expression(parts.get("see_lawyer_when"), NOTHING, "false"),
        _evidence(reader, parts.get("evidence")),
        reader.strings(parts.get("employer_must_hold")),
        _note_refs(reader, parts.get("notes"), NOTHING),
        reader.strings(parts.get("amounts")),
    )


def _loop(reader: Reader, node: Node | None) -> Loop | None:
    if node is None:
        return None
    parts = reader.keys(node, "name items label", "when barred_when barred")
    if ("barred_when" in parts) != ("barred" in parts):
        reader.problem(node, "“barred_when” and “barred” go together")
    name = reader.string(parts.get("name"))
    return Loop(
        name,
        reader.expression(parts.get("items"), NOTHING),
        reader.expression(parts.get("when"), frozenset({name}), "true"),
        reader.words(parts.get("label")),
        reader.expression(parts.get("barred_when"), frozenset({name}), "false"),
        reader.words(parts.get("barred")),
    )


def _amount(reader: Reader, name: str, node: Node) -> AmountRule:
    parts = reader.keys(
        node,
        "label cite owed_when steps",
        "confidence for_each then in_total_when tell_when tell tell_missing notes evidence employer_must_hold",
    )
    loop = _loop(reader, parts.get("for_each"))
    local = frozenset({loop.name}) if loop else NOTHING
    steps = _steps(reader, parts.get("steps"), local)
    then = _steps(reader, parts["then"], frozenset({"sum"})) if "then" in parts else ()
    if then and loop is None:
        reader.problem(parts["then"], "“then” needs “for_each”")
    return AmountRule(
        name,
        reader.words(parts.get("label")),
        reader.string(parts.get("cite")),
        reader.confidence(parts.get("confidence")),
        reader.expression(parts.get("owed_when"), NOTHING),
        loop,
        steps,
        then,
        reader.expression(parts.get("in_total_when"), NOTHING, "true"),
        reader.expression(parts.get("tell_when"), NOTHING, "false"),
        reader.words(parts.get("tell")),
        reader.strings(parts.get("tell_missing")),
        _note_refs(reader, parts.get("notes"), NOTHING),
        _evidence(reader, parts.get("evidence")),
        reader.strings(parts.get("employer_must_hold")),
    )


def _deadline(reader: Reader, name: str, node: Node) -> DeadlineRule:
    parts = reader.keys(
        node,
        "label cite when starts count what_to_do",
        "confidence for_each first_day months days arguable_months suspended notes covers",
    )
    loop = _loop(reader, parts.get("for_each"))
    local = frozenset({loop.name}) if loop else NOTHING
    if ("months" in parts) == ("days" in parts):
        reader.problem(node, "either “months” or “days” is needed")
    if "arguable_months" in parts and "months" not in parts:
        reader.problem(node, "“arguable_months” needs “months”")
    return DeadlineRule(
        name,
        reader.words(parts.get("label")),
        reader.string(parts.get("cite")),
        reader.confidence(parts.get("confidence")),
        reader.expression(parts.get("when"), NOTHING),
        loop,
        reader.expression(parts.get("starts"), local),
        reader.one_of(parts.get("first_day"), ("next", "same"), "next") == "same",
        reader.whole(parts.get("months"), LONGEST_TERM),
        reader.whole(parts.get("days"), LONGEST_TERM),
        reader.whole(parts.get("arguable_months"), LONGEST_TERM),
        reader.one_of(parts.get("count"), tuple(METHODS), next(iter(METHODS))),
        _suspension(reader, parts.get("suspended")),
        reader.words(parts.get("what_to_do")),
        _note_refs(reader, parts.get("notes"), CLOCK_NAMES),
        reader.strings(parts.get("covers")),
    )


def _suspension(reader: Reader, node: Node | None) -> Suspension | None:
    if node is None:
        return None
    parts = reader.keys(node, "when first last")
    return Suspension(
        reader.expression(parts.get("when"), NOTHING),
        reader.expression(parts.get("first"), NOTHING),
        reader.expression(parts.get("last"), NOTHING),
    )


def _flag(reader: Reader, name: str, node: Node) -> FlagRule:
    parts = reader.keys(node, "title what_to_do when", "cite blocks_named_letter")
    return FlagRule(
        name,
        reader.words(parts.get("title")),
        reader.words(parts.get("what_to_do")),
        reader.string(parts.get("cite")),
        reader.expression(parts.get("when"), NOTHING),
        reader.flag(parts.get("blocks_named_letter"), default=True),
    )


def _route(reader: Reader, name: str, node: Node) -> RouteRule:
    parts = reader.keys(node, "name what bring", "contact cite when")
    return RouteRule(
        name,
        reader.words(parts.get("name")),
        reader.words(parts.get("what")),
        reader.words(parts.get("bring")),
        reader.string(parts.get("contact")),
        reader.string(parts.get("cite")),
        reader.expression(parts.get("when"), NOTHING, "true"),
    )


def _process_step(reader: Reader, name: str, node: Node) -> ProcessStep:
    parts = reader.keys(node, "way name means", "at plan results writes expects sets reaches")
    if name not in EVENT_KINDS:
        reader.problem(node, f"“{name}” is not a kind of event ({', '.join(EVENT_KINDS)})")
    results = tuple(reader.one_of(item, RESULTS, "") for item in reader.items(parts.get("results")))
    if ("plan" in parts) != bool(results):
        reader.problem(node, "a step that can be planned has results, and no other has")
    writes = tuple((code, reader.one_of(part, EVENT_KINDS, "")) for code, part in entries(parts.get("writes")))
    for code, _ in writes:
        if code not in results:
            reader.problem(node, f"“{code}” is not one of the results")
    return ProcessStep(
        name,
        reader.one_of(parts.get("way"), WAYS, WAYS[-1]),
        reader.words(parts.get("name")),
        reader.words(parts.get("means")),
        reader.strings(parts.get("at")),
        reader.one_of(parts["plan"], PLANS, "") if "plan" in parts else "",
        results,
        writes,
        tuple(_expected(reader, item, results) for item in reader.items(parts.get("expects"))),
        reader.string(parts.get("sets")),
        reader.one_of(parts["reaches"], REACHES, "") if "reaches" in parts else "",
    )


def _expected(reader: Reader, node: Node, results: tuple[str, ...]) -> Expected:
    parts = reader.keys(node, "step days", "after")
    after = reader.one_of(parts["after"], results, "") if "after" in parts else ""
    return Expected(
        reader.one_of(parts.get("step"), EVENT_KINDS, ""), reader.whole(parts.get("days"), LONGEST_TERM), after
    )


def _text(reader: Reader, name: str, node: Node) -> TextRule:
    parts = reader.keys(node, "text", "when")
    return TextRule(name, reader.words(parts.get("text")), reader.expression(parts.get("when"), NOTHING, "true"))


def _example(reader: Reader, node: Node) -> Example:
    parts = reader.keys(node, "id source title", "on facts expect values")
    reader.one_of(parts.get("source"), SOURCES, "derived")
    if "facts" in parts and reader.date(parts.get("on")) is None:
        reader.problem(node, "facts need the day “on” which they are assessed")
    expect = reader.keys(parts["expect"], "", "amounts total deadlines findings") if "expect" in parts else {}
    checks = []
    for source, part in entries(parts.get("values")):
        written = Node(part.file, part.line, part.path, source)
        checks.append(ValueCheck(_value_check(reader, written), reader.string(part)))
    return Example(
        reader.string(parts.get("id")),
        reader.string(parts.get("source")),
        reader.string(parts.get("title")),
        reader.string(parts.get("on")),
        parts["facts"].plain() if "facts" in parts else None,
        {name: reader.string(part) for name, part in entries(expect.get("amounts"))},
        reader.string(expect.get("total")),
        {
            name: {
                key: reader.string(day)
                for key, day in reader.keys(part, "", "deadline safe_date latest_arguable passed").items()
            }
            for name, part in entries(expect.get("deadlines"))
        },
        {name: reader.string(part) for name, part in entries(expect.get("findings"))},
        tuple(checks),
    )


def _value_check(reader: Reader, node: Node) -> Expression:
    return reader.expression(node, NOTHING)
