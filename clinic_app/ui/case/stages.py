"""The stage strip: Talk, Check, Proof, Papers, Filed, Follow, Closed, and where the case is."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clinic_app.domain.work import STAGES
from clinic_app.i18n import Words
from clinic_app.ui.case.meaning import STAGES as STAGE_WORDS
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class StageStrip(QWidget):
    """Shows the stages: done, now, later. Its accessible name says the same in words."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self._now = ""
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(STEP // 2)
        self._labels: dict[str, QLabel] = {}
        for stage in STAGES:
            label = TextLabel(voice, STAGE_WORDS[stage], "caption")
            label.setProperty("step", "later")
            label.setWordWrap(False)
            self._labels[stage] = label
            line.addWidget(label, len(voice.say(STAGE_WORDS[stage])))
        voice.changed.connect(self._say)

    def show_stage(self, stage: str) -> None:
        """Mark where the case is."""
        self._now = stage if stage in STAGES else STAGES[0]
        now = STAGES.index(self._now)
        for number, name in enumerate(STAGES):
            restate(self._labels[name], "step", "now" if number == now else "done" if number < now else "later")
        self._say()

    def _say(self) -> None:
        if self._now:
            self.setAccessibleName(self._voice.say(partial(_at, stage=self._now)))


def _at(words: Words, *, stage: str) -> str:
    return words(N_("The case is at “{stage}”."), stage=words(STAGE_WORDS[stage]))
