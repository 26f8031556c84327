"""What to do next in a case: one action, the same on every screen that offers it.

A pure function of what is known: the stage, the diary, the law check and the day.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clinic_app.domain.assessment import Assessment, Deadline, Missing
from clinic_app.domain.work import CLOSED, STAGES, Waiting


class Action(enum.Enum):
    """The one thing that the primary button does."""

    GO_ON = "go_on"  # the interview stopped before its end
    MEND = "mend"  # the law check cannot be made: answers contradict each other
    RESULT = "result"  # a hearing or visit is over and its result is not written down
    DEFAULTED = "defaulted"  # an instalment was not paid in time
    CALL = "call"  # the day to call back has come
    ASK = "ask"  # the day to ask has come
    DO = "do"  # the day of something else that was planned has come
    ANSWER = "answer"  # one more answer settles what is open
    PRINT = "print"  # make the papers
    FILE = "file"  # write down that they were filed
    WAIT = "wait"  # something is to come; write down what happens meanwhile
    FOLLOW = "follow"  # nothing is planned: write down what happened, or plan it
    CLOSED = "closed"  # open it again if something new happens


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next action, and what it is about: an entry of the diary, a clock, or a missing answer.

    `coming` is the next hearing, visit or other date of the diary that is still to come.
    """

    action: Action
    entry: Waiting | None = None
    deadline: Deadline | None = None
    missing: Missing | None = None
    coming: Waiting | None = None


_DUE = {"instalment": Action.DEFAULTED, "call_back": Action.CALL, "ask": Action.ASK, "task": Action.DO}


def next_step(stage: str, entries: Sequence[Waiting], assessment: Assessment | None, on: dt.date) -> NextStep:
    """Return what to do next on a day. `entries` are open ones; `assessment` is None when there is no law check."""
    ordered = sorted(entries, key=lambda e: (e.day, e.time))
    coming = next((entry for entry in ordered if entry.day >= on and not due_action(entry, on)), None)
    return replace(_step(stage, ordered, assessment, on), coming=coming)


def _step(stage: str, entries: Sequence[Waiting], assessment: Assessment | None, on: dt.date) -> NextStep:
    deadline = assessment.next_deadline if assessment else None
    if stage == CLOSED:
        return NextStep(Action.CLOSED)
    if stage == STAGES[0]:
        return NextStep(Action.GO_ON, deadline=deadline)
    for entry in entries:
        if action := due_action(entry, on):
            return NextStep(action, entry, deadline)
    if assessment is None:
        return NextStep(Action.MEND)
    if stage in {"filed", "follow"}:
        return NextStep(Action.WAIT if entries else Action.FOLLOW, next(iter(entries), None), deadline)
    if stage == "papers":
        return NextStep(Action.FILE, deadline=deadline)
    questions = assessment.next_questions
    if questions and not assessment.in_groups()["likely"]:
        return NextStep(Action.ANSWER, deadline=deadline, missing=questions[0])
    return NextStep(Action.PRINT, deadline=deadline)


def due_action(entry: Waiting, on: dt.date) -> Action | None:
    """Return what an open entry asks for on a day; None while its day is to come.

    The result of a hearing or visit is asked for from the day after it, an instalment is late from
    the day after it; everything else is due on its day.
    """
    if entry.kind in {"hearing", "visit"}:
        return Action.RESULT if entry.day < on else None
    if entry.kind == "instalment":
        return Action.DEFAULTED if entry.day < on else None
    return _DUE.get(entry.kind, Action.DO) if entry.day <= on else None
