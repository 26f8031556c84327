"""What cannot be true of a case, whoever typed it: the checks that need more than one field."""

from __future__ import annotations

from clinic_app.domain.casefile import CaseFile
from clinic_app.errors import InputError
from clinic_app.words import N_


def check_case(case: CaseFile) -> None:
    """Raise InputError for dates that contradict each other in every reading of them."""
    job = case.section("job")
    start, last_day = job.date("start"), job.date("last_day")
    if start and last_day and start.first and last_day.last and last_day.last < start.first:
        raise InputError(
            "job.last_day",
            N_("the last day {last} is before the first day {first}"),
            N_("a day on or after {first}"),
            first=start.text,
            last=last_day.text,
        )
    if last_day is not None and job.get("ending") == "still_working":
        raise InputError(
            "job.ending",
            N_("a last day is given, but the worker is still working there"),
            N_("another ending, or no last day"),
        )
    birth = case.section("worker").date("birth")
    if birth and start and birth.first and start.last and start.last < birth.first:
        raise InputError(
            "worker.birth",
            N_("the birth {birth} is after the first day of work {first}"),
            N_("an earlier date"),
            birth=birth.text,
            first=start.text,
        )
