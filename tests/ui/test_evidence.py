from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_app.domain.exhibits import EvidenceFile, Tone
from clinic_app.services import evidence, intake
from clinic_app.ui.case.page import EVIDENCE_TAB, CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.evidence.canvas import PageCanvas
from clinic_app.ui.evidence.view import EvidenceView, FileBin, PieceSheet
from clinic_app.ui.evidence.viewer import BinSheet, FileViewer
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, click, focused, go, press, rest, type_text, workplace


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.new("RGB", (600, 800), (240, 240, 235))
    image.paste((20, 20, 20), (100, 100, 500, 140))
    path = tmp_path / "recibo.jpg"
    image.save(path)
    return path


def opened(qtbot: QtBot, window: Window) -> EvidenceView:
    """Go to the evidence of a case."""
    page = go(qtbot, window, Place("case", case_id(window, "José")), CasePage)
    page.tabs.setCurrentIndex(EVIDENCE_TAB)
    rest(qtbot, window)
    return shown(window)


def shown(window: Window) -> EvidenceView:
    page = workplace(window).shown
    assert isinstance(page, CasePage)
    return next(view for view in page.findChildren(EvidenceView) if view.isVisible())


def added(qtbot: QtBot, window: Window, *paths: Path) -> EvidenceView:
    opened(qtbot, window).add_paths(paths)
    rest(qtbot, window)
    return shown(window)


def viewer(qtbot: QtBot, window: Window, view: EvidenceView, at: int = 0) -> FileViewer:
    view.cards[at].tiles[0].click()
    rest(qtbot, window)
    return next(found for found in window.findChildren(FileViewer) if found.isVisible())


def kept(window: Window, at: int = 0) -> EvidenceFile:
    clinic = workplace(window).desk.clinic
    return evidence.files(clinic, case_id(window, "José"))[at]


