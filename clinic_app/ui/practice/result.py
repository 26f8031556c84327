"""How an interview went: both indicators, and each thing that was missed, wrong or not confirmed, with its reason."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from PySide6.QtWidgets import QComboBox

from clinic_app.domain.practice import FactMark, Mark, Named, Score
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.inputs import SHORT
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_


class ScoreCard(Box):
    """One score in words. It praises what is right in a line and spends its room on what can be learnt."""

    def __init__(self, voice: Voice, score: Score) -> None:
        super().__init__("calm" if score.passed else "asks")
        self._voice = voice
        self.score = score
        self.add(TextLabel(voice, partial(_title, score=score), "heading"))
        self.add(TextLabel(voice, partial(_parts, score=score)))
        if score.passed and not self._lessons():
            self.add(TextLabel(voice, N_("Nothing was missed and nothing was invented. Well done.")))
        for phrase in self._lessons():
            self.add(TextLabel(voice, phrase))

    def _lessons(self) -> list[Phrase]:
        score = self.score
        lessons: list[Phrase] = []
        if not score.safety:
            lessons.append(N_("Ask first: is it safe to talk, is there danger today, may we call?"))
        if not score.consent:
            lessons.append(N_("Ask for each permission apart. Silence is no, but not asking is a mistake."))
        lessons += [partial(_missed, one=one) for one in score.missed]
        lessons += [partial(_invented, one=one) for one in score.invented]
        lessons += [partial(_fact, fact=fact, score=score) for fact in score.facts if fact.mark is not Mark.RIGHT]
        if score.deadline is False:
            lessons.append(N_("The last safe day is another one: look at the dates once more."))
        return lessons


def narrow(combo: QComboBox) -> None:
    """Keep a list that drops down from being as wide as its longest line."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(20)
    combo.setMaximumWidth(2 * SHORT)


def percent(part: Fraction) -> str:
    """Return a part of one in per cent, rounded down."""
    return f"{int(part * 100)} %"


def _title(words: Words, *, score: Score) -> str:
    told = words(N_("Passed")) if score.passed else words(N_("Not yet"))
    return f"{told} – {words.say(score.title)} · {score.trainee}"


def _parts(words: Words, *, score: Score) -> str:
    return " · ".join(
        (
            words(N_("Nothing missed: {part}"), part=percent(score.detection)),
            words(N_("Nothing invented: {part}"), part=percent(score.precision)),
            words(N_("Facts right: {right} of {all}"), right=score.facts_right, all=len(score.facts)),
        )
    )


def _missed(words: Words, *, one: Named) -> str:
    return words(N_("Missed: {what}"), what=words.say(one.title))


def _invented(words: Words, *, one: Named) -> str:
    return words(N_("Not confirmed: {what}"), what=words.say(one.title))


def _fact(words: Words, *, fact: FactMark, score: Score) -> str:
    asked = words.say(fact.field.label)
    said = words.say(score.said_of(fact, words.told))
    if fact.mark is Mark.MISSED:
        return words(N_("Missed: {what}"), what=f"{asked} {said}")
    return words(N_("Wrong: {what}"), what=f"{asked} {said}")
