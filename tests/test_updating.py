"""Which version runs: real programs (small scripts) are started the way the built program starts a newer one."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import pytest

from clinic_app import updating
from clinic_app.updating import State, Versions, rank, run_current
from sync import disk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here are shell scripts")

MINE = "0.1.0"


@pytest.fixture
def place(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "claims desk – ñandú" / "versions")


def program(place: Versions, version: str, *lines: str) -> Path:
    """Put a version there that does what these lines of a shell say."""
    path = place.home(version) / "clinic"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    path.chmod(0o755)
    return path


def comes_up(place: Versions, version: str) -> str:
    """Return the line with which a version says that it has come up, as `proven` does."""
    state = json.dumps({"current": version, "previous": "", "proven": True, "failures": 0, "failed": "", "format": 1})
    return f"cat > '{place.folder}/current.json' <<'END'\n{state}\nEND"


def test_without_newer_versions_the_program_itself_goes_on(place: Versions) -> None:
    assert run_current(place, "clinic", MINE, []) is None


def test_the_current_version_gets_the_arguments_and_gives_its_exit_status(place: Versions, tmp_path: Path) -> None:
    said = tmp_path / "said"
    program(place, "0.2.0", f'printf "%s|" "$@" > "{said}"', comes_up(place, "0.2.0"), "exit 3")
    place.write(State(current="0.2.0", proven=False))
    assert run_current(place, "clinic", MINE, ["--data", "a b", "cases"]) == 3
    assert said.read_text() == "--data|a b|cases|"
    assert place.state().proven


def test_a_version_that_came_up_once_is_not_doubted_when_it_fails_later(place: Versions) -> None:
    program(place, "0.2.0", "exit 1")
    place.write(State(current="0.2.0", proven=True))
    for _ in range(3):
        assert run_current(place, "clinic", MINE, []) == 1
    assert place.state().current == "0.2.0"


def test_a_version_that_does_not_come_up_twice_gives_way_to_the_one_before(place: Versions, tmp_path: Path) -> None:
    said = tmp_path / "said"
    program(place, "0.3.0", "exit 134")
    program(place, "0.2.0", f"echo here > '{said}'", "exit 0")
    place.write(State(current="0.3.0", previous="0.2.0", proven=False))
    assert run_current(place, "clinic", MINE, []) == 134
    assert not said.exists()  # once may be chance
    assert run_current(place, "clinic", MINE, []) == 0
    assert said.exists()
    assert place.state() == State(current="0.2.0", failed="0.3.0")


def test_without_one_before_the_first_program_takes_over(place: Versions) -> None:
    program(place, "0.2.0", "kill -9 $$")
    place.write(State(current="0.2.0", proven=False))
    assert run_current(place, "clinic", MINE, []) == -9
    assert run_current(place, "clinic", MINE, []) is None
    assert place.state() == State(failed="0.2.0")


def test_a_program_that_a_virus_scanner_took_is_not_waited_for(place: Versions) -> None:
    place.write(State(current="0.2.0", proven=True))
    assert run_current(place, "clinic", MINE, []) is None
    assert place.state().failed == "0.2.0"


def test_a_file_that_is_no_program_gives_way_at_once(place: Versions) -> None:
    program(place, "0.2.0").write_bytes(b"\x7fELF cut off")
    place.write(State(current="0.2.0", proven=False))
    assert run_current(place, "clinic", MINE, []) is None
    assert place.state().failed == "0.2.0"


def test_a_version_that_is_older_than_the_program_is_never_run(place: Versions, tmp_path: Path) -> None:
    program(place, "0.2.0", f"touch '{tmp_path}/ran'")
    place.write(State(current="0.2.0"))
    assert run_current(place, "clinic", "0.10.0", []) is None
    assert not (tmp_path / "ran").exists()


def test_an_update_taken_while_a_version_runs_is_no_failure_of_it(place: Versions) -> None:
    program(place, "0.2.0", comes_up(place, "0.3.0"), "exit 0")
    place.write(State(current="0.2.0", proven=False))
    assert run_current(place, "clinic", MINE, []) == 0
    assert place.state().current == "0.3.0"


def test_where_nothing_can_be_noted_a_failing_version_gives_way_at_once(
    place: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(place, "0.2.0", "exit 1")
    place.write(State(current="0.2.0", proven=False))

    def refuse(path: Path, content: bytes) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path), len(content))

    monkeypatch.setattr(disk, "replace", refuse)
    assert run_current(place, "clinic", MINE, []) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"current": "../../etc"}',
        b'{"current": "0.2.0", "unknown": 1}',
        b'{"current": 2}',
        b'{"current": "0.2.0", "format": 2}',
        b'{"current": "0.2.0", "failures": "x"}',
        b'{"current": "' + b"1" * 20_000 + b'"}',
    ],
)
def test_a_file_that_says_nonsense_means_the_first_program(place: Versions, content: bytes) -> None:
    place.folder.mkdir(parents=True)
    (place.folder / updating.CURRENT).write_bytes(content)
    assert place.state() == State()
    assert run_current(place, "clinic", MINE, []) is None


def test_versions_are_compared_by_number() -> None:
    assert rank("0.10.0") > rank("0.9.9") > rank("0.9") == rank("0.9.0") > rank("")


def test_from_its_sources_the_program_has_no_versions() -> None:
    assert updating.launch([]) is None
    assert updating.places() == ()
    assert updating.running() == updating.FIRST
    updating.proven()  # and there is nothing to note
