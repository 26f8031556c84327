"""The parts of the settings: a card each, which reads and changes one thing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Paper
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import SCREEN_LANGUAGES, Words
from clinic_app.services import calendar, rulebooks, settings
from clinic_app.services.rulebooks import Installed, Listed
from clinic_app.services.settings import Key
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.settings import SIZES
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

LANGUAGE: Final = Field(
    "language",
    Kind.CHOICE,
    N_("Language of the screen"),
    choices=tuple(Choice(code, {"es": name}) for code, name in SCREEN_LANGUAGES.items()),
)
SIZE: Final = Field(
    "size",
    Kind.CHOICE,
    N_("Size of the text"),
    choices=tuple(
        Choice(str(at), label)
        for at, label in enumerate((N_("Small"), N_("Usual"), N_("Large"), N_("Very large"))[: len(SIZES)])
    ),
)
LOOK: Final = Field(
    "theme",
    Kind.CHOICE,
    N_("Look"),
    choices=(
        Choice("light", N_("Light")),
        Choice("dark", N_("Dark")),
        Choice("contrast", N_("High contrast")),
        Choice("system", N_("As the computer is set")),
    ),
)
SHEET: Final = Field(
    "paper",
    Kind.CHOICE,
    N_("Usual sheet of paper"),
    choices=(
        Choice(Paper.LETTER.value, N_("Letter (carta)")),
        Choice(Paper.A4.value, "A4"),
        Choice(Paper.OFICIO.value, N_("Oficio (216 × 340 mm)")),
    ),
)
DAY: Final = Field("day", Kind.DATE, N_("A day on which the authorities are closed"))
WHY: Final = Field("why", Kind.TEXT, N_("Why, and who said so"))
PRINT: Final = Field("fingerprint", Kind.TEXT, N_("The six groups of digits that headquarters reads to you"))


class Part(Box):
    """The base of a card: a heading, and a line that says what became of it."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__("card")
        self.desk = desk
        self.told = TextLabel(desk.voice, "", "understood")
        self.wrong = TextLabel(desk.voice, "", "error")
        self.add(TextLabel(desk.voice, title, "heading"), self.told, self.wrong)
        self.told.hide()
        self.wrong.hide()

    def tell(self, phrase: Phrase) -> None:
        """Say that something is done."""
        self.wrong.hide()
        self.told.show_phrase(phrase)
        self.told.show()

    def refuse(self, error: Exception) -> None:
        """Say why something is not."""
        self.told.hide()
        if not isinstance(error, ClinicError):
            self.desk.tasks.failed.emit(error)
            return
        self.wrong.show_phrase(beside(error))
        self.wrong.show()


class LookPart(Part):
    """Language, text size and look of the window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("The screen"))
        now = desk.look()
        self.boxes = {
            field.id: FieldBox(desk.around, field, field.id, empties=False) for field in (LANGUAGE, SIZE, LOOK)
        }
        for name, value in (("language", now.language), ("size", str(now.size)), ("theme", now.theme)):
            box = self.boxes[name]
            box.show_answer(value)
            box.answered.connect(self._on_chosen)
            self.add(box)

    def _on_chosen(self, name: str, raw: object) -> None:
        if raw is not None:
            self.desk.look_wanted.emit(name, str(raw))


class PaperPart(Part):
    """The usual sheet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Paper"))
        self.box = FieldBox(desk.around, SHEET, "paper", empties=False)
        self.add(self.box)
        self.box.answered.connect(self._on_chosen)
        desk.ask(self, partial(settings.paper, desk.clinic), self._show)

    def _show(self, paper: Paper) -> None:
        self.box.show_answer(paper.value)

    def _on_chosen(self, _path: str, raw: object) -> None:
        if raw is not None:
            self.desk.write(self, partial(settings.set_paper, self.desk.clinic, Paper(str(raw))))


