"""The next step in words: one sentence that can be read aloud, the next deadline large, and one button."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from clinic_app.domain.assessment import Deadline, Missing
from clinic_app.domain.fields import Label
from clinic_app.domain.work import SafeContact
from clinic_app.i18n import Words
from clinic_app.services.next_step import Action, NextStep
from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.law import day_of
from clinic_app.ui.parts.waiting import say_contact, say_entry
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

VERBS: Final = {
    Action.GO_ON: N_("Go on with the interview"),
    Action.MEND: N_("Change the answers"),
    Action.RESULT: N_("Write down what came out"),
    Action.DEFAULTED: N_("Write down the payment"),
    Action.CALL: N_("Write down the call"),
    Action.ASK: N_("Write down what came of it"),
    Action.DO: N_("It is done"),
    Action.ANSWER: N_("Answer one question"),
    Action.PRINT: N_("Make the papers"),
    Action.FILE: N_("Write down the filing"),
    Action.WAIT: N_("Something happened (F4)"),
    Action.FOLLOW: N_("Something happened (F4)"),
    Action.CLOSED: N_("Open the case again"),
}
"""What the primary button says."""

_PLAIN: Final = {
    Action.GO_ON: N_("The interview stopped before its end."),
    Action.MEND: N_("Two answers contradict each other, so the law check cannot be made."),
    Action.PRINT: N_("The law check is made. The next step is to make the papers."),
    Action.FILE: N_("The papers are printed. When they are filed, write it down with the number that was given."),
    Action.FOLLOW: N_("Nothing is planned in this case. Write down what happened, or plan when to ask."),
    Action.CLOSED: N_("This case is closed."),
}


class NextStepBox(Box):
    """The next deadline large, and below it what to do now."""

    def __init__(self, voice: Voice) -> None:
        super().__init__("deadline")
        self._caption = TextLabel(voice, N_("Next deadline"), "caption")
        self.day = TextLabel(voice, "", "big")
        self.sentence = TextLabel(voice, "", "heading")
        self.contact = TextLabel(voice, "", "caption")
        self.coming = TextLabel(voice)
        self.column.setSpacing(STEP // 2)
        self.add(self._caption, self.day, self.sentence, self.contact, self.coming)

    def show_step(self, step: NextStep, contact: SafeContact | None, names: Mapping[str, Label]) -> None:
        """Show the next step; `contact` matters for calls."""
        deadline = step.deadline
        for label in (self._caption, self.day):
            label.setVisible(deadline is not None)
        if deadline is not None:
            self._caption.show_phrase(partial(_about, deadline=deadline))
            self.day.show_phrase(day_of(deadline))
        late = step.action in {Action.RESULT, Action.DEFAULTED} or (deadline is not None and deadline.passed)
        restate(self, "box", "danger" if late else "deadline")
        self.sentence.show_phrase(sentence_of(step, names))
        coming = step.coming if step.coming != step.entry else None
        self.coming.setVisible(coming is not None)
        if coming is not None:
            self.coming.show_phrase(partial(say_entry, entry=coming, action=None, names=names))
        calls = step.action is Action.CALL
        self.contact.setVisible(calls)
        if calls:
            self.contact.show_phrase(partial(say_contact, contact=contact))


def sentence_of(step: NextStep, names: Mapping[str, Label]) -> Phrase:
    """Return what to do now, as a sentence."""
    if step.entry is not None:
        return partial(say_entry, entry=step.entry, action=step.action, names=names)
    if step.action is Action.ANSWER and step.missing is not None:
        return partial(_question, missing=step.missing)
    if step.action in {Action.PRINT, Action.FILE} and step.deadline is not None and not step.deadline.passed:
        return step.deadline.what_to_do
    return _PLAIN.get(step.action, N_("Write down what happens."))


def _about(words: Words, *, deadline: Deadline) -> str:
    when = N_("This date has passed") if deadline.passed else N_("Next deadline")
    return f"{words(when)} · {words.say(deadline.label)}"


def _question(words: Words, *, missing: Missing) -> str:
    return words(N_("One more answer settles most: {question}"), question=words.say(missing.question))
