from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from clinic_app.app import as_the_computer
from clinic_app.pictures.demo import take_pictures
from clinic_app.ui.settings import Settings, SettingsFile


@pytest.mark.parametrize(
    ("system", "language"), [("ka_GE", "ka"), ("es_PE", "es"), ("en_GB", "en"), ("de_DE", "es"), ("C", "es")]
)
def test_before_anybody_chose_the_window_is_as_the_computer(system: str, language: str, tmp_path: Path) -> None:
    usual = as_the_computer(QLocale(system))
    assert usual == Settings(language=language, theme="system")
    kept = SettingsFile(tmp_path, usual)
    assert kept.now == usual
    kept.keep(tmp_path)
    kept.change(theme="dark")
    assert SettingsFile(tmp_path, Settings(language="en")).now == Settings(language=language, theme="dark")


@pytest.mark.slow
def test_the_pictures_show_every_screen(qapp: object, folder: Path, tmp_path: Path) -> None:
    assert qapp is not None
    pictures = take_pictures(folder, tmp_path / "out", "en", 1.25, "dark")
    names = [picture.stem for picture in pictures]
    assert names[:3] == ["01-start", "02-today", "03-cases"]
    assert {"05-packet", "06-case", "08-people", "14-settings"} <= set(names)
    for part in ("urgent", "consent", "worker", "employers", "pay", "result"):
        assert any(name.startswith("04-intake") and part in name for name in names), part
    for picture in pictures:
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (819, 614)
        assert len({image.pixel(x, y) for x in range(0, 819, 13) for y in range(0, 614, 13)}) > 3, picture.stem
