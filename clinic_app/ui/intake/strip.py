"""The progress strip: six words in a row, and where the interview stands."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clinic_app.i18n import Words
from clinic_app.ui.intake.steps import STAGES, Step
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class Strip(QWidget):
    """Shows the stages: done, now, later. Meant for the eye; the page's title says the same in words."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(STEP // 2)
        self._labels: dict[str, QLabel] = {}
        for stage, words in STAGES:
            label = TextLabel(voice, words)
            label.setProperty("step", "later")
            label.setWordWrap(False)
            self._labels[stage] = label
            line.addWidget(label, len(voice.say(words)))
        self.count = TextLabel(voice, "", "caption")

    def show_step(self, step: Step, plan: tuple[Step, ...]) -> None:
        """Mark the stage of a page, and count the pages within it."""
        order = [stage for stage, _ in STAGES]
        now = order.index(step.stage)
        for number, stage in enumerate(order):
            state = "now" if number == now else "done" if number < now else "later"
            restate(self._labels[stage], "step", state)
        pages = [s for s in plan if s.stage == step.stage]
        phrase = partial(_counted, number=pages.index(step) + 1, pages=len(pages)) if len(pages) > 1 else ""
        self.count.show_phrase(phrase)
        self.count.setVisible(bool(phrase))


def _counted(words: Words, *, number: int, pages: int) -> str:
    return words(N_("Page {number} of {pages} in this part"), number=number, pages=pages)
