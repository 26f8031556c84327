"""Marks text for translation without translating it.

Floors below the screens and papers never translate: they name a text with `N_` and the floor
that shows it looks the text up (`clinic_app.i18n`).
"""

from __future__ import annotations


def N_(text: str) -> str:
    """Return the text unchanged; Babel's extractor collects it."""
    return text
