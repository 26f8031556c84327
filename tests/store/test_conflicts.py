from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_app.domain.differences import About, Difference
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind, Merge
from clinic_app.domain.values import Answer, Empty
from clinic_app.errors import InputError
from clinic_app.store.store import Store
from tests.store.meeting import another, meet

OPENED = dt.date(2026, 3, 1)
ON = dt.date(2026, 3, 9)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Store, Store, str]]:
    """Two computers of a clinic that know the same case."""
    one, other = another(tmp_path, "Tamar"), another(tmp_path, "Gio")
    case_id = one.new_case("mx", "es", OPENED)
    one.put_row(case_id, "events", {"note": "came"})
    meet(one, other)
    yield one, other, case_id
    for store in (one, other):
        assert store.check() == []
        store.close()


def only(store: Store, case_id: str) -> Difference:
    (found,) = store.differences(case_id)
    return found


def differ(two: tuple[Store, Store, str], path: str, here: Answer, there: Answer) -> None:
    one, other, case_id = two
    one.set_answer(case_id, path, here)
    other.set_answer(case_id, path, there)
    meet(one, other)


def test_two_values_are_told_with_who_when_and_where(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    other.put_row(case_id, "evidence", {"title": "Letter of 30 April"})
    differ(two, "job.last_day", Edtf.parse("2026-05-04"), Edtf.parse("2026-04-30"))
    found = only(one, case_id)
    assert (found.path, found.merge, found.about, found.safest) == ("job.last_day", Merge.REGISTER, About.ANSWER, None)
    assert {(said.who, str(said.answer), said.here, said.papers) for said in found.values} == {
        ("Tamar", str(Edtf.parse("2026-05-04")), True, ()),
        ("Gio", str(Edtf.parse("2026-04-30")), False, ("Letter of 30 April",)),
    }
    assert [s.ref for s in only(other, case_id).values] == [s.ref for s in found.values]  # the same list everywhere
    assert one.conflicts.count() == other.conflicts.count() == 1
    assert one.conflicts.cases() == (case_id,)
    assert one.dump() == other.dump()


def test_equal_values_and_other_fields_are_no_difference(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    one.set_answer(case_id, "job.zone", "a")
    other.set_answer(case_id, "job.position", "picker")
    differ(two, "job.state", "Sonora", "Sonora")
    assert one.differences(case_id) == other.differences(case_id) == ()
    assert one.conflicts.count() == 0


@pytest.mark.parametrize(
    ("path", "here", "there", "applies"),
    [
        ("consent.share_with_authority", "no", "yes", "no"),
        ("consent.share_with_authority", "yes", "no", "no"),
        ("consent.press", "yes", Empty.DOES_NOT_KNOW, Empty.DOES_NOT_KNOW),
        ("contact.may_call", "yes", "no", "no"),
        ("worker.keep_hidden", "no", "yes", "yes"),
        ("worker.keep_hidden", "yes", "no", "yes"),
        ("contact.phone", "644 1", "644 2", Empty.DOES_NOT_KNOW),
        ("contact.never", "the foreman", "her sister", "her sister / the foreman"),
    ],
)
def test_the_safer_value_applies_until_someone_decides(
    two: tuple[Store, Store, str], path: str, here: Answer, there: Answer, applies: Answer
) -> None:
    one, other, case_id = two
    differ(two, path, here, there)
    section, _, field = path.partition(".")
    for store in (one, other):
        assert only(store, case_id).safest == applies
        assert store.case(case_id).section(section).values[field] == applies
        store.rebuild()
        assert store.case(case_id).section(section).values[field] == applies
    one.conflicts.choose(case_id, path, next(s.ref for s in only(one, case_id).values if s.answer == here), ON)
    meet(one, other)
    for store in (one, other):
        assert store.differences(case_id) == ()
        assert store.case(case_id).section(section).values[field] == here


def test_a_hidden_name_stays_hidden_in_lists_while_two_differ(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    one.set_answer(case_id, "worker.name", "Keti Lomidze")
    one.set_answer(case_id, "worker.alias", "K.")
    meet(one, other)
    differ(two, "worker.keep_hidden", "yes", "no")
    assert {store.row(case_id).shown_name for store in (one, other)} == {"K."}


def test_the_earliest_day_stands_in_the_list_while_two_differ(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    one.set_case(case_id, next_safe_date=dt.date(2026, 5, 1))
    other.set_case(case_id, next_safe_date=dt.date(2026, 6, 1))
    meet(one, other)
    assert {store.row(case_id).next_safe_date for store in (one, other)} == {dt.date(2026, 5, 1)}
    assert one.differences(case_id) == ()  # the program's own note: nobody has to decide


def test_typing_another_value_decides_and_setting_it_in_the_form_does_too(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    differ(two, "job.last_day", Edtf.parse("2026-05-04"), Edtf.parse("2026-04-30"))
    one.conflicts.write(case_id, "job.last_day", Edtf.parse("2026-05-01"), None, ON)
    assert one.case(case_id).section("job").date("last_day") == Edtf.parse("2026-05-01")
    meet(one, other)
    assert other.conflicts.count() == 0
    differ(two, "worker.keep_hidden", "no", "yes")
    shown = one.case(case_id).section("worker").text("keep_hidden")
    other.set_answer(case_id, "worker.keep_hidden", shown)
    meet(one, other)
    assert one.conflicts.count() == 0


def test_asking_the_worker_keeps_it_open_on_every_computer(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    differ(two, "answers.q1", "yes", "no")
    one.conflicts.ask(case_id, "answers.q1", ON)
    meet(one, other)
    assert only(one, case_id).asked == only(other, case_id).asked == ON
    other.conflicts.write(case_id, "answers.q1", "no", Kind.YES_NO, ON)
    meet(one, other)
    assert one.conflicts.count() == other.conflicts.count() == 0


def test_a_decision_can_be_opened_again_with_all_its_values(two: tuple[Store, Store, str]) -> None:
    one, other, case_id = two
    differ(two, "job.zone", "a", "b")
    one.conflicts.choose(case_id, "job.zone", only(one, case_id).values[0].ref, ON)
    meet(one, other)
    (decided,) = other.conflicts.decided(case_id)
    assert (decided.path, decided.on, decided.who) == ("job.zone", ON, "Tamar")
    other.conflicts.reopen(case_id, "job.zone", ON)
    meet(one, other)
    assert {str(said.answer) for said in only(one, case_id).values} == {"a", "b"}
    assert one.conflicts.count() == other.conflicts.count() == 1
    one.conflicts.choose(case_id, "job.zone", only(one, case_id).values[-1].ref, ON)
    meet(one, other)
    assert one.conflicts.count() == other.conflicts.count() == 0
    with pytest.raises(InputError, match="nothing was decided"):
        one.conflicts.reopen(case_id, "job.state", ON)


@pytest.mark.parametrize("stays", [True, False])
def test_a_record_removed_here_and_changed_there_is_shown_until_decided(
    two: tuple[Store, Store, str], stays: bool
) -> None:
    one, other, case_id = two
    (row,) = one.case(case_id).rows("events")
    one.remove_row(case_id, "events", row.id)
    other.set_answer(case_id, f"events[{row.id}].note", "came back")
    meet(one, other)
    found = only(one, case_id)
    assert (found.path, found.about) == (f"events[{row.id}]", About.DELETED)
    assert [(said.who, said.deletes) for said in sorted(found.values, key=lambda s: s.deletes)] == [
        ("Gio", False),
        ("Tamar", True),
    ]
    assert [r.text("note") for r in one.case(case_id).rows("events")] == ["came back"]
    ref = next(said.ref for said in found.values if said.deletes is not stays)
    other.conflicts.choose(case_id, found.path, ref, ON)
    meet(one, other)
    for store in (one, other):
        assert store.differences(case_id) == ()
        assert len(store.case(case_id).rows("events")) == int(stays)


def test_what_is_no_value_any_more_cannot_be_chosen(two: tuple[Store, Store, str]) -> None:
    one, _, case_id = two
    differ(two, "job.zone", "a", "b")
    with pytest.raises(InputError, match="not one of the values"):
        one.conflicts.choose(case_id, "job.zone", "00" * 32, ON)
    with pytest.raises(InputError, match="nobody differs"):
        one.conflicts.ask(case_id, "job.state", ON)


def test_a_wrong_clock_is_said_beside_the_value(tmp_path: Path) -> None:
    one = another(tmp_path, "one", now=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    other = another(tmp_path, "other", now=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    case_id = one.new_case("mx", "es", OPENED)
    meet(one, other)
    one.set_answer(case_id, "job.zone", "a")
    other.set_answer(case_id, "job.zone", "b")
    meet(one, other)
    assert {str(said.answer): said.clock_wrong for said in only(one, case_id).values} == {"a": False, "b": True}
    one.close()
    other.close()
