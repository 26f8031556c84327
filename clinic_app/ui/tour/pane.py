"""The first-day tour: a calm pane below the screen says the next thing to do and notices when it was done.

It never blocks: everything else goes on working, each step can be skipped, and the tour can be
stopped and continued. It is there only in the practice clinic.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from html import escape
from typing import Final, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from clinic_app.domain.fields import Kind
from clinic_app.domain.tour import Progress, Spot, Tour, TourStep
from clinic_app.domain.values import pick
from clinic_app.i18n import Words
from clinic_app.services import tour as tours
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place, PlaceName
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.tour.ring import Ring
from clinic_app.words import N_

PICKED: Final = {Kind.CHOICE, Kind.YES_NO}
_BOLD = re.compile(r"\*\*(.+?)\*\*")


class Room(Protocol):
    """What the tour sees of the window around it."""

    @property
    def place(self) -> Place:
        """The place that is shown."""
        ...

    @property
    def shown(self) -> QWidget:
        """The screen that is shown."""
        ...

    @property
    def rail(self) -> Mapping[PlaceName, Button]:
        """The entries of the rail by place."""
        ...


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The tour in the words of the window, and how far it is."""

    tour: Tour
    progress: Progress


class TourPane(Box):
    """Offers the tour, leads through it, and keeps how far it is with the practice clinic."""

    def __init__(self, desk: Desk, room: Room, over: QWidget) -> None:
        super().__init__("calm")
        self.desk = desk
        self.tour = Tour(())
        self.progress = Progress()
        self.running = False
        self._room = room
        self._watched: FieldBox | None = None
        self._pointed: QWidget | None = None
        self.ring = Ring(over)
        self.title = TextLabel(desk.voice, role="caption")
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.RichText)
        self.told.setWordWrap(True)
        self.there = Button(desk.voice, N_("Take me there"))
        self.there.explain(N_("Take me there (F3)"))
        self.on = Button(desk.voice, "", "primary")
        self.stop = Button(desk.voice, N_("Stop the tour"), "link")
        self._lay_out()
        self._connect()
        self.hide()

    @property
    def step(self) -> TourStep | None:
        """The step that is on; None when the tour is not running."""
        return self.tour.steps[self.tour.number(self.progress.step)] if self.running and self.tour.steps else None

    def load(self) -> None:
        """Read the tour and offer it, when this is the practice clinic and it was not declined."""
        if self.desk.clinic.info.practice:
            work = partial(_load, self.desk.clinic, self.desk.voice.words.language, self.desk.today())
            self.desk.ask(self, work, self._on_loaded, key="tour")

    def begin(self) -> None:
        """Begin at the first step, whatever was done before."""
        self.progress = Progress(step=self.tour.steps[0].id)
        self._run()

    def go_on(self) -> None:
        """Continue where the tour was stopped."""
        if self.progress.step and not self.progress.over:
            self._run()
        else:
            self.begin()

    def target(self) -> QWidget | None:
        """Return what the step points at; None when it is not on the screen."""
        step = self.step
        if step is None or (step.point != "pane.there" and not self._is_at(step.at)):
            return None
        if step.field:
            return self._box(step)
        place, _, name = step.point.partition(".")
        match place:
            case "rail":
                return self._room.rail[name]  # type: ignore[index]  # a test reads every step of the file
            case "pane":
                return self.there
            case _:
                found = getattr(self._room.shown, name) if name else self._room.shown
                return found if isinstance(found, QWidget) else None

    def check(self) -> None:
        """Go on over each step that is done, and point at what is next."""
        if not self.running:
            self._refresh()
            return
        while (step := self.step) is not None and self._is_done(step):
            self._advance(step)
        self._catch_up()
        self._refresh()

    # -- what is done -------------------------------------------------------------------------

    def _is_done(self, step: TourStep) -> bool:
        if step.leads is not None:
            return self._is_at(step.leads)
        box = self._box(step) if step.field and self._is_at(step.at) else None
        if box is None or not box.is_answered:
            return False
        return box.field.kind in PICKED or _text_in(box) == step.value or not _has_focus(box)

    def _is_at(self, spot: Spot) -> bool:
        shown = self._room.shown
        page = shown.step.id if isinstance(shown, IntakePage) else ""
        return spot.holds(self._room.place.screen, page)

    def _advance(self, step: TourStep) -> None:
        case_id = self.progress.case_id or (self._room.place.case_id if self._room.place.screen == "intake" else "")
        number = self.tour.number(step.id) + 1
        self._watch(None)
        if number == len(self.tour.steps):
            self._end()
            return
        self.progress = Progress(self.tour.steps[number].id, case_id)
        self._keep()
        QTimer.singleShot(0, self, self._reveal)

    def _catch_up(self) -> None:
        """Who went on alone to a later page of the same screen is met there."""
        step = self.step
        if step is None or self._is_at(step.at):
            return
        later = self.tour.steps[self.tour.number(step.id) + 1 :]
        met = next((s for s in later if s.at.screen == step.at.screen and self._is_at(s.at)), None)
        if met is not None:
            self.progress = replace(self.progress, step=met.id)
            self._keep()

    def _box(self, step: TourStep) -> FieldBox | None:
        boxes = self._room.shown.findChildren(FieldBox)
        pattern = step.field.replace("[*]", "[[]*[]]")
        return next((box for box in boxes if fnmatchcase(box.path, pattern) and box.isVisible()), None)

    # -- showing ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        step = self.step
        offered = not self.running and not self.progress.over and bool(self.tour.steps)
        self.setVisible(step is not None or (offered and self._room.place.screen == "today"))
        self.there.setVisible(step is not None)
        if step is None:
            self.ring.point_at(None)
            self._offer()
            return
        self.title.show_phrase(partial(_counted, number=self.tour.number(step.id) + 1, steps=len(self.tour.steps)))
        self._tell(pick(step.say, self.desk.voice.words.language))
        read = step.leads is None and not step.field
        self.on.show_phrase(N_("Go on") if read else N_("Skip this step"))
        restate(self.on, "kind", "primary" if read else "quiet")
        self.stop.show_phrase(N_("Stop the tour"))
        target = self.target()
        self.there.setEnabled(target is None or step.point == "pane.there" or not _has_focus(target))
        if target is not None and target is not self._pointed:  # it may have come after the step began
            QTimer.singleShot(0, self, self._reveal)
        self._pointed = target
        self.ring.point_at(target)
        self._watch(target if isinstance(target, FieldBox) else None)

    def _offer(self) -> None:
        begun = bool(self.progress.step)
        self.title.show_phrase(N_("First day"))
        told = N_("The tour stopped in the middle of an interview. It can go on there.") if begun else OFFER
        self._tell(self.desk.voice.say(told))
        restate(self.on, "kind", "primary")
        self.on.show_phrase(N_("Go on with the tour") if begun else N_("Begin the tour"))
        self.stop.show_phrase(N_("Not now"))

    def _tell(self, said: str) -> None:
        self.told.setText(_BOLD.sub(r"<b>\1</b>", escape(said, quote=False)))
        self.told.setAccessibleName(said.replace("**", ""))

    def _watch(self, box: FieldBox | None) -> None:
        """Notice at once what is typed in the field of the step."""
        if box is self._watched:
            return
        if self._watched is not None and isValid(self._watched):
            self._watched.touched.disconnect(self.check)
        self._watched = box
        if box is not None:
            box.touched.connect(self.check)

    def _reveal(self) -> None:
        target, shown = self.target(), self._room.shown
        if target is not None and isinstance(shown, Page) and shown.isAncestorOf(target) and target is not shown:
            shown.reveal(target)

    # -- what is pressed ----------------------------------------------------------------------

    def _on_on(self) -> None:
        if not self.running:
            self.go_on()
        elif (step := self.step) is not None:
            self._skip(step)

    def _skip(self, step: TourStep) -> None:
        """Leave a step out; a step that leads somewhere is done by going there."""
        if step.leads is None:
            self._advance(step)
            self.check()
            return
        target = self.target()
        if isinstance(target, Button) and target is not self.there:
            target.click()
        else:
            self._go(step.leads)

    def _on_there(self) -> None:
        step = self.step
        if step is None:
            return
        if step.point == "pane.there" and step.leads is not None:
            self._go(step.leads)
        elif not self._is_at(step.at):
            self._go(step.at)
        else:
            target = self.target()
            if isinstance(target, FieldBox):
                target.focus()
            elif target is not None:
                target.setFocus()
            self._reveal()
            self._refresh()

    def _go(self, spot: Spot) -> None:
        path = f"{spot.page}." if spot.page and not spot.page.endswith(":") and spot.page != "result" else ""
        case_id = self.progress.case_id
        if spot.screen in {"intake", "packet"} and not case_id:
            self.begin()  # the interview that it was about is not known: from the start, then
            return
        self.desk.go.emit(Place(spot.screen, case_id, path))  # type: ignore[arg-type]  # a test reads every screen of the file

    def _on_stop(self) -> None:
        over = not self.running and not self.progress.step
        self.running = False
        self.progress = replace(self.progress, over=over or self.progress.over)
        self._keep()
        self._watch(None)
        self.ring.point_at(None)
        self.hide()

    def _end(self) -> None:
        self.running = False
        self.progress = replace(self.progress, over=True)
        self._keep()

    def _run(self) -> None:
        self.running = True
        self._keep()
        self.check()
        self._reveal()

    def _keep(self) -> None:
        self.desk.ask(self, partial(tours.keep, self.desk.clinic, self.progress))

    # -- wiring -------------------------------------------------------------------------------

    def _on_loaded(self, loaded: _Loaded) -> None:
        self.tour = loaded.tour
        if not self.running:
            self.progress = loaded.progress
        self.check()

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the slot of busy(bool)
        if not busy:
            QTimer.singleShot(0, self, self.check)

    def _on_focus(self, _old: QWidget | None, _now: QWidget | None) -> None:
        if self.running:
            QTimer.singleShot(0, self, self.check)

    def _on_language(self) -> None:
        self.load()

    def _lay_out(self) -> None:
        self.column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.told)
        self.column.addLayout(words)
        self.column.addLayout(row(self.stop, None, self.there, self.on))

    def _connect(self) -> None:
        self.on.clicked.connect(self._on_on)
        self.there.clicked.connect(self._on_there)
        self.stop.clicked.connect(self._on_stop)
        self.desk.tasks.busy.connect(self._on_busy)
        self.desk.voice.changed.connect(self._on_language)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # a widget cannot be without one
        app.focusChanged.connect(self._on_focus)
        QShortcut(QKeySequence(Qt.Key.Key_F3), self, self._on_there)


OFFER: Final = N_(
    "The tour leads through one whole interview with an invented person, step by step."
    " It takes about twenty minutes; you can stop at any time."
)


def _load(clinic: Clinic, language: str, on: dt.date) -> _Loaded:
    return _Loaded(tours.tour(clinic.info.place, language, on), tours.progress(clinic))


def _counted(words: Words, *, number: int, steps: int) -> str:
    return words(N_("First day · step {number} of {steps}"), number=number, steps=steps)


def _text_in(box: FieldBox) -> str:
    target = box.input.focus_target()
    if isinstance(target, QLineEdit):
        return target.text().strip()
    return target.toPlainText().strip() if isinstance(target, QPlainTextEdit) else ""


def _has_focus(widget: QWidget) -> bool:
    now = QApplication.focusWidget()
    return now is not None and (now is widget or widget.isAncestorOf(now))
