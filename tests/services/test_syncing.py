from __future__ import annotations

import datetime as dt
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic_app.domain.views import ClinicInfo, UserInfo
from clinic_app.errors import KnownError
from clinic_app.rules.shelf import Carried, Shelf
from clinic_app.services import clinic as clinics
from clinic_app.services import conflicts, evidence, rulebooks, syncing
from clinic_app.services.clinic import Clinic
from clinic_app.store import vault
from clinic_app.store.store import Store
from clinic_app.store.twin import Twins
from sync import exchange
from sync.hq import backup, devices, office, post, records
from sync.hq import books as rule_books
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from tests.services.conftest import Office as Publisher
from tests.store.conftest import CHEAP
from tests.sync.lines import served

ON = dt.date(2026, 7, 15)
PASSWORD = "a long password"


@pytest.fixture(scope="module")
def books() -> Carried:
    return clinics.carried()


def opened(folder: Path, books: Carried, keys: tuple[bytes, UserInfo]) -> Clinic:
    store = Store.open(folder, *keys, twins=Twins(folder.parent / "settings", "this computer"))
    return Clinic(folder, store, Shelf(books, folder / "rules", ()), store.user)


def created(folder: Path, books: Carried, user: str, keys: dict[Path, tuple[bytes, UserInfo]]) -> Clinic:
    key, who, _ = vault.create(folder, user, PASSWORD, CHEAP)
    Store.create(folder, key, ClinicInfo("Valle", "mx", practice=False, created_on=ON), who).close()
    keys[folder] = (key, who)
    return opened(folder, books, keys[folder])


@dataclass
class World:
    """A headquarters, two computers of a clinic, and a stick."""

    hq: Office
    one: Clinic
    other: Clinic
    stick: Path
    books: Carried
    keys: dict[Path, tuple[bytes, UserInfo]]
    was_set_back: bool = False

    def reopen(self) -> None:
        self.one = opened(self.one.folder, self.books, self.keys[self.one.folder])

    def join(self, clinic: Clinic, name: str, of: str = "Valle") -> str:
        enrolled = devices.enrol(self.hq, syncing.request(clinic, name), of)
        joining = syncing.read_enrolment(clinic, enrolled.card)
        assert joining.words == enrolled.words
        syncing.enrol(clinic, joining)
        return joining.words

    def visit_headquarters(self) -> None:
        assert post.take(self.hq, self.stick).refused == ()

    def round(self) -> None:
        """Carry the stick from both computers to headquarters and back, until all have met."""
        for _ in range(2):
            for clinic in (self.one, self.other):
                visit = syncing.by_stick(clinic, self.stick)
                # One that was set back has forgotten whom it knew, until headquarters has heard of it.
                assert {problem.code for problem in visit.problems} <= ({"Y-13"} if self.was_set_back else set())
            self.visit_headquarters()
        for clinic in (self.one, self.other):
            syncing.by_stick(clinic, self.stick)


@pytest.fixture
def world(tmp_path: Path, books: Carried) -> Iterator[World]:
    keys: dict[Path, tuple[bytes, UserInfo]] = {}
    one = created(tmp_path / "one", books, "Tamar", keys)
    other = created(tmp_path / "other", books, "Gio", keys)
    stick = tmp_path / "stick"
    stick.mkdir()
    opening = Opening(password="correct horse battery")
    made_hq, _ = office.create(tmp_path / "hq", "Central", opening, cost=Cost(rounds=1, memory_kib=8))
    with closing(made_hq) as hq:
        made = World(hq, one, other, stick, books, keys)
        made.join(one, "laptop 1")
        made.join(other, "laptop 2")
        yield made
        made.one.close()
        made.other.close()


