"""The welcome: begin a clinic on this computer, or practise with invented people first."""

from __future__ import annotations

from PySide6.QtCore import Signal

from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class WelcomeStep(Page):
    """Two ways to begin."""

    create_wanted = Signal()
    practice_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, voice: Voice) -> None:
        super().__init__(
            voice,
            N_("The claims desk"),
            N_("A worker's story, what the law says may be owed, and papers ready to print. All of it works offline."),
        )
        self.begin = Button(voice, N_("Begin a clinic"), "primary")
        self.practice = Button(voice, N_("Practise with invented people"))
        real = Box("card")
        real.add(
            TextLabel(voice, N_("Work with real people"), "heading"),
            TextLabel(voice, N_("Everything is kept on this computer, locked with your password.")),
        )
        self.restore = Button(voice, N_("Restore a backup…"), "link")
        real.column.addLayout(row(self.restore, None, self.begin))
        practice = Box("quiet")
        practice.add(
            TextLabel(voice, N_("Try it first"), "heading"),
            TextLabel(
                voice, N_("A practice clinic with invented people. Nothing there is real; nothing can go wrong.")
            ),
        )
        practice.column.addLayout(row(None, self.practice))
        self.add(real, practice)
        self.setFocusProxy(self.begin)
        self.begin.clicked.connect(self.create_wanted)
        self.practice.clicked.connect(self.practice_wanted)
        self.restore.clicked.connect(self.restore_wanted)