def test_files_become_cards_with_small_pictures(qtbot: QtBot, window: Window, photo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "rota.jpg"
    broken.write_bytes(photo.read_bytes()[:900])
    view = added(qtbot, window, photo, broken)
    assert [len(card.tiles) for card in view.cards] == [1, 1]
    tiles = [card.tiles[0] for card in view.cards]
    assert not tiles[0].icon().isNull()
    assert tiles[1].icon().isNull()
    assert tiles[0].accessibleName() == "recibo.jpg, 1 page"
    assert "damaged" in tiles[1].accessibleName()


def test_a_file_that_cannot_be_read_is_told_and_the_others_stay(
    qtbot: QtBot, window: Window, photo: Path, tmp_path: Path
) -> None:
    errors: list[Exception] = []
    window.tasks.failed.connect(errors.append)
    view = added(qtbot, window, tmp_path / "missing.jpg", photo)
    assert len(view.cards) == 1
    assert len(errors) == 1
    view.add_paths([photo])
    rest(qtbot, window)
    assert view.banner.isVisible()


def test_files_are_dropped_and_pictures_pasted(qtbot: QtBot, window: Window, photo: Path) -> None:
    view = opened(qtbot, window)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    view.dropEvent(event)
    rest(qtbot, window)
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    QGuiApplication.clipboard().setImage(image)
    click(shown(window).paste_button)
    rest(qtbot, window)
    assert [card.piece.row.text("title") for card in shown(window).cards] == ["recibo.jpg", "picture.png"]
    QGuiApplication.clipboard().clear()
    click(shown(window).paste_button)
    assert shown(window).banner.isVisible()


def test_a_page_is_looked_at_turned_and_thinned(qtbot: QtBot, window: Window, photo: Path) -> None:
    view = added(qtbot, window, photo)
    found = viewer(qtbot, window, view)
    assert found.canvas.height() > found.canvas.width()
    wide = found.canvas.width()
    click(found.nearer)
    rest(qtbot, window)
    assert found.canvas.width() >= wide
    click(found.right)
    rest(qtbot, window)
    assert found.as_printed.isChecked()
    assert found.canvas.width() > found.canvas.height()
    found.tones[1].click()
    found.printed.click()
    rest(qtbot, window)
    file = kept(window)
    assert (file.turn, file.tone, file.printed) == (1, Tone.ONE_BIT, False)
    found.close()


def test_a_place_is_blacked_out_with_the_mouse_and_shown_again_by_keyboard(
    qtbot: QtBot, window: Window, photo: Path
) -> None:
    view = added(qtbot, window, photo)
    found = viewer(qtbot, window, view)
    canvas = found.canvas
    drag(canvas, (30, 40), (230, 140))
    rest(qtbot, window)
    assert kept(window).boxes == (), "looking draws nothing"
    found.mark.click()
    rest(qtbot, window)
    drag(canvas, (30, 40), (32, 42))
    drag(canvas, (30, 40), (230, 140))
    rest(qtbot, window)
    (box,) = kept(window).boxes
    assert (box.left, box.top) == (30 * 10_000 // canvas.width(), 40 * 10_000 // canvas.height())
    assert "1 black place" in canvas.accessibleName()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert canvas.picked == box.id
    press(Qt.Key.Key_Delete)
    rest(qtbot, window)
    assert kept(window).boxes == ()
    found.close()


def test_a_place_is_blacked_out_by_keyboard_alone(qtbot: QtBot, window: Window, photo: Path) -> None:
    view = added(qtbot, window, photo)
    view.cards[0].tiles[0].setFocus()
    press(Qt.Key.Key_Space)
    rest(qtbot, window)
    found = next(each for each in window.findChildren(FileViewer) if each.isVisible())
    found.mark.setFocus()
    press(Qt.Key.Key_Space)
    rest(qtbot, window)
    found.box_button.setFocus()
    press(Qt.Key.Key_Return)
    assert focused() is found.canvas
    for key, modifier in (
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
    ):
        press(key, modifier)
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    (box,) = kept(window).boxes
    assert (box.left, box.top, box.right, box.bottom) == (3_400, 4_600, 6_500, 5_300)
    found.canvas.setFocus()
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Delete)
    rest(qtbot, window)
    assert kept(window).boxes == ()
    found.close()


def test_what_is_printed_is_what_is_shown(qtbot: QtBot, window: Window, photo: Path) -> None:
    view = added(qtbot, window, photo)
    found = viewer(qtbot, window, view)
    found.mark.click()
    rest(qtbot, window)
    drag(found.canvas, (1, 1), (found.canvas.width() - 1, 200))
    rest(qtbot, window)
    found.as_printed.click()
    rest(qtbot, window)
    picture = found.canvas.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 40).lightness() < 20
    assert picture.pixelColor(picture.width() // 2, picture.height() - 40).lightness() > 200
    found.close()


def test_a_file_goes_into_the_bin_with_a_reason_and_comes_back(qtbot: QtBot, window: Window, photo: Path) -> None:
    found = viewer(qtbot, window, added(qtbot, window, photo))
    click(found.bin)
    sheet = next(each for each in found.findChildren(BinSheet) if each.isVisible())
    click(sheet.button)
    rest(qtbot, window)
    assert sheet.reason.error.isVisible()
    type_text("de otra persona")
    click(sheet.button)
    rest(qtbot, window)
    view = shown(window)
    assert [len(card.tiles) for card in view.cards] == [0]
    click(view.bin_button)
    bin_sheet = next(each for each in window.findChildren(FileBin) if each.isVisible())
    click(bin_sheet.buttons[0])
    rest(qtbot, window)
    assert [len(card.tiles) for card in shown(window).cards] == [1]


def test_the_words_about_a_piece_are_saved(qtbot: QtBot, window: Window, photo: Path) -> None:
    view = added(qtbot, window, photo)
    click(view.cards[0].words_button)
    rest(qtbot, window)
    sheet = next(each for each in window.findChildren(PieceSheet) if each.isVisible())
    type_text("el salario diario")
    click(sheet.button)
    rest(qtbot, window)
    clinic = workplace(window).desk.clinic
    (piece,) = evidence.pieces(clinic, case_id(window, "José"))
    assert piece.row.text("shows") == "el salario diario"


def test_a_text_is_shown_and_the_original_is_saved_outside(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, target = tmp_path / "chat.txt", tmp_path / "copy.txt"
    note.write_text("mañana no vengas", "utf-8")
    monkeypatch.setattr("clinic_app.ui.evidence.viewer.QFileDialog.getSaveFileName", lambda *_a: (str(target), ""))
    found = viewer(qtbot, window, added(qtbot, window, note))
    assert found.text.isVisible()
    assert found.text.text() == "mañana no vengas"
    click(found.save)
    rest(qtbot, window)
    assert target.read_bytes() == note.read_bytes()
    assert found.banner.isVisible()
    found.close()


def test_several_pages_are_turned(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    frames = [Image.new("L", (60, 80), value) for value in (30, 200)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    scan = tmp_path / "scan.tif"
    scan.write_bytes(out.getvalue())
    found = viewer(qtbot, window, added(qtbot, window, scan))
    assert not found.back.isEnabled()
    click(found.forth)
    rest(qtbot, window)
    assert found.page == 2
    assert not found.forth.isEnabled()
    assert found.canvas.grab().toImage().pixelColor(30, 40).lightness() > 150
    found.close()


def drag(canvas: PageCanvas, start: tuple[int, int], end: tuple[int, int]) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*start))
    QTest.mouseMove(canvas, QPoint(*end))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*end))
    QApplication.processEvents()


def test_a_hidden_name_asks_for_a_look_before_a_file_is_printed(qtbot: QtBot, window: Window, photo: Path) -> None:
    added(qtbot, window, photo)
    desk = workplace(window).desk
    desk.write(window, partial(intake.save, desk.clinic, case_id(window, "José"), "worker.keep_hidden", "yes"))
    rest(qtbot, window)
    found = viewer(qtbot, window, shown(window))
    assert found.banner.isVisible()
    assert not found.printed.isChecked()
    found.printed.click()
    rest(qtbot, window)
    assert found.printed.isChecked()
    desk = workplace(window).desk
    (file,) = evidence.files(desk.clinic, found_case(window))
    assert file.printed is True
    found.close()


def found_case(window: Window) -> str:
    page = workplace(window).shown
    assert isinstance(page, CasePage)
    return page.case_id
