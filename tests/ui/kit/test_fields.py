from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from clinic_app.domain import catalogue
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind
from clinic_app.domain.values import Empty, Row, Span
from clinic_app.errors import InputError
from clinic_app.i18n import words
from clinic_app.ui.kit.choices import ChoiceInput, wrapped
from clinic_app.ui.kit.fields import SAVE_AFTER, FieldBox, Surroundings, TableInput
from clinic_app.ui.kit.inputs import ListInput
from clinic_app.ui.voice import Voice

TODAY = dt.date(2026, 5, 11)


def around(voice: Voice) -> Surroundings:
    return Surroundings(voice, lambda: TODAY, "MXN")


def box(qtbot: QtBot, voice: Voice, field: Field) -> tuple[FieldBox, list[tuple[str, object]]]:
    made = FieldBox(around(voice), field, f"x.{field.id}")
    qtbot.addWidget(made)
    given: list[tuple[str, object]] = []
    made.answered.connect(lambda path, raw: given.append((path, raw)))
    made.resize(680, 400)
    made.show()
    return made, given


def line(made: FieldBox) -> QLineEdit:
    target = made.input.focus_target()
    assert isinstance(target, QLineEdit)
    return target


def type_and_leave(made: FieldBox, text: str) -> None:
    line(made).clear()
    QTest.keyClicks(line(made), text)
    line(made).editingFinished.emit()


def test_text_is_given_out_when_the_field_is_left_and_only_once(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.WORKER.field("name"))
    type_and_leave(made, "Jose Nanez")
    line(made).editingFinished.emit()
    assert given == [("x.name", "Jose Nanez")]


def test_typing_is_given_out_after_five_seconds_at_most(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.WORKER.field("name"))
    QTest.keyClicks(line(made), "Al")
    assert made._timer.isActive()
    assert made._timer.interval() == SAVE_AFTER == 5000
    made._timer.timeout.emit()
    assert given == [("x.name", "Al")]


def test_a_half_typed_date_is_not_scolded_while_typing_and_is_kept_when_wrong(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.JOB.field("start"))
    QTest.keyClicks(line(made), "15/")
    made._timer.timeout.emit()
    assert made.error.isHidden()
    line(made).editingFinished.emit()
    assert not made.error.isHidden()
    assert "could not be read" in made.error.text()
    assert line(made).text() == "15/"
    assert not given


def test_a_date_shows_what_was_understood(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.JOB.field("start"))
    type_and_leave(made, "15/3")
    assert "Sunday" in made.understood.text()
    assert "2026" in made.understood.text()
    assert given == [("x.start", "2026-03-15")]
    voice.speak(words("es"))
    assert "domingo" in made.understood.text().lower()
    assert line(made).text() == "15/3"


def test_a_sum_shows_what_was_understood_and_a_range_is_a_range(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.PAY.field("amount"))
    type_and_leave(made, "1,250.5")
    assert "1,250.50" in made.understood.text()
    type_and_leave(made, "250 a 300")
    assert given == [("x.amount", "1250.5"), ("x.amount", {"low": "250", "high": "300"})]


def test_a_sum_beyond_its_bounds_says_what_was_expected(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.HOURS.field("per_day"))
    type_and_leave(made, "25")
    assert "0 … 24" in made.error.text()
    assert not given
    type_and_leave(made, "9.5")
    assert made.error.isHidden()
    assert given == [("x.per_day", "9.5")]


def test_a_whole_number_is_given_as_one(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.EMPLOYERS.field("workers"))
    type_and_leave(made, "1,200")
    assert given == [("x.workers", 1200)]
    type_and_leave(made, "12.5")
    assert "whole" in made.error.text()


@pytest.mark.parametrize(("typed", "raw"), [("8", "08:00"), ("8:30", "08:30"), ("0830", "08:30"), ("17.15", "17:15")])
def test_times_are_read(qtbot: QtBot, voice: Voice, typed: str, raw: str) -> None:
    made, given = box(qtbot, voice, catalogue.HOURS.field("starts"))
    type_and_leave(made, typed)
    assert given == [("x.starts", raw)]


def test_no_time_is_refused(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.HOURS.field("starts"))
    type_and_leave(made, "25:00")
    assert not made.error.isHidden()
    assert not given


def test_the_four_empties_are_told_apart_and_typing_takes_them_away(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.WORKER.field("municipality"))
    for empty in (Empty.DOES_NOT_KNOW, Empty.PREFERS_NOT_TO_SAY, Empty.NOT_APPLICABLE):
        made.set_empty(empty)
        made.commit()
    assert [raw for _, raw in given] == [
        {"empty": "does_not_know"},
        {"empty": "prefers_not_to_say"},
        {"empty": "not_applicable"},
    ]
    type_and_leave(made, "Uruapan")
    assert made._no_answer.text() == "No answer…"
    made.set_empty(Empty.NOT_ASKED)
    assert [raw for _, raw in given[-2:]] == ["Uruapan", None]


def test_an_empty_is_picked_from_the_menu_by_keyboard(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.WORKER.field("municipality"))
    QTest.keyClick(made._no_answer, Qt.Key.Key_Return)
    qtbot.waitUntil(made._menu.isVisible)
    QTest.keyClick(made._menu, Qt.Key.Key_Return)
    assert given == [("x.municipality", {"empty": "does_not_know"})]
    assert made._no_answer.text() == "Does not know"
    assert "Municipality" in made._no_answer.accessibleName()


