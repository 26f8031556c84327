"""What people do that writes, one class each, and how each is looked through after its process was killed."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.happening import Happening
from clinic_app.domain.views import ClinicInfo
from clinic_app.errors import KnownError
from clinic_app.rules.shelf import Carried, Shelf
from clinic_app.services import backup as backups
from clinic_app.services import clinic as clinics
from clinic_app.services import collective, evidence, happenings, intake, restoring, rulebooks, wiping
from clinic_app.services.clinic import Clinic
from clinic_app.services.restoring import Opening
from clinic_app.store import vault
from clinic_app.store.backup import local
from clinic_app.store.copies import prove
from clinic_app.store.files import DATABASE
from clinic_app.store.store import Store
from clinic_app.store.twin import Twins
from clinic_app.store.vault import Cost
from tests.torture.killing import Killed, Work

ON: Final = dt.date(2026, 11, 22)
NOW: Final = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
PASSWORD: Final = "cuatro palabras bien mias"
OLD_PASSWORD: Final = "practice-password"
NAME: Final = "Clínica del Valle"
CHEAP: Final = Cost(rounds=1, memory_kib=64)
OLD_STORES: Final = Path(__file__).parents[1] / "store" / "files"


@cache
def books() -> Carried:
    return clinics.carried()


def make(folder: Path) -> None:
    """Make a clinic whose password costs little."""
    key, who, _ = vault.create(folder, "Rosa", PASSWORD, CHEAP)
    Store.create(folder, key, ClinicInfo(NAME, "mx", practice=False, created_on=ON), who).close()


@contextmanager
def opened(folder: Path, password: str = PASSWORD) -> Iterator[Clinic]:
    """Open a clinic as the program does, twins included."""
    key, who = vault.unlock(folder, password)
    store = Store.open(folder, key, who, twins=Twins(folder.parent / "twins", "this computer"))
    try:
        shelf = Shelf(books(), folder / clinics.RULES_FOLDER, clinics.trusted_keys(store))
        yield Clinic(folder, store, shelf, who)
    finally:
        store.close()


def problems(clinic: Clinic, *, set_back: bool = False) -> list[str]:
    """Return what the check finds in an open clinic; of one that was set back, the record of deeds says so."""
    looked = clinic.store.look()
    found = [*looked.file, *looked.journal, *looked.rows]
    found += [f"{looked.damaged} parts of evidence damaged"] if looked.damaged else []
    found += [f"{looked.missing} parts of evidence missing"] if looked.missing else []
    return found + ([f"{looked.deeds} faults in the record of deeds"] if looked.deeds and not set_back else [])


class Simple:
    """A journey in one clinic; `check` looks for what was said in it."""

    name = ""
    pace = 0.05

    def prepare(self, folder: Path) -> None:
        make(folder / "clinic")

    def work(self, at: Work) -> None:
        with opened(at.folder / "clinic") as clinic:
            while True:
                self.step(clinic, at)

    def verify(self, at: Killed) -> list[str]:
        with opened(at.folder / "clinic") as clinic:
            return [*problems(clinic), *self.check(clinic, at)]

    def step(self, clinic: Clinic, at: Work) -> None:
        raise NotImplementedError

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        raise NotImplementedError


class Intake(Simple):
    name = "intake"
    fields = ("worker.name", "story.told", "job.position", "job.zone", "answers.q", "worker.alias")

    def step(self, clinic: Clinic, at: Work) -> None:
        case_id = intake.start(clinic, ON)
        at.say("case", case_id)
        for number in range(at.rng.randint(3, 15)):
            path = at.rng.choice(self.fields)
            clinic.store.set_answer(case_id, path, f"{number} " + "x" * at.rng.choice((3, 300, 9000)))
            at.say("answer", case_id, path, number)
        row = intake.add_row(clinic, case_id, "employers")
        intake.save(clinic, case_id, f"employers[{row}].name", "Empacadora Ficticia")
        at.say("row", case_id, row)
        intake.finish(clinic, case_id)
        at.say("finished", case_id)

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        wrong, last = [], {}
        for fact in at.said:
            case = clinic.store.case(fact[1])
            if fact[0] == "answer":
                last[fact[1], fact[2]] = fact[3]
            elif fact[0] == "row" and [r.text("name") for r in case.rows("employers")] != ["Empacadora Ficticia"]:
                wrong.append(f"row {fact[2]} is missing")
            elif fact[0] == "finished" and clinic.store.row(fact[1]).stage == "intake":
                wrong.append("a finished interview is open again")
        for (case_id, path), number in last.items():
            section, _, name = path.partition(".")
            case = clinic.store.case(case_id)
            kept = case.answers.text(name) if section == "answers" else case.section(section).text(name)
            if not kept or int(kept.split()[0]) < number:
                wrong.append(f"{path} was said to be {number}, kept {kept[:20]!r}")
        return wrong


class Evidence(Simple):
    name = "evidence"
    pace = 0.1

    def step(self, clinic: Clinic, at: Work) -> None:
        case_id = intake.start(clinic, ON)
        for _ in range(3):
            content = at.rng.randbytes(at.rng.choice((500, 70_000, 2_300_000)))
            (added,) = evidence.add_content(clinic, case_id, "recording.m4a", content).added
            at.say("file", added.id, hashlib.sha256(content).hexdigest())

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        kept = {fact[1]: hashlib.sha256(evidence.read(clinic, fact[1])).hexdigest() for fact in at.said}
        return [f"file {fact[1]} is not the one that was kept" for fact in at.said if kept[fact[1]] != fact[2]]


class Happened(Simple):
    name = "something happened"

    def step(self, clinic: Clinic, at: Work) -> None:
        case_id = intake.start(clinic, ON)
        intake.save(clinic, case_id, "job.start", "2022-01-10")
        choices = [option for way in happenings.options(clinic, case_id).values() for option in way]
        for _ in range(4):
            count = len(clinic.store.history(case_id))
            happenings.write(clinic, case_id, Happening(at.rng.choice(choices), Edtf.parse("2026-11-20")), ON)
            at.say("happened", case_id, len(clinic.store.history(case_id)), count)

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        return [f"of {f[2]} entries some are missing" for f in at.said if len(clinic.store.history(f[1])) < f[2]]


class Group(Simple):
    name = "group import"
    pace = 0.3

    def step(self, clinic: Clinic, at: Work) -> None:
        group = collective.begin(clinic, f"Agrícola {at.rng.random()}", "", ON)
        at.say("group", group, 0)
        lines = [f"Persona {n}\t10/01/2022\t09/07/2026\t24000\tmonth" for n in range(at.rng.randint(1, 12))]
        collective.add_workers(clinic, group, collective.read_text("\n".join(lines), ON).workers, ON)
        at.say("group", group, len(lines))

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        members = {fact[1]: len(clinic.store.groups.members(fact[1])) for fact in at.said}
        return [f"a group of {f[2]} has {members[f[1]]}" for f in at.said if members[f[1]] < f[2]]


class Backup(Simple):
    name = "backup"
    pace = 0.15

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        (folder / "usb").mkdir()
        with opened(folder / "clinic") as clinic:
            case_id = intake.start(clinic, ON)
            evidence.add_content(clinic, case_id, "recording.m4a", random.Random(7).randbytes(2_300_000))  # noqa: S311 - content
            backups.make(clinic, NOW - dt.timedelta(days=1))

    def step(self, clinic: Clinic, at: Work) -> None:
        for number in range(12):
            intake.start(clinic, ON)
            moment = NOW + dt.timedelta(days=number)
            outside = at.folder / "usb" if at.rng.random() < 0.5 else None
            made = backups.make(clinic, moment, outside)
            at.say("backup", str(made.folder), clinic.store.count())

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        wrong = []
        key = clinic.store.source().key
        usable = [one for place in (clinic.folder, at.folder / "usb") for one in restoring.find(place)]
        if not any(one.backup.usable for one in usable):
            wrong.append("no backup is left")
        for one in usable:
            if one.backup.usable:
                prove(one.backup, key)
            else:
                wrong.append(f"{one.backup.folder} has a backup's name and is none")
        there = {str(one.backup.folder) for one in usable}
        wrong += [f"{fact[1]} is gone" for fact in at.said[-2:] if fact[1] not in there]
        if clinic.store.count() < max((fact[2] for fact in at.said), default=0):
            wrong.append("a case is missing")
        return wrong


class Restore:
    name = "restore"
    pace = 0.6

    def prepare(self, folder: Path) -> None:
        make(folder / "clinic")
        with opened(folder / "clinic") as clinic:
            first = intake.start(clinic, ON)
            evidence.add_content(clinic, first, "recording.m4a", random.Random(7).randbytes(1_300_000))  # noqa: S311 - content
            backups.make(clinic, NOW)
            intake.start(clinic, ON)

    def work(self, at: Work) -> None:
        chosen = local(at.folder / "clinic").all()[-1]
        at.say("begun")
        restoring.restore(chosen, at.folder / "clinic", Opening(PASSWORD), NOW).clinic.close()
        at.say("restored")

    def verify(self, at: Killed) -> list[str]:
        if not clinics.exists(at.folder / "clinic"):
            return ["there is no clinic"]
        with opened(at.folder / "clinic") as clinic:
            wrong, here = problems(clinic, set_back=True), clinic.store.count()
            wrong += [] if any(one.usable for one in local(clinic.folder).all()) else ["the backup is gone"]
        aside = sorted(at.folder.glob("clinic.aside-*"))
        if here == 1:  # restored: what was there lies aside, whole
            with opened(aside[0]) as before:
                wrong += problems(before) + ([] if before.store.count() == 2 else ["the one aside is not whole"])
        elif here != 2 or aside or ["restored"] in at.said:
            wrong.append(f"{here} cases, {len(aside)} aside, said {at.said}")
        return wrong


class Mend(Restore):
    name = "mend"

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        path = folder / "clinic" / DATABASE
        content = bytearray(path.read_bytes())
        content[5 * 4096 + 100] ^= 1
        path.write_bytes(content)
        (folder / "damaged.db").write_bytes(content)

    def work(self, at: Work) -> None:
        at.say("begun")
        restoring.mend(at.folder / "clinic", Opening(PASSWORD), NOW).clinic.close()
        at.say("mended")

    def verify(self, at: Killed) -> list[str]:
        if not clinics.exists(at.folder / "clinic"):
            return ["there is no clinic"]
        aside = sorted(at.folder.glob("clinic.aside-*"))
        damaged = (aside[0] if aside else at.folder / "clinic") / DATABASE
        wrong = (
            [] if damaged.read_bytes() == (at.folder / "damaged.db").read_bytes() else ["the damaged file was changed"]
        )
        if not aside:
            restoring.mend(at.folder / "clinic", Opening(PASSWORD), NOW).clinic.close()
        with opened(at.folder / "clinic") as clinic:
            return [
                *wrong,
                *problems(clinic, set_back=True),
                *([] if clinic.store.count() else ["the case is missing"]),
            ]


class Upgrade:
    name = "upgrade of an old store"
    pace = 0.3

    def prepare(self, folder: Path) -> None:
        shutil.copytree(OLD_STORES / "v1", folder / "clinic")

    def work(self, at: Work) -> None:
        with opened(at.folder / "clinic", OLD_PASSWORD):
            at.say("open")

    def verify(self, at: Killed) -> list[str]:
        with opened(at.folder / "clinic", OLD_PASSWORD) as clinic:
            row = clinic.store.cases("guero")[0]
            case = clinic.store.case(row.id)
            same = case.section("worker").text("name") == "José Núñez" and clinic.store.count() == 2
            return [*problems(clinic), *([] if same else ["something of the old store is missing"])]


class Password:
    name = "change of password"
    pace = 0.02

    def prepare(self, folder: Path) -> None:
        make(folder / "clinic")

    def work(self, at: Work) -> None:
        now = PASSWORD
        number = 0
        while True:
            vault.change_password(at.folder / "clinic", "Rosa", now, f"password number {number}", CHEAP)
            now = f"password number {number}"
            at.say("password", number)
            number += 1

    def verify(self, at: Killed) -> list[str]:
        last = at.said[-1][1] if at.said else -1
        for password in (f"password number {last}" if at.said else PASSWORD, f"password number {last + 1}"):
            try:
                with opened(at.folder / "clinic", password) as clinic:
                    return problems(clinic)
            except KnownError as error:
                if error.code != "S-01":
                    return [str(error)]
                (at.folder / "clinic" / "clinic.tries").unlink(missing_ok=True)
        return ["neither the last password nor the one that was being set opens it"]


class Rules(Simple):
    name = "rule book"
    pace = 1.0

    def __init__(self) -> None:
        self._parcels: Path | None = None

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        if self._parcels is None or not self._parcels.is_dir():
            self._parcels = folder.parent / "parcels"
            _publish(self._parcels)
        with opened(folder / "clinic") as clinic:
            key = rulebooks.read_key((self._parcels / "hq.key.pub").read_bytes(), "key")
            rulebooks.trust(clinic, key, key.fingerprint)

    def work(self, at: Work) -> None:
        assert self._parcels is not None  # prepared
        with opened(at.folder / "clinic") as clinic:
            for parcel in sorted(self._parcels.glob("zembla-*")):
                at.say("book", rulebooks.install(clinic, parcel).version)

    def check(self, clinic: Clinic, at: Killed) -> list[str]:
        wrong = [f"{f[1]} is gone" for f in at.said if clinic.shelf.find("zembla", f[1]) is None]
        return wrong + [f"half a book: {refused.folder}" for refused in clinic.shelf.refused]


def _publish(folder: Path) -> None:
    """Sign three versions of an invented country's book."""
    folder.mkdir()
    book = rulebooks.begin("zembla", folder / "book")
    rulebooks.make_key(folder / "hq.key", "Headquarters", PASSWORD)
    for number in (1, 2, 3):
        parcel = Path(shutil.copytree(book, folder / f"zembla-{number}"))
        file = parcel / "book.yaml"
        file.write_text(file.read_text("utf-8").replace("version: zembla-1 ", f"version: zembla-{number} "), "utf-8")
        rulebooks.sign(parcel, folder / "hq.key", PASSWORD)


