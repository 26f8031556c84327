"""The command line is a contract: exit status, one line of error, one JSON document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import jsonschema
import pypdfium2
import pytest

from clinic_app import paths
from tests.cli.conftest import Run

EXAMPLES = sorted((paths.resources() / "intakes").glob("*.json"))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


def test_the_schema_takes_every_example(run: Run) -> None:
    status, out, err = run("schema", "intake")
    assert (status, err) == (0, "")
    for file in EXAMPLES:
        jsonschema.validate(json.loads(file.read_text("utf-8")), json.loads(out))


KEYS = {"place", "rules_version", "as_of", "findings", "amounts", "total", "deadlines", "red_flags", "stale"}


def test_assess_gives_exactly_the_promised_document(run: Run, dismissal: Path) -> None:
    status, out, err = run("assess", dismissal, "--on", "2026-07-15", "--json")
    assert (status, err) == (0, "")
    document = json.loads(out)
    assert set(document) == KEYS
    assert document["as_of"] == "2026-07-15"
    assert document["total"] == {"low": "133302.85", "high": "133302.85"}
    assert all(set(f) == {"rule", "status", "cite", "because", "missing"} for f in document["findings"])
    assert {f["status"] for f in document["findings"]} <= {"likely", "needs_answer", "not_found", "see_lawyer"}
    for amount in document["amounts"]:
        assert set(amount) == {"item", "label", "cite", "currency", "low", "high", "working"}
        assert amount["working"]
        assert all(set(step) == {"step", "expression", "value"} for step in amount["working"])
    for deadline in document["deadlines"]:
        assert set(deadline) == {"action", "cite", "deadline", "safe_date", "latest_arguable", "working", "note"}
    by_action = {d["action"]: d for d in document["deadlines"]}
    assert by_action["dismissal"]["deadline"] == "2026-09-09"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_is_assessed_and_printed(run: Run, example: Path, tmp_path: Path) -> None:
    status, out, err = run("assess", example, "--on", "2026-11-22")
    assert (status, err) == (0, "")
    assert out.strip()
    for preset in ("worker", "filing", "archive"):
        pdf = tmp_path / f"{preset}.pdf"
        status, _, err = run("packet", example, "--out", pdf, "--preset", preset, "--on", "2026-11-22")
        if preset == "filing" and '"share_with_authority": "no"' in example.read_text("utf-8"):
            assert (status, pdf.exists()) == (2, False)
            assert "The worker said no to giving papers to the authority." in err
            continue
        assert (status, err) == (0, "")
        assert len(pypdfium2.PdfDocument(pdf)) > 0


def test_same_intake_same_packet_to_the_byte(run: Run, dismissal: Path, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        assert run("packet", dismissal, "--out", tmp_path / name, "--on", "2026-07-15", "--preset", "filing")[0] == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_clinic_from_nothing_to_a_packet(run: Run, dismissal: Path, tmp_path: Path) -> None:
    data = tmp_path / "clinic"
    status, recovery, _ = run("--data", data, "init", "--clinic", "Clínica", "--place", "mx", "--user", "Rosa")
    assert status == 0
    assert len(recovery.split()) >= 1
    status, number, _ = run("--data", data, "intake", dismissal)
    assert status == 0
    number = number.strip()
    for search in ("nunez", "NÚÑEZ", "jose nun", "empacad"):
        status, out, _ = run("--data", data, "cases", "--search", search, "--json")
        assert [row["number"] for row in json.loads(out)] == [number], search
    assert json.loads(run("--data", data, "cases", "--search", "zzz", "--json")[1]) == []
    status, out, _ = run("--data", data, "show", number, "--json", "--on", "2026-07-15")
    shown = json.loads(out)
    assert shown["intake"]["job"]["start"] == "2022-01-10"
    assert shown["assessment"]["total"]["low"] == "133302.85"
    pdf = tmp_path / "case.pdf"
    assert run("--data", data, "packet", number, "--out", pdf, "--paper", "a4", "--language", "en")[0] == 0
    assert pdf.read_bytes().startswith(b"%PDF")


def edited(file: Path, change: Callable[[Any], object]) -> Path:
    data = json.loads(file.read_text("utf-8"))
    change(data)
    file.write_text(json.dumps(data), "utf-8")
    return file


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f["job"].update(start="2026-02-30"), "job.start"),
        (lambda f: f["job"].update(beginning="x"), "job.beginning"),
        (lambda f: f["pay"].update(amount=-5), "pay.amount"),
        (lambda f: f["pay"].update(amount=[]), "pay.amount"),
        (lambda f: f.update(place="xx"), "place"),
    ],
)
def test_a_bad_intake_is_one_clear_line(run: Run, dismissal: Path, change: Any, words: str) -> None:  # noqa: ANN401
    status, out, err = run("assess", edited(dismissal, change), "--json")
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"place": "mx", "place": "pe"}',
        '{"place": NaN}',
        "\ufeff{}",
        "[" * 100_000,
        '{"place": "mx", "pay": {"amount": ' + "9" * 5000 + "}}",
    ],
)
def test_hostile_files_are_refused(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, "utf-8")
    status, out, err = run("assess", file)
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess"],
        ["assess", "/no/such/file"],
        ["nonsense"],
        ["assess", ".", "--json"],
        ["--data", "/no/such/folder", "cases"],
        ["cases", "--nonsense"],
        ["packet", "/no/such/file", "--out", "x.pdf"],
        ["init", "--place", "zz", "--clinic", "a", "--user", "b"],
    ],
)
def test_bad_calls_are_one_clear_line(
    run: Run, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "default_data", lambda: tmp_path / "none")
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1), err


def test_bad_days_and_places_to_write(run: Run, dismissal: Path, tmp_path: Path) -> None:
    assert run("assess", dismissal, "--on", "ayer")[0] == 2
    assert run("packet", dismissal, "--out", tmp_path)[0] == 2
    assert run("packet", dismissal, "--out", tmp_path / "no" / "such" / "x.pdf")[0] == 2
    assert run("packet", dismissal, "--out", tmp_path / "x.pdf", "--paper", "a3")[0] == 2


def test_the_wrong_password_is_said_and_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "clinic"
    assert run("--data", data, "init", "--clinic", "C", "--place", "mx", "--user", "R")[0] == 0
    before = {p: p.read_bytes() for p in sorted(data.rglob("*")) if p.is_file()}
    before[data / "clinic.tries"] = ANY  # how many were wrong, so that the next ones wait
    monkeypatch.setenv("CLINIC_PASSWORD", "not the password")
    status, out, err = run("--data", data, "cases")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert {p: p.read_bytes() for p in sorted(data.rglob("*")) if p.is_file()} == before
    assert run("--data", data, "init", "--clinic", "C", "--place", "mx", "--user", "R")[0] == 2


def test_the_real_program_says_the_same() -> None:
    environment = {**os.environ, "CLINIC_LANGUAGE": "es", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-m", "clinic_app", "assess", "nada.json"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("clinic: nada.json: ")
    assert done.stderr.count("\n") == 1


def test_the_command_line_never_loads_qt() -> None:
    code = (
        "import sys; from clinic_app.__main__ import main; sys.argv = ['clinic', 'schema', 'intake']; main(); "
        "assert not [m for m in sys.modules if m.startswith('PySide6')]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["type"] == "object"


def test_the_clinics_own_calendar_is_kept(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "clinic"
    assert run("--data", data, "init", "--clinic", "C", "--place", "mx", "--user", "R")[0] == 0
    assert run("--data", data, "calendar", "add", "2026-09-09", "--why", "Centre closed")[0] == 0
    assert run("--data", data, "calendar", "list")[1] == "2026-09-09  Centre closed\n"
    assert run("--data", data, "calendar", "remove", "2026-09-09")[0] == 0
    assert run("--data", data, "calendar", "remove", "2026-09-09")[0] == 2
    assert run("--data", data, "calendar", "add", "9/9", "--why", "x")[0] == 2
