"""The progress strip: six words in a row, and where the interview stands."""

from __future__ import annotations

from functools import partial

from clinic_app.i18n import Words
from clinic_app.ui.intake.steps import STAGES, Step
from clinic_app.ui.kit.strip import StageRow
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class Strip(StageRow):
    """Shows the stages: done, now, later. Meant for the eye; the page's title says the same in words."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, STAGES)
        self.count = TextLabel(voice, "", "caption")

    def show_step(self, step: Step, plan: tuple[Step, ...]) -> None:
        """Mark the stage of a page, and count the pages within it."""
        self.mark(step.stage)
        pages = [s for s in plan if s.stage == step.stage]
        phrase = partial(_counted, number=pages.index(step) + 1, pages=len(pages)) if len(pages) > 1 else ""
        self.count.show_phrase(phrase)
        self.count.setVisible(bool(phrase))


def _counted(words: Words, *, number: int, pages: int) -> str:
    return words(N_("Page {number} of {pages} in this part"), number=number, pages=pages)
