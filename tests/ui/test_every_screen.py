"""Every screen and dialog, as a screen reader says it and as eyes see it, in each language on the smallest display."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest
from PySide6.QtWidgets import QDialog, QWidget

import clinic_app.ui
from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.pictures.clinic import Folders, prepare
from clinic_app.pictures.sights import Sight
from clinic_app.pictures.take import Way, dress, every_sight
from clinic_app.ui.kit.page import Page
from clinic_app.ui.setup.parts import Part
from clinic_app.ui.window import Window
from tests.ui import eyes

SMALL: Final = tuple(Way(language, "light", 1.25) for language in ("en", *(c for c in SCREEN_LANGUAGES if c != "en")))
LARGE_TEXT: Final = 3

LOOKS: Final[Mapping[str, Callable[[QWidget], Iterator[str]]]] = {
    "without a name": eyes.unnamed,
    "said in the same words": eyes.confusing,
    "out of order": eyes.out_of_order,
    "a drawing without a word": eyes.wordless,
    "cut": eyes.clipped,
    "scrolls sideways": eyes.sideways,
    "too small to hit": eyes.too_small,
}
NEVER_ALONE: Final = {"Page", "Sheet", "Finder", "Part", "KeyPart"}
"""Bases of other screens and dialogs."""


@pytest.fixture(scope="session")
def folders(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    assert qapp is not None
    return prepare(tmp_path_factory.mktemp("pictures"))


def wrong(window: Window, sight: Sight, way: Way) -> Iterator[str]:
    """Yield what is wrong with a sight, with its name and the language."""
    root = sight.shown
    for look, finds in LOOKS.items():
        for finding in finds(root):
            yield f"{sight.name} {way.language}: {look}: {finding}"
    if way.language == "es":  # the rule book of the practice clinic has no Georgian: what it says may be English
        for text in eyes.not_translated(root, window.voice.words):
            yield f"{sight.name}: not translated: {text}"
    for finding in eyes.too_large(root, window):
        yield f"{sight.name} {way.language}: {finding}"


@pytest.mark.slow
def test_every_screen_is_read_aloud_and_seen_whole_in_every_language(folders: Folders) -> None:
    found: list[str] = []
    seen: set[type] = set()
    for window, sight in every_sight(folders, SMALL[0]):
        for way in SMALL:
            dress(window, way)
            found += wrong(window, sight, way)
        for root in {window, sight.shown}:
            seen |= {type(widget) for widget in (root, *root.findChildren(QWidget)) if widget.isVisible()}
    assert not found, "\n".join(dict.fromkeys(found))
    assert not {kind.__name__ for kind in screens_and_dialogs()} - {kind.__name__ for kind in seen}


@pytest.mark.slow
def test_every_screen_has_room_for_the_largest_text(folders: Folders) -> None:
    way = Way("es", "light", 1.0)
    found: list[str] = []
    for window, sight in every_sight(folders, way):
        window.resize_text(LARGE_TEXT - window.settings.now.size)
        dress(window, way)
        found += wrong(window, sight, way)
    assert not found, "\n".join(dict.fromkeys(found))


def screens_and_dialogs() -> set[type]:
    """Return every class of the window that is a screen, a dialog, or a card of the settings."""
    found: set[type] = set()
    for module in pkgutil.walk_packages(clinic_app.ui.__path__, "clinic_app.ui."):
        for _name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name and issubclass(kind, (Page, QDialog, Part)):
                found.add(kind)
    return {kind for kind in found if kind.__name__ not in NEVER_ALONE}
