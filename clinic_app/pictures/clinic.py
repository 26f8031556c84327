"""A practice clinic in which every screen has something to show: invented people only, nothing of a real clinic.

Its day is fixed, so that pictures made at different times show the same.
"""

from __future__ import annotations

import datetime as dt
import io
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from clinic_app import demo_sync
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.happening import Happening
from clinic_app.domain.people import TieKind
from clinic_app.domain.tally import Tally
from clinic_app.services import calendar, casework, collective, employers, evidence, happenings, intake, people, tally
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic

ON: Final = dt.date(2026, 11, 23)
"""The day on which the pictures are taken: a Monday after the example intakes were told."""

USER: Final = "Nino"
PASSWORD: Final = "four words for pictures"  # noqa: S105 - of an invented clinic that is thrown away
WORKERS: Final = (
    "Nombre\tIngreso\tSueldo\tCada\n"
    "Práctica · Eva Paz\t1/2/2020\t2,400\tsemana\n"
    "Práctica · Leo Ruiz\t15/3/2021\t2,250\tsemana\n"
    "Práctica · Ana Mora\t\t\t"
)


@dataclass(frozen=True, slots=True)
class Folders:
    """The practice clinic, a clinic that is locked with a password, and the recovery key of that one."""

    practice: Path
    real: Path
    recovery_key: str


def prepare(root: Path) -> Folders:
    """Make both clinics under an empty folder. It takes some seconds: a headquarters and a second computer meet too."""
    root.mkdir(parents=True, exist_ok=True)
    practice = root / "practice"
    with closing(clinics.open_practice(practice, fill)) as clinic:
        _meet_another(root / "sync", clinic)
    real, key = clinics.create(root / "clinic", "Clínica Ejemplo", "mx", USER, PASSWORD)
    with closing(real):
        intake.import_files(real, {file.name: file.read_bytes() for file in intake.example_files("mx")[:1]}, ON)
    return Folders(practice, root / "clinic", key)


def fill(clinic: Clinic) -> None:
    """Put the example intakes in, and what weeks of work would leave behind."""
    intake.import_files(clinic, {file.name: file.read_bytes() for file in intake.example_files("mx")}, ON)
    case = case_of(clinic)
    second, third = [row.id for row in casework.cases(clinic) if row.id != case][:2]
    _fill_case(clinic, case)
    _fill_employers(clinic, case)
    _stop_an_interview(clinic)
    people.join(clinic, people.of_case(clinic, second), people.of_case(clinic, third))
    group = collective.begin(clinic, "Práctica · Empacadora Ejemplo, S.A.", "", ON)
    collective.add_workers(clinic, group, collective.read_text(WORKERS, ON).workers, ON)
    for number, mode in enumerate(("phone", "visit", "group")):
        tally.add(clinic, Tally(ON - dt.timedelta(days=number), mode, "pay", "Villa Ejemplo", 4, {}, "es", "advised"))
    calendar.close(clinic, ON + dt.timedelta(days=4), "Día local de Villa Ejemplo")
    gone = intake.start(clinic, ON)
    intake.save(clinic, gone, "worker.name", "Práctica · Escrita dos veces")
    casework.to_bin(clinic, gone, "Se escribió dos veces")


def case_of(clinic: Clinic) -> str:
    """Return the case that the pictures follow: the one that was dismissed."""
    rows = casework.cases(clinic)
    return next(row.id for row in rows if "Alma" in row.shown_name and row.stage != intake.INTAKE_STAGE)


def photo(words: str) -> bytes:
    """Return a plain picture of a paper with a few words, as JPEG."""
    image = Image.new("RGB", (900, 1200), (246, 243, 236))
    draw = ImageDraw.Draw(image)
    draw.text((90, 100), words, fill=(30, 28, 25), font_size=44)
    for line in range(220, 1080, 70):
        draw.line((90, line, 760 - line % 190, line), fill=(120, 116, 108), width=10)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _fill_case(clinic: Clinic, case: str) -> None:
    for name, words in (("recibo.jpg", "RECIBO DE PAGO"), ("aviso.jpg", "AVISO"), ("doble.jpg", "RECIBO")):
        evidence.add(clinic, case, name, io.BytesIO(photo(f"{words}\n(ejemplo)")))
    evidence.remove(clinic, evidence.files(clinic, case)[-1].id, "Está dos veces")
    _tell(clinic, case, "conciliation_filed", ON - dt.timedelta(days=5), number="EXP-7")
    _tell(clinic, case, "conciliation_hearing", ON + dt.timedelta(days=8), time="10:00")
    _tell(clinic, case, "payment", ON - dt.timedelta(days=1), amount=Decimal(1500))
    _tell(clinic, case, "call_back", ON)


def _tell(clinic: Clinic, case: str, kind: str, day: dt.date, **more: object) -> None:
    ways = happenings.options(clinic, case).values()
    option = next(option for options in ways for option in options if option.kind == kind)
    told = Happening(option, Edtf.of(day), **more)  # type: ignore[arg-type]  # its own fields
    happenings.write(clinic, case, told, ON)


def _stop_an_interview(clinic: Clinic) -> None:
    """Begin a case of a name that is here already, of two employers that look like one, and stop at the work."""
    case = intake.start(clinic, ON)
    intake.save(clinic, case, "worker.name", "Práctica · Alma Ejemplo")
    intake.save(clinic, case, "urgent.pregnancy", "yes")
    row = intake.add_row(clinic, case, "employers")
    intake.save(clinic, case, f"employers[{row}].name", "Practica Empacadora Ejemplo SA de CV")
    intake.set_page(clinic, case, "job")


def _fill_employers(clinic: Clinic, case: str) -> None:
    name = casework.row(clinic, case).employer
    own = next(row.id for row in employers.employers(clinic) if row.shown_name == name)
    employers.add_name(clinic, own, "Práctica · La Bodega Azul")
    employers.chain(clinic, TieKind.SUPPLIES, own, "Práctica · Cadena Ejemplo")


def _meet_another(root: Path, clinic: Clinic) -> None:
    """Let a second computer and a headquarters meet this one: two people write differently about the same case."""
    demo_sync.begin_headquarters(root)
    case = case_of(clinic)
    with closing(demo_sync.begin(root, demo_sync.NAMES[1])) as other:
        demo_sync.enrol(root, clinic, demo_sync.NAMES[0])
        demo_sync.enrol(root, other, demo_sync.NAMES[1])
        demo_sync.carry(root, clinic, other)
        intake.save(clinic, case, "job.last_day", "2026-10-08")
        intake.save(other, case, "job.last_day", "2026-10-09~")
        intake.save(clinic, case, "job.position", "Seleccionadora")
        intake.save(other, case, "job.position", "Empacadora")
        demo_sync.carry(root, clinic, other)
        demo_sync.carry(root, clinic)
