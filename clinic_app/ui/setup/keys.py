"""A card on which a key is trusted: its file is read, its digits are compared by telephone and typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog

from clinic_app.domain.fields import Field, Kind
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import rulebooks
from clinic_app.services.clinic import Clinic
from clinic_app.services.settings import Key
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_

PRINT: Final = Field("fingerprint", Kind.TEXT, N_("The six groups of digits that headquarters reads to you"))


class KeyPart(Part):
    """The base of such cards: `button` begins, `add_key` puts what follows where it is called."""

    trusted: str
    """What is said of a key that is trusted: a message id."""

    keep_key: Callable[[Clinic, Key, str], None]
    """Trusts a key when the digits that were typed are its own: a plain function, for the store's thread."""

    def __init__(self, desk: Desk, title: str, button: Button) -> None:
        super().__init__(desk, title)
        self._key: Key | None = None
        self.key_button = button
        self.fingerprint = FieldBox(desk.around, PRINT, "fingerprint", empties=False)
        self.trust_button = Button(desk.voice, N_("The digits are the same: trust it"))
        self._show_key(shown=False)
        self.key_button.clicked.connect(self._on_key)
        self.trust_button.clicked.connect(self.trust)
        self.fingerprint.entered.connect(self.trust)

    def add_key(self) -> None:
        """Put the place for the digits, and what trusts them, below what is there."""
        self.add(self.fingerprint)
        self.column.addLayout(row(self.trust_button, None))

    def look_at_key(self, path: Path) -> None:
        """Read the key of a file, to compare its fingerprint by telephone."""
        self.desk.tasks.aside(self, partial(_read_key, path), self._on_read, fails=self.refuse)

    def trust(self) -> None:
        """Trust the key that was looked at, with the digits that headquarters read out."""
        if self._key is not None:
            typed = str(self.fingerprint.input.raw() or "")
            work = partial(self.keep_key, self.desk.clinic, self._key, typed)
            self.desk.ask(self, work, self.on_trusted, fails=self.refuse)

    def on_trusted(self, _nothing: None) -> None:
        """Say that the key is trusted."""
        self._key = None
        self._show_key(shown=False)
        self.tell(self.trusted)

    def _show_key(self, *, shown: bool) -> None:
        self.fingerprint.setVisible(shown)
        self.trust_button.setVisible(shown)

    def _on_key(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.desk.voice.words(N_("File of the key")))
        if chosen:
            self.look_at_key(Path(chosen))

    def _on_read(self, key: Key) -> None:
        self._key = key
        self.tell(partial(_compare, key=key))
        self._show_key(shown=True)
        self.fingerprint.focus()


def _read_key(path: Path) -> Key:
    try:
        return rulebooks.read_key(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(path.name, N_("the file cannot be read: {why}"), why=error.strerror or "") from error


def _compare(words: Words, *, key: Key) -> str:
    return words(
        N_("Key of {name}. Call headquarters, let them read the digits to you, and type them below."), name=key.name
    )
