from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from clinic_app.domain.views import CaseRow
from clinic_app.i18n import words
from clinic_app.ui.kit.listing import RowsModel, RowsView
from clinic_app.ui.parts.case_rows import COLUMNS
from clinic_app.ui.voice import Voice


def row(number: int) -> CaseRow:
    day = dt.date(2026, 5, 15)
    return CaseRow(str(number), f"A-{number:04d}", "Ana", "Rancho", "check", day, "2026-05-11T10:00:00+00:00", day, "")


def test_the_model_keeps_the_rules_of_models(qtbot: QtBot, voice: Voice) -> None:
    assert qtbot is not None
    model = RowsModel(voice, COLUMNS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_rows([row(n) for n in range(5)])
    voice.speak(words("es"))
    model.show_rows([])
    model.show_rows([row(1)])
    assert model.rowCount() == 1
    assert model.columnCount() == len(COLUMNS)
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None
    assert tester is not None


def test_a_row_says_its_words_in_the_language_of_the_window(qtbot: QtBot, voice: Voice) -> None:
    assert qtbot is not None
    model = RowsModel(voice, COLUMNS)
    model.show_rows([row(1)])
    assert model.data(model.index(0, 2)) == "15 May 2026"
    voice.speak(words("es"))
    assert model.data(model.index(0, 2)) == "15 may 2026"
    assert model.headerData(9, Qt.Orientation.Horizontal) is None


def test_a_click_and_enter_open_a_row(qtbot: QtBot, voice: Voice) -> None:
    model = RowsModel(voice, COLUMNS)
    model.show_rows([row(n) for n in range(3)])
    view = RowsView(voice, model, "Cases")
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    opened: list[int] = []
    view.opened.connect(opened.append)
    rect = view.visualRect(model.index(1, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == [1, 2]


def test_the_columns_fill_the_width_and_nothing_scrolls_sideways(qtbot: QtBot, voice: Voice) -> None:
    model = RowsModel(voice, COLUMNS)
    view = RowsView(voice, model, "Cases")
    qtbot.addWidget(view)
    for width in (500, 900):
        view.resize(width, 300)
        view.show()
        assert sum(view.columnWidth(c) for c in range(len(COLUMNS))) <= view.viewport().width()
    assert view.accessibleName() == "Cases"
