from __future__ import annotations

import datetime as dt
import itertools
import random
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.errors import InputError
from clinic_app.store import vault
from clinic_app.store.store import Store, _link_id
from sync.engine import Arrival, Engine
from sync.records import decode, digest, encode
from sync.wire import Entry
from tests.store.conftest import CHEAP, INFO, PASSWORD, Clinic

OPENED = dt.date(2026, 3, 1)
ANSWERS: tuple[tuple[str, tuple[Answer, ...]], ...] = (
    ("worker.name", ("Ana", "José", "", Empty.DOES_NOT_KNOW, Empty.NOT_ASKED)),
    ("worker.keep_hidden", ("yes", "no", Empty.NOT_ASKED)),
    ("job.start", (Edtf.parse("2026~"), Edtf.parse("2025-12/.."), Empty.PREFERS_NOT_TO_SAY)),
    ("pay.amount", (Decimal("12.5"), Decimal("12.50"), Span(Decimal(1), Decimal(2)), Empty.NOT_APPLICABLE)),
    ("contact.phone", ("644 123", Empty.NOT_ASKED)),
    ("answers.q1", ("yes", "no", Empty.DOES_NOT_KNOW, Empty.NOT_ASKED)),
    ("answers.q2", (Decimal(3), (), ({"a": 1},))),
)


def play(store: Store, seed: int, steps: int) -> None:
    """Do many things at random, as a person at the desk would."""
    rng = random.Random(seed)  # noqa: S311 - a history to repeat, not a secret
    for _ in range(steps):
        known = [row.id for row in store.cases()]
        do = rng.randrange(12)
        if do == 0 or not known:
            store.new_case("mx", "es", OPENED)
            continue
        case_id = rng.choice(known)
        section = rng.choice(("employers", "events", "evidence"))
        rows = [record.id for record in store.case(case_id).rows(section)]
        if do == 1:
            told = CaseFile(
                "mx", "es", {"job": Record({"zone": "x"})}, {"employers": (Record({"name": "E"}),)}, Record()
            )
            store.put_case(told, OPENED)
        elif do == 2:
            store.add_row(case_id, section)
        elif do == 3 and rows:
            store.remove_row(case_id, section, rng.choice(rows))
        elif do in (4, 5) and rows:
            field = {"employers": "name", "events": "note", "evidence": "title"}[section]
            store.set_answer(case_id, f"{section}[{rng.choice(rows)}].{field}", f"text {rng.randrange(5)}")
        elif do == 6:
            store.set_case(case_id, stage=rng.choice(("check", "papers")), next_safe_date=rng.choice((OPENED, None)))
        elif do == 7:
            store.record_print(case_id, "packet", "ab", "1")
        else:
            path, answers = rng.choice(ANSWERS)
            store.set_answer(case_id, path, rng.choice(answers))


@pytest.mark.parametrize("seed", range(5))
def test_the_tables_built_again_from_the_journal_are_the_same(store: Store, seed: int) -> None:
    play(store, seed, 60)
    before = store.dump()
    assert store.count() > 0
    store.rebuild()
    assert store.dump() == before
    assert store.check() == []
    play(store, seed + 100, 10)
    assert store.check() == []


def test_every_save_is_in_the_journal_with_what_its_writer_saw(store: Store, case_id: str) -> None:
    store.set_answer(case_id, "job.zone", "a")
    store.set_answer(case_id, "job.zone", "b")
    store.set_answer(case_id, "job.state", "c")
    found = store._db.rows("SELECT body, hash FROM op WHERE entity = ? ORDER BY seq", (f"{case_id}.job",))
    first, second, third = (decode(bytes(row[0])) for row in found)
    assert first.bases == {}
    assert second.bases == {"zone": (bytes(found[0][1]),)}
    assert third.bases == {}
    assert second.fields == {"zone": ("text", "b")}
    assert second.hlc > first.hlc
    assert second.actor == store.user.id


def test_a_whole_intake_is_one_transaction_of_the_journal(store: Store) -> None:
    before = store._db.one("SELECT max(seq) FROM op")[0]
    store.put_case(CaseFile("mx", "es", {"worker": Record({"name": "A"})}, {}, Record({"q": "yes"})), OPENED)
    bodies = store._db.rows("SELECT body FROM op WHERE seq > ? ORDER BY seq", (before,))
    assert {decode(bytes(row[0])).txn for row in bodies} == {before + 1}


