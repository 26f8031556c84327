from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.errors import InputError
from clinic_app.store.store import Store

OPENED = dt.date(2026, 3, 1)


def test_a_new_case_has_a_number_and_what_was_given(store: Store, case_id: str) -> None:
    case = store.case(case_id)
    assert (case.place, case.language, case.rules_version) == ("mx", "es", "mx-1")
    assert (case.clinic, case.practice) == ("Clínica del Valle", False)
    assert case.sections == {}
    assert case.lists == {}
    assert store.find(case.number) == case_id
    assert store.find(f" {case.number.lower()} ") == case_id


def test_numbers_run_on_within_this_computers_block(store: Store) -> None:
    numbers = [store.case(store.new_case("mx", "es", OPENED)).number for _ in range(3)]
    block = numbers[0][:2]
    assert block[0].isalpha()
    assert block[1].isdigit()
    assert numbers == [f"{block}-000{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("worker.name", "Ana María Núñez"),
        ("story.told", "Line one\nline two “quoted” ქართული"),
        ("job.start", Edtf.parse("2026-02~")),
        ("job.last_day", Edtf.parse("2026-01/..")),
        ("pay.amount", Decimal("1913.00")),
        ("pay.unpaid_days", Span(Decimal("3.5"), Decimal(10))),
        ("hours.starts", "07:30"),
        ("urgent.injury", "no"),
        ("job.zone", Empty.DOES_NOT_KNOW),
        ("worker.official_id", Empty.PREFERS_NOT_TO_SAY),
        ("job.last_day", Empty.NOT_APPLICABLE),
        ("worker.alias", ""),
    ],
)
def test_an_answer_comes_back_as_it_was_given(store: Store, case_id: str, path: str, answer: Answer) -> None:
    section, field = path.split(".")
    changes = store.set_answer(case_id, path, answer)
    assert changes.kinds == {"case"}
    assert changes.cases == {case_id}
    found = store.case(case_id).section(section).values
    assert found == {field: answer}
    assert type(found[field]) is type(answer)
    if isinstance(answer, Decimal):
        assert str(found[field]) == str(answer)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("yes", Kind.YES_NO),
        (Decimal("12.50"), Kind.MONEY),
        (7, Kind.INTEGER),
        (Edtf.parse("2026-03-15"), Kind.DATE),
        (Span(Decimal(1), Decimal(2)), Kind.NUMBER),
        (Empty.PREFERS_NOT_TO_SAY, None),
        (
            ({"week": Edtf.parse("2026-03"), "hours": Decimal("9.5"), "why": Empty.DOES_NOT_KNOW, "n": 3, "s": "{"},),
            None,
        ),
        ((), Kind.TABLE),
    ],
)
def test_answers_to_a_rule_book_keep_their_kind(store: Store, case_id: str, answer: Answer, kind: Kind | None) -> None:
    store.set_answer(case_id, "answers.some_question", answer, kind)
    assert store.case(case_id).answers.values == {"some_question": answer}
    assert not store.set_answer(case_id, "answers.some_question", answer, kind)


def test_each_of_the_four_empties_stays_itself(store: Store, case_id: str) -> None:
    for empty in (Empty.DOES_NOT_KNOW, Empty.PREFERS_NOT_TO_SAY, Empty.NOT_APPLICABLE):
        store.set_answer(case_id, "job.zone", empty)
        store.set_answer(case_id, "answers.q", empty)
        assert store.case(case_id).section("job").get("zone") is empty
        assert store.case(case_id).answers.get("q") is empty
    store.set_answer(case_id, "job.zone", Empty.NOT_ASKED)
    store.set_answer(case_id, "answers.q", Empty.NOT_ASKED)
    assert "zone" not in store.case(case_id).section("job").values
    assert store.case(case_id).answers.values == {}


def test_the_same_answer_again_changes_nothing(store: Store, case_id: str) -> None:
    assert store.set_answer(case_id, "pay.amount", Decimal("12.50"))
    before = store.history(case_id)
    assert not store.set_answer(case_id, "pay.amount", Decimal("12.50"))
    assert not store.set_answer(case_id, "job.start", Empty.NOT_ASKED)
    assert store.history(case_id) == before
    assert store.set_answer(case_id, "pay.amount", Decimal("12.51"))


