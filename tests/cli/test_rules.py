"""The commands for rule books: what a writer and headquarters type, and what a clinic takes in."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import stat
from pathlib import Path

import pypdfium2
import pytest

from clinic_app import paths
from clinic_app.cli import main
from tests.cli.conftest import Run


@pytest.fixture
def data(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    assert run("--data", folder, "init", "--clinic", "C", "--place", "mx", "--user", "R")[0] == 0
    return folder


def test_check_says_one_line_an_example(run: Run) -> None:
    status, out, err = run("rules", "check", "mx")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    examples = list((paths.resources() / "rules" / "mx" / "examples").glob("*.yaml"))
    assert len(lines) == len(examples) + 1
    assert all("  ok  " in line for line in lines[:-1])
    assert lines[-1].endswith(f"{len(examples)} worked examples, 0 different")


def test_check_says_each_difference_and_ends_with_one(run: Run, zembla: Path) -> None:
    file = zembla / "examples" / "below-minimum.yaml"
    file.write_text(file.read_text("utf-8").replace('"400.00"', '"401.00"'), "utf-8")
    status, out, err = run("rules", "check", zembla)
    assert (status, err) == (1, "")
    assert "amounts.shortfall: expected 401.00, found 400.00" in out
    assert "1 worked examples, 1 different" in out


def test_check_lists_every_mistake_of_a_book_that_cannot_be_read(run: Run, zembla: Path) -> None:
    file = zembla / "amounts.yaml"
    file.write_text(file.read_text("utf-8").replace("minimum_pay(part.first)", "minimal_pay(part.first)"), "utf-8")
    status, out, _ = run("rules", "check", zembla)
    assert status == 1
    assert "amounts.yaml:" in out
    assert "there is no function “minimal_pay”" in out


def test_check_of_nothing_is_bad_input(run: Run, tmp_path: Path) -> None:
    for what in ("atlantis", tmp_path):
        status, out, err = run("rules", "check", what)
        assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_new_country_passes_its_check(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("rules", "new", "ruritania", "--dir", tmp_path)
    assert status == 0
    assert Path(out.strip()) == tmp_path / "ruritania"
    assert run("rules", "check", tmp_path / "ruritania")[0] == 0
    assert run("rules", "new", "ruritania", "--dir", tmp_path)[0] == 2
    assert run("rules", "new", "../ruritania", "--dir", tmp_path)[0] == 2


def test_from_the_key_to_the_clinic(run: Run, zembla: Path, data: Path, tmp_path: Path) -> None:
    key = tmp_path / "hq.key"
    status, out, _ = run("rules", "key", "--out", key, "--name", "Headquarters")
    assert status == 0
    digits = out.split(maxsplit=1)[1].strip()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert run("rules", "key", "--out", key, "--name", "Headquarters")[0] == 2
    status, out, _ = run("rules", "sign", zembla, "--key", key)
    assert (status, out) == (0, "zembla-1\n")

    status, out, err = run("--data", data, "rules", "install", zembla)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "R-04" in err
    assert run("--data", data, "rules", "trust", f"{key}.pub", "--fingerprint", "1 2 3 4 5 6")[0] == 2
    status, out, _ = run("--data", data, "rules", "trust", f"{key}.pub", "--fingerprint", digits)
    assert status == 0
    assert digits in out
    status, out, _ = run("--data", data, "rules", "install", zembla)
    assert status == 0
    assert out.startswith("zembla-1: signed by Headquarters, 1 worked examples ok")
    status, out, _ = run("--data", data, "rules", "list")
    assert status == 0
    assert "* zembla  zembla-1\n" in out


def test_the_wrong_password_signs_nothing(
    run: Run, zembla: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "hq.key"
    run("rules", "key", "--out", key, "--name", "Headquarters")
    monkeypatch.setenv("CLINIC_PASSWORD", "another one")
    status, out, err = run("rules", "sign", zembla, "--key", key)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert not (zembla / "book.sig").exists()


def test_an_invented_country_goes_from_intake_to_papers(
    run: Run, zembla: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fourth country is YAML alone: read, assessed, kept in a clinic and printed, with no change in Python."""
    facts = {
        "place": "zembla",
        "language": "en",
        "worker": {"name": "Practice · Charles Kinbote"},
        "employers": [{"name": "Invented Glassworks"}],
        "job": {"start": "2026-01-01", "last_day": "2026-03-01", "ending": "dismissed"},
        "pay": {"amount": "900", "period": "month"},
        "answers": {"leave_taken": 20},
    }
    file = tmp_path / "kinbote.json"
    file.write_text(json.dumps(facts), "utf-8")
    assert run("assess", file)[0] == 2  # nobody knows the country yet
    monkeypatch.setenv(paths.RULES_VARIABLE, str(zembla.parent))

    assert run("rules", "check")[1].count("zembla-1") == 2
    status, out, err = run("assess", file, "--on", "2026-03-10", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["total"] == {"low": "520.00", "high": "520.00"}
    assert found["amounts"][0]["currency"] == "XXX"
    assert found["deadlines"][0]["deadline"] == "2026-03-31"
    assert "answers_zembla" in run("schema", "intake")[1]

    data = tmp_path / "clinic"
    assert run("--data", data, "init", "--clinic", "Z", "--place", "zembla", "--user", "R")[0] == 0
    status, number, _ = run("--data", data, "intake", file)
    assert status == 0
    for preset in ("worker", "filing", "archive"):
        pdf = tmp_path / f"{preset}.pdf"
        assert run("--data", data, "packet", number.strip(), "--out", pdf, "--preset", preset)[0] == 0
        text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
        assert "520.00" in text
        assert "XXX" in text


def test_a_wrong_book_of_a_writer_is_said_at_once(
    run: Run, zembla: Path, dismissal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(zembla / "examples")
    (zembla / "notes.yaml").write_text("leave_year: {text: {xx: y}}", "utf-8")
    monkeypatch.setenv(paths.RULES_VARIABLE, str(zembla.parent))
    status, out, err = run("assess", dismissal)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "notes.yaml:1" in err


def test_print_writes_the_whole_book(run: Run, tmp_path: Path) -> None:
    pdf = tmp_path / "book.pdf"
    assert run("rules", "print", "mx", "--out", pdf, "--language", "en", "--on", "2026-11-22") == (0, f"{pdf}\n", "")
    pages = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    for words in ("mx-2026.1", "315.04", "AMB-24", "M-07", "signature", "LFT 518"):
        assert words in text, words
    assert run("rules", "print", "mx", "--out", tmp_path / "no" / "x.pdf")[0] == 2
    assert run("rules", "print", "atlantis", "--out", pdf)[0] == 2


def test_diff_says_what_changed_in_words(run: Run, zembla: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(zembla, newer)
    status, out, _ = run("rules", "diff", zembla, newer)
    assert (status, out.splitlines()[1:]) == (0, ["Nothing changed."])
    for name, old, new in (
        ("book.yaml", "version: zembla-1 ", "version: zembla-2 "),
        ("parameters.yaml", '"1100"', '"1150"'),
        ("deadlines.yaml", "days: 30", "days: 20"),
    ):
        text = (newer / name).read_text("utf-8")
        assert old in text
        (newer / name).write_text(text.replace(old, new), "utf-8")
    for name in ("routes.yaml", "steps.yaml"):  # the steps are those at the routes' authorities
        (newer / name).unlink()
    status, out, err = run("rules", "diff", zembla, newer, "--language", "en")
    assert (status, err) == (1, "")
    assert out.startswith("zembla-1 → zembla-2\n")
    assert "~ Legal values: Minimum pay a month (minimum_pay)" in out
    assert "1100.00" in out
    assert "1150.00" in out
    assert "- Where to go: Labour office (labour_office)" in out
    assert "30 days" in out
    assert "! worked example below-minimum comes out otherwise" in out
    assert "    amounts.shortfall: 400.00 → 500.00" in out
    assert "    deadlines.dismissal.deadline: 2026-03-31 → 2026-03-23" in out


def test_a_case_shows_what_a_newer_book_changes_until_it_is_adopted(
    run: Run, zembla: Path, data: Path, tmp_path: Path
) -> None:
    key = tmp_path / "hq.key"
    digits = run("rules", "key", "--out", key, "--name", "HQ")[1].split(maxsplit=1)[1].strip()
    run("--data", data, "rules", "trust", f"{key}.pub", "--fingerprint", digits)
    facts = {
        "place": "zembla",
        "job": {"start": "2026-01-01", "last_day": "2026-03-01", "ending": "dismissed"},
        "pay": {"amount": "900", "period": "month"},
        "answers": {"leave_taken": 20},
    }
    file = tmp_path / "case.json"
    file.write_text(json.dumps(facts), "utf-8")
    run("rules", "sign", zembla, "--key", key)
    assert run("--data", data, "rules", "install", zembla)[0] == 0
    number = run("--data", data, "intake", file)[1].strip()
    shown = json.loads(run("--data", data, "show", number, "--json", "--on", "2026-03-10")[1])
    assert shown["newer_rule_book"] is None
    for name, old, new in (
        ("book.yaml", "version: zembla-1 ", "version: zembla-2 "),
        ("parameters.yaml", 'value: "24"', 'value: "30"'),
        ("examples/below-minimum.yaml", '"120.00"', '"300.00"'),
        ("examples/below-minimum.yaml", '"520.00"', '"700.00"'),
    ):
        (zembla / name).write_text((zembla / name).read_text("utf-8").replace(old, new), "utf-8")
    run("rules", "sign", zembla, "--key", key)
    assert run("--data", data, "rules", "install", zembla)[0] == 0

    status, out, err = run("--data", data, "show", number, "--on", "2026-03-10")
    assert (status, err) == (0, "")
    assert "A newer rule book is here: zembla-2. This case was computed with zembla-1." in out
    assert "Leave that was not taken: XXX\u00a0120.00 → XXX\u00a0300.00" in out
    shown = json.loads(run("--data", data, "show", number, "--json", "--on", "2026-03-10")[1])
    assert shown["assessment"]["total"]["low"] == "520.00"
    assert shown["newer_rule_book"]["total"]["new"] == {"low": "700.00", "high": "700.00"}
    assert run("--data", data, "adopt", number, "--on", "2026-03-10") == (0, "zembla-2\n", "")
    shown = json.loads(run("--data", data, "show", number, "--json", "--on", "2026-03-10")[1])
    assert shown["assessment"]["total"]["low"] == "700.00"
    assert shown["newer_rule_book"] is None


def test_a_clock_that_went_back_is_said_and_confirmed(
    run: Run, data: Path, dismissal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = run("--data", data, "intake", dismissal)[1].strip()
    monkeypatch.setattr(main, "today", lambda: dt.date(2027, 3, 1))
    assert run("--data", data, "show", number)[0] == 0
    monkeypatch.setattr(main, "today", lambda: dt.date(2026, 11, 22))
    status, out, err = run("--data", data, "show", number)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "(T-01)" in err
    assert run("--data", data, "show", number, "--on", "2026-11-22")[0] == 0
    assert "March 1, 2027" in run("--data", data, "clock")[1]
    assert run("--data", data, "clock", "--confirm")[0] == 0
    assert run("--data", data, "show", number)[0] == 0
