"""What the law check says, as widgets: deadlines, findings in three groups, amounts with their working.

Every figure can be walked back: a finding says because of which answers, an amount opens its working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.assessment import Amount, Assessment, Confidence, Deadline, Finding, Missing, NotComputed, Step
from clinic_app.domain.fields import Label
from clinic_app.i18n import Words, capital
from clinic_app.ui.kit.boxes import Box, BoxKind, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import Role, TextLabel
from clinic_app.ui.parts.warnings import red_flag_card, stale_card
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

Part: TypeAlias = Callable[[], None]
"""One part of a law check: called once, it makes its widgets and adds them."""

Build: TypeAlias = Callable[[QWidget, Iterator[Part]], None]
"""Who makes the parts of a view, one after another."""

FIRST_ASKED: Final = 3
"""So many of those that need an answer are shown at first: a long list of questions helps nobody."""

GROUPS: Final = (
    ("likely", N_("Likely"), N_("What was said fits what the law forbids.")),
    ("needs_answer", N_("Needs one more answer"), N_("An answer decides these.")),
    ("not_found", N_("Not found"), N_("Checked, and nothing in the answers points to it.")),
)


class LawView(QWidget):
    """A whole law check, from warnings to amounts. `answer_wanted` carries the path of a missing answer."""

    answer_wanted = Signal(str)  # path, as "answers.written_notice"

    def __init__(
        self, voice: Voice, assessment: Assessment, *, large_date: bool = True, build: Build | None = None
    ) -> None:
        """`build` takes the parts to be made one after another; without it all are made at once."""
        super().__init__()
        self._voice = voice
        self._large_date = large_date
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * STEP)
        if build is not None:
            build(self, self._parts(assessment))
        else:
            for part in self._parts(assessment):
                part()

    def _parts(self, assessment: Assessment) -> Iterator[Part]:
        for flag in assessment.red_flags:
            yield partial(self._add, partial(red_flag_card, self._voice, flag))
        if assessment.stale:
            yield partial(self._add, partial(stale_card, self._voice, assessment.stale))
        yield from self._deadlines(assessment)
        yield from self._amounts(assessment)
        yield from self._findings(assessment)
        made_with = partial(_made_with, assessment=assessment)
        yield partial(self._add, partial(TextLabel, self._voice, made_with, "caption"))

    def _add(self, make: Callable[[], QWidget]) -> None:
        self._column.addWidget(make())

    def _deadlines(self, assessment: Assessment) -> Iterator[Part]:
        if not assessment.deadlines:
            return
        yield partial(self._heading, N_("Deadlines"))
        following = assessment.next_deadline
        for deadline in sorted(assessment.deadlines, key=lambda d: d.safe_date):
            large = self._large_date and deadline is following
            yield partial(self._add, partial(DeadlineCard, self._voice, deadline, large=large))

    def _amounts(self, assessment: Assessment) -> Iterator[Part]:
        if not assessment.amounts and not assessment.not_computed:
            return
        yield partial(self._heading, N_("What may be owed"))
        if assessment.amounts:
            yield partial(self._add, partial(self._total, assessment))
        for amount in assessment.amounts:
            yield partial(self._add, partial(AmountCard, self._voice, amount))
        for missing in assessment.not_computed:
            yield partial(self._add, partial(self._not_computed, missing))

    def _total(self, assessment: Assessment) -> QWidget:
        total = Box("deadline")
        total.add(
            TextLabel(self._voice, N_("Total, before taxes"), "caption"),
            TextLabel(self._voice, partial(_total, assessment=assessment), "big"),
        )
        return total

    def _findings(self, assessment: Assessment) -> Iterator[Part]:
        yield partial(self._heading, N_("What the law check found"))
        groups = assessment.in_groups()
        if not groups["likely"] and not groups["needs_answer"]:
            nothing = N_("No breach of the law was found in what was told.")
            yield partial(self._add, partial(TextLabel, self._voice, nothing))
        for group, title, about in GROUPS:
            findings = groups[group]
            if not findings:
                continue
            counted = partial(_counted, title=title, count=len(findings))
            yield partial(self._add, partial(TextLabel, self._voice, counted, "heading"))
            yield partial(self._add, partial(TextLabel, self._voice, about, "hint"))
            if group == "not_found":
                yield partial(self._add, partial(_NotFound, self._voice, findings))
                continue
            kind: BoxKind = "asks" if group == "needs_answer" else "card"
            folded = FIRST_ASKED if group == "needs_answer" and len(findings) > FIRST_ASKED + 1 else len(findings)
            for finding in findings[:folded]:
                yield partial(self._add, partial(self._finding, finding, kind))
            if rest := findings[folded:]:
                yield partial(self._add, partial(_Folded, self._voice, self._made(rest, kind)))

    def _made(self, findings: Sequence[Finding], kind: BoxKind) -> tuple[Callable[[], QWidget], ...]:
        return tuple(partial(self._finding, finding, kind) for finding in findings)

    def _finding(self, finding: Finding, kind: BoxKind) -> QWidget:
        card = Box(kind)
        card.add(TextLabel(self._voice, finding.title, "heading"), TextLabel(self._voice, finding.says))
        for because in finding.because:
            card.add(TextLabel(self._voice, because.text))
        for missing in finding.missing:
            self._add_missing(card, missing, finding.title)
        for note in finding.notes:
            card.add(TextLabel(self._voice, note, "caption"))
        for held in finding.employer_must_hold:
            card.add(TextLabel(self._voice, partial(_must_hold, what=held), "caption"))
        card.add(TextLabel(self._voice, partial(_source, cite=finding.cite, confidence=finding.confidence), "caption"))
        return card

    def _not_computed(self, missing: NotComputed) -> QWidget:
        card = Box("quiet")
        card.add(TextLabel(self._voice, missing.label, "heading"), TextLabel(self._voice, missing.why))
        for one in missing.missing:
            self._add_missing(card, one, missing.label)
        return card

    def _add_missing(self, card: Box, missing: Missing, of: Label) -> None:
        button = AnswerButton(self._voice, missing, of)
        button.wanted.connect(self.answer_wanted)
        asked = row(TextLabel(self._voice, missing.question), button)
        asked.setStretch(0, 1)
        card.column.addLayout(asked)

    def _heading(self, phrase: Phrase) -> None:
        self._column.addSpacing(STEP)
        self._column.addWidget(TextLabel(self._voice, phrase, "title"))


class AnswerButton(Button):
    """Takes the user to the question whose answer is missing."""

    wanted = Signal(str)  # path

    def __init__(self, voice: Voice, missing: Missing, of: Label) -> None:
        """`of` is what waits for the answer, for those who hear the button alone."""
        super().__init__(voice, N_("Answer this now"))
        self._path = missing.path
        self.explain(partial(_answer_name, question=missing.question, of=of))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.wanted.emit(self._path)


class DeadlineCard(Box):
    """One clock: by when, to do what, and how it was counted."""

    def __init__(self, voice: Voice, deadline: Deadline, *, large: bool) -> None:
        super().__init__("danger" if deadline.passed else "deadline")
        size: Role = "big" if large else "heading"
        when = N_("This date has passed") if deadline.passed else N_("Do it by")
        self.add(
            TextLabel(voice, deadline.label, "heading"),
            TextLabel(voice, when, "caption"),
            TextLabel(voice, day_of(deadline), size),
            TextLabel(voice, deadline.what_to_do),
        )
        if deadline.note:
            self.add(TextLabel(voice, deadline.note, "caption"))
        self.add(TextLabel(voice, partial(_source, cite=deadline.cite, confidence=deadline.confidence), "caption"))
        self.add(Working(voice, deadline.working, N_("How it was counted"), deadline.label))


class AmountCard(Box):
    """One line of money, with the working folded below it."""

    def __init__(self, voice: Voice, amount: Amount) -> None:
        super().__init__("card")
        label = TextLabel(voice, amount.label, "heading")
        money = TextLabel(voice, partial(_range, low=amount.low, high=amount.high, currency=amount.currency), "money")
        self.add(label, money)
        if not amount.in_total:
            self.add(TextLabel(voice, N_("Not part of the total."), "caption"))
        for note in amount.notes:
            self.add(TextLabel(voice, note, "caption"))
        self.add(TextLabel(voice, partial(_source, cite=amount.cite, confidence=amount.confidence), "caption"))
        self.add(Working(voice, amount.working, N_("Show the working"), amount.label))


class Working(QWidget):
    """The steps of a working, folded until someone asks for them; only then are they made."""

    def __init__(self, voice: Voice, steps: tuple[Step, ...], phrase: Label, of: Label) -> None:
        """`of` is what the working is of, for those who hear the button alone."""
        super().__init__()
        self._voice = voice
        self._step_list = steps
        self._closed = phrase
        self._of = of
        self._button = Button(voice, phrase, "link")
        self._steps: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(row(self._button, None))
        if not steps:
            self.hide()
        self._button.explain(partial(_of_what, verb=phrase, of=of))
        self._button.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        if self._steps is None:
            self._steps = self._made()
            self._column.addWidget(self._steps)
            self._steps.hide()
        opening = self._steps.isHidden()
        self._steps.setVisible(opening)
        verb = N_("Hide the working") if opening else self._closed
        self._button.show_phrase(verb)
        self._button.explain(partial(_of_what, verb=verb, of=self._of))

    def _made(self) -> QWidget:
        made = QWidget()
        inner = QVBoxLayout(made)
        inner.setContentsMargins(STEP, 0, 0, 0)
        for step in self._step_list:
            inner.addWidget(TextLabel(self._voice, step.label, "body"))
            if step.expression or step.value:
                inner.addWidget(TextLabel(self._voice, partial(_step, step=step), "working"))
            if step.source:
                inner.addWidget(TextLabel(self._voice, partial(_verbatim, text=step.source), "caption"))
        return made


class _Folded(QWidget):
    """What follows when somebody asks for it; only then it is made."""

    def __init__(self, voice: Voice, rest: Sequence[Callable[[], QWidget]]) -> None:
        super().__init__()
        self._rest = rest
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * STEP)
        self._button = Button(voice, partial(_others, count=len(rest)), "link")
        self._column.addLayout(row(self._button, None))
        self._button.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self._button.hide()
        for make in self._rest:
            self._column.addWidget(make())
        self.focusNextChild()


class _NotFound(Box):
    """The rules that were checked and not met, in short."""

    def __init__(self, voice: Voice, findings: tuple[Finding, ...]) -> None:
        super().__init__("quiet")
        self.add(TextLabel(voice, partial(_all_titled, findings=findings)))


def day_of(deadline: Deadline) -> Callable[[Words], str]:
    """Return the safe date in words, with the day of the week first."""
    return partial(_day, deadline=deadline)


def _day(words: Words, *, deadline: Deadline) -> str:
    return capital(words.date(deadline.safe_date))


def _total(words: Words, *, assessment: Assessment) -> str:
    return _range(words, low=assessment.total_low, high=assessment.total_high, currency=assessment.currency)


def _range(words: Words, *, low: object, high: object, currency: str) -> str:
    if low == high:
        return words.money(low, currency)  # type: ignore[arg-type]  # Decimals, handed on through partial
    return words(
        N_("between {low} and {high}"),
        low=words.money(low, currency),  # type: ignore[arg-type]  # the same
        high=words.money(high, currency),  # type: ignore[arg-type]  # the same
    )


def _must_hold(words: Words, *, what: Phrase) -> str:
    return words(N_("The employer must keep: {what}"), what=what(words) if callable(what) else words.say(what))


def _source(words: Words, *, cite: str, confidence: Confidence) -> str:
    if confidence is Confidence.LOW:
        return words(N_("{cite} · to be confirmed by a lawyer"), cite=cite)
    return cite


def _step(_words: Words, *, step: Step) -> str:
    return f"{step.expression} = {step.value}" if step.expression and step.value else step.expression or step.value


def _verbatim(_words: Words, *, text: str) -> str:
    return text


def _all_titled(words: Words, *, findings: tuple[Finding, ...]) -> str:
    return "\n".join(f"{words.say(finding.title)} ({finding.cite})" for finding in findings)


def _counted(words: Words, *, title: str, count: int) -> str:
    return f"{words(title)} ({count})"


def _of_what(words: Words, *, verb: Label, of: Label) -> str:
    return f"{words.say(verb)}: {words.say(of)}"


def _others(words: Words, *, count: int) -> str:
    return words.many("Show {count} other", "Show {count} others", count)


def _answer_name(words: Words, *, question: Phrase, of: Label) -> str:
    asked = question(words) if callable(question) else words.say(question)
    return f"{words(N_('Answer now: {question}'), question=asked)} – {words.say(of)}"


def _made_with(words: Words, *, assessment: Assessment) -> str:
    return words(
        N_("Checked on {day} with rule book {version}. These are calculations to prepare a claim, not a judgment."),
        day=words.date(assessment.as_of, weekday=False),
        version=assessment.rules_version,
    )
