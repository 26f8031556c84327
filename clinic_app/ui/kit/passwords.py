"""A field for a password: never shown, never kept, with its words beside it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinic_app.errors import ClinicError
from clinic_app.ui.kit.inputs import SHORT
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Phrase, Voice


class SecretBox(QWidget):
    """A label, a line (hidden signs unless `visible`), and what is wrong with it."""

    entered = Signal()  # Enter was pressed

    def __init__(
        self, voice: Voice, label: Phrase, hint: Phrase = "", *, visible: bool = False, within: Phrase = ""
    ) -> None:
        """`within` names the card around it to those who cannot see it."""
        super().__init__()
        self._voice = voice
        self._label = label
        self._within = within
        self.line = QLineEdit()
        self.line.setMaximumWidth(2 * SHORT)
        if not visible:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._error = TextLabel(voice, role="error")
        help_text = TextLabel(voice, hint, "hint")
        if not hint:
            help_text.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, STEP)
        column.setSpacing(STEP // 2)
        for widget in (TextLabel(voice, label, "question"), help_text, self._error, self.line):
            column.addWidget(widget)
        self._error.hide()
        self.setFocusProxy(self.line)
        self.line.returnPressed.connect(self.entered)
        voice.changed.connect(self._name)
        self._name()

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.line.clear()
        self.show_error(None)

    def show_error(self, error: ClinicError | None) -> None:
        """Say beside the field what is wrong with it, or that nothing is."""
        self._error.show_phrase(beside(error) if error else "")
        self._error.setVisible(error is not None)
        restate(self.line, "wrong", "true" if error else "false")

    def _name(self) -> None:
        named = (self._voice.say(self._within) if self._within else "", self._voice.say(self._label))
        self.line.setAccessibleName(": ".join(part for part in named if part))
