"""One piece of work at a clinic's desk, in a process of its own: `at_desk.py FOLDER WORK [ARGUMENT]...`.

set PATH=VALUE...   answers in the first case
id                  the id of the first case
tables              a hash of every table that follows from the journal, and what `check` finds
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from clinic_app.services import clinic as clinics
from clinic_app.services import intake


def main() -> int:
    """Do the work that the arguments say."""
    folder, work, *rest = sys.argv[1:]
    clinic = clinics.unlock(Path(folder), os.environ["CLINIC_PASSWORD"])
    try:
        case = min(clinic.store.cases(), key=lambda row: row.number).id
        match work:
            case "set":
                for pair in rest:
                    path, _, value = pair.partition("=")
                    intake.save(clinic, case, path, value)
            case "id":
                print(case)  # noqa: T201 - what it is asked for
            case "tables":
                problems = clinic.store.check()
                told = hashlib.sha256(clinic.store.dump().encode()).hexdigest()
                print(told, *problems)  # noqa: T201 - the same
            case _:
                return 2
    finally:
        clinic.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
