"""A clinic of many years to measure on: 10,000 invented cases with 100,000 events, the same ones each time.

It is written by the store's own code, in big transactions, and kept under build/ until the schema or this
file changes. Everybody in it is invented, and the clinic is marked as practice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Kind
from clinic_app.domain.views import ClinicInfo
from clinic_app.store import vault
from clinic_app.store.store import Store
from clinic_app.store.tables import ANSWERS, CASE, EMPLOYER, PERSON, entity_type, single_id
from sync.records import Kind as Op
from sync.records import Value

ON: Final = dt.date(2026, 11, 20)
"""The day on which the measured clinic is opened."""

CASES: Final = 10_000
EVENTS_A_CASE: Final = 10
CASES_AN_EMPLOYER: Final = 12
TOGETHER: Final = 500
"""Cases in one transaction."""

PASSWORD: Final = "invented for measuring"
USER: Final = "Practice"
CHEAP: Final = vault.Cost(rounds=1, memory_kib=64)
"""The lock's slowness is chosen, not measured: opening is timed without it."""

FIRST: Final = (
    *("José", "María", "Rosa", "Ángel", "Lucía", "Jesús", "Verónica", "Óscar", "Inés", "Martín", "Nélida", "Saúl"),
    *("Guadalupe", "Concepción", "Ramón", "Zoila", "Yésica", "Wilfrido", "Xóchitl", "Ítalo", "Brígida", "Efraín"),
    *(
        "Hermelinda",
        "Fátima",
        "Adrián",
        "Noé",
        "Belén",
        "César",
        "Débora",
        "Gaspar",
        "ნინო",
        "გიორგი",
        "თამარ",
        "დავით",
    ),
    *("ლევან", "მარიამ", "ხათუნა", "ზურაბ", "Killa", "Sami", "Amaru", "Nayra", "Wayra", "Illari"),
)
LAST: Final = (
    *("Ñáñez", "Yáñez", "Quispe", "Huamán", "Núñez", "Vázquez", "Ibáñez", "Méndez", "Cháirez", "Güemes", "Mamani"),
    *("López", "Hernández", "Xicoténcatl", "Zapata", "Condori", "Ticona", "Choque", "Ramírez", "Gutiérrez", "Ávila"),
    *("Espíndola", "Ñuflo", "Ochoa", "Peñaloza", "Robledo", "Saavedra", "Tzul", "Ugarte", "Villaseñor", "Ybarra"),
    *("მამუკაძე", "ბერიძე", "კაპანაძე", "გელაშვილი", "ლომიძე", "ჯაფარიძე", "Ejemplo", "Muestra", "Figura", "Modelo"),
)
TRADES: Final = ("Empacadora", "Rancho", "Maquiladora", "Transportes", "Hotel", "Minera", "Taller", "Agrícola")
NAMES_OF_FIRMS: Final = ("La Esperanza", "El Ejemplo", "Tres Ríos", "San Figura", "Valle Hondo", "La Muestra", "Sol")
TOWNS: Final = ("Villa Ejemplo", "San Modelo", "Río Figura", "Cañada Honda", "Ojo de Agua", "Peñón", "Batumi", "Puno")
SAID: Final = (
    "Trabajé cuatro años en la empacadora y la encargada me dijo que ya no había trabajo para mí y que no volviera "
    "No me dio ningún papel me deben nueve días y las horas extra de la temporada en la entrada delante de todos"
)
HAPPENED: Final = (
    *("employer_called", "threat", "wage_cut", "letter_sent", "meeting", "reasons_requested", "reply_received"),
    *("conciliation_filed", "conciliation_hearing", "payment", "hearing", "inspection_requested", "inspection_visit"),
)
STAGES: Final = (("closed", 60), ("filed", 16), ("follow", 10), ("papers", 8), ("check", 6))
"""The stages of the cases of the last years, with their weights; besides, a few interviews are unfinished."""

UNFINISHED: Final = 250
"""One interview of the last years in so many was stopped."""

LONGEST_OPEN: Final = 900
"""Days after which every case is closed."""


@dataclass(frozen=True)
class Large:
    """Where the clinic lies, and how much is in it."""

    folder: Path
    cases: int
    events: int


