"""The details of a case: consent, safe contact, what lies in the bin, earlier versions, closing it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.catalogue import BY_ID, CLOSING, CONSENT, CONTACT
from clinic_app.domain.fields import Label
from clinic_app.domain.roles import Right
from clinic_app.domain.work import CLOSED, Binned
from clinic_app.i18n import Words
from clinic_app.services import permission
from clinic_app.services.syncing import CaseStatus
from clinic_app.ui.case.facts import FactsView, answers_grid
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


class DetailsView(QWidget):
    """Quiet things that are seldom needed, and the ways back."""

    answer_wanted = Signal(str)  # path
    restore_wanted = Signal(object)  # Binned
    undo_wanted = Signal()
    earlier_wanted = Signal()
    close_wanted = Signal()
    bin_wanted = Signal()
    erase_wanted = Signal()

    def __init__(
        self, desk: Desk, case: CaseFile, stage: str, binned: tuple[Binned, ...], sent: CaseStatus | None
    ) -> None:
        """`sent` tells how it stands with headquarters; None when there is none."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        facts = FactsView(desk, case, (CLOSING, CONSENT, CONTACT))
        facts.answer_wanted.connect(self.answer_wanted)
        column.addWidget(facts)
        missing = [s for s in (CONSENT, CONTACT) if not case.section(s.id).values]
        for section in missing:
            card = Box("asks")
            ask = Button(desk.voice, N_("Ask this now"))
            ask.explain(partial(_ask_now, label=section.label))
            ask.clicked.connect(doing(self.answer_wanted.emit, f"{section.id}.{section.fields[0].id}"))
            card.add(TextLabel(desk.voice, section.label, "heading"), TextLabel(desk.voice, N_("Not asked yet.")))
            card.column.addLayout(row(ask, None))
            column.addWidget(card)
        if sent is not None:
            card = Box("quiet")
            card.add(TextLabel(desk.voice, partial(_sent, sent=sent)))
            column.addWidget(card)
        column.addWidget(self._ways(desk, stage))
        if binned:
            column.addWidget(TextLabel(desk.voice, N_("In the bin"), "heading"))
        for one in binned:
            column.addWidget(self._bin_card(desk, one))

    def _ways(self, desk: Desk, stage: str) -> QWidget:
        card = Box("quiet")
        card.add(TextLabel(desk.voice, N_("Back and away"), "heading"))
        undo = Button(desk.voice, N_("Take back the last change (Ctrl+Z)"))
        earlier = Button(desk.voice, N_("Earlier versions…"))
        close = Button(desk.voice, N_("Close the case…"))
        away = Button(desk.voice, N_("Put the case into the bin…"), "danger")
        erase = Button(desk.voice, N_("Erase it for good…"), "danger")
        erase.setVisible(permission.may(desk.clinic, Right.ERASE))
        close.setVisible(stage != CLOSED)
        for button, signal in (
            (undo, self.undo_wanted),
            (earlier, self.earlier_wanted),
            (close, self.close_wanted),
            (away, self.bin_wanted),
            (erase, self.erase_wanted),
        ):
            button.clicked.connect(signal)
            card.column.addLayout(row(button, None))
        return card

    def _bin_card(self, desk: Desk, one: Binned) -> QWidget:
        card = Box("card")
        section = BY_ID[one.section]
        back = Button(desk.voice, N_("Bring it back"))
        back.explain(partial(_back, label=section.label))
        back.clicked.connect(doing(self.restore_wanted.emit, one))
        heading = row(TextLabel(desk.voice, section.label, "heading"), None, back)
        card.column.addLayout(heading)
        card.column.addLayout(answers_grid(desk, section.fields, one.record))
        if one.reason:
            card.add(TextLabel(desk.voice, partial(_why, reason=one.reason), "caption"))
        return card


def _sent(words: Words, *, sent: CaseStatus) -> str:
    if sent.is_received:
        return words(N_("Everything of this case is at headquarters."))
    changes = words.many("{count} change", "{count} changes", sent.changes_waiting)
    files = words.many("{count} file", "{count} files", sent.files_waiting)
    since = words.date(sent.since.astimezone().date()) if sent.since else ""
    return words(
        N_("Not at headquarters yet: {changes}, {files}, since {day}"), changes=changes, files=files, day=since
    )


def _ask_now(words: Words, *, label: Label) -> str:
    return words(N_("Ask now: {what}"), what=words.say(label))


def _back(words: Words, *, label: Label) -> str:
    return words(N_("Bring back: {what}"), what=words.say(label))


def _why(words: Words, *, reason: str) -> str:
    return words(N_("Taken out because: {reason}"), reason=reason)
