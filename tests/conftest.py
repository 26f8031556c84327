"""What every test gets: an offscreen screen, no surprises in the log, the program's rule books."""

from __future__ import annotations

import gc
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_app import paths
from clinic_app.rules.book import RuleBook, load_books
from clinic_app.services import rulebooks
from clinic_app.store import vault
from clinic_app.ui.collector import collect_what_is_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Nothing that a test opens is recorded in the settings of whoever runs it.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="clinic-config-")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="draw the golden pages anew; look at each of them")


PATIENCE = 120_000
"""Milliseconds after which a condition that never came fails its test: a busy machine is no failure."""


class PatientBot(QtBot):
    """pytest-qt's own, with patience."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:  # noqa: N802 - its own name
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    assert qapp is not None
    return PatientBot(request)


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect unused objects after a test where the window's collector has taken that over from Python."""
    yield
    if not gc.isenabled():
        collect_what_is_due()


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the price of trying a password is lower than in earnest."""
    monkeypatch.setattr(vault, "Cost", partial(vault.Cost, rounds=1, memory_kib=64))


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test on any warning in the log, unless it takes the caplog fixture and looks itself."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Collect(level=logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    if "caplog" not in request.fixturenames:
        assert not lines, f"unexpected log lines: {lines}"


@pytest.fixture(scope="session")
def books() -> Mapping[str, RuleBook]:
    return load_books(paths.resources() / "rules")


@pytest.fixture
def zembla(tmp_path: Path) -> Path:
    """The rule book of an invented country, as `clinic rules new` writes it."""
    return rulebooks.begin("zembla", tmp_path / "books")