class Wipe:
    name = "wipe"
    pace = 0.1

    def prepare(self, folder: Path) -> None:
        make(folder / "clinic")
        with opened(folder / "clinic") as clinic:
            case_id = intake.start(clinic, ON)
            evidence.add_content(clinic, case_id, "recording.m4a", random.Random(7).randbytes(1_300_000))  # noqa: S311 - content
            backups.make(clinic, NOW)

    def work(self, at: Work) -> None:
        with opened(at.folder / "clinic") as clinic:
            at.say("begun")
            wiping.wipe(clinic, NAME, PASSWORD)
            at.say("wiped")

    def verify(self, at: Killed) -> list[str]:
        """A wipe that was begun is gone on with; one that was not leaves the clinic whole."""
        clinic_folder = at.folder / "clinic"
        if wiping.is_begun(clinic_folder):
            wiping.finish(clinic_folder)
        elif ["wiped"] not in at.said and (clinic_folder / DATABASE).exists():
            with opened(clinic_folder) as clinic:
                return problems(clinic)
        left = [path for path in clinic_folder.rglob("*") if path.is_file()] if clinic_folder.exists() else []
        return [f"{path} is left" for path in left]


DESK: Final = (Intake, Evidence, Happened, Group, Backup, Restore, Mend, Upgrade, Password, Rules, Wipe)
