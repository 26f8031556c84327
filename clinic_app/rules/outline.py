"""A rule book as chapters of plain words, for a lawyer to read and sign, and for two versions to be compared.

Everything that can change a result stands here: what is not printed cannot be signed off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinic_app.domain.assessment import Confidence
from clinic_app.domain.catalogue import DIARY_RESULTS, EVENT_KINDS
from clinic_app.domain.fields import Field, Kind, Label, options
from clinic_app.domain.rulebook import Chapter, Entry, Grid, Line
from clinic_app.rules.book import RuleBook
from clinic_app.rules.calendars import WEEKDAYS, Holiday
from clinic_app.rules.dated import DatedValue, Parameter
from clinic_app.rules.entries import (
    AmountRule,
    DeadlineRule,
    DecisionTable,
    Definition,
    Example,
    FindingRule,
    Loop,
    NoteRef,
    StepRule,
)
from clinic_app.rules.expression import Expression
from clinic_app.rules.trace import show
from clinic_app.rules.wording import Say, Wording
from clinic_app.words import N_

COUNTING = {
    "full_months": N_("calendar months; the last day must be complete; a day that its month lacks becomes the next"),
    "same_day_months": N_("calendar months to the day of the same number; a day that its month lacks becomes its last"),
    "calendar_days": N_("calendar days"),
    "working_days": N_("working days"),
    "working_days_calendar_safe": N_("working days; the safe date counts calendar days"),
}


def chapters(book: RuleBook, say: Say) -> tuple[Chapter, ...]:
    """Return the whole book in the words of one language; `say` turns labels into them."""
    writer = _Writer(book, say)
    parts = (
        (N_("Legal values"), N_("What the law or an authority sets, by the day from which it holds."), writer.values()),
        (N_("Questions"), N_("What only this place asks."), writer.questions()),
        (
            N_("Values that follow from the facts"),
            N_("Each is used by the rules below under its name."),
            writer.derived(),
        ),
        (N_("Tables"), N_("What holds for each answer."), writer.tables()),
        (N_("Possible violations"), N_("True is “likely”; an open fact is asked for."), writer.findings()),
        (N_("Amounts"), N_("The last step is the amount, rounded half up to the cent."), writer.amounts()),
        (N_("Deadlines"), N_("The term runs from the day after its start unless said otherwise."), writer.deadlines()),
        (N_("Urgent points"), N_("While one is open no letter with a name goes to the employer."), writer.flags()),
        (N_("Where to go"), "", writer.routes()),
        (N_("Steps at the authorities"), N_("What can happen, and what is asked next."), writer.process()),
        (N_("Open questions and notes"), N_("What is disputed, and what the program does by default."), writer.notes()),
        (N_("Texts of the papers"), "", writer.texts()),
        (N_("Days off"), N_("On these days no term ends."), writer.days_off()),
        (N_("Worked examples"), N_("Each is computed whenever the book is checked."), writer.examples()),
    )
    return tuple(Chapter(say(title), say(about), tuple(entries)) for title, about, entries in parts)


class _Writer:
    """Writes the entries of one book in one language."""

    def __init__(self, book: RuleBook, say: Say) -> None:
        self._book = book
        self._say = say
        self._wording = Wording(book, say)

    def values(self) -> Iterator[Entry]:
        for parameter in self._book.parameters.values():
            lines = [self._line(N_("Source"), parameter.cite), self._line(N_("Unit"), parameter.unit)]
            if parameter.yearly_change:
                month, day = parameter.yearly_change
                lines.append(self._line(N_("A new value is expected each year on"), f"{day:02d}-{month:02d}"))
            yield Entry(parameter.id, self._say(parameter.title), self._kept(lines), self._grid(parameter))

    def _grid(self, parameter: Parameter) -> Grid:
        head = [N_("From"), N_("Until"), N_("Value"), N_("Source"), N_("How sure")]
        rows = tuple(self._dated(value, parameter.unit) for value in parameter.values)
        return Grid(tuple(map(self._say, head)), rows, wide=3)

    def _dated(self, value: DatedValue, unit: str) -> tuple[str, ...]:
        numbers = [
            f"{key}: {show(number, unit)}" if key else show(number, unit) for key, number in value.numbers.items()
        ]
        numbers += [f"{show(start)}+: {show(number, unit)}" for start, number in value.brackets]
        until = value.end.isoformat() if value.end else "…"
        return value.start.isoformat(), until, "\n".join(numbers), self._source(value), self._sure(value.confidence)

    def _source(self, value: DatedValue) -> str:
        """Return where a value stands, and the day on which it was last compared with it."""
        if value.verified_on is None:
            return value.source
        return f"{value.source}\n{self._say(N_('compared on {date}')).format(date=value.verified_on.isoformat())}"

    def questions(self) -> Iterator[Entry]:
        for group in self._book.groups:
            for question in group.questions:
                field = question.field
                lines = [
                    self._line(N_("Group"), group.title),
                    self._line(N_("Help"), field.help),
                    self._line(N_("Choices"), self._choices(field)),
                    self._line(N_("Asked when"), self._when(question.ask_when)),
                ]
                yield Entry(f"answers.{field.id}", self._say(field.label), self._kept(lines))

    def _choices(self, field: Field) -> str:
        if field.kind is Kind.TABLE:
            return "; ".join(self._say(column.label) for column in field.columns)
        return "; ".join(self._say(choice.label) for choice in options(field))

    def derived(self) -> Iterator[Entry]:
        for definition in self._book.definitions.values():
            yield self._definition(definition)

    def _definition(self, definition: Definition) -> Entry:
        lines = [
            self._line(N_("Source"), definition.cite),
            self._line(N_("Of"), ", ".join(definition.arguments)),
            *self._steps(definition.steps, alone=len(definition.steps) == 1),
            self._line(N_("While open it may be"), ", ".join(definition.possible)),
            self._line(N_("Note"), definition.note),
        ]
        title = self._say(definition.label) if definition.label else definition.id.replace("_", " ")
        return Entry(definition.id, title, self._kept(lines))

    def tables(self) -> Iterator[Entry]:
        for table in self._book.tables.values():
            yield Entry(table.id, table.id.replace("_", " "), self._rows(table))

    def _rows(self, table: DecisionTable) -> tuple[Line, ...]:
        by = self._line(N_("By"), self._wording.of(table.by))
        rows = (
            Line(
                row,
                "; ".join(f"{column.replace('_', ' ')}: {self._wording.of(cell)}" for column, cell in cells.items()),
            )
            for row, cells in table.rows.items()
        )
        return (by, *rows)

    def findings(self) -> Iterator[Entry]:
        for rule in self._book.findings:
            lines = [
                self._line(N_("What it says"), rule.says),
                self._line(N_("Source"), rule.cite),
                self._line(N_("How sure"), self._sure(rule.confidence)),
                self._line(N_("Looked at when"), self._when(rule.applies_when)),
                self._line(N_("Likely when"), self._wording.of(rule.likely_when)),
                self._line(N_("For a lawyer when"), self._when(rule.see_lawyer_when)),
                *self._around(rule),
                self._line(N_("Amounts"), self._titles(rule.amounts)),
            ]
            yield Entry(rule.id, self._say(rule.title), self._kept(lines))

    def amounts(self) -> Iterator[Entry]:
        for rule in self._book.amounts:
            lines = [
                self._line(N_("Source"), rule.cite),
                self._line(N_("How sure"), self._sure(rule.confidence)),
                self._line(N_("Owed when"), self._wording.of(rule.owed_when)),
                *self._loop(rule.loop),
                *self._steps(rule.steps),
                *self._steps(rule.then),
                self._line(N_("Part of the total when"), self._when(rule.in_total_when)),
                self._line(N_("What is not counted"), rule.tell),
                self._line(N_("Told when"), self._when(rule.tell_when) if rule.tell else ""),
                *self._around(rule),
            ]
            yield Entry(rule.id, self._say(rule.label), self._kept(lines))

    def deadlines(self) -> Iterator[Entry]:
        for rule in self._book.deadlines:
            lines = [
                self._line(N_("Source"), rule.cite),
                self._line(N_("How sure"), self._sure(rule.confidence)),
                self._line(N_("Runs when"), self._wording.of(rule.when)),
                *self._loop(rule.loop),
                self._line(N_("Starts"), self._wording.of(rule.starts)),
                self._line(N_("First day counted"), N_("the day itself") if rule.same_day else N_("the next day")),
                self._line(N_("Term"), self._term(rule)),
                self._line(N_("A lawyer might argue for"), self._arguable(rule)),
                *self._stops(rule),
                self._line(N_("What to do"), rule.what_to_do),
                self._line(N_("Amounts lost with it"), self._titles(rule.covers)),
                self._line(N_("Notes"), self._note_refs(rule.notes)),
            ]
            yield Entry(rule.id, self._say(rule.label), self._kept(lines))

    def _arguable(self, rule: DeadlineRule) -> str:
        return self._say(N_("{count} months")).format(count=rule.arguable_months) if rule.arguable_months else ""

    def _term(self, rule: DeadlineRule) -> str:
        length = N_("{count} months") if rule.months else N_("{count} days")
        counting = self._say(COUNTING.get(rule.count, rule.count))
        words = self._say(N_("{length}, counted in {counting}; a day off moves it to the next working day"))
        return words.format(length=self._say(length).format(count=rule.months or rule.days), counting=counting)

    def _stops(self, rule: DeadlineRule) -> Iterator[Line]:
        stop = rule.suspended
        if stop is not None:
            words = self._say(N_("from {first} to {last}, both added, when: {when}"))
            first, last, when = (self._wording.of(part) for part in (stop.first, stop.last, stop.when))
            yield self._line(N_("Stands still"), words.format(first=first, last=last, when=when))

    def flags(self) -> Iterator[Entry]:
        for rule in self._book.flags:
            lines = [
                self._line(N_("When"), self._wording.of(rule.when)),
                self._line(N_("What to do"), rule.what_to_do),
                self._line(N_("Source"), rule.cite),
                self._line(
                    N_("Letters"), "" if rule.blocks_named_letter else N_("a letter with a name stays possible")
                ),
            ]
            yield Entry(rule.id, self._say(rule.title), self._kept(lines))

    def routes(self) -> Iterator[Entry]:
        for rule in self._book.routes:
            lines = [
                self._line(N_("What it does"), rule.what),
                self._line(N_("What to bring"), rule.bring),
                self._line(N_("Contact"), rule.contact),
                self._line(N_("Source"), rule.cite),
                self._line(N_("Shown when"), self._when(rule.when)),
            ]
            yield Entry(rule.id, self._say(rule.name), self._kept(lines))

    def process(self) -> Iterator[Entry]:
        places = {route.id: self._say(route.name) for route in self._book.routes}
        names = {step.id: self._say(step.name) for step in self._book.steps}
        names |= {choice.code: self._say(choice.label) for choice in EVENT_KINDS if choice.code not in names}
        results = {choice.code: self._say(choice.label) for choice in DIARY_RESULTS}
        for step in self._book.steps:
            expected = [
                f"{results[e.after]} → {names[e.step]}: {e.days}" if e.after else f"{names[e.step]}: {e.days}"
                for e in step.expects
            ]
            writes = [f"{results[code]} → {names[kind]}" for code, kind in step.writes]
            lines = [
                self._line(N_("What it means"), step.means),
                self._line(N_("Where"), ", ".join(places[place] for place in step.at)),
                self._line(N_("What may come out"), ", ".join(results[code] for code in step.results)),
                self._line(N_("Is written down too"), ", ".join(writes)),
                self._line(N_("Asked next, after days"), ", ".join(expected)),
            ]
            yield Entry(step.id, self._say(step.name), self._kept(lines))

    def notes(self) -> Iterator[Entry]:
        for note in self._book.notes.values():
            lines = [
                self._line(N_("Question of law"), note.question),
                self._line(N_("The program's default"), note.default),
                self._line(N_("Printed"), note.text),
            ]
            yield Entry(note.id, note.id.replace("_", " "), self._kept(lines))
        for name, text in self._book.holdings.items():
            yield Entry(name, name.replace("_", " "), self._kept([self._line(N_("The employer must hold"), text)]))

    def texts(self) -> Iterator[Entry]:
        for rule in self._book.texts:
            lines = [self._line(N_("Text"), rule.text), self._line(N_("Shown when"), self._when(rule.when))]
            yield Entry(rule.id, rule.id.replace("_", " "), self._kept(lines))

    def days_off(self) -> Iterator[Entry]:
        weekend = ", ".join(WEEKDAYS[day] for day in sorted(self._book.calendar.weekend))
        yield Entry("weekend", self._say(N_("Weekend")), (Line(self._say(N_("Days")), weekend),))
        for holiday in self._book.calendar.holidays:
            lines = [
                self._line(N_("Source"), holiday.cite),
                self._line(N_("Day"), _rule(holiday)),
                self._line(N_("Only in"), ", ".join(holiday.only_in)),
            ]
            yield Entry(holiday.id, self._say(holiday.title), self._kept(lines))

    def examples(self) -> Iterator[Entry]:
        for example in self._book.examples:
            lines = [
                self._line(
                    N_("Where from"), N_("published") if example.source == "published" else N_("worked out by hand")
                ),
                self._line(N_("On the day"), example.on),
                self._line(N_("Facts"), _facts(example.facts)),
                self._line(N_("Comes out"), "; ".join(_expected(example))),
            ]
            yield Entry(example.id, example.title, self._kept(lines))

    def _around(self, rule: FindingRule | AmountRule) -> Iterator[Line]:
        yield self._line(N_("Evidence"), ", ".join(code.replace("_", " ") for code in rule.evidence))
        held = "; ".join(self._say(self._book.holdings[name]) for name in rule.employer_must_hold)
        yield self._line(N_("The employer must hold"), held)
        yield self._line(N_("Notes"), self._note_refs(rule.notes))

    def _note_refs(self, refs: tuple[NoteRef, ...]) -> str:
        words = self._say(N_("{note} (when {condition})"))
        parts = []
        for ref in refs:
            condition = self._when(ref.when)
            parts.append(words.format(note=ref.note, condition=condition) if condition else ref.note)
        return "; ".join(parts)

    def _loop(self, loop: Loop | None) -> Iterator[Line]:
        if loop is not None:
            yield self._line(N_("For each"), f"{loop.name}: {self._wording.of(loop.items)}")
            yield self._line(N_("That counts when"), self._when(loop.when))

    def _steps(self, steps: tuple[StepRule, ...], *, alone: bool = False) -> Iterator[Line]:
        for number, step in enumerate(steps, 1):
            name = (
                self._say(N_("Value")) if alone else f"{number}. {self._say(step.label) or step.id.replace('_', ' ')}"
            )
            yield Line(name, f"{'' if alone else step.id.replace('_', ' ') + ' = '}{self._wording.of(step.value)}")

    def _titles(self, amounts: Iterable[str]) -> str:
        labels = {rule.id: rule.label for rule in self._book.amounts}
        return "; ".join(self._say(labels[name]) for name in amounts)

    def _when(self, expression: Expression) -> str:
        """Return a condition in words; "" for one that is always true or never."""
        return "" if expression.source in {"True", "False"} else self._wording.of(expression)

    def _sure(self, confidence: Confidence) -> str:
        words = {
            Confidence.HIGH: N_("sure"),
            Confidence.MED: N_("less sure"),
            Confidence.LOW: N_("to be confirmed by a lawyer"),
        }
        return self._say(words[confidence])

    def _line(self, label: str, text: Label) -> Line:
        return Line(self._say(label), self._say(text) if text else "")

    @staticmethod
    def _kept(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(line for line in lines if line.text)


def _rule(holiday: Holiday) -> str:
    """Return the day of a holiday by its rule, in signs that every language reads."""
    if holiday.dates:
        rule = ", ".join(day.isoformat() for day in holiday.dates)
    elif holiday.easter:
        rule = f"Easter ({holiday.easter}) {holiday.plus:+d}"
    elif holiday.nth:
        rule = f"{WEEKDAYS[holiday.weekday]} {holiday.nth}/{holiday.month:02d}"
    else:
        rule = f"{holiday.day:02d}-{holiday.month:02d}"
    every = f" ({holiday.starting} + {holiday.every}n)" if holiday.every > 1 else ""
    first = f" ≥ {holiday.first.isoformat()}" if holiday.first else ""
    until = f" ≤ {holiday.until.isoformat()}" if holiday.until else ""
    return f"{rule}{every}{first}{until}"


def _facts(facts: object) -> str:
    """Return the facts of an example as "section.field: value"."""
    return "; ".join(_flat(facts, ""))


def _flat(part: object, path: str) -> Iterator[str]:
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _flat(inner, f"{path}[{number}]")
    elif part is not None:
        yield f"{path}: {part}"


def _expected(example: Example) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in example.amounts.items())
    if example.total:
        yield f"total: {example.total}"
    for action, days in example.deadlines.items():
        yield from (f"{action}.{name}: {day}" for name, day in days.items())
    yield from (f"{name}: {status}" for name, status in example.findings.items())
    yield from (f"{check.expression.source} = {check.expected}" for check in example.values)
