from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from clinic_app.pictures.demo import take_pictures


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
