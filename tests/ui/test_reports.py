from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.ui.desk import Place
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.reports.page import ReportPage, span_of
from clinic_app.ui.window import Window
from tests.ui.driving import go, press, rest, type_text


def texts(page: ReportPage) -> list[str]:
    return [label.text() for label in page.findChildren(TextLabel) if label.isVisible()]


def test_the_counts_of_a_time_by_keyboard(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("reports"), ReportPage)
    assert "From July 1, 2026 to July 31, 2026" in texts(page)
    at = texts(page).index("Cases opened")
    assert texts(page)[at - 1] == "2"
    type_text("2")
    rest(qtbot, window)
    assert "From June 1, 2026 to June 30, 2026" in texts(page)
    at = texts(page).index("Cases opened")
    assert texts(page)[at - 1] == "0"
    press(Qt.Key.Key_Up)


def test_the_table_that_is_saved_keeps_small_numbers_back(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    page = go(qtbot, window, Place("reports"), ReportPage)
    for name in ("counts.xlsx", "counts.csv"):
        page.save_to(tmp_path / name)
        rest(qtbot, window)
    text = (tmp_path / "counts.csv").read_text("utf-8-sig")
    assert "Cases opened,<5" in text
    sheet = load_workbook(tmp_path / "counts.xlsx").active
    assert sheet is not None
    assert sheet["A1"].value == "Clínica de práctica"
    assert page.banner.isVisible()


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("month", "2026-01-01", "2026-01-31"),
        ("before", "2025-12-01", "2025-12-31"),
        ("quarter", "2025-11-01", "2026-01-31"),
        ("year", "2026-01-01", "2026-01-31"),
    ],
)
def test_times(code: str, first: str, last: str) -> None:
    assert span_of(code, dt.date(2026, 1, 15)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