def clinic(cases: int = CASES) -> Large:
    """Return a fresh copy of the clinic in a folder of its own under build/, made first when there is none."""
    root = Path(__file__).parents[2] / "build" / "bench"
    kept = root / f"clinic-{cases}-{_code()}"
    if not kept.exists():
        sys.stderr.write(f"making a clinic of {cases} cases, once\n")
        building = root / f"{kept.name}.{secrets.token_hex(4)}"
        make(building, cases)
        building.replace(kept)
    copy = root / "measured"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(kept, copy)
    return Large(copy, cases, cases * EVENTS_A_CASE)


def make(folder: Path, cases: int) -> None:
    """Write the clinic into a new folder."""
    key, user, _ = vault.create(folder, USER, PASSWORD, CHEAP)
    info = ClinicInfo("Clínica de medir", "mx", practice=True, created_on=dt.date(2016, 1, 4))
    store = Store.create(folder, key, info, user)
    try:
        Writer(store, random.Random(7)).write(cases)  # noqa: S311 - the same clinic each time
    finally:
        store.close()


class Writer:
    """Writes the cases into one open store."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        self._store = store
        self._chance = chance
        self._employers: list[str] = []

    def write(self, cases: int) -> None:
        """Write so many cases, the oldest first."""
        first = ON - dt.timedelta(days=3650)
        for start in range(0, cases, TOGETHER):
            with self._store._saving():
                for _ in range(max(1, TOGETHER // CASES_AN_EMPLOYER)):
                    self._employers.append(self._new(EMPLOYER, self._employer()))
                for number in range(start, min(start + TOGETHER, cases)):
                    self._case(number, first + dt.timedelta(days=round(3600 * number / cases)))

    def _case(self, number: int, opened: dt.date) -> None:
        if (ON - opened).days > LONGEST_OPEN:
            stage = "closed"
        elif number % UNFINISHED == 0:
            stage = "intake"
        else:
            stage = self._weighted(STAGES)
        worker = self._new(PERSON, self._person(number))
        case = secrets.token_hex(16)
        fields: dict[str, Value] = {
            "number": self._store._next_number(),
            "place": "mx",
            "language": "es",
            "stage": stage,
            "opened_on": opened.isoformat(),
            "clinic": self._store.info.name,
            "rules_version": "",
            "worker": worker,
        }
        if stage == "intake":
            fields["intake_page"] = "job"
        elif stage != "closed" and self._chance.random() < 0.6:
            fields["next_safe_date"] = self._near(-20, 150).isoformat()
        self._append(CASE, case, Op.CREATE, fields)
        employer = self._chance.choice(self._employers)
        self._store._link(case, employer)
        for section, answers in self._facts(opened).items():
            self._single(case, section, answers)
        questions = {"written_notice": "no", "payslips": "no", "overtime_paid": "yes", "domestic_work": "no"}
        tagged: dict[str, Value] = {name: (Kind.YES_NO.value, answer) for name, answer in questions.items()}
        self._append(ANSWERS, single_id(case, ANSWERS), Op.SET, tagged)
        for row in self._events(opened):
            self._row(case, "events", row)
        for row in self._diary(stage, opened):
            self._row(case, "diary", row)
        if stage == "closed":
            ended = opened + dt.timedelta(days=self._chance.randrange(30, 400))
            closing = {"outcome": self._chance.choice(("settled", "judgment_for_worker", "lost_contact"))}
            self._single(case, "closing", closing | {"closed_on": min(ended, ON).isoformat(), "worker_told": "yes"})

    def _person(self, number: int) -> dict[str, str]:
        first, last = self._chance.choice(FIRST), self._chance.choice(LAST)
        found = {
            "name": f"{first} {last} {self._chance.choice(LAST)}",
            "sex": self._chance.choice(("female", "male")),
            "age_band": self._chance.choice(("18-24", "25-34", "35-44", "45-54")),
            "municipality": self._chance.choice(TOWNS),
            "area": "rural",
            "indigenous": "no",
        }
        if number % 9:
            found["disability"] = "no"
        if number % 5 == 0:
            found["official_id"] = f"PR{number:06d}X{self._chance.randrange(10**6):06d}"
        if number % 11 == 0:
            found |= {"alias": f"Sra. {first}", "keep_hidden": "yes"}
        return found

    def _employer(self) -> dict[str, str]:
        chance = self._chance
        return {
            "name": f"{chance.choice(TRADES)} {chance.choice(NAMES_OF_FIRMS)} {chance.choice(LAST)}",
            "municipality": chance.choice(TOWNS),
            "sector": chance.choice(("farm", "packing", "mining", "hotel", "transport")),
        }

    def _facts(self, opened: dt.date) -> dict[str, dict[str, str]]:
        chance = self._chance
        last = opened - dt.timedelta(days=chance.randrange(2, 50))
        begun = last - dt.timedelta(days=chance.randrange(200, 4000))
        return {
            "contact": {"may_call": "yes", "phone": f"000 {chance.randrange(1000):03d} {chance.randrange(10000):04d}"},
            "consent": {"talk": "yes", "keep_record": "yes", "statistics": "yes"},
            "story": {"told": _said(chance, 80)},
            "job": {
                "position": chance.choice(("Seleccionadora", "Chofer", "Cocinera", "Peón", "Costurera")),
                "start": begun.isoformat(),
                "last_day": last.isoformat(),
                "ending": chance.choice(("dismissed", "resigned", "pressed_to_resign")),
                "zone": "general",
                "municipality": chance.choice(TOWNS),
            },
            "pay": {"amount": str(chance.randrange(7000, 30000)), "period": "month", "unpaid_days": "9"},
            "hours": {"shift": "day", "per_day": "9", "days_per_week": "6"},
        }

    def _events(self, opened: dt.date) -> Iterator[dict[str, str]]:
        for number in range(EVENTS_A_CASE):
            day = opened + dt.timedelta(days=self._chance.randrange(max(1, min(40 * (number + 1), (ON - opened).days))))
            note = _said(self._chance, 8)
            yield {"kind": self._chance.choice(HAPPENED), "date": day.isoformat(), "note": note, "how_known": "told"}

    def _diary(self, stage: str, opened: dt.date) -> Iterator[dict[str, str]]:
        yield {"kind": "worker_came", "date": opened.isoformat(), "state": "done"}
        if stage in {"filed", "follow"}:
            yield {"kind": "hearing", "date": self._near(-5, 120).isoformat(), "step": "conciliation_hearing"}
        elif stage == "papers":
            yield {"kind": "call_back", "date": self._near(-10, 40).isoformat()}

    def _near(self, earliest: int, latest: int) -> dt.date:
        return ON + dt.timedelta(days=self._chance.randrange(earliest, latest))

    def _weighted(self, choices: tuple[tuple[str, int], ...]) -> str:
        return self._chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]

    def _row(self, case: str, section: str, answers: Mapping[str, str]) -> None:
        self._append(section, secrets.token_hex(16), Op.CREATE, {"case": case, **_tagged(section, answers)})

    def _single(self, case: str, section: str, answers: Mapping[str, str]) -> None:
        self._append(entity_type(section), single_id(case, section), Op.SET, _tagged(section, answers))

    def _new(self, kind: str, answers: Mapping[str, str]) -> str:
        entity = secrets.token_hex(16)
        section = {PERSON: "worker", EMPLOYER: "employers"}[kind]
        self._append(kind, entity, Op.CREATE, _tagged(section, answers))
        return entity

    def _append(self, kind: str, entity: str, how: str, values: Mapping[str, Value]) -> None:
        self._store._journal.append(kind, entity, how, values)


def _said(chance: random.Random, count: int) -> str:
    """Return so many words of a worker."""
    return " ".join(chance.choices(SAID.split(), k=count))


def _tagged(section: str, answers: Mapping[str, str]) -> dict[str, Value]:
    """Return answers as the journal holds them."""
    kinds = {field.id: field.kind for field in catalogue.BY_ID[section].fields}
    return {name: (kinds[name].value, answer) for name, answer in answers.items()}


def _code() -> str:
    """Return a short name of what decides how the clinic is written: this file, the fields, the schema."""
    source = Path(__file__).parents[2] / "clinic_app"
    files = [
        Path(__file__),
        source / "domain" / "catalogue.py",
        *sorted((source / "store" / "migrations").glob("*.py")),
    ]
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{clinic(int(sys.argv[1]) if len(sys.argv) > 1 else CASES).folder}\n")
