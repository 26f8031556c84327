"""Each deed that has to be in the record is there, with the number of its case and no word of a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic_app.domain.audit import Asked, Deed, Fault
from clinic_app.domain.packet import Paper, Preset
from clinic_app.domain.roles import Member, Role
from clinic_app.errors import KnownError
from clinic_app.services import (
    audit,
    calendar,
    casework,
    clock,
    collective,
    employers,
    evidence,
    exports,
    intake,
    packet,
    people,
    rulebooks,
)
from clinic_app.services.clinic import Clinic
from clinic_app.services.exports import Leaving
from tests.services.conftest import Office, dismissed

ON = dt.date(2026, 11, 22)


def told(clinic: Clinic, deed: Deed) -> list[tuple[str, str]]:
    return [(entry.case, entry.detail) for entry in audit.entries(clinic, Asked(deed=deed))]


def test_papers_that_are_printed_or_saved(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    number = casework.row(clinic, case_id).number
    asked = {"preset": Preset.WORKER, "paper": Paper.LETTER, "language": "es", "on": ON, "chosen": True}
    made = packet.make(clinic, case_id, **asked)  # type: ignore[arg-type]  # the keywords of `make`
    assert told(clinic, Deed.PRINTED) == []  # looking at them on the screen is not printing
    packet.note(clinic, case_id, made, "worker", "1-4", "printer")
    packet.note(clinic, case_id, made, "worker", "", "file")
    packet.printed(clinic, case_id, made.volumes[0], "worker", "2", "again")
    assert told(clinic, Deed.PRINTED) == [(number, "worker 2"), (number, "worker 1-4")]
    assert told(clinic, Deed.EXPORTED) == [(number, "worker")]


def test_evidence_that_is_looked_at_and_saved(clinic: Clinic, tmp_path: Path) -> None:
    case_id = dismissed(clinic)
    number = casework.row(clinic, case_id).number
    evidence.add_content(clinic, case_id, "José Núñez.txt", b"palabras")
    (file,) = evidence.files(clinic, case_id)
    evidence.read(clinic, file.id)  # for its small picture in the list
    assert told(clinic, Deed.VIEWED) == []
    for _ in range(3):
        evidence.look(clinic, file.id)
    assert told(clinic, Deed.VIEWED) == [(number, file.id[:8])]
    evidence.save(clinic, file.id, tmp_path / "out.txt")
    assert told(clinic, Deed.EXPORTED) == [(number, f"evidence {file.id[:8]}")]


def test_records_that_are_joined_and_separated(clinic: Clinic) -> None:
    one, other = (people.of_case(clinic, dismissed(clinic)) for _ in range(2))
    people.join(clinic, one, other)
    people.separate(clinic, other)
    people.separate(clinic, other)  # there is nothing to separate
    assert told(clinic, Deed.MERGED) == [("", f"person {one[:8]} {other[:8]}")]
    assert told(clinic, Deed.SEPARATED) == [("", f"person {other[:8]}")]
    firms = []
    for name in ("Empacadora", "Empacadora S.A."):
        case_id = dismissed(clinic)
        firms.append(intake.add_row(clinic, case_id, "employers"))
        intake.save(clinic, case_id, f"employers[{firms[-1]}].name", name)
    employers.join(clinic, *firms)
    employers.separate(clinic, firms[1])
    assert told(clinic, Deed.MERGED)[0] == ("", f"employer {firms[0][:8]} {firms[1][:8]}")
    assert told(clinic, Deed.SEPARATED)[0] == ("", f"employer {firms[1][:8]}")


def test_what_leaves_and_belongs_to_no_case(clinic: Clinic, tmp_path: Path) -> None:
    exports.save(clinic, Leaving.REPORT, tmp_path / "José.xlsx", b"numbers")
    exports.save(clinic, Leaving.CALENDAR, tmp_path / "days.ics", b"days")
    exports.printed(clinic, Leaving.REPORT)
    assert (tmp_path / "José.xlsx").read_bytes() == b"numbers"
    assert told(clinic, Deed.EXPORTED) == [("", "calendar .ics"), ("", "report .xlsx")]
    assert told(clinic, Deed.PRINTED) == [("", "report")]
    clinic.store.staff.put(Member(clinic.user, Role.HEADQUARTERS))
    exports.printed(clinic, Leaving.REPORT)
    with pytest.raises(KnownError):
        exports.save(clinic, Leaving.CALENDAR, tmp_path / "more.ics", b"days")
    assert not (tmp_path / "more.ics").exists()


def test_settings_and_rule_books(clinic: Clinic, office: Office) -> None:
    day = dt.date(2026, 12, 24)
    calendar.close(clinic, day, "Circular")
    calendar.open_again(clinic, day)
    clock.confirm(clinic, ON)
    assert [detail for _, detail in told(clinic, Deed.SETTING_CHANGED)] == [
        "last_day 2026-11-22",
        "local_days -2026-12-24",
        "local_days +2026-12-24",
    ]
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.install(clinic, office.publish())
    rulebooks.install(clinic, office.publish())  # it is here already
    assert told(clinic, Deed.KEY_TRUSTED) == [("", office.key.fingerprint)]
    assert told(clinic, Deed.BOOK_INSTALLED) == [("", "zembla-1")]


def test_staff_takes_in_what_headquarters_sent_but_chooses_nothing(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    clinic.store.staff.put(Member(clinic.user, Role.STAFF))
    with pytest.raises(KnownError):
        rulebooks.install(clinic, office.publish())
    assert rulebooks.receive(clinic, office.publish()).version == "zembla-1"


def test_a_case_is_noted_when_it_is_opened_and_changed(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    number = casework.row(clinic, case_id).number
    assert told(clinic, Deed.OPENED) == [("", "")]
    for _ in range(2):
        casework.case(clinic, case_id)
    assert told(clinic, Deed.OPENED) == [(number, ""), ("", "")]
    assert {case for case, _ in told(clinic, Deed.CHANGED)} == {number}
    everything = " ".join(f"{entry.who} {entry.case} {entry.detail}" for entry in audit.entries(clinic))
    assert not any(word in everything for word in ("Núñez", "24000", "general"))
    assert audit.check(clinic) == ()


@pytest.mark.parametrize("faults", [(Fault.CUT_SHORT,), (Fault.CHANGED, Fault.CUT_SHORT)])
def test_what_is_said_of_a_record_that_is_not_whole(clinic: Clinic, faults: tuple[Fault, ...]) -> None:
    clinic.store._db.run("DROP TRIGGER audit_is_not_changed")
    if Fault.CHANGED in faults:
        clinic.store._db.run("UPDATE audit SET who = 'Nadie' WHERE seq = 1")
    audit.note(clinic, Deed.CUT_SHORT)  # as the program writes it at an opening
    wrong = audit.check(clinic)
    assert tuple(one.fault for one in wrong) == faults
    error = audit.not_intact(wrong)
    assert ("backup" in str(error)) is (faults == (Fault.CUT_SHORT,))
    audit.understand(clinic)
    assert tuple(one.fault for one in audit.check(clinic)) == faults[:-1]


def test_group_papers_are_in_the_record_case_by_case(clinic: Clinic, tmp_path: Path) -> None:
    case_id = dismissed(clinic)
    number = casework.row(clinic, case_id).number
    save: Callable[..., object] = collective.save_papers
    save(clinic, case_id, tmp_path, preset=Preset.WORKER, on=ON)
    assert told(clinic, Deed.EXPORTED) == [(number, "worker")]