def test_two_computers_and_headquarters_come_to_the_same(world: World) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    world.one.store.set_answer(case_id, "worker.name", "Keti")
    other_case = world.other.store.new_case("mx", "es", ON)
    before = syncing.status(world.one)
    assert (before.enrolled, before.received, before.on_stick) == (True, 0, 0)
    assert before.waiting == before.saved > 0

    visit = syncing.by_stick(world.one, world.stick)
    assert visit.slip is not None
    assert visit.slip.changes == before.saved
    on_stick = syncing.status(world.one)
    assert (on_stick.on_stick, on_stick.received, on_stick.stick_words) == (before.saved, 0, visit.slip.words)
    world.one.store.set_answer(case_id, "job.zone", "a")
    assert syncing.status(world.one).on_stick == before.saved
    assert syncing.case_status(world.one, case_id).changes_waiting > 0

    world.round()
    after = syncing.status(world.one)
    assert (after.waiting, after.received) == (0, after.saved)
    assert after.safe == 0  # headquarters has made no backup yet
    case = syncing.case_status(world.one, case_id)
    assert (case.is_received, case.is_safe) == (True, False)
    for clinic in (world.one, world.other):
        assert {row.id for row in clinic.store.cases()} == {case_id, other_case}
        assert clinic.store.check() == []
    assert world.one.store.dump() == world.other.store.dump()
    assert world.other.store.case(case_id).section("worker").text("name") == "Keti"


def test_work_is_safe_once_headquarters_has_backed_it_up(world: World, tmp_path: Path) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    world.round()
    backup.back_up(world.hq, tmp_path / "backup")
    world.round()
    found = syncing.status(world.one)
    assert found.safe == found.saved
    assert syncing.case_status(world.one, case_id).is_safe


def test_two_computers_meet_without_headquarters(world: World) -> None:
    world.round()  # they learn of each other
    case_id = world.one.store.new_case("mx", "es", ON)
    syncing.by_stick(world.one, world.stick)
    visit = syncing.by_stick(world.other, world.stick)
    assert visit.changes.cases == {case_id}
    assert world.other.store.row(case_id).id == case_id
    world.visit_headquarters()  # carried by the other, too
    assert records.find(world.hq, case_id).id == case_id


def test_what_two_wrote_differently_waits_on_both_with_names(world: World) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    world.round()
    world.one.store.set_answer(case_id, "job.zone", "a")
    world.other.store.set_answer(case_id, "job.zone", "b")
    world.round()
    (found,) = conflicts.of_case(world.one, case_id)
    assert {(said.answer, said.who, said.computer, said.here) for said in found.values} == {
        ("a", "Tamar", "laptop 1", True),
        ("b", "Gio", "laptop 2", False),
    }
    conflicts.choose(world.other, case_id, "job.zone", found.values[0].ref, ON)
    world.round()
    assert conflicts.count(world.one) == conflicts.count(world.other) == 0


def test_a_lost_stick_loses_nothing(world: World) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    syncing.by_stick(world.one, world.stick)
    shutil.rmtree(world.stick)
    world.stick.mkdir()
    world.one.store.set_answer(case_id, "job.zone", "a")
    world.round()
    assert world.other.store.case(case_id).section("job").text("zone") == "a"
    assert syncing.status(world.one).waiting == 0


def test_a_backup_put_back_gets_its_work_again_and_writes_on(world: World, tmp_path: Path) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    folder = world.one.folder
    world.one.close()
    shutil.copytree(folder, tmp_path / "old")
    world.reopen()
    world.one.store.set_answer(case_id, "job.zone", "after the backup")
    world.round()
    world.one.close()
    shutil.rmtree(folder)
    (tmp_path / "old").rename(folder)
    world.reopen()
    world.was_set_back = True
    assert any("copy" in notice.what for notice in syncing.status(world.one).notices)
    world.one.store.set_answer(case_id, "job.position", "picker")
    world.round()
    for clinic in (world.one, world.other):
        assert clinic.store.case(case_id).section("job").text("zone") == "after the backup"
        assert clinic.store.case(case_id).section("job").text("position") == "picker"
        assert clinic.store.check() == []
    assert conflicts.count(world.one) == 0