def test_yes_and_no_by_click_letter_and_number(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.URGENT.field("injury"))
    assert isinstance(made.input, ChoiceInput)
    first = made.input.options[0]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(20, first.height() // 2))
    QTest.keyClicks(made.input, "n")
    QTest.keyClicks(made.input, "1")
    assert [raw for _, raw in given] == ["yes", "no", "yes"]
    voice.speak(words("es"))
    assert made.input.raw() == "yes"


def test_choices_by_number(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.PAY.field("period"))
    assert isinstance(made.input, ChoiceInput)
    QTest.keyClicks(made.input, "6")
    assert given == [("x.period", "month")]
    made.set_empty(Empty.NOT_ASKED)
    assert made.input.raw() is None


def test_many_choices_drop_down(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.EVENTS.field("kind"))
    assert isinstance(made.input, ListInput)
    made.input.combo.setFocus()
    QTest.keyClick(made.input.combo, Qt.Key.Key_Down)
    assert given == [("x.kind", "dismissal")]


def test_long_text_is_given_out_when_it_is_left(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, catalogue.STORY.field("told"))
    text = made.input.focus_target()
    assert isinstance(text, QPlainTextEdit)
    QTest.keyClicks(text, "Me corrieron.")
    made.input.left.emit()
    assert given == [("x.told", "Me corrieron.")]


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        (catalogue.WORKER.field("name"), "Ana"),
        (catalogue.STORY.field("told"), "a\nb"),
        (catalogue.PAY.field("period"), "week"),
        (catalogue.URGENT.field("injury"), "no"),
        (catalogue.EVENTS.field("kind"), "threat"),
        (catalogue.JOB.field("start"), Edtf.parse("2026-03-15")),
        (catalogue.JOB.field("start"), Edtf.parse("2019~")),
        (catalogue.JOB.field("start"), Edtf.parse("2026-01/2026-03")),
        (catalogue.HOURS.field("starts"), "08:30"),
        (catalogue.PAY.field("amount"), Decimal("1250.50")),
        (catalogue.PAY.field("amount"), Span(Decimal(250), Decimal("300.5"))),
        (catalogue.EMPLOYERS.field("workers"), 12),
    ],
)
def test_what_is_shown_is_given_back_unchanged_and_not_saved_again(
    qtbot: QtBot, voice: Voice, field: Field, answer: object
) -> None:
    made, given = box(qtbot, voice, field)
    made.show_answer(answer)  # type: ignore[arg-type]  # the parameters are answers
    made.commit()
    assert not given
    assert made.input.raw() is not None


def table() -> Field:
    return Field(
        "weeks",
        Kind.TABLE,
        "Weeks",
        columns=(Field("monday", Kind.DATE, "Monday"), Field("hours", Kind.NUMBER, "Hours", high=Decimal(168))),
    )


def test_a_table_gives_out_its_rows(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, table())
    assert isinstance(made.input, TableInput)
    QTest.mouseClick(made.input.add_button, Qt.MouseButton.LeftButton)
    row = made.input._rows[0]
    type_and_leave(row.boxes[0], "4/5/2026")
    type_and_leave(row.boxes[1], "12")
    row.removed.emit(row)
    assert [raw for _, raw in given[-2:]] == [[{"monday": "2026-05-04", "hours": "12"}], None]


def test_a_table_shows_its_rows(qtbot: QtBot, voice: Voice) -> None:
    made, given = box(qtbot, voice, table())
    row: Row = {"monday": Edtf.parse("2026-05-04"), "hours": Empty.DOES_NOT_KNOW}
    made.show_answer((row,))
    assert made.input.raw() == [{"monday": "2026-05-04", "hours": {"empty": "does_not_know"}}]
    made.commit()
    assert not given


def test_an_error_from_the_store_stands_beside_the_field(qtbot: QtBot, voice: Voice) -> None:
    made, _ = box(qtbot, voice, catalogue.JOB.field("last_day"))
    made.show_error(InputError("job.last_day", "the last day {last} is too early", "a later one", last="2020"))
    assert "The last day 2020 is too early" in made.error.text()
    assert "job.last_day" not in made.error.text()
    assert line(made).property("wrong") == "true"
    made.show_error(None)
    assert line(made).property("wrong") == "false"


def test_official_numbers_are_masked_when_the_field_is_left(qtbot: QtBot, voice: Voice) -> None:
    made, _ = box(qtbot, voice, catalogue.WORKER.field("official_id"))
    made.show_answer("AAAA800101")
    assert "AAAA" not in line(made).displayText()


def test_words_wrap_into_the_room_they_have(qtbot: QtBot, voice: Voice) -> None:
    made, _ = box(qtbot, voice, catalogue.JOB.field("relation"))
    metrics = made.fontMetrics()
    text = wrapped(metrics, "Service fees or self-employed on paper", 120)
    assert "\n" in text
    assert all(metrics.horizontalAdvance(part) <= 120 for part in text.split("\n"))
    assert wrapped(metrics, "Yes", 120) == "Yes"
