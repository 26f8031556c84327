"""The main job shown on a practice clinic of invented people, kept apart from any real data.

With a display the window opens on it. Without one the same job is done headless: the cases are
taken in, assessed and printed to PDF, and the real window is driven and photographed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Final

import click

from clinic_app import app, demo_sync
from clinic_app.domain.packet import Preset
from clinic_app.errors import InputError
from clinic_app.i18n import words
from clinic_app.pictures.demo import take_pictures
from clinic_app.services import casework, files, intake, packet, screening
from clinic_app.services import clinic as clinics

PRESETS: Final = (Preset.WORKER, Preset.FILING)


def run(out: Path) -> int:
    """Show the practice clinic; its store, papers and pictures lie under `out`."""
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    practice = out / "practice"
    if has_display():
        return app.run(practice, practice=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for line in do_the_job(practice, out):
        click.echo(line)
    for line in demo_sync.meet(out, dt.datetime.now().astimezone().date()):
        click.echo(line)
    for language in ("es", "en"):
        for picture in take_pictures(practice, out / "pictures" / language, language):
            click.echo(str(picture))
    return 0


def has_display() -> bool:
    """Say whether a window could be seen here."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def do_the_job(practice: Path, out: Path) -> list[str]:
    """Open the practice clinic, assess its cases and print their packets; return what was made."""
    on = dt.datetime.now().astimezone().date()
    clinic = clinics.open_practice(practice, intake.fill_practice)
    lines = []
    try:
        for row in reversed(casework.cases(clinic)):
            case = casework.case(clinic, row.id)
            assessment = screening.assess(clinic, row.id, on)
            w = words(case.language, case.place)
            total = w.money(assessment.total_high, assessment.currency)
            lines.append(f"{row.number}  {row.shown_name}: {total}")
            for preset in PRESETS:
                try:
                    pdf = packet.render(
                        clinic,
                        row.id,
                        preset=preset,
                        paper=packet.default_paper(case.place, clinic.books),
                        language=case.language,
                        on=on,
                    )
                except InputError as error:  # one of the invented people said no to the authority
                    lines.append(f"{row.number}-{preset.value}: {w.error(error)}")
                    continue
                file = out / f"{row.number}-{preset.value}.pdf"
                files.write(file, pdf)
                lines.append(str(file))
    finally:
        clinic.close()
    return lines