def test_a_computer_that_is_shut_out_sends_nothing_and_can_come_back_as_a_new_one(world: World) -> None:
    world.round()
    devices.revoke(world.hq, "laptop 1", "stolen")
    world.visit_headquarters()
    syncing.by_stick(world.other, world.stick)  # learns of it
    kept = world.one.store.new_case("mx", "es", ON)
    syncing.by_stick(world.one, world.stick)
    assert post.take(world.hq, world.stick).refused == ()
    syncing.by_stick(world.other, world.stick)
    assert world.other.store.rows_of([kept]) == {}
    syncing.by_stick(world.one, world.stick)  # a list of headquarters reaches it by the other computer, or later
    trust = world.other.store.membership.exchange(lambda: 0).trust
    exchange.keep_trust(world.one.store.membership.ground, trust)
    assert any("shut this computer out" in notice.what for notice in syncing.status(world.one).notices)
    world.join(world.one, "laptop 1 again")
    anew = world.one.store.new_case("mx", "es", ON)
    world.was_set_back = True  # it does not know who vouches for whom until headquarters has written
    world.round()
    assert set(world.other.store.rows_of([anew])) == {anew}
    assert world.one.store.check() == world.other.store.check() == []


def test_evidence_arrives_byte_for_byte_after_the_records(world: World, tmp_path: Path) -> None:
    case_id = world.one.store.new_case("mx", "es", ON)
    letter = tmp_path / "letter.txt"
    letter.write_bytes(b"You need not come back. " + secrets.token_hex(600_000).encode())
    evidence.add_path(world.one, case_id, letter)
    assert syncing.status(world.one).files_waiting == 2  # parts of a megabyte
    world.round()
    found = syncing.status(world.one)
    assert (found.files_waiting, found.waiting) == (0, 0)
    assert syncing.status(world.other).files_lacking == 0
    (file,) = world.other.store.files.of_case(case_id)
    assert b"".join(world.other.store.files.read(file.id)) == letter.read_bytes()


def test_a_published_rule_book_counts_where_its_key_is_trusted(world: World, request: pytest.FixtureRequest) -> None:
    publisher: Publisher = request.getfixturevalue("office")
    rulebooks.trust(world.one, publisher.key, publisher.key.fingerprint)
    for clinic in (world.one, world.other):
        syncing.by_stick(clinic, world.stick)
    rule_books.publish(world.hq, publisher.publish())
    world.visit_headquarters()
    took, refused = (syncing.by_stick(clinic, world.stick) for clinic in (world.one, world.other))
    assert (took.books, took.problems) == (("zembla-1",), ())
    assert world.one.shelf.find("zembla", "zembla-1") is not None
    assert (refused.books, len(refused.problems)) == ((), 1)
    assert world.other.shelf.find("zembla", "zembla-1") is None


def test_each_trouble_has_its_sentence(world: World, tmp_path: Path) -> None:
    lonely = created(tmp_path / "lonely", world.books, "Ana", world.keys)
    with closing(lonely):
        with pytest.raises(KnownError, match="not connected") as not_yet:
            syncing.by_stick(lonely, world.stick)
        assert not_yet.value.code == "Y-01"
        mine = devices.enrol(world.hq, syncing.request(world.one, "laptop 1"), "Valle").card
        with pytest.raises(KnownError, match="another computer"):
            syncing.read_enrolment(lonely, mine)
        with pytest.raises(KnownError, match="not a file of headquarters"):
            syncing.read_enrolment(lonely, b"clinic enrolment 1: x\nAAAA\n")
        with pytest.raises(KnownError, match="newer version"):
            syncing.read_enrolment(lonely, b"clinic enrolment 99: x\nAAAA\n")
        world.join(lonely, "laptop 9", "Elsewhere")
        syncing.by_stick(world.one, world.stick)
        visit = syncing.by_stick(lonely, world.stick)
        assert visit.for_others is not None
        assert (visit.problems, visit.for_others.code) == ((), "Y-12")
    world.round()
    (bundle_file,) = [path for path in world.stick.iterdir() if path.name in _left(world.one)]
    shutil.copy(bundle_file, tmp_path / "whole")
    bundle_file.write_bytes(bundle_file.read_bytes()[:-40])
    visit = syncing.by_stick(world.other, world.stick)
    assert [problem.code for problem in visit.problems] == ["Y-11"]
    with pytest.raises(KnownError) as gone:
        syncing.by_stick(world.one, tmp_path / "pulled out")
    assert gone.value.code == "Y-07"


def _left(clinic: Clinic) -> tuple[str, ...]:
    return clinic.store.membership.left().names


