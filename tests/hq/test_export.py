"""The way out: everything as plain files that say what they are, and never outside their folder."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.chunks import seal_file
from sync.engine import Arrival
from sync.hq import export, records
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.records import Kind

Maker = Callable[..., Any]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_is_there_in_plain_files(of: Office, laptop: Maker, tmp_path: Path) -> None:
    mine, other = laptop(), laptop(name="Back office")
    scope = mine.enrol(of)
    other.enrol(of)
    sealed = seal_file(io.BytesIO(b"the contract"), of.chunks)
    mine.write("case-1", Kind.CREATE, number="A1-0001", day=("date", "2026-03~"))
    mine.write(
        "file-1",
        Kind.EVENT,
        "files",
        name="../../contract ñ.pdf",
        size=sealed.size,
        sha256=sealed.sha256,
        key=("key", sealed.key.hex()),
        chunks=("chunks", " ".join(sealed.ids)),
    )
    mine.write("file-2", Kind.EVENT, "files", name="b", size=1, sha256="", key=("key", "00"), chunks=("chunks", "ab"))
    mine.hand_to(of, scope)
    other.take(of, list(records.engine(of, scope).lacks({})), signer=mine.keys.id)
    mine.write("case-1", city=("text", "Lima"))
    other.write("case-1", city=("text", "Cusco"))
    mine.hand_to(of, scope)
    other.hand_to(of, scope)
    assert export.export(of, tmp_path / "out") == 5
    folder = tmp_path / "out" / _lines(tmp_path / "out" / "clinics.jsonl")[0]["folder"]
    (case,) = _lines(folder / "records" / "case.jsonl")
    assert case["id"] == "case-1"
    assert case["fields"] == {"city": {"text": "Cusco"}, "day": {"date": "2026-03~"}, "number": "A1-0001"} or (
        case["fields"]["city"] == {"text": "Lima"}
    )
    assert {said["value"]["text"] for said in case["conflicts"]["city"]} == {"Lima", "Cusco"}
    whole, cut = _lines(folder / "files.jsonl")
    assert (folder / "files" / whole["file"]).read_bytes() == b"the contract"
    assert whole["name"] == "../../contract ñ.pdf"
    assert (cut["file"], bool(cut["why"])) == ("", True)
    operations = _lines(folder / "operations.jsonl")
    assert {op["kind"] for op in operations} == {"create", "event", "set"}
    assert {d["name"] for d in _lines(tmp_path / "out" / "devices.jsonl")} == {"Front desk", "Back office"}
    assert "NOT ENCRYPTED" in (tmp_path / "out" / "README.txt").read_text(encoding="utf-8")
    everything = [path for path in tmp_path.rglob("*") if path.is_file() and "hq" not in path.parts]
    assert all(path.is_relative_to(tmp_path / "out") for path in everything if path.suffix in {".pdf", ".jsonl"})


def test_what_waits_and_what_was_put_aside_is_there_too(of: Office, laptop: Maker, tmp_path: Path) -> None:
    mine, stranger = laptop(), laptop(name="Stranger")
    scope = mine.enrol(of)
    for number in range(3):
        mine.write(f"case-{number}", Kind.CREATE, number=f"A1-{number:04}")
    stranger.write("case-9", Kind.CREATE, number="X9")
    there = records.engine(of, scope)
    there.take([Arrival(entry, mine.keys.id) for entry in list(mine.engine.lacks({}))[1:]])
    there.take([Arrival(entry, b"") for entry in stranger.engine.lacks({})])
    export.export(of, tmp_path / "out")
    folder = next((tmp_path / "out").glob("001-*"))
    assert [line["seq"] for line in _lines(folder / "waiting.jsonl")] == [2, 3]
    (aside,) = _lines(folder / "quarantine.jsonl")
    assert (aside["why"], aside["fields"]) == ("unsigned", {"number": "X9"})


@pytest.mark.parametrize("name", ["CON/../..\\x", "..", "a" * 300, "клиника", ""])
def test_names_are_data_never_paths(of: Office, laptop: Maker, tmp_path: Path, name: str) -> None:
    mine = laptop(clinic=name[:90] or "A")
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, name[:200] or "t", number="A1-0001")
    mine.hand_to(of, scope)
    export.export(of, tmp_path / "out")
    (written,) = (path for path in (tmp_path / "out").rglob("records/*.jsonl"))
    assert written.parent.parent.parent == tmp_path / "out"
    assert _lines(written)[0]["type"] == (name[:200] or "t")


def test_it_writes_into_a_new_folder_only(of: Office, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("something")
    with pytest.raises(Trouble, match="not empty"):
        export.export(of, tmp_path)
