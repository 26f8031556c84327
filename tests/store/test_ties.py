from __future__ import annotations

import datetime as dt

from clinic_app.domain.people import Tie, TieKind, joined
from clinic_app.store.store import Store
from tests.store.conftest import Clinic

ON = dt.date(2026, 3, 1)
SAME = TieKind.SAME_PERSON


def test_a_tie_is_made_taken_back_and_made_again(store: Store) -> None:
    tie = Tie(SAME, "a", "b")
    store.ties.change((tie,))
    store.ties.change((Tie(SAME, "b", "a"),))  # the other way round it is the same
    assert [{t.one, t.other} for t in store.ties.all(SAME)] == [{"a", "b"}]
    store.ties.change((), (tie,))
    assert store.ties.all(SAME) == ()
    store.ties.change((tie,))
    assert len(store.ties.all(SAME)) == 1
    assert store.ties.all(TieKind.SUPPLIES) == ()
    assert store.check() == []


def test_a_chain_has_a_direction(store: Store) -> None:
    store.ties.change((Tie(TieKind.SUPPLIES, "a", "b"), Tie(TieKind.SUPPLIES, "b", "a")))
    assert len(store.ties.all(TieKind.SUPPLIES)) == 2


def test_ties_are_there_after_closing_and_after_a_rebuild(clinic: Clinic) -> None:
    store = clinic.open()
    store.ties.change((Tie(SAME, "a", "b"),))
    before = store.dump()
    store.close()
    again = clinic.open()
    again.rebuild()
    assert again.dump() == before
    assert len(again.ties.all(SAME)) == 1
    again.close()


def test_those_that_are_one_through_another_are_one() -> None:
    ties = (Tie(SAME, "a", "b"), Tie(SAME, "c", "d"), Tie(SAME, "b", "d"), Tie(SAME, "x", "y"))
    assert joined(ties) == dict.fromkeys("abcd", ("a", "b", "c", "d")) | dict.fromkeys("xy", ("x", "y"))


def test_a_known_person_is_one_record_in_two_cases(store: Store) -> None:
    first = store.new_case("mx", "es", ON)
    person = store.people.of_case(first)
    second = store.new_case("mx", "es", ON, worker=person)
    store.set_answer(second, "worker.name", "Ana")
    assert store.case(first).shown_name == "Ana"
    (record,) = store.people.records((person, person, "nobody"))
    assert (record.cases, record.name) == (2, "Ana")
    assert {row.id for row in store.people.cases((person,))} == {first, second}
    assert store.check() == []
