"""The foot of the window: saved here, received there, and one question when a stick is plugged in."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from clinic_app.ui.courier import Stick
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.question import Question
from clinic_app.ui.sending import sayings
from clinic_app.ui.theme import restate
from clinic_app.words import N_


class SendingBar(QWidget):
    """What is not at headquarters yet, with the way to send it. Calm while it waits, amber when it needs you."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._courier = desk.courier
        self.told = TextLabel(desk.voice)
        self.button = Button(desk.voice, N_("Send now…"), "link")
        line = row(self.told, self.button)
        line.setStretch(0, 1)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.button.clicked.connect(self._on_send)
        self._courier.changed.connect(self._show)
        desk.voice.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        courier = self._courier
        if courier.busy:
            self.told.show_phrase(partial(sayings.under_way, courier=courier))
        elif courier.visit is not None:
            self.told.show_phrase(partial(sayings.ended, visit=courier.visit, by_line=courier.by_line))
        elif courier.error is not None:
            self.told.show_phrase(partial(sayings.failed, error=courier.error))
        else:
            self.told.show_phrase(partial(sayings.short, status=courier.status))
        needs = courier.error is not None or (courier.visit is not None and bool(courier.visit.problems))
        restate(self.told, "needs", "true" if needs and not courier.busy else "false")
        status = courier.status
        alone = status is None or not status.enrolled
        self.button.show_phrase(N_("Connect…") if alone else N_("Send now…"))
        self.setVisible(status is not None and not (alone and self._desk.clinic.info.practice))

    def _on_send(self) -> None:
        self._desk.go.emit(Place("sending"))


class StickQuestion(Question):
    """Asks once, when a stick is plugged in and something waits. Yes copies; no goes away."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, N_("Yes, copy"), parent)
        self._desk = desk
        self._courier = desk.courier
        self.stick: Stick | None = None
        self.yes.clicked.connect(self._on_yes)
        self._courier.stick_found.connect(self._on_found)
        self._courier.changed.connect(self._on_changed)

    def _on_found(self, stick: Stick) -> None:
        status = self._courier.status
        if status is None or not (status.waiting or status.files_waiting):
            return
        self.stick = stick
        self.said.show_phrase(partial(sayings.offer, status=status, stick=stick))
        self.show()

    def _on_changed(self) -> None:
        if self._courier.busy:
            self.hide()

    def _on_yes(self) -> None:
        self.hide()
        if self.stick is not None:
            self._courier.send(self.stick.folder)
