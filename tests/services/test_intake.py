"""Beginning an interview, with a real store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clinic_app.services import clinic as clinics
from clinic_app.services import intake


@pytest.mark.parametrize(("place", "language"), [("mx", "es"), ("pe", "es"), ("ge", "ka")])
def test_a_new_case_has_its_papers_in_the_language_of_the_place(tmp_path: Path, place: str, language: str) -> None:
    clinic, _ = clinics.create(tmp_path / place, "Clinic", place, "Ana", "four words in a row")
    try:
        case = intake.start(clinic, dt.date(2026, 7, 15))
        assert clinic.store.case(case).language == language
    finally:
        clinic.close()
