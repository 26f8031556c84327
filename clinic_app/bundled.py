"""What the program must find in its folder of resources, worked out from what the code asks for.

A build without one of these would fail in somebody's hands; `build.spec` and the self-check ask first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clinic_app.documents import design
from clinic_app.i18n import DOMAIN, PAPER_LANGUAGES, SCREEN_LANGUAGES
from clinic_app.rules.book import BOOK_FILE
from clinic_app.services import guide
from clinic_app.services.clinic import EXPECTED_PLACES, TRUSTED_KEYS
from clinic_app.ui import icons, theme

SOURCE_LANGUAGE: Final = "en"
"""The language of the texts in the source: it has no catalog."""

LICENCES: Final = "licences.json"

PHOTO: Final = "check/photo.heic"
"""A picture as phones take it, for the self-check: the program reads such pictures and makes none."""

_STYLESHEET: Final = "theme/window.qss"
_PICTURE: Final = re.compile(r"url\(\"\$\{folder\}/([^\")]+)\"\)")


def missing(folder: Path) -> tuple[str, ...]:
    """Return what is not in a folder of resources and must be, as paths in it."""
    return tuple(name for name in dict.fromkeys(_needed(folder)) if not _is_there(folder, name))


def _is_there(folder: Path, name: str) -> bool:
    return any(path.is_file() and path.stat().st_size > 0 for path in folder.glob(name))


def _needed(folder: Path) -> Iterator[str]:
    """Yield every path that is asked for; one with a star stands for at least one file."""
    yield from (LICENCES, PHOTO)
    yield from (f"icons/app/clinic{kind}" for kind in ("-256.png", "-48.png", ".ico", ".svg"))
    yield from (f"fonts/{name}.ttf" for name in (design.REGULAR, design.BOLD, design.MONO))
    yield from (f"fonts/{name}" for name in theme.FONT_FILES)
    yield from (f"icons/{name}.svg" for name in icons.NAMES)
    yield from ("theme/tokens.json", "theme/pairs.json", _STYLESHEET)
    yield from _pictures(folder)
    for language in {*SCREEN_LANGUAGES, *PAPER_LANGUAGES} - {SOURCE_LANGUAGE}:
        yield f"locale/{language}/LC_MESSAGES/{DOMAIN}.mo"
    yield "help/contents.yaml"
    pages = {page.name for page in folder.glob("help/*/*.md")}
    for language in SCREEN_LANGUAGES:
        yield from (f"help/{language}/{page}" for page in sorted({f"{guide.GENERAL}.md", *pages}))
    yield "tour/first_day.yaml"
    yield f"rules/{TRUSTED_KEYS}.json"
    yield f"skeleton/{BOOK_FILE}"
    for place in EXPECTED_PLACES:
        yield from (f"rules/{place}/{BOOK_FILE}", f"forms/{place}-*.yaml", f"intakes/{place}-*.json")


def _pictures(folder: Path) -> Iterator[str]:
    """Yield the pictures that the stylesheet names, one for each theme."""
    sheet, tokens = folder / _STYLESHEET, folder / "theme" / "tokens.json"
    if not sheet.is_file() or not tokens.is_file():
        return  # told already
    themes = json.loads(tokens.read_text(encoding="utf-8"))
    for name in _PICTURE.findall(sheet.read_text(encoding="utf-8")):
        yield from (f"theme/{name.replace('${theme}', theme_name)}" for theme_name in themes)
