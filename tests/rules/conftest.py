"""The rule books, each loaded once."""

from __future__ import annotations

import pytest

from clinic_app.paths import resources
from clinic_app.rules.book import RuleBook, load_book


@pytest.fixture(scope="session")
def mx() -> RuleBook:
    return load_book(resources() / "rules" / "mx")


@pytest.fixture(scope="session")
def ge() -> RuleBook:
    return load_book(resources() / "rules" / "ge")
