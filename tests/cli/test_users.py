from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_app.store import vault
from clinic_app.store.db import Db
from clinic_app.store.files import DATABASE
from clinic_app.store.store import Store
from tests.cli.conftest import PASSWORD, Run
from tests.store.conftest import CHEAP, INFO

OWN = "una clave que es solo mia"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    key, who, _ = vault.create(folder, "Rosa", PASSWORD, CHEAP)
    Store.create(folder, key, INFO, who).close()
    return folder


def process(clinic: Path, *arguments: str, password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    """Run a command in a process of its own, as a terminal would."""
    done = subprocess.run(
        [sys.executable, "-m", "clinic_app", "--data", str(clinic), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"CLINIC_PASSWORD": password, "CLINIC_LANGUAGE": "en", **more},
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_a_person_comes_changes_and_goes(run: Run, clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(password: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("CLINIC_PASSWORD", password)
        return run("--data", clinic, *arguments)

    status, temporary, told = process(clinic, "users", "add", "Eva Paz", "--role", "staff")
    assert (status, told) == (0, "The temporary password of Eva Paz, shown once:")
    status, out, err = process(clinic, "cases", password=temporary)
    assert (status, out) == (2, "")
    assert "P-02" in err
    assert len(err.splitlines()) == 1
    assert process(clinic, "passwd", "eva paz", password=temporary, CLINIC_NEW_PASSWORD=OWN) == (0, "", "")
    assert typed(OWN, "cases") == (0, "", "")
    for forbidden in (["users", "add", "Nadia"], ["users", "remove", "Rosa"], ["audit"]):
        status, out, err = typed(OWN, *forbidden)
        assert (status, out) == (2, "")
        assert "P-01" in err
    assert typed(PASSWORD, "users", "role", "Eva Paz", "headquarters")[0] == 0
    assert typed(OWN, "audit")[0] == 0
    assert json.loads(typed(PASSWORD, "users", "list", "--json")[1]) == [
        {"name": "Eva Paz", "role": "headquarters", "must_change": False},
        {"name": "Rosa", "role": "coordinator", "must_change": False},
    ]
    assert typed(PASSWORD, "users", "reset", "Eva Paz")[0] == 0
    assert typed(OWN, "cases")[0] == 2
    assert typed(PASSWORD, "users", "remove", "Eva Paz") == (0, "", "")
    assert typed(PASSWORD, "users", "list")[1].strip() == "Rosa  Coordinator"


def test_a_password_is_changed_with_the_old_one_only(run: Run, clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, err = run("--data", clinic, "passwd", "Rosa")
    assert status == 2
    assert "CLINIC_NEW_PASSWORD" in err
    monkeypatch.setenv("CLINIC_NEW_PASSWORD", "corta")
    assert run("--data", clinic, "passwd", "Rosa")[0] == 2
    monkeypatch.setenv("CLINIC_NEW_PASSWORD", OWN)
    monkeypatch.setenv("CLINIC_PASSWORD", "not the password")
    assert run("--data", clinic, "passwd", "Rosa")[0] == 2
    monkeypatch.setenv("CLINIC_PASSWORD", PASSWORD)
    assert run("--data", clinic, "passwd", "Rosa") == (0, "", "")
    assert run("--data", clinic, "cases")[0] == 2
    monkeypatch.setenv("CLINIC_PASSWORD", OWN)
    assert run("--data", clinic, "cases")[0] == 0


def test_the_record_is_shown_filtered_and_checked(run: Run, clinic: Path, dismissal: Path) -> None:
    number = run("--data", clinic, "intake", dismissal)[1].strip()
    run("--data", clinic, "show", number, "--on", "2026-07-15")
    status, out, err = run("--data", clinic, "audit", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["intact"], found["faults"]) == (True, [])
    deeds = [(entry["deed"], entry["case"]) for entry in found["entries"]]
    assert ("opened", number) in deeds
    assert ("changed", number) in deeds
    assert "Núñez" not in out
    only = json.loads(run("--data", clinic, "audit", "--json", "--deed", "opened", "--case", number)[1])["entries"]
    assert [(entry["deed"], entry["case"], entry["who"]) for entry in only] == [("opened", number, "Rosa")]
    assert json.loads(run("--data", clinic, "audit", "--json", "--who", "Nadie")[1])["entries"] == []
    assert json.loads(run("--data", clinic, "audit", "--json", "--to", "2001-01-01")[1])["entries"] == []
    status, out, _ = run("--data", clinic, "audit")
    assert status == 0
    assert f"Rosa  Opened  {number}" in out


def test_a_record_that_was_touched_ends_with_2(run: Run, clinic: Path) -> None:
    for _ in range(3):
        run("--data", clinic, "cases")
    key, _ = vault.unlock(clinic, PASSWORD)
    db = Db(clinic / DATABASE, key)
    with db.transaction():
        db.run("DROP TRIGGER audit_is_not_changed")
        db.run("UPDATE audit SET who = 'Nadie' WHERE seq = 2")
    db.close()
    status, out, err = run("--data", clinic, "audit", "--json")
    assert status == 2
    assert json.loads(out)["faults"] == [{"fault": "changed", "seq": 2, "text": "Entry 2 is not as it was written."}]
    assert "P-05" in err
    assert len(err.strip().splitlines()) == 1
