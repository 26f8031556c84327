from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clinic_app.services import clinic as clinics
from clinic_app.services import intake, practice
from clinic_app.store import vault
from tests.services.test_practice import ON, interview
from tests.store.conftest import CHEAP

Run = Callable[..., tuple[int, str, str]]
KEY = "chalk and board"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLINIC_INSTRUCTOR_KEY", KEY)
    monkeypatch.setattr(vault, "Cost", lambda: CHEAP)
    folder = tmp_path / "practice"
    with closing(clinics.open_practice(folder, intake.fill_practice)) as opened:
        interview(opened, practice.story("mx-kitchen"), "Nube", leave_out=("answers.overtime_paid",))
    return folder


def test_stories_are_listed_and_their_sheets_made(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("practice", "list", "--place", "ge")
    assert status == 0
    assert "ge-water" in out
    assert "mx-packing" not in out
    for answers in ((), ("--answers",)):
        sheet = tmp_path / f"sheet{len(answers)}.pdf"
        made = run(
            "practice", "sheet", "ge-water", "--out", sheet, "--language", "ka", "--on", ON.isoformat(), *answers
        )
        assert made[0] == 0
        assert sheet.read_bytes().startswith(b"%PDF")
    status, _, err = run("practice", "sheet", "nothing", "--out", tmp_path / "x.pdf")
    assert status == 2
    assert "no story" in err
    assert not (tmp_path / "x.pdf").exists()


def test_an_interview_is_scored_and_listed_for_the_instructor(
    run: Run, school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(clinics.open_practice(school, intake.fill_practice)) as opened:
        (one,) = practice.runs(opened)
        number = opened.store.row(one.case_id).number
    status, out, _ = run("--data", school, "practice", "score", number)
    assert status == 0
    assert "Nothing invented: 100 %" in out
    assert "They never pay them" in out  # what the worker said of what was missed
    assert run("--data", school, "practice", "key")[0] == 0
    status, out, _ = run("--data", school, "practice", "score")
    assert status == 0
    assert "Nube" in out
    table = tmp_path / "scores.xlsx"
    assert run("--data", school, "practice", "score", "--out", table)[0] == 0
    assert list(load_workbook(table).worksheets[0].values)[1][0] == "Nube"
    monkeypatch.setenv("CLINIC_INSTRUCTOR_KEY", "guessed")
    status, out, err = run("--data", school, "practice", "score")
    assert (status, out) == (2, "")
    assert "T-02" in err


def test_a_reset_asks_for_the_key_and_keeps_the_list(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, err = run("--data", school, "practice", "reset")
    assert status == 2
    assert "no instructor" in err
    run("--data", school, "practice", "key")
    monkeypatch.setenv("CLINIC_INSTRUCTOR_KEY", "guessed")
    assert run("--data", school, "practice", "reset")[0] == 2
    monkeypatch.setenv("CLINIC_INSTRUCTOR_KEY", KEY)
    assert run("--data", school, "practice", "reset", "--place", "pe")[0] == 0
    with closing(clinics.open_practice(school, intake.fill_practice)) as opened:
        assert opened.info.place == "pe"
        assert practice.runs(opened) == ()
    monkeypatch.setenv("CLINIC_INSTRUCTOR_KEY", "forgotten it")
    assert run("--data", school, "practice", "reset", "--forgotten-key")[0] == 0
    with closing(clinics.open_practice(school, intake.fill_practice)) as opened:
        assert not practice.has_key(opened)


def test_a_real_clinic_is_never_scored_or_made_new(run: Run, tmp_path: Path) -> None:
    real = tmp_path / "real"
    assert run("--data", real, "init", "--clinic", "Valle", "--place", "mx", "--user", "Rosa")[0] == 0
    before = {file: file.read_bytes() for file in real.rglob("*.json") if file.is_file()}
    for words in (("score",), ("reset", "--forgotten-key"), ("key",)):
        status, _, err = run("--data", real, "practice", *words)
        assert status == 2
        assert err.startswith("clinic: ")
    assert clinics.exists(real)
    assert all(file.read_bytes() == raw for file, raw in before.items() if "delay" not in file.name)