def test_a_stick_of_another_headquarters_is_refused(world: World, tmp_path: Path) -> None:
    made, _ = office.create(
        tmp_path / "hq2", "False", Opening(password="correct horse battery"), cost=Cost(rounds=1, memory_kib=8)
    )
    with closing(made) as false_hq:
        card = devices.enrol(false_hq, syncing.request(world.one, "laptop 1"), "Valle").card
    with pytest.raises(KnownError, match="another headquarters") as refused:
        syncing.read_enrolment(world.one, card)
    assert refused.value.code == "Y-04"


def test_work_that_waits_for_long_is_a_task(world: World) -> None:
    world.one.store.new_case("mx", "es", ON)
    today = dt.datetime.now().astimezone().date()
    assert not syncing.is_overdue(world.one, today)
    assert syncing.is_overdue(world.one, today + dt.timedelta(days=syncing.OVERDUE_DAYS + 1))
    world.round()
    assert not syncing.is_overdue(world.one, today + dt.timedelta(days=syncing.OVERDUE_DAYS + 1))


def test_what_progress_raises_stops_the_meeting_and_leaves_nothing_half_done(world: World) -> None:
    world.one.store.new_case("mx", "es", ON)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        syncing.by_stick(world.one, world.stick, stop)
    assert list(world.stick.iterdir()) == []
    assert syncing.status(world.one).on_stick == 0
    world.round()
    assert syncing.status(world.one).waiting == 0


# -- the line -------------------------------------------------------------------------------------


@pytest.fixture
def line(world: World) -> Iterator[World]:
    """The same world, with headquarters serving its line on this machine; both computers know where."""
    listening = socket.create_server(("127.0.0.1", 0))
    world.hq = office.announce(world.hq, (f"127.0.0.1:{listening.getsockname()[1]}",))
    with served(world.hq, listening=listening):
        for clinic, name in ((world.one, "laptop 1"), (world.other, "laptop 2")):
            card = devices.enrol(world.hq, syncing.request(clinic, name), "Valle").card
            syncing.enrol(clinic, syncing.read_enrolment(clinic, card))
        yield world


def test_the_line_does_the_same_as_a_stick(line: World) -> None:
    case_id = line.one.store.new_case("mx", "es", ON)
    visit = syncing.online(line.one)
    assert visit.problems == ()
    found = syncing.status(line.one)
    assert (found.waiting, found.received) == (0, found.saved)
    assert found.last_received is not None
    visit = syncing.online(line.other)
    assert visit.changes.cases == {case_id}
    line.other.store.set_answer(case_id, "job.zone", "a")
    syncing.online(line.other)
    assert syncing.online(line.one).changes.cases == {case_id}
    assert line.one.store.case(case_id).section("job").text("zone") == "a"
    assert syncing.online(line.one).taken == 0
    assert line.one.store.check() == line.other.store.check() == []


def test_a_new_address_comes_with_the_next_reply_by_stick(world: World) -> None:
    world.round()
    world.hq = office.announce(world.hq, ("192.0.2.7:8443",))
    assert not syncing.status(world.one).has_line
    world.round()
    assert syncing.status(world.one).has_line
    assert syncing.status(world.other).has_line


def test_a_paused_line_sends_nothing(line: World) -> None:
    line.one.store.new_case("mx", "es", ON)
    syncing.pause(line.one, paused=True)
    with pytest.raises(KnownError, match="paused"):
        syncing.online(line.one)
    assert syncing.status(line.one).received == 0
    syncing.pause(line.one, paused=False)
    syncing.online(line.one)
    assert syncing.status(line.one).waiting == 0


def test_a_line_that_is_down_keeps_everything(world: World) -> None:
    world.one.store.new_case("mx", "es", ON)
    with pytest.raises(KnownError, match="no address"):
        syncing.online(world.one)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told = office.announce(world.hq, (f"127.0.0.1:{port}",))
    card = devices.enrol(told, syncing.request(world.one, "laptop 1"), "Valle").card
    syncing.enrol(world.one, syncing.read_enrolment(world.one, card))
    with pytest.raises(KnownError) as down:
        syncing.online(world.one)
    assert down.value.code == "Y-16"
    world.round()
    assert syncing.status(world.one).waiting == 0
