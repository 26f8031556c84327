"""How one packet speaks: its words, the names it may print, and answers turned into text.

Every text that people typed passes through the gate of `privacy` here, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clinic_app.documents.privacy import CUT, Gate
from clinic_app.domain.assessment import Amount, Assessment, Deadline
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind, Label, options
from clinic_app.domain.packet import PacketSource, exhibit_numbers
from clinic_app.domain.values import Answer, Empty, Row, Span
from clinic_app.i18n import Words, words
from clinic_app.words import N_

EMPTY_WORDS: Final = {
    Empty.NOT_ASKED: N_("not asked yet"),
    Empty.DOES_NOT_KNOW: N_("does not know"),
    Empty.PREFERS_NOT_TO_SAY: N_("prefers not to say"),
    Empty.NOT_APPLICABLE: N_("does not apply"),
}

TOLD: Final = frozenset(
    {
        "job.ending_said",
        "events.note",
        "evidence.title",
        "evidence.made_by",
        "evidence.shows",
        "employers.gives_orders",
        "witnesses.risk",
    }
)
"""Fields in which people tell things: the gate looks for each word of a hidden name in them."""

_FIGURE: Final = re.compile(r"(?<![\w.,-])(?<!Ley )(?<!Law )-?(?:\d{4}-\d{2}-\d{2}|\d+\.\d+|\d{5,})(?![\w.,-]*[\w])")
_GROUPED: Final = 10_000  # smaller whole numbers are not grouped: they may be years
_VALIDITY: Final = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2}) – (?P<last>\d{4}-\d{2}-\d{2}|…), (?P<where>.+)")


@dataclass(frozen=True, slots=True)
class Voice:
    """One packet's source and the words of its language."""

    source: PacketSource
    w: Words

    @property
    def case(self) -> CaseFile:
        """The case of the packet."""
        return self.source.case

    @property
    def law(self) -> Assessment:
        """What the law check says of the case."""
        return self.source.assessment

    @property
    def hidden(self) -> bool:
        """Whether no paper may print the worker's name."""
        return self.case.section("worker").yes("keep_hidden")

    def agreed(self, consent: str) -> bool:
        """Return whether the worker said yes to this step, and the yes still holds on the day of the papers."""
        record = self.case.section("consent")
        until = record.date("valid_until")
        held = until is None or until.first is None or until.first >= self.source.prepared_on
        return record.yes(consent) and held

    @property
    def folio(self) -> str:
        """The number of the case; words for it when it has none yet."""
        return self.case.number or self.w("no number yet")

    @property
    def name(self) -> str:
        """What papers call the worker: name, or alias, or the number of the case."""
        worker = self.case.section("worker")
        shown = self.case.shown_name.strip()
        if self.hidden and shown.casefold() == worker.text("name").strip().casefold():
            shown = ""
        return shown or self.w("the person of case {number}", number=self.folio)

    @property
    def evidence(self) -> tuple[tuple[int, Record], ...]:
        """Every piece of evidence with its number, in the order of the numbers."""
        rows = self.case.rows("evidence")
        numbered = zip(exhibit_numbers(rows, self.source.numbers), rows, strict=True)
        return tuple(sorted(numbered, key=lambda pair: pair[0]))

    @property
    def new_evidence(self) -> tuple[tuple[int, Record], ...]:
        """The pieces of evidence that this bundle has to show: not those of a bundle handed over before it."""
        held = self.source.after.exhibits if self.source.after else {}
        return tuple((number, row) for number, row in self.evidence if row.id not in held)

    @property
    def gate(self) -> Gate:
        """The gate that typed texts pass."""
        name = self.case.section("worker").text("name") if self.hidden else ""
        alias = self.case.shown_name.strip()
        return Gate(name, alias if alias == self.name else CUT, self.case.section("contact").text("phone"))

    def own(self, text: str) -> str:
        """Return a told text, without a hidden name, its single words, the safe phone number and unnamed witnesses."""
        for number, row in enumerate(self.case.rows("witnesses"), start=1):
            if row.text("name") and not row.yes("may_be_named"):
                text = Gate(row.text("name"), self.witness_word(number, row), row.text("contact")).field(text)
        return self.gate.narrative(text)

    def witness_word(self, number: int, row: Record) -> str:
        """Return the word that stands for a witness; never the name, whatever was typed as the word."""
        word, name = row.text("code").strip(), row.text("name").strip()
        if word and (not name or name.casefold() not in word.casefold()):
            return self.gate.field(word)
        return self.w("witness {number}", number=number)

    def say(self, label: Label) -> str:
        """Return the words of a label, or of a text of the rule book."""
        return self.w.say(label)

    def text(self, text_id: str) -> str:
        """Return a fixed text of the rule book, "" when the book has none for this case."""
        return self.say(self.law.text(text_id))

    def texts_under(self, text_id: str) -> list[str]:
        """Return the texts whose ids begin with this id and a dot, in the order of the book."""
        return [self.say(text) for own, text in self.law.texts if own.startswith(f"{text_id}.")]

    def money(self, low: Decimal, high: Decimal, currency: str = "") -> str:
        """Return an amount, or the two ends of a range."""
        currency = currency or self.law.currency
        if low == high:
            return self.w.money(low, currency)
        return f"{self.w.money(low, currency)} – {self.w.money(high)}"

    def amount(self, amount: Amount) -> str:
        """Return the money of one line."""
        return self.money(amount.low, amount.high, amount.currency)

    def answer(self, field: Field, answer: Answer) -> str:
        """Return an answer in words; an empty one says why it is empty."""
        match answer:
            case Empty():
                return self.w(EMPTY_WORDS[answer])
            case Edtf():
                return _bound(self.w.told(answer))
            case Span(low, high):
                return self.w("between {low} and {high}", low=self._number(field, low), high=self._number(field, high))
            case Decimal():
                return self._number(field, answer)
            case int():
                return str(answer) if answer < _GROUPED else self.w.number(Decimal(answer))
            case tuple():
                return "; ".join(self._row(row, field.columns) for row in answer)
            case _:
                return self._text(field, answer)

    def value(self, section_id: str, field_id: str, record: Record | None = None) -> str:
        """Return a field of the case in words, "" when nothing was told."""
        record = record or self.case.section(section_id)
        answer = record.get(field_id)
        if isinstance(answer, Empty):
            return ""
        words_of_it = self.answer(BY_ID[section_id].field(field_id), answer)
        return self.own(words_of_it) if f"{section_id}.{field_id}" in TOLD else words_of_it

    def may_print(self, path: str) -> bool:
        """Return whether a paper may ask for a fact or repeat it; not what was asked in private."""
        return path not in self.law.private

    def question(self, question_id: str) -> str:
        """Return the words of a question of the rule book; its id when the book no longer has it."""
        text = self.source.questions.get(question_id, {})
        return self.say(text) or question_id.replace("_", " ")

    def reply(self, question_id: str, answer: Answer) -> str:
        """Return the answer to a question of the rule book in words."""
        match answer:
            case "yes":
                return self.w("Yes")
            case "no":
                return self.w("No")
            case str():
                # A book may give the words of a choice beside the question, as "question.choice".
                choice = self.source.questions.get(f"{question_id}.{answer}")
                return self.say(choice) if choice else self.own(answer)
            case tuple():
                return "; ".join(self._reply_row(question_id, row) for row in answer)
            case _:
                return self.answer(Field(question_id, Kind.NUMBER, ""), answer)

    def figures(self, text: str) -> str:
        """Return a line of a working as people read it: sums grouped, ISO days and min, max in words.

        Whole numbers of four digits or fewer stay as they are: they may be years.
        """
        text = text.replace("min(", self.w("the lower of") + " (").replace("max(", self.w("the higher of") + " (")
        return _FIGURE.sub(lambda found: self._figure(found[0]), text)

    def published(self, source: str) -> str:
        """Return where one legal value comes from: its publication, then since when it is valid."""
        found = _VALIDITY.fullmatch(source)
        if found is None:
            return self.figures(source)
        where, first, last = found["where"], self.figures(found["first"]), self.figures(found["last"])
        if found["last"] == "…":
            return self.w("{where}, since {first}", where=where, first=first)
        return self.w("{where}, from {first} to {last}", where=where, first=first, last=last)

    def weekday_and_date(self, day: dt.date) -> tuple[str, str]:
        """Return the day of the week and the date, to be set on two lines; either may be empty."""
        weekday, _comma, date = self.date(day).partition(", ")
        return weekday, date

    def date(self, day: dt.date) -> str:
        """Return a day in words with its weekday. Spanish "de 2026" stays in one piece at a line's end."""
        return _bound(self.w.date(day))

    def short(self, day: dt.date) -> str:
        """Return a day for a column of a table; it is never torn apart at a line's end."""
        return self.w.short_date(day).replace(" ", "\u00a0")

    def limit(self, deadline: Deadline) -> str:
        """Return the safe date of a clock, in words."""
        return self.date(deadline.safe_date)

    def _figure(self, figure: str) -> str:
        if "-" in figure[1:]:
            try:
                return self.short(dt.date.fromisoformat(figure))
            except ValueError:
                return figure
        whole, _point, decimals = figure.partition(".")
        point = self.w.number(Decimal("0.5"))[1]
        return self.w.number(Decimal(whole)) + (f"{point}{decimals}" if decimals else "")

    def _number(self, field: Field, number: Decimal) -> str:
        return self.w.money(number, self.law.currency) if field.kind is Kind.MONEY else self.w.number(number)

    def _text(self, field: Field, answer: str) -> str:
        for choice in options(field):
            if choice.code == answer:
                return self.say(choice.label)
        return self.gate.field(answer)

    def _row(self, row: Row, columns: tuple[Field, ...]) -> str:
        return ", ".join(
            f"{self.say(column.label)}: {self.answer(column, row[column.id])}" for column in columns if column.id in row
        )

    def _reply_row(self, question_id: str, row: Row) -> str:
        cells = []
        for column, answer in row.items():
            label = self.source.questions.get(f"{question_id}.{column}")
            words_of_it = self.reply(f"{question_id}.{column}", answer)
            cells.append(f"{self.say(label)}: {words_of_it}" if label else words_of_it)
        return ", ".join(cells)


def _bound(date: str) -> str:
    """Return a date in which "de 2026" cannot be torn apart at a line's end."""
    return re.sub(r" (\w{1,2}) (\d{4})\b", " \\1\u00a0\\2", date)


def voice(source: PacketSource) -> Voice:
    """Return the voice of a packet, in the packet's language and the place's variety of it."""
    return Voice(source, words(source.language, source.case.place))
