from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from clinic_app.paths import resources
from clinic_app.ui import system_look, theme
from clinic_app.ui.settings import THEMES
from clinic_app.ui.stripes import AMBER, INK

LEAST = 4.5


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_text_pair_can_be_read(name: str) -> None:
    look = theme.load(name)
    weak = {
        (text, ground): ratio
        for text, ground in theme.pairs()
        if (ratio := theme.contrast(look.color(text), look.color(ground))) < LEAST
    }
    assert not weak


@pytest.mark.parametrize("name", theme.NAMES)
def test_a_focus_and_the_edge_of_a_field_stand_out(name: str) -> None:
    look = theme.load(name)
    for ground in ("paper", "surface"):
        assert theme.contrast(look.color("focus"), look.color(ground)) >= LEAST
        assert theme.contrast(look.color("strong_line"), look.color(ground)) >= 3


def test_the_themes_have_the_same_tokens() -> None:
    assert len({tuple(theme.load(name).tokens) for name in theme.NAMES}) == 1


def test_every_pair_that_the_stylesheet_sets_is_checked() -> None:
    text = (resources() / "theme" / "window.qss").read_text(encoding="utf-8")
    pairs = {frozenset(pair) for pair in theme.pairs()}
    for block in re.findall(r"\{(.*?)\n?\}", text, re.DOTALL):
        color = re.search(r"(?<![\w-])color: \$\{(\w+)\}", block)
        ground = re.search(r"(?<![\w-])background: \$\{(\w+)\}", block)
        if color and ground:
            assert frozenset((color[1], ground[1])) in pairs, block


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("factor", [0.9, 1.3])
def test_the_stylesheet_is_filled_whole(name: str, factor: float) -> None:
    sheet = theme.stylesheet(theme.load(name), factor)
    assert "${" not in sheet
    assert f"font-size: {theme.BODY * factor:.1f}pt" in sheet


def test_the_system_is_followed(qapp: object) -> None:
    assert qapp is not None
    assert theme.load("system").name == system_look.look_of_system()
    assert system_look.look_of_system({"GTK_THEME": "HighContrast"}).startswith("contrast")
    assert system_look.look_of_system({"GTK_THEME": "Adwaita"}) in {"light", "dark"}
    assert set(THEMES) <= {*theme.NAMES, "system"}


def test_contrast_is_that_of_the_standard() -> None:
    black, white = theme.load("contrast").color("ink"), theme.load("contrast").color("paper")
    assert theme.contrast(black, white) == pytest.approx(21)
    assert theme.contrast(white, white) == pytest.approx(1)


def test_the_stripes_can_be_told_apart() -> None:
    assert theme.contrast(QColor(AMBER), QColor(INK)) > LEAST


def test_the_whole_stylesheet_holds_in_a_folder_with_spaces_and_accents(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(theme._folder(), tmp_path / "Ana María" / "Mesa de reclamos" / "theme"))
    monkeypatch.setattr(theme, "_folder", lambda: folder)
    light = theme.load("light")
    frame = QFrame()
    frame.setProperty("box", "card")
    qtbot.addWidget(frame)
    try:
        theme.apply(qapp, light, 1.0)
        frame.resize(80, 80)
        assert frame.grab().toImage().pixelColor(40, 40) == light.color("surface")
    finally:
        monkeypatch.undo()
        theme.apply(qapp, light, 1.0)
