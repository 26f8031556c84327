"""The demo's job runs to its end on every practice case, also those of people who said no to something."""

from __future__ import annotations

from pathlib import Path

from clinic_app import demo


def test_the_practice_cases_are_printed_or_say_why_not(tmp_path: Path) -> None:
    lines = demo.do_the_job(tmp_path / "practice", tmp_path)
    made = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert made
    assert sorted(Path(line).name for line in lines if line.endswith(".pdf")) == made
    assert any("-filing: " in line for line in lines)
