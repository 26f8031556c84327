"""A name that the worker wants hidden: screens show three dots, and who may see it is written down each time.

The interview that writes the name shows what is typed; afterwards only a coordinator can look at it again, or
say that it need not be hidden any more.
"""

from __future__ import annotations

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.services import audit
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require


def reveal(clinic: Clinic, case_id: str) -> str:
    """Return the name that a case hides, "" when it hides none. It is for the one screen that asked."""
    require(clinic, Right.REVEAL)
    case = clinic.store.case(case_id)
    if not case.hides_name:
        return ""
    audit.note(clinic, Deed.REVEALED, case=case_id)  # before it is seen
    return case.section("worker").text("name")


def guard(clinic: Clinic, case_id: str, path: str, raw: object) -> None:
    """Raise KnownError when an answer would show a hidden name to somebody who may not see it."""
    if path != "worker.keep_hidden" or raw == "yes" or not clinic.store.case(case_id).hides_name:
        return
    require(clinic, Right.REVEAL)
    audit.note(clinic, Deed.REVEALED, case=case_id, detail=path)
