"""The card of the rule books: what is here, a new one from a stick, and whose signature counts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.i18n import Words
from clinic_app.services import rulebooks, settings
from clinic_app.services.rulebooks import Installed, Listed
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.setup.keys import KeyPart
from clinic_app.words import N_


class BooksPart(KeyPart):
    """The rule books: what is installed, a new one from a stick, and whose signature counts."""

    trusted = N_("Rule books signed with this key are taken from now on.")
    keep_key = staticmethod(rulebooks.trust)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Rule books"), Button(desk.voice, N_("Trust a key…")))
        self._books = QVBoxLayout()
        self._keys = QVBoxLayout()
        self.install_button = Button(desk.voice, N_("Take in a rule book from a stick…"))
        self.column.addLayout(self._books)
        self.column.addLayout(row(self.install_button, None))
        self.add(TextLabel(desk.voice, N_("Keys whose rule books are taken"), "question"))
        self.column.addLayout(self._keys)
        self.column.addLayout(row(self.key_button, None))
        self.add_key()
        self.install_button.clicked.connect(self._on_install)
        self._load()

    def install(self, folder: Path) -> None:
        """Take in the signed book of a folder."""
        work = partial(rulebooks.install, self.desk.clinic, folder)
        self.desk.ask(self, work, self._on_installed, fails=self.refuse)

    def on_trusted(self, nothing: None) -> None:
        """Show it among the keys."""
        super().on_trusted(nothing)
        self._load()

    def _load(self) -> None:
        self.desk.ask(self, partial(_read_books, self.desk), self._show, key="books")

    def _show(self, found: tuple[tuple[Listed, ...], tuple[tuple[str, str], ...]]) -> None:
        books, keys = found
        clear(self._books)
        clear(self._keys)
        for book in books:
            role = "error" if book.problem is not None else "body"
            self._books.addWidget(TextLabel(self.desk.voice, partial(_book, book=book), role))  # type: ignore[arg-type]  # two of the roles
        if not keys:
            self._keys.addWidget(TextLabel(self.desk.voice, N_("None yet."), "hint"))
        for name, fingerprint in keys:
            self._keys.addWidget(TextLabel(self.desk.voice, {"es": f"{name}: {fingerprint}"}))

    def _on_installed(self, book: Installed) -> None:
        self.tell(partial(_installed, book=book))
        self.desk.tasks.changed.emit(Changes(frozenset({"clinic", "case"})))
        self._load()

    def _on_install(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.desk.voice.words(N_("Folder of the rule book")))
        if chosen:
            self.install(Path(chosen))


def _read_books(desk: Desk) -> tuple[tuple[Listed, ...], tuple[tuple[str, str], ...]]:
    return rulebooks.list_books(desk.clinic), settings.trusted(desk.clinic)


def _book(words: Words, *, book: Listed) -> str:
    told = f"{book.place} · {book.version}"
    if book.problem is not None:
        return f"{told}: {words.error(book.problem)}"
    return f"{told} · {words(N_('in use'))}" if book.newest else told


def _installed(words: Words, *, book: Installed) -> str:
    return words(
        N_("The rule book {version} is here. It was signed by {name}, and its {count} worked examples pass."),
        version=book.version,
        name=book.signed_by,
        count=book.examples,
    )
