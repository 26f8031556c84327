"""Who may write where: requests are checked, certificates signed, what was revoked stays revoked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync import identity
from sync.engine import Engine
from sync.hq import backup, devices, office, post
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.records import Kind
from sync.wire import Enrolment

Maker = Callable[..., Any]


def test_a_computer_is_enrolled_and_both_sides_read_the_same_words(of: Office, laptop: Maker) -> None:
    mine = laptop()
    done = devices.enrol(of, mine.request(), " North   clinic ")
    card = identity.read_card(done.card, Enrolment)
    assert card.headquarters == of.card
    assert card.certificate.device == mine.keys.id
    assert identity.is_vouched(card.certificate, of.card)
    assert identity.words_of_enrolment(card.headquarters, card.certificate) == done.words
    assert len(done.words.split()) == 6
    assert done.new_clinic
    assert [(d.name, d.scope.clinic, d.heard, d.revoked) for d in devices.devices(of)] == [
        ("Front desk", "North clinic", 0, 0)
    ]


def test_two_computers_of_a_clinic_share_its_scope_and_clinics_do_not(of: Office, laptop: Maker) -> None:
    scopes = [laptop(clinic=name).enrol(of) for name in ("North clinic", "north CLINIC", "South clinic")]
    assert scopes[0] == scopes[1] != scopes[2]
    assert [scope.clinic for scope in of.scopes()] == ["North clinic", "South clinic"]


def test_the_same_request_again_gives_a_newer_certificate(of: Office, laptop: Maker) -> None:
    mine = laptop()
    first = devices.enrol(of, mine.request(), "North clinic").device.certificate
    again = devices.enrol(of, mine.request(), "North clinic")
    assert again.device.certificate.serial > first.serial
    assert not again.new_clinic
    assert len(devices.devices(of)) == 1


def test_what_is_no_request_is_refused(of: Office, laptop: Maker) -> None:
    mine = laptop()
    whole = mine.request()
    for content in (
        b"",
        b"hello",
        whole[:-20],
        identity.write_card(of.card),
        whole.replace(b"request 1", b"request 9"),
    ):
        with pytest.raises(Trouble, match=r"HQ-18|HQ-7"):
            devices.enrol(of, content, "North clinic")
    with pytest.raises(Trouble, match="has a name"):
        devices.enrol(of, whole, "  ")
    assert devices.devices(of) == ()


def test_a_computer_belongs_to_one_clinic(of: Office, laptop: Maker) -> None:
    mine = laptop()
    mine.enrol(of)
    with pytest.raises(Trouble, match="belongs to the clinic “North clinic”"):
        devices.enrol(of, mine.request(), "South clinic")


def test_another_cannot_take_a_computers_place(of: Office, laptop: Maker) -> None:
    mine, other = laptop(), laptop()
    mine.enrol(of)
    other.keys = identity.new_identity(mine.keys.id)
    with pytest.raises(Trouble, match="has other keys"):
        devices.enrol(of, other.request(), "North clinic")


def test_what_was_revoked_stays_so(of: Office, laptop: Maker) -> None:
    mine, sibling = laptop(), laptop(name="Back office")
    scope = mine.enrol(of)
    sibling.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.hand_to(of, scope)
    found = devices.revoke(of, mine.keys.id.hex()[:8], "stolen")
    assert found.revoked
    assert devices.revoke(of, "front DESK", "again") == found
    told = devices.revocations(of)
    assert told is not None
    identity.check_revocations(told, of.card)
    assert [(one.device, one.why, one.accepted) for one in told.revoked] == [
        (mine.keys.id, "stolen", Engine(of.ground(scope)).vector())
    ]
    assert devices.trust(of).is_revoked(mine.keys.id)
    assert [d.name for d in devices.of_scope(of, scope)] == ["Back office"]
    with pytest.raises(Trouble, match="was revoked"):
        devices.enrol(of, mine.request(), "North clinic")


def test_the_list_of_revocations_only_grows(of: Office, laptop: Maker) -> None:
    first, second = laptop(name="One"), laptop(name="Two")
    first.enrol(of)
    second.enrol(of)
    devices.revoke(of, "One", "")
    devices.revoke(of, "Two", "")
    told = devices.revocations(of)
    assert told is not None
    assert told.serial == of.now() + 1  # never one that was given before, whatever a backup forgot
    assert [one.device for one in told.revoked] == [first.keys.id, second.keys.id]


def test_a_name_that_is_not_one_computer_is_told(of: Office, laptop: Maker) -> None:
    laptop().enrol(of)
    laptop().enrol(of)
    for name in ("Front desk", "nobody", ""):
        with pytest.raises(Trouble, match="no one computer"):
            devices.revoke(of, name, "")


def test_a_certificate_brings_back_a_computer_that_a_backup_forgot(of: Office, laptop: Maker, tmp_path: Path) -> None:
    backup.back_up(of, tmp_path / "backup")
    mine = laptop()
    scope = mine.enrol(of)
    card = identity.write_card(mine.enrolment)
    with pytest.raises(Trouble, match="is enrolled"):
        devices.enrol(of, card, "North clinic")
    again = backup.restore(tmp_path / "again", tmp_path / "backup", mine.password)
    assert devices.devices(again) == ()
    done = devices.enrol(again, card, "North clinic")
    assert (done.device.id, done.device.scope.id, done.new_clinic) == (mine.keys.id, scope.id, True)
    assert identity.read_card(done.card, Enrolment).certificate == mine.enrolment.certificate
    again.close()


def test_only_its_own_certificates_count(of: Office, laptop: Maker, tmp_path: Path) -> None:
    other, _ = office.create(tmp_path / "other", "Other", Opening(password="another password"), cost=Cost(1, 8))
    mine = laptop()
    mine.enrol(other)
    with pytest.raises(Trouble, match="HQ-18"):
        devices.enrol(of, identity.write_card(mine.enrolment), "North clinic")
    other.close()


def test_a_restored_headquarters_learns_again_whom_it_revoked(of: Office, laptop: Maker, tmp_path: Path) -> None:
    mine, sibling = laptop(), laptop(name="Back office")
    mine.enrol(of)
    sibling.enrol(of)
    backup.back_up(of, tmp_path / "backup")
    devices.revoke(of, "Front desk", "stolen")
    usb = tmp_path / "usb"
    usb.mkdir()
    sibling.leave(usb)
    post.take(of, usb)
    sibling.collect(usb)
    again = backup.restore(tmp_path / "again", tmp_path / "backup", mine.password)
    assert not devices.device(again, "Front desk").revoked
    sibling.leave(usb)
    post.take(again, usb)
    assert devices.device(again, "Front desk").revoked
    told, before = devices.revocations(again), devices.revocations(of)
    assert told is not None
    assert before is not None
    assert told.serial > before.serial
    assert told.revoked == before.revoked
    forged = msgspec.structs.replace(told, revoked=(msgspec.structs.replace(told.revoked[0], device=bytes(16)),))
    assert not devices.recall(again, forged)
    again.close()
