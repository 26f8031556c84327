from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "reci'bo ñ.png"
    Image.new("L", (30, 40), 200).save(path)
    return path


@pytest.fixture
def number(run: Run, tmp_path: Path, dismissal: Path) -> str:
    data = tmp_path / "clinic"
    run("--data", data, "init", "--clinic", "Valle", "--place", "mx", "--user", "Rosa")
    _status, out, _err = run("--data", data, "intake", dismissal)
    return out.strip()


def test_a_file_is_added_listed_and_saved_again(run: Run, tmp_path: Path, number: str, photo: Path) -> None:
    data, out_file = tmp_path / "clinic", tmp_path / "back.png"
    note = tmp_path / "nota.txt"
    note.write_text("no vengas", "utf-8")
    status, out, _err = run(
        "--data", data, "evidence", "add", number, photo, note, "--title", "Recibo", "--kind", "payslip"
    )
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["1.1", "1.2"]
    status, _out, err = run("--data", data, "evidence", "add", number, photo)
    assert status == 0
    assert "in the case already" in err
    _status, out, _err = run("--data", data, "evidence", "list", number, "--json")
    (piece,) = json.loads(out)
    assert (piece["number"], piece["title"], piece["kind"]) == (1, "Recibo", "payslip")
    assert [file["name"] for file in piece["files"]] == [photo.name, "nota.txt"]
    assert run("--data", data, "evidence", "save", number, "1.1", "--out", out_file)[0] == 0
    assert out_file.read_bytes() == photo.read_bytes()


def test_what_is_not_there_is_told(run: Run, tmp_path: Path, number: str, photo: Path) -> None:
    data = tmp_path / "clinic"
    assert run("--data", data, "evidence", "add", number, tmp_path / "missing.png")[0] == 2
    assert run("--data", data, "evidence", "add", "Z9-9999", photo)[0] == 2
    status, _out, err = run("--data", data, "evidence", "save", number, "4", "--out", tmp_path / "x")
    assert (status, "number 4" in err) == (2, True)
    assert run("--data", data, "evidence", "list", number) == (0, "", "")


def test_a_packet_of_an_intake_file_prints_the_files_beside_it(
    run: Run, tmp_path: Path, dismissal: Path, photo: Path
) -> None:
    case = json.loads(dismissal.read_text("utf-8"))
    case["evidence"] = [{"title": "Recibo", "file": photo.name}]
    dismissal.write_text(json.dumps(case), "utf-8")
    out = tmp_path / "out.pdf"
    status, _out, err = run(
        "packet", dismissal, "--out", out, "--preset", "filing", "--document", "exhibits", "--on", "2026-07-20"
    )
    assert (status, err) == (0, "")
    assert out.read_bytes().startswith(b"%PDF")
    case["evidence"][0]["file"] = "../other.png"
    dismissal.write_text(json.dumps(case), "utf-8")
    status, _out, err = run("packet", dismissal, "--out", out, "--preset", "filing")
    assert status == 2
    assert "evidence[0].file" in err
