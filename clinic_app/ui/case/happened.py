"""Something happened: eight large buttons, what exactly, when, and what it means before it is saved.

What may be chosen comes from the rule book of the case's place. Saving writes the event, the diary and
the stage at once.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from clinic_app.domain.catalogue import DIARY, DIARY_RESULTS, EVENTS
from clinic_app.domain.changes import Changes
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Choice, Field, Kind, Label
from clinic_app.domain.happening import AGREEMENT, NEW_DATE, Happening, Instalment, Meaning, Option
from clinic_app.domain.told_dates import read_day_to_come, read_near_date
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import happenings
from clinic_app.ui.case.meaning import MeaningBox
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, clear, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.page import scrolling
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

WAY_WORDS: Final = {
    "called": N_("Somebody called"),
    "came": N_("Somebody came"),
    "paper": N_("A paper came"),
    "hearing": N_("Hearing or visit"),
    "paid": N_("Money was paid"),
    "sent": N_("Letter or claim sent"),
    "threat": N_("Threat or reprisal"),
    "other": N_("Something else"),
}
HARMLESS: Final = frozenset({"called", "came"})
"""The ways of which the first choice is picked at once: nothing but the clinic's own diary follows from it."""

WIDE: Final = 640
TALLEST: Final = 0.92
"""The share of the window's height that the dialog may take."""

EVERY: Final = (
    Choice("week", N_("every week")),
    Choice("fortnight", N_("every two weeks")),
    Choice("month", N_("every month")),
)
_DAYS: Final = {"week": 7, "fortnight": 14}
_MOST_PARTS: Final = 60

FIELDS: Final = {
    "date": Field("date", Kind.DATE, N_("When?")),
    "time": DIARY.field("time"),
    "authority": Field("authority", Kind.CHOICE, N_("Where?")),
    "number": DIARY.field("number"),
    "result": DIARY.field("result"),
    "amount": Field("amount", Kind.MONEY, N_("How much in all?")),
    "parts": Field("parts", Kind.INTEGER, N_("In how many payments?"), low=Decimal(1), high=Decimal(_MOST_PARTS)),
    "first": Field("first", Kind.DATE, N_("When is the first payment?")),
    "every": Field("every", Kind.CHOICE, N_("And the next ones?"), choices=EVERY),
    "next_day": Field("next_day", Kind.DATE, N_("Which day is set?"), N_("Leave it empty if there is none yet.")),
    "next_time": Field("next_time", Kind.TIME, N_("At what time?")),
    "note": EVENTS.field("note"),
}


