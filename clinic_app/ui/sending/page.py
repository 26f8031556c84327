"""Headquarters: connect this computer, see what waits and what was received, copy it to a stick.

Two facts stay apart: saved here, received there. Only a word of headquarters turns the first into
the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QProgressBar, QVBoxLayout

from clinic_app.i18n import Words
from clinic_app.services import delivery, files, packet, syncing
from clinic_app.services.syncing import Joining, Slip, Status
from clinic_app.ui import printing
from clinic_app.ui.courier import Stick
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.sending import sayings
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

REQUEST_FILE: Final = "request.clinic"


class SendingPage(Page):
    """How it stands with headquarters, and what can be done about it. Follows the courier."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, N_("Headquarters"))
        self.desk = desk
        self.courier = desk.courier
        self.joining: Joining | None = None
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2 * STEP)
        self.name = SecretBox(
            desk.voice, N_("What is this computer called?"), N_("For example: laptop 2"), visible=True
        )
        self.bar = QProgressBar()
        self._doing = TextLabel(desk.voice, role="heading")
        self._progress = self._progress_card()
        self._alone = self._connect_card()
        self.add(self._progress, self._alone)
        self.column.addLayout(self._rows)
        self.back = Button(desk.voice, N_("To today"))
        self.stop = Button(desk.voice, N_("Stop"))
        self.send = Button(desk.voice, N_("Copy to a stick…"), "primary")
        self.line = Button(desk.voice, N_("Send over the line"))
        self.pause = Button(desk.voice, N_("Pause the line"), "link")
        self.add_foot(self.back, None, self.stop, self.pause, self.line, self.send)
        self.back.clicked.connect(self._on_back)
        self.stop.clicked.connect(self.courier.stop)
        self.send.clicked.connect(self._on_send)
        self.line.clicked.connect(self._on_line)
        self.pause.clicked.connect(self._on_pause)
        self.courier.changed.connect(self._show)
        desk.voice.changed.connect(self._show)
        self.courier.refresh()
        self._show()

    def take_enrolment(self, content: bytes) -> None:
        """Read the file that headquarters made, and show the words to compare."""
        work = partial(syncing.read_enrolment, self.desk.clinic, content)
        self.desk.ask(self, work, self._on_joining, fails=self._on_failed)

    def save_request(self, path: Path) -> None:
        """Write the file that asks headquarters to let this computer take part."""
        work = partial(_save_request, self.desk, self.name.text(), path)
        self.desk.ask(self, work, self._on_requested, fails=self._on_failed)

    # -- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        status, courier = self.courier.status, self.courier
        self.stop.setVisible(courier.busy)
        self.send.setVisible(status is not None and status.enrolled)
        self.send.setEnabled(not courier.busy)
        has_line = status is not None and status.enrolled and status.has_line
        self.line.setVisible(has_line and not courier.busy)
        self.line.setEnabled(status is not None and not status.paused)
        self.pause.setVisible(has_line and not courier.busy)
        paused = status is not None and status.paused
        self.pause.show_phrase(N_("Let the line go on") if paused else N_("Pause the line"))
        self.bar.setValue(courier.percent)
        self._progress.setVisible(courier.busy)
        if courier.busy:
            self._doing.show_phrase(partial(sayings.under_way, courier=courier))
        self._alone.setVisible(status is not None and not status.enrolled and self.joining is None)
        now = (status, courier.phase, courier.visit, courier.error, self.joining, self.voice.words.language)
        if status is None or now == self._shown:
            return
        self._shown = now
        clear(self._rows)
        for card in self._cards(status):
            self._rows.addWidget(card)

    def _cards(self, status: Status) -> Iterator[Box]:
        if self.courier.visit is not None:
            yield self._ended()
        elif self.courier.error is not None:
            failed = partial(sayings.failed, error=self.courier.error)
            yield _card(self.voice, N_("It was not copied"), failed)
        if self.joining is not None:
            yield self._words(self.joining)
        elif status.enrolled:
            yield self._facts(status)
        for told in status.notices:
            yield _card(self.voice, N_("Good to know"), partial(sayings.notice, told=told))

    def _progress_card(self) -> Box:
        card = Box("calm")
        card.add(self._doing, self.bar)
        self.bar.setAccessibleName(self.voice.say(N_("How far it is")))
        card.hide()
        return card

    def _ended(self) -> Box:
        visit = self.courier.visit
        assert visit is not None  # the card is made only then
        card = Box("needs" if visit.problems else "calm")
        card.add(TextLabel(self.voice, partial(sayings.ended, visit=visit, by_line=self.courier.by_line)))
        buttons = [Button(self.voice, N_("Understood"))]
        buttons[0].clicked.connect(self.courier.dismiss)
        if visit.slip is not None and not self.courier.by_line:
            card.add(TextLabel(self.voice, partial(_words_of_slip, slip=visit.slip), "heading"))
            printed = Button(self.voice, N_("Print the slip"))
            saved = Button(self.voice, N_("Save the slip to a file"))
            printed.clicked.connect(self._on_print_slip)
            saved.clicked.connect(self._on_save_slip)
            buttons += [printed, saved]
        if visit.disputes:
            review = Button(self.voice, N_("Look at what differs"))
            review.clicked.connect(self._on_review)
            buttons.append(review)
        card.column.addLayout(row(*buttons, None))
        return card

    def _facts(self, status: Status) -> Box:
        card = Box("card")
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * STEP)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for number, (label, value) in enumerate(_facts(status)):
            grid.addWidget(TextLabel(self.voice, label, "hint"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(TextLabel(self.voice, value), number, 1, Qt.AlignmentFlag.AlignTop)
        card.column.addLayout(grid)
        return card

    def _connect_card(self) -> Box:
        card = Box("card")
        request = Button(self.voice, N_("1. Save the request to a stick…"))
        accept = Button(self.voice, N_("2. Take the answer of headquarters…"))
        request.clicked.connect(self._on_request)
        accept.clicked.connect(self._on_accept)
        card.add(
            TextLabel(self.voice, N_("This computer works alone"), "heading"),
            TextLabel(
                self.voice,
                N_(
                    "Everything is saved here, and all of it works. Connected with a headquarters, the work is "
                    "safe also when this computer is lost, and other computers of the clinic see it."
                ),
            ),
            self.name,
            request,
            accept,
        )
        card.hide()
        return card

    def _words(self, joining: Joining) -> Box:
        card = Box("asks")
        same = Button(self.voice, N_("The words are the same: connect"), "primary")
        other = Button(self.voice, N_("They are not the same"))
        same.clicked.connect(self._on_same)
        other.clicked.connect(self._on_other)
        card.add(
            TextLabel(self.voice, partial(_joining, joining=joining), "heading"),
            TextLabel(self.voice, N_("Call headquarters and read these six words to each other:")),
            TextLabel(self.voice, partial(_verbatim, text=joining.words), "big"),
            TextLabel(self.voice, N_("Only the same words prove that nobody put in a file of theirs."), "hint"),
        )
        card.column.addLayout(row(other, None, same))
        return card

    # -- doing --------------------------------------------------------------------------------

    def _on_back(self) -> None:
        self.desk.go.emit(Place("today"))

    def _on_review(self) -> None:
        self.desk.go.emit(Place("review"))

    def _on_send(self) -> None:
        folder = self._stick_folder(self.courier.sticks)
        if folder is not None:
            self.courier.send(folder)

    def _on_line(self) -> None:
        self.courier.send_online()

    def _on_pause(self) -> None:
        status = self.courier.status
        if status is not None:
            work = partial(syncing.pause, self.desk.clinic, paused=not status.paused)
            self.desk.ask(self, work, self._on_paused, fails=self._on_failed)

    def _on_paused(self, _nothing: None) -> None:
        self.courier.refresh()

    def _stick_folder(self, sticks: tuple[Stick, ...]) -> Path | None:
        if len(sticks) == 1:
            return sticks[0].folder
        start = str(sticks[0].folder if sticks else Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self.voice.say(N_("Which stick or folder?")), start)
        return Path(chosen) if chosen else None

    def _on_request(self) -> None:
        start = self.courier.sticks[0].folder if self.courier.sticks else Path.home()
        title = self.voice.say(N_("Save the request to a stick…"))
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(start / REQUEST_FILE))
        if chosen:
            self.save_request(Path(chosen))

    def _on_requested(self, path: Path) -> None:
        self.banner.show_message(N_("The request is saved"), partial(_requested, path=path))

    def _on_accept(self) -> None:
        start = self.courier.sticks[0].folder if self.courier.sticks else Path.home()
        chosen, _ = QFileDialog.getOpenFileName(self, self.voice.say(N_("The file of headquarters")), str(start))
        if chosen:
            self.desk.tasks.aside(
                self, partial(delivery.read_card, Path(chosen)), self.take_enrolment, fails=self._on_failed
            )

    def _on_joining(self, joining: Joining) -> None:
        self.banner.hide()
        self.joining = joining
        self._show()
        self.to_top()

    def _on_same(self) -> None:
        assert self.joining is not None  # its card is shown only then
        work = partial(syncing.enrol, self.desk.clinic, self.joining)
        self.desk.ask(self, work, self._on_enrolled, fails=self._on_failed)

    def _on_enrolled(self, _nothing: None) -> None:
        self.joining = None
        self.banner.hide()
        self.courier.refresh()

    def _on_other(self) -> None:
        self.joining = None
        self.banner.show_message(
            N_("Do not connect"), N_("Ask headquarters for its file again. Nothing was changed here.")
        )
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self.banner.show_message(N_("That did not work"), beside(error))
        self.to_top()

    def _slip(self) -> bytes:
        visit = self.courier.visit
        assert visit is not None  # its buttons are shown only then
        assert visit.slip is not None
        clinic = self.desk.clinic
        paper = packet.default_paper(clinic.info.place, clinic.books)
        return delivery.slip(visit.slip, self.voice.words.language, paper)

    def _on_print_slip(self) -> None:
        self.desk.tasks.aside(self, self._slip, self._on_slip, fails=self._on_failed)

    def _on_slip(self, pdf: bytes) -> None:
        clinic = self.desk.clinic
        paper = packet.default_paper(clinic.info.place, clinic.books)
        printer = printing.printer_for(paper)
        bundle = printing.bundle_of(pdf)
        if printing.choose_printer(self, printer, bundle):
            run = printing.PrintRun(self.desk.tasks, printer, bundle, bundle.numbers, paper, self)
            run.failed.connect(self._on_print_failed)
            run.start()

    def _on_print_failed(self) -> None:
        self.banner.show_message(
            N_("The printer did not answer"), N_("The words also stand on the screen: write them down.")
        )

    def _on_save_slip(self) -> None:
        path = printing.ask_file(self, self.voice, "slip.pdf")
        if path is not None:
            self.desk.tasks.aside(self, partial(_save_slip, self._slip, path), fails=self._on_failed)


def _card(voice: Voice, title: Phrase, body: Phrase) -> Box:
    card = Box("needs")
    card.add(TextLabel(voice, title, "heading"), TextLabel(voice, body))
    return card


def _facts(status: Status) -> list[tuple[str, Phrase]]:
    return [
        (N_("Saved on this computer"), partial(_changes, count=status.saved)),
        (N_("Waiting"), partial(_waiting, status=status)),
        (N_("Of these on a stick"), partial(_on_stick, status=status)),
        (N_("Received at headquarters"), partial(_received, status=status)),
        (N_("Safe in its backup"), partial(_changes, count=status.safe)),
        (N_("Headquarters"), partial(_verbatim, text=status.headquarters)),
        (N_("This computer"), partial(_verbatim, text=f"{status.computer}, {status.clinic}")),
    ]


def _changes(words: Words, *, count: int) -> str:
    return words.many("{count} change", "{count} changes", count)


def _waiting(words: Words, *, status: Status) -> str:
    told = _changes(words, count=status.waiting)
    if status.files_waiting:
        told += ", " + words.many("{count} part of a file", "{count} parts of files", status.files_waiting)
    if status.waiting_since is not None:
        told += ", " + words(N_("since {day}"), day=words.short_date(status.waiting_since.astimezone().date()))
    return told


def _on_stick(words: Words, *, status: Status) -> str:
    if status.last_stick is None:
        return words(N_("none"))
    day = words.short_date(status.last_stick.astimezone().date())
    return words(N_("{count}, copied on {day}"), count=status.on_stick, day=day)


def _received(words: Words, *, status: Status) -> str:
    if status.last_heard is None:
        return words(N_("No word of headquarters yet"))
    day = words.short_date(status.last_heard.astimezone().date())
    return words(N_("{changes}, last word on {day}"), changes=_changes(words, count=status.received), day=day)


def _joining(words: Words, *, joining: Joining) -> str:
    return words(N_("Connect with “{name}”"), name=joining.headquarters)


def _words_of_slip(words: Words, *, slip: Slip) -> str:
    return words(N_("Words to compare: {words}"), words=slip.words)


def _requested(words: Words, *, path: Path) -> str:
    return words(N_("Take {file} to headquarters. They make a file from it: bring that one back here."), file=path.name)


def _verbatim(_words: Words, *, text: str) -> str:
    return text


def _save_request(desk: Desk, name: str, path: Path) -> Path:
    files.write(path, syncing.request(desk.clinic, name))
    return path


def _save_slip(slip: Callable[[], bytes], path: Path) -> None:
    files.write(path, slip())
