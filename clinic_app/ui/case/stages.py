"""The stage strip of a case: seven words from the talk to the end, and where the case is."""

from __future__ import annotations

from functools import partial

from clinic_app.domain.work import STAGES
from clinic_app.i18n import Words
from clinic_app.ui.kit.strip import StageRow
from clinic_app.ui.parts.stages import STAGE_WORDS
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class StageStrip(StageRow):
    """Shows the stages: done, now, later. Its accessible name says the same in words."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, tuple((stage, STAGE_WORDS[stage]) for stage in STAGES))
        self._voice = voice
        self._now = ""
        voice.changed.connect(self._say)

    def show_stage(self, stage: str) -> None:
        """Mark where the case is."""
        self._now = stage if stage in STAGES else STAGES[0]
        self.mark(self._now)
        self._say()

    def _say(self) -> None:
        if self._now:
            self.setAccessibleName(self._voice.say(partial(_at, stage=self._now)))


def _at(words: Words, *, stage: str) -> str:
    return words(N_("The case is at “{stage}”."), stage=words(STAGE_WORDS[stage]))