def test_rows_keep_their_order_and_can_be_removed(store: Store, case_id: str) -> None:
    for section, field in (("employers", "name"), ("events", "note")):
        ids = [store.add_row(case_id, section) for _ in range(4)]
        for n, row in enumerate(ids):
            store.set_answer(case_id, f"{section}[{row}].{field}", f"row {n}")
        store.set_answer(case_id, f"{section}[{ids[0]}].{field}", "changed later")
        assert [record.id for record in store.case(case_id).rows(section)] == ids
        assert store.remove_row(case_id, section, ids[1])
        shown = store.case(case_id).rows(section)
        assert [record.text(field) for record in shown] == ["changed later", "row 2", "row 3"]
        with pytest.raises(InputError, match="no such row"):
            store.set_answer(case_id, f"{section}[{ids[1]}].{field}", "too late")
    assert "delete" in {row.kind for row in store.history(case_id)}


def test_a_whole_intake_is_saved_at_once(store: Store) -> None:
    told = CaseFile(
        "mx",
        "es",
        {
            "worker": Record({"name": "Ana", "birth": Empty.DOES_NOT_KNOW}),
            "pay": Record({"amount": Span(Decimal("1.00"), Decimal("2.00")), "period": "week"}),
        },
        {
            "employers": (Record({"name": "Uno", "workers": 40}), Record({"name": "Dos"})),
            "events": (Record({"kind": "dismissal", "date": Edtf.parse("2026-02-03")}),),
        },
        Record({"written_notice": "no", "not_asked": Empty.NOT_ASKED}),
        rules_version="mx-7",
    )
    case_id = store.put_case(told, OPENED, "check")
    found = store.case(case_id)
    assert {name: record.values for name, record in found.sections.items()} == {
        name: record.values for name, record in told.sections.items()
    }
    assert {name: [r.values for r in rows] for name, rows in found.lists.items()} == {
        name: [r.values for r in rows] for name, rows in told.lists.items()
    }
    assert found.answers.values == {"written_notice": "no"}
    assert found.rules_version == "mx-7"
    assert all(record.id for rows in found.lists.values() for record in rows)
    row = store.cases()[0]
    assert (row.id, row.stage, row.opened_on, row.shown_name, row.employer) == (case_id, "check", OPENED, "Ana", "Uno")


def test_case_settings(store: Store, case_id: str) -> None:
    assert store.set_case(case_id, stage="check", intake_page="pay", language="ka", next_safe_date=dt.date(2026, 5, 1))
    assert not store.set_case(case_id, stage="check", next_safe_date=dt.date(2026, 5, 1))
    row = store.cases()[0]
    assert (row.stage, row.intake_page, row.next_safe_date) == ("check", "pay", dt.date(2026, 5, 1))
    assert store.case(case_id).language == "ka"
    assert store.set_case(case_id, next_safe_date=None)
    assert store.cases()[0].next_safe_date is None
    assert store.cases()[0].stage == "check"


@pytest.mark.parametrize(
    "path",
    [
        "nowhere.name",
        "worker.nothing",
        "worker",
        "",
        "events.date",
        "job[abc].start",
        "events[abc].date",
        "answers[x].q",
    ],
)
def test_places_that_a_case_does_not_have(store: Store, case_id: str, path: str) -> None:
    with pytest.raises(InputError) as caught:
        store.set_answer(case_id, path, "x")
    assert caught.value.path == path


def test_unknown_cases_and_rows(store: Store, case_id: str) -> None:
    other = store.new_case("mx", "es", OPENED)
    row = store.add_row(other, "events")
    for call in (
        lambda: store.case("nothing"),
        lambda: store.find("A0-9999"),
        lambda: store.history("nothing"),
        lambda: store.row("nothing"),
        lambda: store.put_row("nothing", "events", {}),
        lambda: store.set_answer("nothing", "worker.name", "x"),
        lambda: store.set_case("nothing", stage="check"),
        lambda: store.add_row("nothing", "events"),
        lambda: store.add_row(case_id, "worker"),
        lambda: store.remove_row(case_id, "events", row),
        lambda: store.set_answer(case_id, f"events[{row}].note", "x"),
        lambda: store.record_print("nothing", "x", "x", "1"),
    ):
        with pytest.raises(InputError):
            call()
    assert store.check() == []