class DaysPart(Part):
    """The clinic's place and the days on which its authorities are closed besides."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Place and days off"))
        self._place = TextLabel(desk.voice, partial(_place, desk=desk))
        self._days = QVBoxLayout()
        self._days.setSpacing(STEP)
        self.day = FieldBox(desk.around, DAY, "day", empties=False)
        self.why = FieldBox(desk.around, WHY, "why", empties=False)
        self.button = Button(desk.voice, N_("Add the day"))
        self.add(self._place)
        self.column.addLayout(self._days)
        self.add(self.day, self.why)
        self.column.addLayout(row(self.button, None))
        self.day.entered.connect(self.why.focus)
        self.why.entered.connect(self.close_day)
        self.button.clicked.connect(self.close_day)
        self._load()

    def close_day(self) -> None:
        """Add a day."""
        try:
            day = dt.date.fromisoformat(str(self.day.input.raw() or ""))
        except (InputError, ValueError):
            self.refuse(InputError("day", N_("this is not one day"), N_("a day like 15/3/2026")))
            return
        work = partial(calendar.close, self.desk.clinic, day, str(self.why.input.raw() or ""))
        self.desk.write(self, work, self._on_changed, fails=self.refuse)

    def _load(self) -> None:
        self.desk.ask(self, partial(calendar.days, self.desk.clinic), self._show, key="days")

    def _show(self, days: dict[dt.date, str]) -> None:
        clear(self._days)
        for day, why in days.items():
            told = partial(_closed, day=day, why=why)
            button = Button(self.desk.voice, N_("Take out"), "link")
            button.setAccessibleDescription(self.desk.voice.say(told))
            button.clicked.connect(partial(self._on_open, day))
            line = row(spacing=2 * STEP)
            line.addWidget(TextLabel(self.desk.voice, told), 1)
            line.addWidget(button)
            self._days.addLayout(line)

    def _on_open(self, day: dt.date) -> None:
        self.desk.write(self, partial(calendar.open_again, self.desk.clinic, day), self._on_changed)

    def _on_changed(self, _changes: Changes) -> None:
        self.wrong.hide()
        for box in (self.day, self.why):
            box.input.show_answer("")
        self._load()


class BooksPart(Part):
    """The rule books: what is installed, a new one from a stick, and whose signature counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Rule books"))
        self._books = QVBoxLayout()
        self._keys = QVBoxLayout()
        self._key: Key | None = None
        self.install_button = Button(desk.voice, N_("Take in a rule book from a stick…"))
        self.key_button = Button(desk.voice, N_("Trust a key…"))
        self.fingerprint = FieldBox(desk.around, PRINT, "fingerprint", empties=False)
        self.trust_button = Button(desk.voice, N_("The digits are the same: trust it"))
        self.column.addLayout(self._books)
        self.column.addLayout(row(self.install_button, None))
        self.add(TextLabel(desk.voice, N_("Keys whose rule books are taken"), "question"))
        self.column.addLayout(self._keys)
        self.column.addLayout(row(self.key_button, None))
        self.add(self.fingerprint)
        self.column.addLayout(row(self.trust_button, None))
        self.fingerprint.hide()
        self.trust_button.hide()
        self.install_button.clicked.connect(self._on_install)
        self.key_button.clicked.connect(self._on_key)
        self.trust_button.clicked.connect(self.trust)
        self._load()

    def install(self, folder: Path) -> None:
        """Take in the signed book of a folder."""
        work = partial(rulebooks.install, self.desk.clinic, folder)
        self.desk.ask(self, work, self._on_installed, fails=self.refuse)

    def look_at_key(self, path: Path) -> None:
        """Read the key of a file, to compare its fingerprint by telephone."""
        self.desk.ask(self, partial(_read_key, path), self._on_read, fails=self.refuse)

    def trust(self) -> None:
        """Trust the key that was looked at, with the digits that headquarters read out."""
        if self._key is None:
            return
        typed = str(self.fingerprint.input.raw() or "")
        work = partial(rulebooks.trust, self.desk.clinic, self._key, typed)
        self.desk.ask(self, work, self._on_trusted, fails=self.refuse)

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

    def _on_read(self, key: Key) -> None:
        self._key = key
        self.tell(partial(_compare, key=key))
        self.fingerprint.show()
        self.trust_button.show()
        self.fingerprint.focus()

    def _on_trusted(self, _nothing: None) -> None:
        self._key = None
        self.fingerprint.hide()
        self.trust_button.hide()
        self.tell(N_("Rule books signed with this key are taken from now on."))
        self._load()

    def _on_install(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.desk.voice.words(N_("Folder of the rule book")))
        if chosen:
            self.install(Path(chosen))

    def _on_key(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.desk.voice.words(N_("File of the key")))
        if chosen:
            self.look_at_key(Path(chosen))


def _read_books(desk: Desk) -> tuple[tuple[Listed, ...], tuple[tuple[str, str], ...]]:
    return rulebooks.list_books(desk.clinic), settings.trusted(desk.clinic)


def _read_key(path: Path) -> Key:
    try:
        return rulebooks.read_key(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(path.name, N_("the file cannot be read: {why}"), why=error.strerror or "") from error


def _place(words: Words, *, desk: Desk) -> str:
    book = desk.clinic.books.get(desk.clinic.info.place)
    title = words.say(book.title) if book is not None else desk.clinic.info.place
    return f"{desk.clinic.info.name} · {title}"


def _closed(words: Words, *, day: dt.date, why: str) -> str:
    return f"{words.date(day)}: {why}"


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


def _compare(words: Words, *, key: Key) -> str:
    return words(
        N_("Key of {name}. Call headquarters, let them read the digits to you, and type them below."), name=key.name
    )
