"""The card of a name that the worker wants hidden: a button shows it here, once, to whoever may see it."""

from __future__ import annotations

from functools import partial

from clinic_app.domain.roles import Right
from clinic_app.services import hiding, permission
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.words import N_


class HiddenNameCard(Box):
    """Says that the name is hidden; what was shown goes with the screen."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__("quiet")
        self._desk = desk
        self._case_id = case_id
        may = permission.may(desk.clinic, Right.REVEAL)
        self.name = TextLabel(desk.voice, N_("The worker wants their name hidden. Lists and papers show the alias."))
        self.button = Button(desk.voice, N_("Show the name"))
        self.button.setEnabled(may)
        hint = N_("It is written down that you looked.") if may else N_("Only a coordinator can show it.")
        self.add(TextLabel(desk.voice, N_("Hidden name"), "heading"), self.name)
        line = row(self.button, TextLabel(desk.voice, hint, "hint"))
        line.setStretch(1, 1)
        self.column.addLayout(line)
        self.button.clicked.connect(self.reveal)

    def reveal(self) -> None:
        """Show the name on this screen."""
        self._desk.ask(self, partial(hiding.reveal, self._desk.clinic, self._case_id), self._show)

    def _show(self, name: str) -> None:
        self.name.show_phrase({"es": name})
        self.button.hide()
