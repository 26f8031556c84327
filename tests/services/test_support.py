"""The support file helps whoever helps, and nothing that anybody ever typed is in it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_app import __version__, logs, paths
from clinic_app.domain import catalogue
from clinic_app.domain.fields import Kind
from clinic_app.errors import InputError
from clinic_app.services import calendar, casework, evidence, intake, support, syncing
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.store.migrations import MIGRATIONS

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SHOWN: dict[str, str | int | float] = {"qt": "6.9.3", "screen": "1366x768", "scale": 1.25, "language": "es"}
PASSWORD = "cuatro palabras bien mias"
RARE = (
    "Quetzalina",
    "Zumbártegui",
    "Xilotepequito",
    "jitomatera",
    "Wolframio",
    "Yucundo",
    "Tlaxpana",
    "Ñandubay",
    "Chichimoco",
    "Kpelle",
    "Ugalde",
    "Vitzli",
)
"""Words that are nowhere in the program."""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The program's log, in a folder of its own."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / f"{RARE[10]} home"))
    handler = logs.start(paths.log_folder())
    yield logs.topic("support")
    logs.stop(handler)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with a rare word in every place where somebody types one."""
    folder = tmp_path / f"Casa de {RARE[11]}" / "clinic"
    made, _ = clinics.create(folder, f"Clínica {RARE[0]}", "mx", RARE[1], PASSWORD)
    with closing(made) as clinic:
        case_id = intake.start(clinic, NOW.date())
        for section in catalogue.SECTIONS:
            if not section.many:
                for field in section.fields:
                    if field.kind in {Kind.TEXT, Kind.LONG_TEXT}:
                        intake.save(clinic, case_id, f"{section.id}.{field.id}", f"{RARE[2]} {RARE[3]}")
        file = f"{RARE[4]} {RARE[5]}.txt"
        evidence.add_content(clinic, case_id, file, f"{RARE[6]} {RARE[7]}".encode())
        calendar.close(clinic, dt.date(2026, 12, 1), RARE[8])
        syncing.request(clinic, RARE[9])
        yield clinic


def words_in(text: str) -> list[str]:
    return [word for word in RARE if word.casefold() in text.casefold()]


def test_it_tells_versions_numbers_and_settings(full: Clinic) -> None:
    told = json.loads(support.gather(full, SHOWN, NOW))
    assert told["program"]["version"] == __version__
    assert told["program"]["sqlcipher"].startswith("4.")
    assert {"mx", "pe", "ge"} == {version[:2] for version in told["program"]["rule_books"]}
    assert told["window"] == SHOWN
    assert told["store"]["rows"]["file"] == MIGRATIONS[-1].number
    assert told["store"]["rows"]["cases"] == casework.count(full) == 1
    assert told["store"]["bytes"]["clinic.db"] > 10_000
    assert told["sync"]["enrolled"] is False
    assert told["sync"]["waiting"] > 0
    assert told["backups"]["automatic"] is True


def test_nothing_that_was_typed_is_in_it(full: Clinic, log: logging.Logger) -> None:
    log.info("nothing of a case")
    text = support.gather(full, SHOWN, NOW)
    assert "nothing of a case" in text
    assert words_in(text) == []
    assert str(full.folder) not in text
    assert str(Path.home()) not in text


def test_the_words_of_this_test_really_are_in_the_store(full: Clinic) -> None:
    dump = full.store.dump()
    assert [word for word in RARE[2:6] if word not in dump] == []
    assert RARE[0] in full.info.name
    assert RARE[1] in full.user.name
    assert RARE[8] in calendar.days(full).values()
    assert RARE[11] in str(full.folder)


TALKATIVE = (
    rf"cannot open C:\Users\{RARE[0]} {RARE[1]}\clinic.db",
    f"cannot open /home/{RARE[0]} {RARE[1]}/clinic.db",
    f"cannot open ~/{RARE[0]}",
    rf"cannot open \\server\{RARE[0]}",
    f"odd value “{RARE[0]} {RARE[1]}”",
    f"odd value '{RARE[0]}' and \"{RARE[1]}\"",
    f"odd value “{RARE[0]} without an end",
    f"two lines\n{RARE[0]}\n2026-11-22 {RARE[1]}",
)
"""Lines that no part of the program writes; one that did would be cut here."""


def test_lines_of_the_log_that_say_too_much_are_cut(log: logging.Logger) -> None:
    for message in TALKATIVE:
        log.info(message)
        log.info("the next line")
    told = json.loads(support.gather(None, SHOWN, NOW))
    assert words_in(json.dumps(told, ensure_ascii=False)) == []
    assert sum("the next line" in line for line in told["log"]) == len(TALKATIVE)


def test_a_log_that_is_not_ours_or_not_there_gives_no_lines(log: logging.Logger) -> None:
    log.info("a line")
    (paths.log_folder() / logs.LOG_FILE).write_bytes(b"\xff\xfe\x00" + os.urandom(2000))
    assert json.loads(support.gather(None, SHOWN, NOW))["log"] == []


def test_only_the_last_lines_of_a_long_log_are_told(log: logging.Logger) -> None:
    for number in range(support.LINES + 50):
        log.info("line %d", number)
    lines = json.loads(support.gather(None, SHOWN, NOW))["log"]
    assert len(lines) == support.LINES
    assert lines[-1].endswith(f"line {support.LINES + 49}")


def test_without_an_open_clinic_there_is_no_store_to_tell_of() -> None:
    assert {"store", "sync", "backups"}.isdisjoint(json.loads(support.gather(None, SHOWN, NOW)))


typed = st.text(st.characters(categories=("L", "N")), min_size=9, max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=typed, story=typed, employer=typed)
def test_whatever_is_typed_is_not_in_it(clinic: Clinic, name: str, story: str, employer: str) -> None:
    case_id = intake.start(clinic, NOW.date())
    intake.save(clinic, case_id, "worker.name", name)
    intake.save(clinic, case_id, "story.told", story)
    row = clinic.store.add_row(case_id, "employers")
    intake.save(clinic, case_id, f"employers[{row}].name", employer)
    text = support.gather(clinic, SHOWN, NOW).casefold()
    for word in (name, story, employer):
        assert word.casefold() not in text


def test_what_was_shown_is_what_is_saved(tmp_path: Path) -> None:
    text = support.gather(None, SHOWN, NOW)
    support.save(tmp_path / support.file_name(NOW), text)
    assert (tmp_path / "claims-desk-support-2026-11-22.json").read_text("utf-8") == text
    with pytest.raises(InputError):
        support.save(tmp_path / "nowhere" / "x.json", text)
