"""The kept figures of a law check: journaled, the same after a rebuild, and no work on the case."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from clinic_app.domain.assessment import Status
from clinic_app.domain.kept import Kept, KeptAmount, KeptDeadline, KeptFinding
from clinic_app.store.store import Store

KEPT = Kept(
    "mx-1",
    dt.date(2026, 3, 2),
    "MXN",
    Decimal("10.00"),
    Decimal("20.50"),
    (KeptAmount("wages", {"es": "Salarios «ñ»"}, Decimal("10.00"), Decimal("20.50"), in_total=True),),
    (KeptDeadline("dismissal", {"en": "Claim"}, dt.date(2026, 5, 4), dt.date(2026, 4, 30)),),
    (KeptFinding("low_pay", {"en": "Low pay"}, Status.SEE_LAWYER),),
)


def test_figures_are_kept_and_survive_a_rebuild(store: Store, case_id: str) -> None:
    assert store.kept(case_id) is None
    assert store.keep(case_id, KEPT)
    assert store.kept(case_id) == KEPT
    store.rebuild()
    assert store.kept(case_id) == KEPT
    assert store.check() == []


def test_only_other_figures_are_written(store: Store, case_id: str) -> None:
    store.keep(case_id, KEPT)
    before = store._db.one("SELECT count(*) FROM op")
    assert not store.keep(case_id, KEPT)
    assert not store.keep(case_id, dataclasses.replace(KEPT, on=dt.date(2026, 3, 9)))
    assert store._db.one("SELECT count(*) FROM op") == before
    newer = dataclasses.replace(KEPT, version="mx-2", total_low=Decimal("11.00"))
    assert store.keep(case_id, newer)
    assert store.kept(case_id) == newer


def test_keeping_is_no_work_on_the_case(store: Store, case_id: str) -> None:
    row, history = store.row(case_id), store.history(case_id)
    store.keep(case_id, KEPT)
    assert store.row(case_id) == row
    assert store.history(case_id) == history


def test_what_this_computer_remembers_is_not_in_the_journal(store: Store) -> None:
    before = store.dump()
    assert store.remembered("last_day") == ""
    store.remember("last_day", "2026-03-01")
    store.remember("last_day", "2026-03-02")
    assert store.remembered("last_day") == "2026-03-02"
    assert store.remembered("name") == ""  # the store's own are not reached this way
    assert store.dump() == before
