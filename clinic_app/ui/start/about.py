"""What the program is, before a clinic is opened."""

from __future__ import annotations

from PySide6.QtCore import Signal

from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.parts.about import AboutView
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class AboutStep(Page):
    """Versions, licences, and the file for support of a clinic that does not open."""

    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks) -> None:
        super().__init__(voice, N_("About this program"))
        self._tasks = tasks
        self.view: AboutView | None = None
        self.button = Button(voice, N_("Back"))
        self.add_foot(self.button, None)
        self.setFocusProxy(self.button)
        self.button.clicked.connect(self.back)

    def begin(self) -> None:
        """Look what there is to say, the first time that somebody asks."""
        if self.view is None:
            self.view = AboutView(self.voice, self._tasks)
            self.add(self.view)
