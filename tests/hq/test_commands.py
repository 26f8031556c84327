"""The `hq` command as an operator types it: real processes, one clear line for each error, no secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sync import identity
from sync.hq import office
from sync.hq.__main__ import BAD_INPUT, main
from sync.hq.keys import Opening
from sync.records import Kind
from sync.wire import Enrolment

Maker = Callable[..., Any]
PASSWORD = "correct horse battery"


class Done(NamedTuple):
    stdout: str
    stderr: str


@pytest.fixture
def hq(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Run a command in this process: as `main` does it, but for starting Python anew."""

    def run(*words: object, status: int = 0, **environment: str) -> Done:
        with monkeypatch.context() as patch:
            for name, value in ({"HQ_PASSWORD": PASSWORD} | environment).items():
                patch.setenv(name, value)
            found = main(["--data", str(tmp_path / "hq"), *map(str, words)])
        done = Done(*capsys.readouterr())
        assert found == status, done.stderr
        if status == BAD_INPUT:
            assert len(done.stderr.splitlines()) == 1, done.stderr
        return done

    return run


def test_the_command_is_a_process_of_its_own(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sync.hq", "--data", str(tmp_path / "hq"), *words],
            env={**os.environ, "HQ_PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    assert run("init", "--name", "Central office").stdout.startswith("AGE-SECRET-KEY-1")
    told = run("take", str(tmp_path / "nowhere"))
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)


Run = Callable[..., Done]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_headquarters_in_five_commands(
    hq: Run, laptop: Maker, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    usb = tmp_path / "usb"
    usb.mkdir()
    mine = laptop()
    made = hq("init", "--name", "Central office", *(["--database", url] if url else []))
    assert made.stdout.startswith("AGE-SECRET-KEY-1")
    assert ("encrypt the disk" in made.stderr) == bool(url)
    (usb / "front-desk.request").write_bytes(mine.request())
    said = hq("enrol", usb / "front-desk.request", "--clinic", "North clinic", "--out", usb / "front-desk.certificate")
    new, device, words = said.stdout.splitlines()
    assert (new, device) == ("New clinic: North clinic", f"Front desk ({mine.keys.id.hex()})")
    mine.enrolment = identity.read_card((usb / "front-desk.certificate").read_bytes(), Enrolment)
    assert words == identity.words_of_enrolment(mine.enrolment.headquarters, mine.enrolment.certificate)
    mine.write("case-1", Kind.CREATE, number="A1-0001", day=("date", "2026-03"))
    mine.leave(usb)
    assert "1 new operations" in hq("take", usb).stdout
    mine.collect(usb)
    assert mine.marks.received == mine.engine.vector()
    stands = json.loads(hq("status", "--json").stdout)
    assert stands["clinics"][0]["operations"] == 1
    assert stands["clinics"][0]["devices"][0]["heard"] > 0
    hq("set", "A1-0001", "day", "2026-04")
    hq("backup", tmp_path / "backup")
    told = json.loads(hq("take", usb, "--json").stdout)
    assert [reply["operations"] for reply in told["replies"]] == [1]
    mine.collect(usb)
    assert mine.ground.disk.rows["case-1"].values["day"] == ("date", "2026-04")
    assert len(mine.marks.durable) == 2
    assert "North clinic: 1 records, 2 operations" in hq("status").stdout
    assert "Last backup: 20" in hq("status").stdout
    assert "Front desk" in hq("revoke", "Front desk", "--why", "stolen").stdout
    assert "revoked" in hq("status").stdout
    exported = hq("export", tmp_path / "out")
    assert "NOT encrypted" in exported.stderr
    hq("erase", "A1-0001", "--yes")
    assert "A1-0001" not in hq("conflicts").stdout
    assert json.loads(hq("conflicts", "--json").stdout) == []
    assert "Nothing was put aside" in hq("quarantine").stdout


def test_errors_are_one_clear_line(hq: Run, tmp_path: Path) -> None:
    assert "HQ-1" in hq("status", status=2).stderr
    hq("init", "--name", "Central office")
    assert "HQ-2" in hq("init", "--name", "Another", status=2).stderr
    assert "HQ-3" in hq("status", status=2, HQ_PASSWORD="something else").stderr
    assert "HQ-14" in hq("revoke", "nobody", status=2).stderr
    assert "HQ-14" in hq("transfer", "A1-0001", "nowhere", status=2).stderr
    assert "does not exist" in hq("take", tmp_path / "nowhere", status=2).stderr
    assert "No such command" in hq("dance", status=2).stderr
    (tmp_path / "request").write_text("hello")
    words = ("enrol", tmp_path / "request", "--clinic", "X", "--out", tmp_path / "out")
    assert "HQ-18" in hq(*words, status=2).stderr
    assert not (tmp_path / "out").exists()
    assert "No bundle" in hq("take", tmp_path).stdout
    (tmp_path / "bundle").write_bytes(b"age-encryption.org/v1\n" + bytes(1000))
    assert "was not taken: it is damaged" in hq("take", tmp_path, status=3).stdout


def test_a_database_elsewhere_needs_an_encrypted_way(hq: Run, tmp_path: Path) -> None:
    told = hq("init", "--name", "X", "--database", "postgresql://u:open-sesame@db.example.org/hq", status=2).stderr
    assert "HQ-8" in told
    assert "open-sesame" not in told
    assert not office.exists(tmp_path / "hq")


def test_a_lost_password_is_replaced_by_the_recovery_key(hq: Run, tmp_path: Path) -> None:
    recovery = hq("init", "--name", "Central office").stdout.splitlines()[0]
    hq("password", "--recovery", HQ_RECOVERY=recovery, HQ_NEW_PASSWORD="a new password")
    assert "HQ-3" in hq("status", status=2).stderr
    hq("status", HQ_PASSWORD="a new password")
    hq("password", HQ_PASSWORD="a new password", HQ_NEW_PASSWORD=PASSWORD)
    office.open_(tmp_path / "hq", Opening(password=PASSWORD)).close()
    hq("password", "--recovery", status=2, HQ_RECOVERY="nonsense", HQ_NEW_PASSWORD="a new password")


def test_a_key_file_opens_it_without_a_password(hq: Run, tmp_path: Path) -> None:
    key_file = tmp_path / "safe" / "hq.key"
    hq("init", "--name", "Central office", HQ_KEY_FILE=str(key_file))
    hq("status", HQ_KEY_FILE=str(key_file))
    assert "opened by a key file" in hq("status", status=2).stderr
    hq("password", HQ_KEY_FILE=str(key_file), HQ_NEW_PASSWORD="a new password")
    assert "HQ-4" in hq("status", status=2, HQ_KEY_FILE=str(key_file)).stderr
    hq("password", "--new-key-file", key_file, HQ_PASSWORD="a new password")
    hq("status", HQ_KEY_FILE=str(key_file))


def test_a_restored_headquarters_goes_on(hq: Run, tmp_path: Path) -> None:
    hq("init", "--name", "Central office")
    hq("backup", tmp_path / "backup")
    (tmp_path / "hq").rename(tmp_path / "lost")
    assert "Restored" in hq("restore", tmp_path / "backup").stdout
    assert hq("status").stdout.startswith("Central office")
    assert "HQ-2" in hq("restore", tmp_path / "backup", status=2).stderr