def test_a_save_that_fails_leaves_no_trace_and_the_next_one_goes_on(store: Store, case_id: str) -> None:
    before, tip = store.dump(), store._db.one("SELECT max(seq) FROM op")
    bad = CaseFile("mx", "es", {"worker": Record({"name": "A"}), "job": Record({"zone": "bad\0"})}, {}, Record())
    with pytest.raises(InputError, match="cannot be saved"):
        store.put_case(bad, OPENED)
    assert store.dump() == before
    assert store._db.one("SELECT max(seq) FROM op") == tip
    store.set_answer(case_id, "worker.name", "A")
    numbers = sorted(row.number for row in store.cases())
    store.new_case("mx", "es", OPENED)
    assert len(numbers) == 1
    assert store.check() == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE person SET name = 'Eva'", "differ from the journal"),
        ("DELETE FROM cases", "differ from the journal"),
        ("INSERT INTO answers VALUES ('x', 'q', 'v', 'text', NULL)", "differ from the journal"),
        ("DELETE FROM search", "differ from the journal"),
        ("DELETE FROM op WHERE seq = 3", "missing"),
        ("DELETE FROM op WHERE seq = (SELECT max(seq) FROM op)", "differ from the journal"),
        ("UPDATE op SET body = x'00' WHERE seq = 2", "not what was written"),
        ("UPDATE op SET prev = zeroblob(32) WHERE seq = 2", "is missing"),
        ("UPDATE op SET entity = 'x' WHERE seq = 2", "its place"),
    ],
)
def test_check_finds_what_was_changed_behind_the_journal(store: Store, case_id: str, sql: str, words: str) -> None:
    store.set_answer(case_id, "worker.name", "Ana")
    assert store.check() == []
    with store._db.transaction():
        store._db.run(sql)
    assert any(words in problem for problem in store.check())


def test_check_changes_nothing(store: Store, case_id: str) -> None:
    store.set_answer(case_id, "worker.name", "Ana")
    with store._db.transaction():
        store._db.run("UPDATE person SET name = 'Eva'")
    before = store.dump()
    assert store.check()
    assert store.dump() == before
    store.rebuild()
    assert store.check() == []
    assert store.case(case_id).section("worker").text("name") == "Ana"


# -- operations of several computers --------------------------------------------------------


def bodies(store: Store) -> list[list[bytes]]:
    """Everything a store has written or taken in, a list a stream."""
    found = store._db.rows("SELECT stream, body FROM op ORDER BY stream, seq, hash")
    return [[bytes(row[1]) for row in rows] for _, rows in itertools.groupby(found, lambda row: row[0])]


def receive(store: Store, operations: list[bytes]) -> int:
    """Have a store take in what others wrote; return how many operations were new."""
    journal = store._journal
    read = [(decode(body), body) for body in operations]
    entries = [(Entry(o.stream, o.seq, o.prev_hash, digest(body), body), o.device) for o, body in read]
    taken = Engine(journal.ground).take([Arrival(entry, device) for entry, device in entries])
    journal.load()
    return taken.new


def another(tmp_path: Path, name: str) -> Store:
    key, user, _ = vault.create(tmp_path / name, name, PASSWORD, CHEAP)
    return Store.create(tmp_path / name, key, INFO, user)


def interleave(streams: list[list[bytes]], rng: random.Random) -> list[bytes]:
    left = [list(stream) for stream in streams]
    out = []
    while left := [stream for stream in left if stream]:
        out.append(rng.choice(left).pop(0))
    return out


@pytest.mark.parametrize("seed", range(3))
def test_the_tables_do_not_depend_on_the_order_in_which_operations_arrive(tmp_path: Path, seed: int) -> None:
    one, two = another(tmp_path, "one"), another(tmp_path, "two")
    rng = random.Random(seed)  # noqa: S311 - a history to repeat, not a secret
    for turn in range(4):
        play(one, seed * 50 + turn, 15)
        play(two, seed * 50 + turn + 7, 15)
        if turn % 2 == 0:  # they meet, then both go on with the same cases
            for stream in bodies(one):
                receive(two, stream)
            for stream in bodies(two):
                receive(one, stream)
            assert one.dump() == two.dump()
    everything = bodies(one) + bodies(two)
    for stream in bodies(one):
        receive(two, stream)
    for stream in bodies(two):
        receive(one, stream)
    third, fourth = another(tmp_path, "three"), another(tmp_path, "four")
    fourth_stream, third_stream = bodies(fourth), bodies(third)
    longest = {stream[0]: stream for stream in sorted(everything, key=len)}
    mixed = list(longest.values())
    receive(third, interleave([*mixed, *fourth_stream], rng))
    receive(fourth, interleave([*mixed, *third_stream], rng))
    assert third.dump() == fourth.dump()
    for store in (one, two, third, fourth):
        assert store.check() == []
        before = store.dump()
        assert sum(receive(store, stream) for stream in mixed) == 0
        assert store.dump() == before
        store.close()


