"""Sticks at headquarters, with real bundles: taken once, answered for each computer, whatever else lies there."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync import stick
from sync.chunks import seal_file
from sync.hq import backup, books, devices, meeting, office, post, quarantine, records
from sync.hq.office import Office
from sync.hq.status import status
from sync.hq.trouble import Trouble
from sync.records import Kind

Maker = Callable[..., Any]


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


def test_a_stick_goes_there_and_back(of: Office, laptop: Maker, usb: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    for number in range(20):
        mine.write(f"case-{number}", Kind.CREATE, number=f"A1-{number:04}")
    (usb / "holiday.jpg").write_bytes(b"a photo")
    words = mine.leave(usb)
    visit = post.take(of, usb)
    (bundle,) = visit.bundles
    assert (bundle.taken.new, bundle.device.name, bundle.words) == (20, "Front desk", words)
    assert visit.refused == ()
    assert devices.device(of, "Front desk").heard == of.now()
    report = mine.collect(usb)
    assert report.taken.new == 0
    assert mine.marks.received == mine.engine.vector()
    assert mine.marks.durable == {}
    assert mine.marks.incarnation == of.incarnation


def test_taking_again_changes_nothing(of: Office, laptop: Maker, usb: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.leave(usb)
    post.take(of, usb)
    before = sorted(path.name for path in usb.iterdir())
    again = post.take(of, usb)
    assert [(b.taken.new, b.taken.known) for b in again.bundles] == [(0, 1)]
    assert len(list(usb.iterdir())) == len(before)  # the newer reply took the place of the older
    assert sorted(path.name for path in usb.iterdir()) != before


def test_each_computer_of_a_clinic_gets_its_own_reply(of: Office, laptop: Maker, usb: Path) -> None:
    one, two, other = laptop(), laptop(name="Back office"), laptop(clinic="South clinic")
    for computer in (one, two, other):
        computer.enrol(of)
    one.write("case-1", Kind.CREATE, number="A1-0001")
    one.leave(usb)
    visit = post.take(of, usb)
    assert [(left.device.name, left.operations) for left in visit.left] in (
        [("Front desk", 0), ("Back office", 1)],
        [("Back office", 1), ("Front desk", 0)],
    )
    assert two.collect(usb).taken.new == 1
    assert two.ground.disk.rows["case-1"].values == {"number": "A1-0001"}
    assert other.collect(usb) is None


def test_a_clinic_sees_nothing_of_another(of: Office, laptop: Maker, usb: Path) -> None:
    north, south = laptop(), laptop(clinic="South clinic")
    north.enrol(of)
    south.enrol(of)
    north.write("case-1", Kind.CREATE, number="A1-0001")
    south.write("case-2", Kind.CREATE, number="B1-0001")
    north.leave(usb)
    south.leave(usb)
    assert len(post.take(of, usb).left) == 2
    north.collect(usb)
    south.collect(usb)
    assert set(north.ground.disk.rows) == {"case-1"}
    assert set(south.ground.disk.rows) == {"case-2"}
    assert north.keys.id not in south.engine.vector()


def test_a_new_computer_gets_everything_before_it_wrote_anything(of: Office, laptop: Maker, usb: Path) -> None:
    old, new = laptop(), laptop(name="New laptop")
    scope = old.enrol(of)
    old.write("case-1", Kind.CREATE, number="A1-0001")
    old.leave(usb)
    post.take(of, usb)
    new.enrol(of)
    empty = usb / "another"
    empty.mkdir()
    visit = post.take(of, empty, [scope])
    assert visit.bundles == ()
    assert len(visit.left) == 2
    assert new.collect(empty).taken.new == 1


def test_a_damaged_bundle_is_named_and_the_others_are_taken(of: Office, laptop: Maker, usb: Path) -> None:
    mine, other = laptop(), laptop(name="Back office")
    mine.enrol(of)
    other.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.leave(usb)
    (path,) = stick.find(usb)
    path.write_bytes(path.read_bytes()[:-10])
    other.write("case-2", Kind.CREATE, number="A1-0002")
    other.leave(usb)
    visit = post.take(of, usb)
    assert [refused[0] for refused in visit.refused] == [path]
    assert [bundle.device.name for bundle in visit.bundles] == ["Back office"]
    assert list(of.inbox.iterdir()) == []


def test_a_stranger_is_refused(of: Office, laptop: Maker, usb: Path) -> None:
    mine, stranger = laptop(), laptop(name="Stranger")
    mine.enrol(of)
    stranger.pretend(mine)
    stranger.write("case-9", Kind.CREATE, number="X")
    stranger.leave(usb)
    visit = post.take(of, usb)
    assert visit.bundles == ()
    assert [type(error).__name__ for _, error in visit.refused] == ["UnknownSender"]
    assert [clinic.operations for clinic in status(of)] == [0]


def test_what_a_stolen_computer_writes_is_put_aside_and_a_person_may_take_it_in(
    of: Office, laptop: Maker, usb: Path
) -> None:
    mine, sibling = laptop(), laptop(name="Back office")
    mine.enrol(of)
    sibling.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.leave(usb)
    post.take(of, usb)
    devices.revoke(of, "Front desk", "stolen")
    mine.write("case-1", stage="honest work before the theft")
    mine.leave(usb)
    (bundle,) = post.take(of, usb).bundles
    assert (bundle.taken.new, bundle.taken.quarantined) == (0, 1)
    assert sibling.collect(usb).new_revoked == {mine.keys.id}
    assert "stage" not in sibling.ground.disk.rows["case-1"].values
    (aside,) = quarantine.listed(of, mine.keys.id.hex())
    assert quarantine.accept(of, quarantine.chosen([aside], [aside.kept.entry.op.hex()[:12]])) == 1
    assert quarantine.listed(of) == ()
    sibling.leave(usb)
    post.take(of, usb)  # taking something new does not put it aside again
    sibling.collect(usb)
    assert sibling.ground.disk.rows["case-1"].values["stage"] == "honest work before the theft"
    assert records.find(of, "A1-0001").fields["stage"] == "honest work before the theft"


def test_only_what_is_listed_can_be_taken_in(of: Office) -> None:
    with pytest.raises(Trouble, match="was put aside"):
        quarantine.chosen(quarantine.listed(of), ["0123456789"])


def test_a_lost_stick_loses_nothing(of: Office, laptop: Maker, usb: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.leave(usb)
    shutil.rmtree(usb)
    usb.mkdir()
    mine.write("case-2", Kind.CREATE, number="A1-0002")
    mine.leave(usb)
    (bundle,) = post.take(of, usb).bundles
    assert bundle.taken.new == 2


def test_after_a_restore_clinics_send_again_what_was_lost(of: Office, laptop: Maker, usb: Path, tmp_path: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.leave(usb)
    post.take(of, usb)
    backup.back_up(of, tmp_path / "backup")
    mine.write("case-2", Kind.CREATE, number="A1-0002")
    mine.leave(usb)
    post.take(of, usb)
    mine.collect(usb)
    assert mine.marks.received == mine.engine.vector() != mine.marks.durable
    again = backup.restore(tmp_path / "again", tmp_path / "backup", mine.password)
    again.database.engine.dispose()
    post.take(again, usb)  # still with the older bundles
    mine.collect(usb)
    mine.leave(usb)
    assert sum(clinic.operations for clinic in status(again)) == 2
    post.take(again, usb)
    mine.collect(usb)
    assert mine.marks.incarnation == again.incarnation
    assert mine.marks.received == mine.engine.vector()
    assert [len(tips) for tips in mine.marks.durable.values()] == [1]
    again.close()


def test_evidence_goes_to_headquarters_and_to_the_sibling(of: Office, laptop: Maker, usb: Path) -> None:
    one, two = laptop(), laptop(name="Back office")
    one.enrol(of)
    two.enrol(of)
    sealed = seal_file(io.BytesIO(b"the contract" * 100_000), one.chunks)
    assert len(sealed.ids) == 2
    one.write("file-1", Kind.EVENT, "files", chunks=("chunks", " ".join(sealed.ids)))
    one.leave(usb)
    post.take(of, usb)
    asked = one.collect(usb)
    assert {name.hex() for name in asked.wants} == set(sealed.ids)
    assert {name.hex() for name in two.collect(usb).wants} == set(sealed.ids)
    one.leave(usb, chunk_ids=sealed.ids)
    two.leave(usb, wants=sealed.ids)
    visit = post.take(of, usb)
    assert sorted(bundle.chunks for bundle in visit.bundles) == [0, 2]
    assert sorted(of.chunks.ids()) == sorted(sealed.ids)
    told = one.collect(usb)
    assert {name.hex() for name in told.holds} == set(sealed.ids)
    assert told.wants == ()
    two.collect(usb)
    assert sorted(two.chunks.ids()) == sorted(sealed.ids)


def test_no_clinic_gets_another_ones_evidence(of: Office, laptop: Maker, usb: Path) -> None:
    north, south = laptop(), laptop(clinic="South clinic")
    north.enrol(of)
    south.enrol(of)
    sealed = seal_file(io.BytesIO(b"the contract"), north.chunks)
    north.write("file-1", Kind.EVENT, "files", chunks=("chunks", sealed.ids[0]))
    north.leave(usb, chunk_ids=sealed.ids)
    south.leave(usb, wants=sealed.ids)
    post.take(of, usb)
    south.collect(usb)
    assert list(of.chunks.ids()) == [sealed.ids[0]]
    assert list(south.chunks.ids()) == []


def test_a_published_book_goes_along_until_it_was_taken(of: Office, laptop: Maker, usb: Path, tmp_path: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    book = tmp_path / "mx"
    book.mkdir()
    (book / "parameters.yaml").write_text("minimum_wage: 1")
    (book / "notes.txt").write_text("not of the book")
    with pytest.raises(Trouble, match="not signed"):
        books.publish(of, book)
    (book / "book.sig").write_text("{}")
    done = books.publish(of, book)
    assert books.publish(of, book) == done
    assert books.unpack(done.content) == {"parameters.yaml": b"minimum_wage: 1", "book.sig": b"{}"}
    device = devices.device(of, "Front desk")
    for _ in range(2):  # as often as no word of it comes back
        assert meeting.answer(of, device).books == (done,)
    mine.leave(usb)
    post.take(of, usb)
    mine.collect(usb)
    assert mine.books == [done.content]
    mine.leave(usb)
    post.take(of, usb)
    assert meeting.answer(of, device).books == ()
    (book / "parameters.yaml").write_text("minimum_wage: 2")
    assert meeting.answer(of, device).books == ()
    newer = books.publish(of, book)
    assert meeting.answer(of, device).books == (newer,)


def test_a_case_goes_to_another_clinic_and_late_work_follows(of: Office, laptop: Maker, usb: Path) -> None:
    north, south = laptop(), laptop(clinic="South clinic")
    north.enrol(of)
    scope = south.enrol(of)
    north.write("person-1", Kind.CREATE, "person", name=("text", "a worker"))
    north.write("case-1", Kind.CREATE, number="A1-0001", worker="person-1")
    north.write("case-2", Kind.CREATE, number="A1-0002")
    north.leave(usb)
    post.take(of, usb)
    records.transfer(of, records.find(of, "A1-0001"), scope)
    north.write("case-1", stage="written before they heard")
    north.leave(usb)
    post.take(of, usb, [scope])
    north.collect(usb)
    south.collect(usb)
    assert set(north.ground.disk.rows) == {"case-2"}
    assert set(south.ground.disk.rows) == {"case-1", "person-1"}
    assert south.ground.disk.rows["case-1"].values["stage"] == "written before they heard"
    assert records.find(of, "A1-0001").scope == scope


def test_a_case_goes_nowhere_when_it_is_there(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001")
    mine.hand_to(of, scope)
    with pytest.raises(Trouble, match="already"):
        records.transfer(of, records.find(of, "A1-0001"), scope)
    with pytest.raises(Trouble, match="no one clinic"):
        of.clinic("West clinic")


def test_a_shared_case_is_worked_on_by_both(of: Office, laptop: Maker, usb: Path) -> None:
    north, south = laptop(), laptop(clinic="South clinic")
    north.enrol(of)
    scope = south.enrol(of)
    north.write("case-1", Kind.CREATE, number="A1-0001")
    north.leave(usb)
    post.take(of, usb)
    records.grant(of, records.find(of, "case-1"), scope)
    post.take(of, usb, [scope])
    south.collect(usb)
    south.write("case-1", stage="court")
    south.leave(usb)
    post.take(of, usb)
    north.write("case-1", city=("text", "Lima"))
    north.leave(usb)
    post.take(of, usb, of.scopes())
    north.collect(usb)
    south.collect(usb)
    values = {"number": "A1-0001", "stage": "court", "city": ("text", "Lima")}
    assert north.ground.disk.rows["case-1"].values == values
    assert south.ground.disk.rows["case-1"].values == values


def test_a_clock_that_runs_years_ahead_does_not_win_for_ever(of: Office, laptop: Maker, usb: Path) -> None:
    ahead, right = laptop(), laptop(name="Back office")
    ahead.enrol(of)
    right.enrol(of)
    ahead.wall += 10 * 365 * 24 * 3600 * 1000
    ahead.write("case-1", Kind.CREATE, number="A1-0001", stage="old")
    ahead.leave(usb)
    (bundle,) = post.take(of, usb).bundles
    assert bundle.corrected == 1
    right.collect(usb)
    assert right.ground.disk.stamps["case-1"].touched < ahead.ground.disk.stamps["case-1"].touched
    ahead.collect(usb)
    assert right.ground.disk.stamps == ahead.ground.disk.stamps


def test_a_computer_learns_how_headquarters_is_reached_now(of: Office, laptop: Maker, usb: Path) -> None:
    mine = laptop()
    mine.enrol(of)
    device = devices.device(of, "Front desk")
    moved = office.announce(of, ["192.0.2.7:8443"])
    told = meeting.answer(moved, device).offer.manifest.headquarters
    assert told is not None
    assert told.addresses == moved.card.addresses != of.card.addresses
    for _ in range(2):  # a reply, and the word that it was read
        mine.leave(usb)
        post.take(moved, usb)
        mine.collect(usb)
    mine.leave(usb)
    post.take(moved, usb)
    assert meeting.answer(moved, device).offer.manifest.headquarters is None