def test_a_text_that_no_store_may_hold_is_refused_and_nothing_saved(store: Store, case_id: str) -> None:
    for bad in ("nul\0", "half \ud800", "e\u0301 not composed", "x" * 70_000):
        with pytest.raises(InputError) as caught:
            store.set_answer(case_id, "worker.name", bad)
        assert caught.value.path == "worker.name"
    assert store.case(case_id).sections == {}
    assert store.set_answer(case_id, "worker.name", "still works")
    assert store.set_answer(case_id, "story.told", "x" * 70_000)
    assert store.check() == []


def test_the_last_changed_case_comes_first(store: Store) -> None:
    ids = [store.new_case("mx", "es", OPENED) for _ in range(3)]
    store.set_answer(ids[0], "worker.name", "Ana")
    assert [row.id for row in store.cases()] == [ids[0], ids[2], ids[1]]
    employer = store.add_row(ids[1], "employers")
    store.set_answer(ids[2], "job.zone", "x")
    store.set_answer(ids[1], f"employers[{employer}].name", "X")
    assert [row.id for row in store.cases()] == [ids[1], ids[2], ids[0]]
    assert [row.id for row in store.cases(limit=1, offset=1)] == [ids[2]]
    assert store.cases(limit=0) == ()
    store.set_case(ids[0], stage="papers")
    assert [row.id for row in store.cases(stage="papers")] == [ids[0]]
    assert store.count() == 3


def test_a_row_saved_with_its_answers(store: Store, case_id: str) -> None:
    changes = store.put_row(
        case_id, "events", {"kind": "dismissal", "date": Edtf.parse("2026-02"), "note": Empty.NOT_ASKED}
    )
    assert changes.cases == {case_id}
    store.put_row(case_id, "employers", {"name": "Uno", "workers": 3})
    case = store.case(case_id)
    assert [record.values for record in case.rows("events")] == [{"kind": "dismissal", "date": Edtf.parse("2026-02")}]
    assert store.row(case_id).employer == "Uno"
    with pytest.raises(InputError):
        store.put_row(case_id, "job", {})


def test_cases_that_are_due(store: Store) -> None:
    days = [dt.date(2026, 5, 3), dt.date(2026, 5, 1), None, dt.date(2026, 5, 4), dt.date(2025, 12, 31)]
    ids = [store.new_case("mx", "es", OPENED) for _ in days]
    for case_id, day in zip(ids, days, strict=True):
        store.set_case(case_id, next_safe_date=day)
    assert [row.id for row in store.due(dt.date(2026, 5, 3))] == [ids[4], ids[1], ids[0]]
    assert store.row(ids[3]) in store.cases()


def test_touched_at_is_the_time_of_the_last_change(store: Store, case_id: str) -> None:
    before = store.cases()[0].touched_at
    store.set_answer(case_id, "worker.name", "Ana")
    after = store.cases()[0].touched_at
    assert before < after
    assert after == store.history(case_id)[0].at
    assert dt.datetime.fromisoformat(after).tzinfo is not None


def test_history_says_who_did_what(store: Store, case_id: str) -> None:
    store.set_answer(case_id, "worker.name", "Ana")
    row = store.add_row(case_id, "employers")
    store.remove_row(case_id, "employers", row)
    store.record_print(case_id, "whole packet", "ab" * 32, "1-4")
    rows = store.history(case_id)
    assert [(r.kind, r.detail) for r in rows] == [
        ("print", f"whole packet 1-4 {'ab' * 32}"),
        ("delete", "employers"),
        ("create", "employers"),
        ("set", "worker.name"),
        ("create", store.case(case_id).number),
    ]
    assert {r.actor for r in rows} == {"Lucía"}
    assert not any("Ana" in r.detail for r in rows)
