"""A password and a sheet are lost, and headquarters helps: with real keys, files and both stores."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from clinic_app.domain.roles import Role
from clinic_app.errors import InputError, KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services import recovering, syncing
from clinic_app.services.permission import me
from clinic_app.store import vault
from clinic_app.store.files import ASKING
from sync import identity
from sync.hq import devices, office, recover
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.wire import KeyReply, KeyRequest

PASSWORD = "cuatro palabras bien mias"
NEW = "otras cuatro palabras nuevas"


@dataclass(frozen=True)
class World:
    """A headquarters with its printed key, and the folder of a clinic that it enrolled."""

    hq: Office
    printed: str
    folder: Path
    sheet: str


def enrol(of: Office, folder: Path, name: str = "Valle", computer: str = "front desk") -> str:
    clinic, sheet = clinics.create(folder, name, "mx", "Rosa", PASSWORD)
    with closing(clinic):
        done = devices.enrol(of, syncing.request(clinic, computer), name)
        syncing.enrol(clinic, syncing.read_enrolment(clinic, done.card))
    return sheet


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opening = Opening(password="correct horse battery")
    hq, printed = office.create(tmp_path / "hq", "Central", opening, cost=Cost(rounds=1, memory_kib=8))
    with closing(hq):
        yield World(hq, printed, tmp_path / "clinic", enrol(hq, tmp_path / "clinic"))


def test_headquarters_opens_a_clinic_whose_password_and_sheet_are_lost(world: World) -> None:
    asked = recovering.ask(world.folder, "Rosa", NEW)
    assert recovering.asked(world.folder) == asked
    seen = recover.read(world.hq, asked.file, f" {world.printed.lower()}\n")
    assert seen.words == asked.words
    assert (seen.clinic, seen.computer, seen.known, seen.request.user) == ("Valle", "front desk", True, "Rosa")
    reply = recover.give(world.hq, seen)
    with closing(recovering.accept(world.folder, reply, NEW)) as clinic:
        assert clinic.user.name == "Rosa"
        assert clinic.info.name == "Valle"
    with closing(clinics.unlock(world.folder, NEW, "Rosa")):
        assert recovering.asked(world.folder) is None
    with pytest.raises(KnownError):
        clinics.unlock(world.folder, PASSWORD)
    (given,) = recover.log(world.hq)
    assert (given.clinic, given.computer, given.user) == ("Valle", "front desk", "Rosa")


def test_somebody_new_is_let_in_as_a_coordinator(world: World) -> None:
    asked = recovering.ask(world.folder, "Elena", NEW)
    reply = recover.give(world.hq, recover.read(world.hq, asked.file, world.printed))
    with closing(recovering.accept(world.folder, reply, NEW)) as clinic:
        assert me(clinic).role is Role.COORDINATOR
        assert {user.name for user in clinics.users(world.folder)} == {"Rosa", "Elena"}


def test_neither_file_nor_the_disk_says_a_key_a_password_or_who_the_clinic_is(world: World) -> None:
    key, _ = vault.unlock(world.folder, PASSWORD)
    asked = recovering.ask(world.folder, "Rosa", NEW)
    reply = recover.give(world.hq, recover.read(world.hq, asked.file, world.printed))
    kept = (world.folder / ASKING).read_bytes() + (world.folder / "clinic.keys").read_bytes()
    for content in (asked.file, reply, kept):
        whole = content + b"".join(_decoded(line) for line in (b"".join(content.splitlines()[1:]), content))
        for secret in (key, NEW.encode(), PASSWORD.encode(), b"Valle", b"front desk", b"AGE-SECRET-KEY"):
            assert secret not in whole


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def test_the_wrong_new_password_is_told_and_can_be_typed_again(world: World) -> None:
    asked = recovering.ask(world.folder, "Rosa", NEW)
    reply = recover.give(world.hq, recover.read(world.hq, asked.file, world.printed))
    with pytest.raises(KnownError) as caught:
        recovering.accept(world.folder, reply, "not what was chosen")
    assert caught.value.code == "S-36"
    recovering.accept(world.folder, reply, NEW).close()


def test_an_older_answer_a_foreign_one_and_a_damaged_one_are_refused(world: World, tmp_path: Path) -> None:
    older = recovering.ask(world.folder, "Rosa", NEW)
    reply = recover.give(world.hq, recover.read(world.hq, older.file, world.printed))
    asked = recovering.ask(world.folder, "Rosa", NEW)
    enrol(world.hq, tmp_path / "other", "Sierra")
    foreign = recovering.ask(tmp_path / "other", "Rosa", NEW)
    theirs = recover.give(world.hq, recover.read(world.hq, foreign.file, world.printed))
    good = recover.give(world.hq, recover.read(world.hq, asked.file, world.printed))
    swapped = identity.read_card(good, KeyReply)
    swapped = msgspec.structs.replace(swapped, key=identity.read_card(theirs, KeyReply).key)
    middle = len(good) // 2
    bad = [
        reply,
        theirs,
        identity.write_card(swapped),
        good[:middle],
        good[:middle] + b"AAAA" + good[middle + 4 :],
        asked.file,
        b"",
        b"\xff" * 500,
    ]
    before = vault.users(world.folder)
    for content in bad:
        with pytest.raises(KnownError) as caught:
            recovering.accept(world.folder, content, NEW)
        assert caught.value.code == "S-34"
    with pytest.raises(KnownError) as caught:
        recovering.accept(world.folder, good.replace(b"clinic key-reply 1", b"clinic key-reply 9"), NEW)
    assert caught.value.code == "S-35"
    assert vault.users(world.folder) == before
    recovering.accept(world.folder, good, NEW).close()


def test_headquarters_refuses_what_it_must(world: World, tmp_path: Path) -> None:
    asked = recovering.ask(world.folder, "Rosa", NEW)
    other, printed = office.create(
        tmp_path / "hq2", "Another", Opening(password="correct horse battery"), cost=Cost(rounds=1, memory_kib=8)
    )
    with closing(other):
        for of, key, content, code in (
            (world.hq, printed, asked.file, "HQ-5"),  # a printed key of another
            (world.hq, "AGE-SECRET-KEY-1", asked.file, "HQ-5"),
            (other, printed, asked.file, "HQ-31"),
            (world.hq, world.printed, b"hello", "HQ-30"),
            (world.hq, world.printed, asked.file[:200], "HQ-30"),
        ):
            with pytest.raises(Trouble) as caught:
                recover.read(of, content, key)
            assert caught.value.code == code
    # Whoever changes the request on its way changes the words.
    forged = identity.read_card(asked.file, KeyRequest)
    forged = msgspec.structs.replace(forged, recipient=identity.new_identity().recipient)
    seen = recover.read(world.hq, identity.write_card(forged), world.printed)
    assert seen.words != asked.words
    # A computer that was revoked is perhaps in a thief's hands.
    devices.revoke(world.hq, "front desk", "stolen")
    with pytest.raises(Trouble) as caught:
        recover.read(world.hq, asked.file, world.printed)
    assert caught.value.code == "HQ-32"
    assert recover.log(world.hq) == ()


def test_a_clinic_that_never_met_headquarters_cannot_ask(tmp_path: Path) -> None:
    clinics.create(tmp_path / "alone", "Valle", "mx", "Rosa", PASSWORD)[0].close()
    assert not recovering.can_ask(tmp_path / "alone")
    with pytest.raises(KnownError) as caught:
        recovering.ask(tmp_path / "alone", "Rosa", NEW)
    assert caught.value.code == "S-32"
    with pytest.raises(KnownError) as caught:
        recovering.accept(tmp_path / "alone", b"", NEW)
    assert caught.value.code == "S-33"


def test_names_and_passwords_that_cannot_be_taken_are_told_at_once(world: World) -> None:
    for user, password in (("Rosa", "short"), ("", NEW), ("x" * 90, NEW)):
        with pytest.raises(InputError):
            recovering.ask(world.folder, user, password)
    assert recovering.asked(world.folder) is None


def test_a_new_sheet_replaces_the_one_that_somebody_saw(world: World) -> None:
    with closing(clinics.unlock(world.folder, PASSWORD)) as clinic:
        with pytest.raises(KnownError):
            recovering.new_sheet(clinic, "not the password")
        sheet = recovering.new_sheet(clinic, PASSWORD)
    with pytest.raises(KnownError) as caught:
        clinics.unlock_with_recovery(world.folder, world.sheet, NEW, "Rosa")
    assert caught.value.code == "S-02"
    clinics.unlock_with_recovery(world.folder, sheet, NEW, "Rosa").close()
    assert recovering.can_ask(world.folder)
