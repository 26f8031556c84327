"""The line that offers an update found on a stick: after every byte of it was checked, to who may take it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from clinic_app.domain.roles import Right
from clinic_app.services import permission, updates
from clinic_app.services.updates import Update
from clinic_app.ui.desk import Desk
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.parts.question import Question
from clinic_app.ui.parts.updating import Updating, offer, percent_of, placed
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_


class UpdateOffer(Question):
    """Hidden until a stick brings an update that can be taken; each stick is looked at once while it is plugged in."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, N_("Put it in place"), parent)
        self._desk = desk
        self._seen: frozenset[Path] = frozenset()
        self._update: Update | None = None
        self.updating = Updating(desk, self)
        self.yes.clicked.connect(self.take)
        self.updating.progressed.connect(self._on_progress)
        self.updating.placed.connect(self._on_placed)
        self.updating.failed.connect(self._on_failed)
        if permission.may(desk.clinic, Right.TRUST):
            desk.courier.changed.connect(self._on_sticks)

    def look(self, folder: Path) -> None:
        """Look what a stick brings. Nothing is said of one that brings nothing, or that does not answer."""
        work = partial(updates.offered, folder)
        self._desk.tasks.aside(self, work, self._on_offered, fails=lambda _error: None, key="stick")

    def take(self) -> None:
        """Put the update that was found in place."""
        if self._update is not None:
            self.yes.hide()
            self.no.hide()
            self.updating.take(self._update)

    def _on_sticks(self) -> None:
        found = frozenset(stick.folder for stick in self._desk.courier.sticks)
        new, self._seen = found - self._seen, found
        for folder in sorted(new):
            self.look(folder)

    def _on_offered(self, update: Update | None) -> None:
        if update is None:
            return
        self._update = update
        self.said.show_phrase(partial(offer, update=update))
        self.yes.show()
        self.no.show()
        self.show()

    def _on_progress(self, percent: int) -> None:
        self.said.show_phrase(partial(percent_of, percent=percent))

    def _on_placed(self, update: Update) -> None:
        self._end(partial(placed, update=update))

    def _on_failed(self, error: Exception) -> None:
        self._end(phrase_of(error))

    def _end(self, phrase: Phrase) -> None:
        self._update = None
        self.said.show_phrase(phrase)
        self.no.show_phrase(N_("Understood"))
        self.no.show()
