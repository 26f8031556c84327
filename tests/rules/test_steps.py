"""The steps at the authorities: every place has them, each can be reached, and mistakes in them are named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from clinic_app.domain import catalogue
from clinic_app.rules.book import RuleBook, load_book
from clinic_app.rules.reading import BookError

EVENTS = {choice.code for choice in catalogue.EVENT_KINDS}


def test_each_place_goes_from_filing_to_payment(books: Mapping[str, RuleBook]) -> None:
    for book in books.values():
        steps = {step.id: step for step in book.steps}
        assert {"suit_filed", "hearing", "judgment", "inspection_requested"} <= set(steps)
        assert all(step.means and step.name for step in steps.values())
        chain = ["inspection_requested"]
        while expected := [e.step for e in steps[chain[-1]].expects if e.step in steps]:
            chain.append(expected[0])
        assert chain == ["inspection_requested", "inspection_visit", "inspection_order", "inspection_revisit"]
        for step in steps.values():
            assert {e.step for e in step.expects} <= EVENTS
            assert not step.sets or steps[step.sets].plan


def test_every_event_that_moves_a_clock_can_be_told(books: Mapping[str, RuleBook]) -> None:
    general = {"letter_sent", "wage_cut", "violation_known", "accident", "death", "threat", "payment"}
    general |= {"notice_received", "dismissal"}
    for book in books.values():
        told = {step.id for step in book.steps} | general
        looked_at = {path.removeprefix("events.") for reach in book.reach.values() for path in reach}
        assert {kind for kind in looked_at if kind in EVENTS} <= told, book.place


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("inspection_visit:\n", "inspection_party:\n", "is not a kind of event"),
        ("way: sent", "way: pigeon", "“pigeon” is not one of"),
        ("at: [labour_office]\n  plan", "at: [moon]\n  plan", "moon"),
        ("  plan: visit\n", "", "a step that can be planned has results"),
        ("writes: {findings: inspection_findings}", "writes: {order: inspection_order}", "is not one of the results"),
        ("days: 30", "days: 99999", "a whole number of at most"),
        ("reaches: filed", "sets: nothing", "nothing"),
    ],
)
def test_a_mistake_in_a_step_is_named(zembla: Path, old: str, new: str, said: str) -> None:
    file = zembla / "steps.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BookError) as error:
        load_book(zembla)
    assert said in str(error.value)
