from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer, Empty
from clinic_app.domain.work import NewRow
from clinic_app.errors import InputError
from clinic_app.store.store import Store
from tests.store.conftest import Clinic


class Ticking:
    """A clock of a computer that goes on by a minute with each look."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def ticking(clinic: Clinic, clock: Ticking) -> Iterator[Store]:
    clinic.open().close()
    store = Store.open(clinic.folder, clinic.key, clinic.user, now=clock)
    yield store
    store.close()


def new_case(store: Store) -> str:
    case_id = store.new_case("mx", "es", dt.date(2026, 3, 1))
    store.set_answer(case_id, "worker.name", "Ana")
    return case_id


def day(text: str) -> Edtf:
    return Edtf.parse(text)


def test_what_happened_its_diary_and_the_stage_are_one_save(ticking: Store) -> None:
    case_id = new_case(ticking)
    ticking.put_work(
        case_id,
        [
            NewRow("events", {"kind": "conciliation_filed", "date": day("2026-03-02")}, "e" * 32),
            NewRow("diary", {"kind": "filing", "date": day("2026-03-02"), "state": "done", "event": "e" * 32}),
        ],
        {"closing.outcome": "settled"},
        stage="filed",
    )
    case = ticking.case(case_id)
    assert [row.id for row in case.rows("events")] == ["e" * 32]
    assert case.rows("diary")[0].text("event") == "e" * 32
    assert case.section("closing").text("outcome") == "settled"
    assert ticking.row(case_id).stage == "filed"
    undone = ticking.undo(case_id)
    assert len(undone) == 4
    case = ticking.case(case_id)
    assert (case.rows("events"), case.rows("diary"), case.section("closing").values) == ((), (), {})
    assert ticking.row(case_id).stage == "intake"
    assert ticking.check() == []


def test_undo_goes_back_step_by_step_and_writes_new_operations(ticking: Store) -> None:
    case_id = new_case(ticking)
    ticking.set_answer(case_id, "job.position", "packer")
    ticking.set_answer(case_id, "job.position", "driver")
    row = ticking.add_row(case_id, "events")
    ticking.remove_row(case_id, "events", row, "typed twice")
    ticking.set_case(case_id, next_safe_date=dt.date(2026, 5, 1), rules_version="mx-1")
    before = len(ticking.history(case_id))
    assert ticking.undo(case_id)[0].kind == "delete"
    assert [r.id for r in ticking.case(case_id).rows("events")] == [row]
    assert ticking.undo(case_id)[0].kind == "create"
    assert ticking.case(case_id).rows("events") == ()
    ticking.undo(case_id)
    assert ticking.case(case_id).section("job").text("position") == "packer"
    ticking.undo(case_id)
    assert ticking.case(case_id).section("job").get("position") is Empty.NOT_ASKED
    assert ticking.undo(case_id)[0].detail == "worker.name"
    assert ticking.undo(case_id) == ()  # opening a case is not taken back
    assert ticking.case(case_id).shown_name == ""
    assert ticking.row(case_id).next_safe_date == dt.date(2026, 5, 1)
    assert len(ticking.history(case_id)) > before
    assert ticking.check() == []


def test_undo_knows_only_this_session(clinic: Clinic, ticking: Store, clock: Ticking) -> None:
    case_id = new_case(ticking)
    ticking.close()
    again = Store.open(clinic.folder, clinic.key, clinic.user, now=clock)
    assert again.undo(case_id) == ()
    assert again.case(case_id).shown_name == "Ana"
    again.close()


def test_a_case_can_be_read_as_it_was_at_any_moment(ticking: Store, clock: Ticking) -> None:
    before_all = clock.now
    case_id = new_case(ticking)
    ticking.put_row(case_id, "employers", {"name": "La Palma"})
    ticking.set_answer(case_id, "pay.amount", Decimal("200.50"))
    ticking.set_answer(case_id, "answers.written_notice", "no")
    then = clock.now
    now = ticking.case(case_id)
    ticking.set_answer(case_id, "pay.amount", Decimal(250))
    ticking.set_answer(case_id, "worker.name", "Ana María")
    employer = now.rows("employers")[0].id
    ticking.remove_row(case_id, "employers", employer)
    ticking.put_row(case_id, "events", {"kind": "threat"})
    assert ticking.case_at(case_id, then) == now
    assert ticking.case_at(case_id, clock.now) == ticking.case(case_id)
    assert ticking.case_at(case_id, before_all) is None


def test_the_bin_keeps_everything_and_gives_it_back(ticking: Store) -> None:
    case_id = new_case(ticking)
    ticking.put_row(case_id, "employers", {"name": "La Palma"})
    ticking.put_row(case_id, "events", {"kind": "threat", "note": "at the gate"})
    whole = ticking.case(case_id)
    employer, event = whole.rows("employers")[0].id, whole.rows("events")[0].id
    ticking.remove_row(case_id, "employers", employer, "another place")
    ticking.remove_row(case_id, "events", event, "written twice")
    said = {
        (b.section, b.id, b.reason, b.record.text("name") or b.record.text("note"))
        for b in ticking.binned_rows(case_id)
    }
    assert said == {
        ("employers", employer, "another place", "La Palma"),
        ("events", event, "written twice", "at the gate"),
    }
    ticking.restore_row(case_id, "employers", employer)
    ticking.restore_row(case_id, "events", event)
    assert ticking.binned_rows(case_id) == ()
    assert ticking.case(case_id) == whole
    with pytest.raises(InputError):
        ticking.restore_row(case_id, "events", event)
    ticking.bin_case(case_id, "a test")
    assert ticking.cases() == ()
    (binned,) = ticking.binned_cases()
    assert (binned.id, binned.reason) == (case_id, "a test")
    assert binned.title.endswith("Ana")
    ticking.restore_case(case_id)
    assert ticking.binned_cases() == ()
    assert [row.shown_name for row in ticking.cases()] == ["Ana"]
    assert ticking.case(case_id) == whole
    assert ticking.check() == []


def test_today_reads_open_entries_only(ticking: Store) -> None:
    case_id = new_case(ticking)
    for date, state in (("2026-03-05", None), ("2026-03-04", "done"), ("2026-03-03", None), ("2026-04-20", None)):
        values: dict[str, Answer] = {"kind": "hearing", "date": day(date), "time": "10:00", "amount": Decimal(500)}
        ticking.put_row(case_id, "diary", values | ({"state": state} if state else {}))
    binned = new_case(ticking)
    ticking.put_row(binned, "diary", {"kind": "task", "date": day("2026-03-01")})
    ticking.bin_case(binned, "")
    found = ticking.waiting(dt.date(2026, 3, 5))
    assert [(w.day.day, w.kind, w.time, w.amount) for w in found] == [
        (3, "hearing", "10:00", Decimal(500)),
        (5, "hearing", "10:00", Decimal(500)),
    ]
    plan = ticking._db.rows("EXPLAIN QUERY PLAN " + _waiting_query(), ("2026-03-06",))
    assert any("diary_open" in str(tuple(line)) for line in plan)


def _waiting_query() -> str:
    from clinic_app.store import todo  # noqa: PLC0415 - the query is not for others

    return todo._WAITING


def test_people_whose_answers_a_report_needs(ticking: Store) -> None:
    case_id = new_case(ticking)
    ticking.set_case(case_id, stage="check")
    assert ticking.incomplete(5)[0] == 1
    for path, answer in (
        ("worker.sex", "female"),
        ("worker.birth", day("1990")),
        ("worker.area", "rural"),
        ("worker.indigenous", Empty.PREFERS_NOT_TO_SAY),
    ):
        ticking.set_answer(case_id, path, answer)
    count, rows = ticking.incomplete(5)
    assert (count, [row.id for row in rows]) == (1, [case_id])
    ticking.set_answer(case_id, "worker.disability", Empty.DOES_NOT_KNOW)
    assert ticking.incomplete(5) == (0, ())


def test_what_was_printed_is_told_with_its_pages_and_way(ticking: Store) -> None:
    case_id = new_case(ticking)
    ticking.record_print(case_id, "worker", "ab" * 32, "1-3", "printer")
    ticking.record_print(case_id, "worker", "ab" * 32, "4", "again")
    assert [(p.what, p.pages, p.how, p.sha256) for p in ticking.printed(case_id)] == [
        ("worker", "4", "again", "ab" * 32),
        ("worker", "1-3", "printer", "ab" * 32),
    ]
    assert ticking.undo(case_id)[0].detail == "worker.name"  # what was printed was printed
