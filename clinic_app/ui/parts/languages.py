"""The button that changes the language of the screen: each language stands there by its own name."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from clinic_app.i18n import SCREEN_LANGUAGES, Words
from clinic_app.ui.kit.buttons import Button, ButtonKind
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class LanguageButton(Button):
    """Says the language in use; a press opens the list of all. `picked` carries a language's code."""

    picked = Signal(str)

    def __init__(self, voice: Voice, kind: ButtonKind, parent: QWidget | None = None) -> None:
        super().__init__(voice, name_of_own, kind, parent)
        self.menu_of_all = QMenu(self)
        self._group = QActionGroup(self)
        for code, name in SCREEN_LANGUAGES.items():
            action = QAction(name, self.menu_of_all, checkable=True)
            action.setData(code)
            self._group.addAction(action)
            self.menu_of_all.addAction(action)
        self.explain(_explained)
        self.clicked.connect(self._open)
        self._group.triggered.connect(self._on_picked)

    def _open(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == self._voice.words.language)
        self.menu_of_all.setAccessibleName(self._voice.say(N_("Language of the screen")))
        self.menu_of_all.popup(self._beside())
        self.menu_of_all.setActiveAction(self._group.checkedAction())

    def _beside(self) -> QPoint:
        """Return where the list opens: below the button, above it where the window has no more room."""
        tall = self.menu_of_all.sizeHint().height()
        below = self.mapTo(self.window(), QPoint(0, self.height() + tall)).y()
        return self.mapToGlobal(QPoint(0, self.height() if below <= self.window().height() else -tall))

    def _on_picked(self, action: QAction) -> None:
        self.picked.emit(str(action.data()))


def name_of_own(words: Words) -> str:
    """Return the name of the language in use, as its speakers write it."""
    return SCREEN_LANGUAGES[words.language]


def _explained(words: Words) -> str:
    return f"{words(N_('Change the language of the screen'))} – {name_of_own(words)}"