def test_both_values_written_apart_are_kept(tmp_path: Path) -> None:
    one, two = another(tmp_path, "one"), another(tmp_path, "two")
    case_id = one.new_case("mx", "es", OPENED)
    for stream in bodies(one):
        receive(two, stream)
    one.set_answer(case_id, "job.zone", "from one")
    one.set_answer(case_id, "job.position", "picker")
    two.set_answer(case_id, "job.zone", "from two")
    two.set_answer(case_id, "answers.q", "yes", Kind.YES_NO)
    for stream in bodies(one):
        receive(two, stream)
    for stream in bodies(two):
        receive(one, stream)
    case = one.case(case_id)
    assert case.section("job").text("position") == "picker"
    assert case.answers.text("q") == "yes"
    stamps = one._journal.stamps(f"{case_id}.job")
    kept = {one._journal.operation(stamp.op).fields["zone"] for stamp in stamps.heads if "zone" in stamp.fields}
    assert kept == {("text", "from one"), ("text", "from two")}
    assert one.dump() == two.dump()
    one.set_answer(case_id, "job.zone", "settled")
    for stream in bodies(one):
        receive(two, stream)
    assert two.case(case_id).section("job").text("zone") == "settled"
    assert [s.fields for s in two._journal.stamps(f"{case_id}.job").heads].count(("zone",)) == 1
    one.close()
    two.close()


@pytest.mark.parametrize("delete_first", [True, False])
def test_a_row_removed_here_and_written_there_stays_visible(tmp_path: Path, delete_first: bool) -> None:
    one, two, third = (another(tmp_path, name) for name in ("one", "two", "three"))
    case_id = one.new_case("mx", "es", OPENED)
    row = one.add_row(case_id, "events")
    (stream,) = bodies(one)
    receive(two, stream)
    receive(third, stream)
    one.remove_row(case_id, "events", row)
    two.set_answer(case_id, f"events[{row}].note", "news")
    removed, written = bodies(one)[0][len(stream) :], next(own for own in bodies(two) if own[0] not in stream)
    for part in (removed, written) if delete_first else (written, removed):
        receive(third, part)
    assert [record.text("note") for record in third.case(case_id).rows("events")] == ["news"]
    assert third.check() == []
    third.remove_row(case_id, "events", row)  # now everything was seen
    assert third.case(case_id).rows("events") == ()
    for store in (one, two, third):
        store.close()


def test_an_employer_tied_to_a_case_twice_and_untied_and_tied_again(tmp_path: Path) -> None:
    one, two = another(tmp_path, "one"), another(tmp_path, "two")
    case_id = one.new_case("mx", "es", OPENED)
    employer = one.add_row(case_id, "employers")
    created = bodies(one)[0]
    receive(two, created)
    one.remove_row(case_id, "employers", employer)
    for store in (one, two):  # both, not knowing of each other
        with store._saving():
            tie = {"case": case_id, "employer": employer}
            store._journal.append("case_employer", _link_id(case_id, employer), "link", dict(tie))
        assert [record.id for record in store.case(case_id).rows("employers")] == [employer]
    everything = [bodies(one), bodies(two)]
    for stream in everything[1]:
        receive(one, stream)
    for stream in everything[0]:
        receive(two, stream)
    assert one.dump() == two.dump()
    for store in (one, two):
        assert [record.id for record in store.case(case_id).rows("employers")] == [employer]
        assert store.check() == []
        store.close()


def test_operations_that_came_too_early_wait_for_those_before_them(tmp_path: Path) -> None:
    one, two = another(tmp_path, "one"), another(tmp_path, "two")
    case_id = one.new_case("mx", "es", OPENED)
    one.set_answer(case_id, "worker.name", "Ana")
    (stream,) = bodies(one)
    before = two.dump()
    elsewhere = encode(msgspec.structs.replace(decode(stream[1]), prev_hash=bytes(32)))
    assert receive(two, [*stream[1:], elsewhere]) == 0
    assert two.dump() == before
    assert receive(two, stream[:1]) == len(stream)
    assert two.case(case_id).section("worker").text("name") == "Ana"
    assert two.check() == []
    one.close()
    two.close()


def test_the_clock_goes_on_above_all_that_was_seen(clinic: Clinic) -> None:
    store = Store.open(clinic.folder, clinic.key, clinic.user, now=lambda: dt.datetime(2090, 1, 1, tzinfo=dt.UTC))
    first = store.new_case("mx", "es", OPENED)
    store.close()
    store = Store.open(clinic.folder, clinic.key, clinic.user, now=lambda: dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    store.set_answer(first, "job.zone", "later, whatever the clock says")
    assert store.check() == []
    assert store.cases()[0].touched_at.startswith("1970")
    last = store._db.rows("SELECT hlc FROM op ORDER BY seq DESC LIMIT 2")
    assert last[0][0] > last[1][0]
    store.close()
