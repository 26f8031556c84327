"""The command line as typed: arguments in, exit status and both streams out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic_app.__main__ import check_self, open_window, show_demo
from clinic_app.cli import main as commands

PASSWORD = "cuatro palabras bien mias"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CLINIC_PASSWORD", PASSWORD)
    monkeypatch.setenv("CLINIC_LANGUAGE", "en")

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        status = commands.main([str(a) for a in arguments], open_window, show_demo, check_self)
        out, err = capsys.readouterr()
        return status, out, err

    return call


@pytest.fixture
def dismissal(tmp_path: Path) -> Path:
    file = tmp_path / "dismissal.json"
    file.write_text(
        json.dumps(
            {
                "place": "mx",
                "worker": {"name": "Práctica · José Núñez"},
                "employers": [{"name": "Empacadora Ficticia"}],
                "job": {"start": "2022-01-10", "last_day": "2026-07-09", "ending": "dismissed", "zone": "general"},
                "pay": {"amount": "24000", "period": "month", "unpaid_days": "9"},
            }
        ),
        "utf-8",
    )
    return file
