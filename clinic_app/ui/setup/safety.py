"""The card of the backups: how it stands, making one, where they go; and checking everything."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.i18n import Words
from clinic_app.services import backup, checking, restoring
from clinic_app.services.backup import Status
from clinic_app.services.checking import Finding
from clinic_app.services.restoring import Told
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.printing import sticks
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_

WHEN: Final = Field(
    "automatic",
    Kind.CHOICE,
    N_("Backups on this computer, and on the stick when it is plugged in"),
    choices=(Choice("yes", N_("By themselves")), Choice("no", N_("Only when I ask"))),
)


class SafetyPart(Part):
    """Status, place and making of backups, and the check."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Backups"))
        self.here = TextLabel(desk.voice)
        self.outside = TextLabel(desk.voice)
        self.restored = TextLabel(desk.voice, "", "hint")
        self.progress = TextLabel(desk.voice, "", "hint")
        self.when = FieldBox(desk.around, WHEN, "automatic", empties=False)
        self.make_button = Button(desk.voice, N_("Back up now"))
        self.choose_button = Button(desk.voice, N_("Choose a stick or folder…"))
        self.check_button = Button(desk.voice, N_("Check everything"))
        self.findings = QVBoxLayout()
        self.add(self.here, self.outside, self.restored, self.when, self.progress)
        self.column.addLayout(row(self.make_button, self.choose_button, None))
        self.column.addLayout(row(self.check_button, None))
        self.column.addLayout(self.findings)
        self._chosen: Path | None = None
        self.make_button.clicked.connect(self.make)
        self.choose_button.clicked.connect(self._on_choose)
        self.check_button.clicked.connect(self.check)
        self.when.answered.connect(self._on_when)
        desk.keeper.changed.connect(self._on_kept)
        self._read()

    def make(self) -> None:
        """Make a backup on the stick or folder that was chosen when it is there, otherwise on this computer."""
        self.desk.keeper.make(self._chosen if self._chosen is not None and self._chosen.is_dir() else None)

    def choose(self, folder: Path) -> None:
        """Take a stick or folder, and make the first backup there."""
        work = partial(backup.choose, self.desk.clinic, folder)
        self.desk.write(self, work, partial(self._on_chosen, folder), fails=self.refuse)

    def check(self) -> None:
        """Look through everything."""
        self.check_button.setEnabled(False)
        self.progress.show_phrase(N_("Everything is being read. This can take some minutes."))
        self.progress.show()
        work = partial(checking.check, self.desk.clinic, dt.datetime.now(dt.UTC))
        self.desk.ask(self, work, self._on_checked, fails=self._on_not_checked)

    def _read(self) -> None:
        self.desk.ask(self, partial(_read, self.desk), self._show, key="backups")

    def _show(self, found: tuple[Status, Told | None]) -> None:
        status, told = found
        self._chosen = status.outside.folder if status.outside else None
        self.here.show_phrase(partial(_here, status=status))
        self.outside.show_phrase(partial(_outside, status=status))
        self.when.show_answer("yes" if status.automatic else "no")
        self.restored.setVisible(told is not None)
        if told is not None:
            self.restored.show_phrase(partial(_told, told=told))
        self._on_kept()

    def _on_kept(self) -> None:
        keeper = self.desk.keeper
        self.make_button.setEnabled(not keeper.busy)
        self.progress.setVisible(keeper.busy)
        if keeper.busy:
            self.progress.show_phrase(partial(_percent, percent=keeper.percent))
        elif keeper.error is not None:
            self.refuse(keeper.error)
        else:
            self.wrong.hide()
        if not keeper.busy:
            self.desk.ask(self, partial(_read, self.desk), self._on_read, key="backups")

    def _on_read(self, found: tuple[Status, Told | None]) -> None:
        self.here.show_phrase(partial(_here, status=found[0]))
        self.outside.show_phrase(partial(_outside, status=found[0]))

    def _on_choose(self) -> None:
        first = next(iter(sticks()), Path.home())
        title = self.desk.voice.say(N_("Choose a stick or folder…"))
        if chosen := QFileDialog.getExistingDirectory(self, title, str(first)):
            self.choose(Path(chosen))

    def _on_chosen(self, folder: Path, _changes: Changes) -> None:
        self._chosen = folder
        self.make()

    def _on_when(self, _path: str, raw: object) -> None:
        if raw is not None:
            self.desk.write(self, partial(backup.set_automatic, self.desk.clinic, automatic=raw == "yes"))

    def _on_checked(self, findings: tuple[Finding, ...]) -> None:
        self.check_button.setEnabled(True)
        self.progress.hide()
        clear(self.findings)
        for one in findings:
            line = partial(_finding, one=one)
            self.findings.addWidget(TextLabel(self.desk.voice, line, "caption" if one.is_fine else "error"))
        self.tell(N_("Everything is as it should be.") if all(one.is_fine for one in findings) else N_("Look below."))

    def _on_not_checked(self, error: Exception) -> None:
        self.check_button.setEnabled(True)
        self.progress.hide()
        self.refuse(error)


def _read(desk: Desk) -> tuple[Status, Told | None]:
    return backup.status(desk.clinic, dt.datetime.now(dt.UTC)), restoring.last(desk.clinic)


def _here(words: Words, *, status: Status) -> str:
    if status.here is None:
        return words(N_("On this computer: none yet."))
    return words(N_("On this computer: the newest of {when}, proven."), when=_moment(words, status.here.made))


def _outside(words: Words, *, status: Status) -> str:
    if status.outside is None:
        return words(N_("Outside this computer: none. If it is stolen or breaks, the cases are gone."))
    if status.outside.made is None:
        return words(N_("Outside this computer: {folder}, none yet."), folder=status.outside.folder)
    return words(
        N_("Outside this computer: {folder}, the last of {when}, proven."),
        folder=status.outside.folder,
        when=_moment(words, status.outside.made),
    )


def _told(words: Words, *, told: Told) -> str:
    said = " ".join(words(one.text, **one.params) for one in told.sentences())
    return words(N_("This clinic was restored. {what}"), what=said)


def _finding(words: Words, *, one: Finding) -> str:
    return f"{'✓' if one.is_fine else '✗'} {words(one.name)}: {words(one.text, **one.params)}"


def _percent(words: Words, *, percent: int) -> str:
    return words(N_("The backup is made and proven: {percent} %"), percent=percent)


def _moment(words: Words, moment: dt.datetime) -> str:
    here = moment.astimezone()
    return f"{words.date(here.date())} {here:%H:%M}"