class HappenedDialog(Sheet):
    """The dialog; it closes when everything is in the store."""

    def __init__(
        self,
        desk: Desk,
        case_id: str,
        parent: QWidget,
        kind: str = "",
        date: Edtf | None = None,
        amount: Decimal | None = None,
    ) -> None:
        """`kind` opens it at a way ("sent") or at one thing that happened, with its date and sum if they are known."""
        super().__init__(desk.voice, N_("Something happened"), parent)
        self._desk = desk
        self._case_id = case_id
        self._kind = kind
        self._date_known = date
        self._amount_known = amount
        self._options: Mapping[str, tuple[Option, ...]] = {}
        self._way = ""
        self.option: Option | None = None
        self.boxes: dict[str, FieldBox] = {}
        self.which: FieldBox | None = None
        self._meaning = MeaningBox(desk.voice)
        self._left_out: set[str] = set()  # fields that do not apply to what was told so far
        self._banner = Banner(desk.voice)
        self.ways: dict[str, Button] = {}
        self._body = QVBoxLayout()
        self._details = QVBoxLayout()
        self._scroll = self._scrolled()
        self._cancel = Button(desk.voice, N_("Do not write it down"))
        self._other_way = Button(desk.voice, N_("Back"))
        self.button = Button(desk.voice, N_("Write it down"), "primary")
        self.column.addWidget(self._banner)
        self.column.addWidget(self._scroll, 1)
        self.column.addWidget(self._meaning)
        self.column.addLayout(row(self._cancel, self._other_way, None, self.button))
        self._cancel.clicked.connect(self.close)
        self._other_way.clicked.connect(self._on_back)
        self.button.clicked.connect(self.write)
        window = parent.window()
        self.resize(min(WIDE, window.width() - 4 * STEP), round(window.height() * TALLEST))
        self._show_ways()
        desk.ask(self, partial(happenings.options, desk.clinic, case_id), self._on_options)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as wide as the large buttons need in the size of text that is set."""
        super().showEvent(event)
        wanted = self._scroll.widget().minimumSizeHint().width() + 7 * STEP
        holder = self.parentWidget()
        if holder is not None and self.width() < wanted:
            self.resize(min(wanted, holder.window().width() - 2 * STEP), self.height())

    @property
    def ready(self) -> bool:
        """Whether what may be chosen has come."""
        return bool(self._options)

    def write(self) -> None:
        """Write it down; what is wrong is said beside its field."""
        told = self._told(aloud=True)
        if told is None:
            return
        self.button.setEnabled(False)
        work = partial(happenings.write, self._desk.clinic, self._case_id, told, self._desk.today())
        self._desk.write(self, work, self._on_written, fails=self._on_failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick one of the eight by its number."""
        key = event.text()
        if not self._way and key.isdigit() and 1 <= int(key) <= len(self.ways):
            tuple(self.ways.values())[int(key) - 1].click()
            return
        super().keyPressEvent(event)

    # -- the three parts ----------------------------------------------------------------------

    def _show_ways(self) -> None:
        self._empty()
        self._way, self.option = "", None
        grid = QGridLayout()
        grid.setSpacing(STEP)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, way in enumerate(WAY_WORDS):
            button = Button(self.voice, partial(_numbered, number=number + 1, label=WAY_WORDS[way]), "way")
            button.setEnabled(bool(self._options))
            button.clicked.connect(doing(self.choose_way, way))
            self.ways[way] = button
            grid.addWidget(button, number // 2, number % 2)
        holder = QWidget()
        holder.setLayout(grid)
        self._body.addWidget(holder)
        self._body.addStretch(1)
        self._other_way.hide()
        self.button.hide()
        next(iter(self.ways.values())).setFocus()

    def choose_way(self, way: str) -> None:
        """Go on to what exactly happened."""
        self._way, self.option = way, None
        options = self._options[way]
        self._empty()
        self._other_way.show()
        self.button.show()
        self.button.setEnabled(True)
        if len(options) > 1:
            choices = tuple(Choice(option.kind, option.label) for option in options)
            field = Field("kind", Kind.CHOICE, WAY_WORDS[way], choices=choices)
            self.which = FieldBox(self._desk.around, field, "kind", empties=False)
            self.which.answered.connect(self._on_which)
            self._body.addWidget(self.which)
        self._details = QVBoxLayout()
        self._details.setSpacing(STEP)
        self._body.addLayout(self._details)
        self._body.addStretch(1)
        if len(options) == 1 or way in HARMLESS:
            if self.which is not None:
                self.which.show_answer(options[0].kind)
            self.choose(options[0])
        if self.which is not None:
            self.which.focus()

    def choose(self, option: Option) -> None:
        """Ask what is asked of this option."""
        self.option = option
        clear(self._details)
        if self.which is not None:
            # What was chosen stands as a heading, so that the rest has room; “Back” shows the choices again.
            self.which.setVisible(self._way in HARMLESS)
        self._details.addWidget(TextLabel(self.voice, option.label, "heading"))
        self.boxes = {name: self._box(name, option) for name in _asked(option)}
        for box in self.boxes.values():
            self._details.addWidget(box)
        self._chain()
        if "date" in self.boxes and option.kind not in {"call_back", "task"}:
            self.boxes["date"].show_answer(self._date_known or Edtf.of(self._desk.today()))
        if "amount" in self.boxes and self._amount_known is not None:
            self.boxes["amount"].show_answer(self._amount_known)
        if len(option.authorities) == 1:
            self.boxes["authority"].show_answer(option.authorities[0].id)
        if self._way not in HARMLESS:
            next(iter(self.boxes.values())).focus()
        self._on_edited()

    # -- inside -------------------------------------------------------------------------------

    def _box(self, name: str, option: Option) -> FieldBox:
        field = FIELDS[name]
        if name == "authority":
            field = dataclasses.replace(field, choices=tuple(Choice(a.id, a.name) for a in option.authorities))
        elif name == "result":
            codes = {choice.code: choice for choice in DIARY_RESULTS}
            field = dataclasses.replace(field, choices=tuple(codes[code] for code in option.results))
        around = self._desk.around
        if name in {"next_day", "first"} or option.kind in {"call_back", "task"}:
            around = dataclasses.replace(around, read_date=read_day_to_come)
        elif name == "date" and option.plan:
            around = dataclasses.replace(around, read_date=read_near_date)
        box = FieldBox(around, field, name, empties=False)
        box.answered.connect(self._on_answered)
        box.touched.connect(self._on_edited)
        return box

    def _chain(self) -> None:
        """Let Enter go from field to field, and at last to the button."""
        shown = list(self.boxes.values())
        for box, following in zip(shown, (*shown[1:], None), strict=True):
            box.entered.connect(doing(self._go_to, following) if following is not None else self.button.setFocus)

    def _go_to(self, box: FieldBox) -> None:
        """Put the keyboard into a field, or the next one that is asked, and show it."""
        following = list(self.boxes.values())
        asked = [one for one in following[following.index(box) :] if one.path not in self._left_out]
        if asked:
            asked[0].focus()
            self._scroll.ensureWidgetVisible(asked[0])
        else:
            self.button.setFocus()

    def _on_options(self, options: Mapping[str, tuple[Option, ...]]) -> None:
        self._options = options
        self._meaning.name({o.kind: o.label for ways in options.values() for o in ways})
        for button in self.ways.values():
            button.setEnabled(True)
        next(iter(self.ways.values())).setFocus()
        if self._kind:
            self._open_at(self._kind)

    def _open_at(self, kind: str) -> None:
        for way, options in self._options.items():
            for option in options:
                if option.kind == kind:
                    self.choose_way(way)
                    if self.which is not None:
                        self.which.show_answer(kind)
                    self.choose(option)
                    next(iter(self.boxes.values())).focus()
                    return
        if kind in self._options:
            self.choose_way(kind)

    def _on_back(self) -> None:
        if self.option is not None and self.which is not None and self._way not in HARMLESS:
            self.choose_way(self._way)
        else:
            self._show_ways()

    def _on_which(self, _path: str, raw: object) -> None:
        option = next((o for o in self._options[self._way] if o.kind == raw), None)
        if option is not None:
            self.choose(option)

    def _on_answered(self, _path: str, _raw: object) -> None:
        self._on_edited()

    def _on_edited(self) -> None:
        self._show_what_is_asked()
        told = self._told(aloud=False)
        if told is None:
            self._show_meaning(None)
            return
        work = partial(happenings.meaning, self._desk.clinic, self._case_id, told, self._desk.today())
        self._desk.ask(self, work, self._show_meaning, fails=self._on_no_meaning, key="meaning")

    def _show_what_is_asked(self) -> None:
        """Hide what does not apply to what was told so far."""
        date = self._date("date")
        is_plan = bool(self.option and self.option.plan and date and date.first and date.first > self._desk.today())
        result = self._raw("result")
        shown = {
            "result": not is_plan,
            "time": is_plan or "result" not in self.boxes,
            "amount": not is_plan and ("result" not in self.boxes or result == AGREEMENT),
            "next_day": not is_plan and ("result" not in self.boxes or result == NEW_DATE),
        }
        shown["next_time"] = shown["next_day"] and self._date("next_day") is not None
        agreed = self.option is not None and AGREEMENT in {self.option.kind, result}
        shown["parts"] = shown["first"] = agreed and shown["amount"] and bool(self._raw("amount"))
        parts = self._raw("parts")
        shown["every"] = shown["parts"] and isinstance(parts, int) and parts > 1
        self._left_out = {name for name, is_shown in shown.items() if not is_shown}
        for name, box in self.boxes.items():
            box.setVisible(name not in self._left_out)

    def _show_meaning(self, meaning: Meaning | None) -> None:
        self._meaning.show_meaning(meaning)

    def _on_no_meaning(self, _error: Exception) -> None:
        self._show_meaning(None)

    def _told(self, *, aloud: bool) -> Happening | None:
        """Return what was told; None when something is missing, which is said beside its field when `aloud`."""
        if self.option is None:
            if aloud and self.which is not None:
                self._complain(self.which, InputError("", N_("this answer is needed")))
            return None
        raws: dict[str, object] = {}
        for name, box in self.boxes.items():
            if name in self._left_out:
                continue
            try:
                raws[name] = self._checked(name, box.input.raw())
            except InputError as error:
                if aloud:
                    self._complain(box, error)
                return None
            if aloud:
                box.show_error(None)
        return _happening(self.option, raws)

    def _checked(self, name: str, raw: object) -> object:
        """Return what stands in a field; InputError when it is needed and missing, or is not one sum."""
        assert self.option is not None  # only an option has fields
        needed = name == "date" or (name == "amount" and self.option.money)
        if needed and not raw:
            raise InputError("", N_("this answer is needed"))
        if name == "amount" and isinstance(raw, Mapping):
            raise InputError("", N_("this is not one sum"), N_("the sum that was paid or agreed"))
        return raw

    def _complain(self, box: FieldBox, error: InputError) -> None:
        box.show_error(error)
        box.focus()
        self._scroll.ensureWidgetVisible(box)

    def _raw(self, name: str) -> object:
        try:
            return self.boxes[name].input.raw() if name in self.boxes else None
        except InputError:
            return None

    def _date(self, name: str) -> Edtf | None:
        raw = self._raw(name)
        return Edtf.parse(str(raw)) if raw else None

    def _on_written(self, _changes: Changes) -> None:
        self.close()

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self._banner.show_message(N_("It was not written down"), beside(error))

    def _scrolled(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("column")
        inner.setLayout(self._body)
        self._body.setContentsMargins(0, 0, STEP, 0)
        self._body.setSpacing(STEP)
        return scrolling(inner)

    def _empty(self) -> None:
        self.boxes = {}
        self.which = None
        self._meaning.show_meaning(None)
        clear(self._body)


def _asked(option: Option) -> tuple[str, ...]:
    """Return the fields that an option has, in the order in which they are asked."""
    asks = ["date"]
    if option.plan or option.kind == "call_back":
        asks.append("time")
    if option.results:
        asks.append("result")
    if option.money or AGREEMENT in option.results:
        asks.append("amount")
    if option.kind == AGREEMENT or AGREEMENT in option.results:
        asks += ["parts", "first", "every"]
    if option.sets or NEW_DATE in option.results:
        asks += ["next_day", "next_time"]
    if option.authorities:
        asks.append("authority")
    if option.numbered:
        asks.append("number")
    return (*asks, "note")


def _happening(option: Option, raws: Mapping[str, object]) -> Happening:
    texts = {name: str(raws.get(name) or "") for name in ("time", "note", "result", "authority", "number", "next_time")}
    amount = raws.get("amount")
    total = Decimal(str(amount)) if isinstance(amount, (str, int)) else None
    next_day = Edtf.parse(str(raws["next_day"])).first if raws.get("next_day") else None
    return Happening(
        option,
        Edtf.parse(str(raws["date"])),
        amount=total,
        next_day=next_day,
        instalments=_instalments(raws, total),
        **texts,
    )


def _instalments(raws: Mapping[str, object], total: Decimal | None) -> tuple[Instalment, ...]:
    """Return the payments that were agreed: equal ones, the last with what is left over."""
    if total is None or not raws.get("first"):
        return ()
    first = Edtf.parse(str(raws["first"])).first
    if first is None:
        return ()
    parts = int(str(raws.get("parts") or 1))
    each = (total / parts).quantize(Decimal("0.01"))
    every = str(raws.get("every") or "month")
    days = [_after(first, number, every) for number in range(parts)]
    amounts = [*[each] * (parts - 1), total - each * (parts - 1)]
    return tuple(Instalment(day, amount) for day, amount in zip(days, amounts, strict=True))


def _after(first: dt.date, number: int, every: str) -> dt.date:
    if every in _DAYS:
        return first + dt.timedelta(days=_DAYS[every] * number)
    month = first.month - 1 + number
    year, month = first.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def _numbered(words: Words, *, number: int, label: Label) -> str:
    return f"{number}  {words.say(label)}"
