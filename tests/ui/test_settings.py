from __future__ import annotations

from pathlib import Path

import pytest

from clinic_app.ui.settings import FILE, Settings, SettingsFile


def test_choices_are_remembered(tmp_path: Path) -> None:
    first = SettingsFile(tmp_path)
    first.keep(tmp_path)
    first.change(language="en", size=2, theme="dark", user="Ana")
    assert SettingsFile(tmp_path).now == Settings("en", 2, "dark", "Ana")


def test_nothing_is_written_before_the_folder_holds_a_clinic(tmp_path: Path) -> None:
    SettingsFile(tmp_path).change(language="en")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"language": "xx"}', '{"size": 99}', '{"size": "1"}', '{"new": 1}', '{"theme": 3}', '{"user": 1}'],
)
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert SettingsFile(tmp_path).now == Settings()
