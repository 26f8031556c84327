from __future__ import annotations

import json
import secrets
from contextlib import closing
from pathlib import Path

from clinic_app.services import clinic as clinics
from clinic_app.store import vault
from clinic_app.store.store import Store
from sync.hq import devices, office, post
from sync.hq.keys import Cost, Opening
from tests.cli.conftest import PASSWORD, Run
from tests.store.conftest import CHEAP, INFO


def quickly(folder: Path, user: str) -> None:
    """Make a clinic whose password costs little."""
    key, who, _ = vault.create(folder, user, PASSWORD, CHEAP)
    Store.create(folder, key, INFO, who).close()


def test_two_computers_and_headquarters_by_commands_alone(run: Run, tmp_path: Path, dismissal: Path) -> None:
    """Enrol, carry a stick, differ, decide, and the evidence arrives byte for byte."""
    stick = tmp_path / "stick"
    stick.mkdir()
    one, two = tmp_path / "one", tmp_path / "two"
    made, _ = office.create(
        tmp_path / "hq", "Central", Opening(password="correct horse battery"), cost=Cost(rounds=1, memory_kib=8)
    )
    with closing(made) as hq:
        for folder, user, computer in ((one, "Tamar", "laptop 1"), (two, "Gio", "laptop 2")):
            quickly(folder, user)
            request = tmp_path / f"{user}.request"
            assert run("--data", folder, "enrol", "request", request, "--computer", computer)[0] == 0
            enrolled = devices.enrol(hq, request.read_bytes(), "Valle")
            (tmp_path / "card").write_bytes(enrolled.card)
            status, out, _ = run("--data", folder, "enrol", "accept", tmp_path / "card")
            assert status == 0
            assert enrolled.words in out

        number = run("--data", one, "intake", dismissal)[1].strip()
        photo = tmp_path / "letter.txt"
        photo.write_bytes(b"You need not come back. " + secrets.token_hex(3000).encode())
        assert run("--data", one, "evidence", "add", number, photo)[0] == 0
        for _ in range(2):
            for folder in (one, two):
                status, out, err = run("--data", folder, "sync", "stick", stick, "--slip", tmp_path / "slip")
                assert (status, err) == (0, "")
            assert "Words to compare" in (tmp_path / "slip").read_text()
            post.take(hq, stick)
        run("--data", two, "sync", "stick", stick)
        assert run("--data", two, "evidence", "save", number, "1", "--out", tmp_path / "arrived")[::2] == (0, "")
        assert (tmp_path / "arrived").read_bytes() == photo.read_bytes()
        run("--data", one, "sync", "stick", stick)
        found = json.loads(run("--data", one, "sync", "status", "--json")[1])
        assert (found["waiting"], found["files_waiting"], found["received"]) == (0, 0, found["saved"])
        assert run("--data", one, "sync", "status", "--case", number)[1].startswith("Received at headquarters")

        for folder, zone in ((one, "a"), (two, "b")):
            with closing(clinics.unlock(folder, PASSWORD)) as clinic:
                clinic.store.set_answer(clinic.store.find(number), "job.ending_said", zone)
        for folder in (one, two, one):
            run("--data", folder, "sync", "stick", stick)
        listed = json.loads(run("--data", one, "conflicts", "--json")[1])
        assert [(row["case"], row["path"], row["meanwhile"]) for row in listed] == [
            (number, "job.ending_said", "earliest")
        ]
        assert {value["who"] for value in listed[0]["values"]} == {"Tamar", "Gio"}
        assert run("--data", one, "conflicts", "choose", number, "job.ending_said", "2")[0] == 0
        assert json.loads(run("--data", one, "conflicts", "--json")[1]) == []


def test_a_computer_without_headquarters_is_told_what_to_do(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    quickly(folder, "Tamar")
    status, _, err = run("--data", folder, "sync", "stick", tmp_path)
    assert status == 2
    assert "not connected" in err
    assert "Y-01" in err
    assert json.loads(run("--data", folder, "sync", "status", "--json")[1])["enrolled"] is False
    assert run("--data", folder, "sync", "stick", tmp_path / "nowhere")[0] == 2
    assert run("--data", folder, "sync", "pause")[0] == run("--data", folder, "sync", "resume")[0] == 0
    assert run("--data", folder, "sync", "online")[0] == 2
