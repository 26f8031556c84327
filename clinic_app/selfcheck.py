"""The program looks at itself: each thing it is made for, once, in a folder that is gone afterwards.

A build that passes has all its parts: the encrypted store, the rule books, papers in every language,
photos of phones, spreadsheets, headquarters and the window. Nothing of a real clinic is touched.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import click
import openpyxl
import pypdfium2
from PIL import Image

from clinic_app import bundled, demo_sync, paths
from clinic_app.demo import has_display
from clinic_app.domain.packet import Document, Paper, Preset
from clinic_app.domain.worker_table import HEADINGS
from clinic_app.errors import ClinicError
from clinic_app.i18n import PAPER_LANGUAGES, words
from clinic_app.services import casework, collective, evidence, intake, packet, rulebooks, screening
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic

FAILED: Final = 2
_PASSWORD: Final = "an invented password"  # noqa: S105 - of a store that is gone in a minute
_GEORGIAN: Final = range(0x10D0, 0x1100)
_WORKERS: Final = (("Ana Prueba", "300", "day"), ("Luz Ejemplo", "2100", "week"))


class Failed(Exception):  # noqa: N818 - what it says is the finding
    """Something did not do what the program is made for; the text says what was seen."""


def run(pictures: Path | None) -> int:
    """Do everything once and print a line for each; return 0, or 2 when something failed.

    Three pictures of the window are kept in `pictures`.
    """
    with _own_folder() as folder:
        return _run(Check(folder, pictures or folder / "pictures", dt.datetime.now().astimezone().date()))


def start() -> int:
    """Show the first window, print when it stood there (seconds since 1970), and quit; return 0."""
    from clinic_app import app  # noqa: PLC0415 - Qt is loaded when it is wanted

    _see_or_not()
    with _own_folder() as folder:
        click.echo(f"{app.first_window(folder / 'clinic'):.3f}")
    return 0


def _run(check: Check) -> int:
    steps: Sequence[tuple[str, Callable[[], str]]] = (
        ("resources", check.resources),
        ("rule books", check.rule_books),
        ("store", check.store),
        ("law check", check.law),
        ("papers", check.papers),
        ("evidence", check.evidence),
        ("spreadsheet", check.spreadsheet),
        ("sync", check.sync),
        ("window", check.window),
    )
    begun = time.perf_counter()
    failed = [name for name, step in steps if not _passes(name, step)]
    seconds = time.perf_counter() - begun
    end = f"failed: {', '.join(failed)}" if failed else "everything works"
    click.echo(f"{end}  ({seconds:.1f} s)", err=bool(failed))
    return FAILED if failed else 0


def _passes(name: str, step: Callable[[], str]) -> bool:
    """Do one step and print how it went. What an error says may be printed: nobody real is in these cases."""
    begun = time.perf_counter()
    try:
        told, good = step(), True
    except ClinicError as error:
        told, good = words("en").error(error), False
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the check is to find
        told, good = f"{type(error).__name__}: {error}", False
    ms = (time.perf_counter() - begun) * 1000
    click.echo(f"{'ok    ' if good else 'FAILED'} {ms:7.0f} ms  {name}: {' '.join(told.split())}")
    return good


@contextmanager
def _own_folder() -> Iterator[Path]:
    """Give a folder in which everything lies that is written meanwhile; it is gone afterwards."""
    before = os.environ.get(paths.HOME_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="clínica de prueba ", ignore_cleanup_errors=False) as name:
        os.environ[paths.HOME_VARIABLE] = name
        try:
            yield Path(name)
        finally:
            if before is None:
                del os.environ[paths.HOME_VARIABLE]
            else:
                os.environ[paths.HOME_VARIABLE] = before


@dataclass
class Check:
    """The steps, in the order in which they can be done: later ones use what earlier ones made."""

    folder: Path
    pictures: Path
    on: dt.date
    made: list[bytes] = field(default_factory=list)

    @cached_property
    def examples(self) -> tuple[Path, ...]:
        """The example intakes of every place."""
        return tuple(file for place in clinics.EXPECTED_PLACES for file in intake.example_files(place))

    def resources(self) -> str:
        """Find everything that the program will ask for."""
        missing = bundled.missing(paths.resources())
        _require(not missing, f"missing: {', '.join(missing)}")
        return str(paths.resources())

    def rule_books(self) -> str:
        """Work through the examples that lawyers wrote into each rule book."""
        books = [rulebooks.check(folder) for folder in rulebooks.folders("")]
        _require({book.place for book in books} >= set(clinics.EXPECTED_PLACES), "a place's book is not here")
        wrong = [book.place for book in books if not book.passed]
        _require(not wrong, f"worked examples differ: {', '.join(wrong)}")
        return ", ".join(f"{book.version} {len(book.results)} worked examples" for book in books)

    def store(self) -> str:
        """Make an encrypted store, fill it, close it, and open it again."""
        clinic, _ = clinics.create(self._clinic, "Clínica de prueba", "mx", "Prueba", _PASSWORD)
        with closing(clinic):
            numbers = intake.import_files(clinic, {f.name: f.read_bytes() for f in self.examples}, self.on)
        with closing(self._opened()) as again:
            wrong = again.store.check()
            _require(not wrong, "; ".join(wrong))
            _require(casework.count(again) == len(numbers), f"{casework.count(again)} of {len(numbers)} cases")
        return f"{len(numbers)} cases, closed and opened again"

    def law(self) -> str:
        """Check every example against the law."""
        with closing(self._opened()) as clinic:
            found = [screening.assess(clinic, row.id, self.on) for row in casework.cases(clinic, limit=1000)]
        amounts, deadlines = sum(len(one.amounts) for one in found), sum(len(one.deadlines) for one in found)
        _require(min(amounts, deadlines) > 0, "no amount or no deadline")
        return f"{len(found)} cases, {amounts} amounts, {deadlines} deadlines"

    def papers(self) -> str:
        """Make a packet of each place in each language, and read it back with another library."""
        books = clinics.rule_books()
        pages = 0
        for place in clinics.EXPECTED_PLACES:
            case = intake.decode(intake.example_files(place)[0].read_bytes(), books)
            for language in PAPER_LANGUAGES:
                paper = packet.default_paper(place, books)
                pdf = packet.render_file(books, case, preset=Preset.WORKER, paper=paper, language=language, on=self.on)
                packet.verify(pdf, f"{place}-{language}")
                pages += _read_back(pdf, case.section("worker").text("name"), language)
                self.made.append(pdf)
        return f"{len(self.made)} packets, {pages} pages"

    def evidence(self) -> str:
        """Put a phone's photo, a picture and a PDF behind a case's papers."""
        picture = io.BytesIO()
        Image.new("RGB", (1200, 900), "white").save(picture, "JPEG")
        contents = {
            "photo.heic": (paths.resources() / bundled.PHOTO).read_bytes(),
            "picture.jpg": picture.getvalue(),
            "paper.pdf": self.made[0],
        }
        with closing(self._opened()) as clinic:
            case_id = casework.cases(clinic, limit=1)[0].id
            for name, content in contents.items():
                evidence.add_content(clinic, case_id, name, content)
            files = evidence.files(clinic, case_id)
            _require(all(evidence.thumbnail(clinic, file.id) for file in files), "an exhibit has no picture")
            for file in files:
                evidence.set_printed(clinic, file.id, printed=True)
            pdf = packet.render(
                clinic,
                case_id,
                preset=Preset.FILING,
                paper=Paper.LETTER,
                language="es",
                on=self.on,
                documents=(Document.EXHIBITS,),
            )
        pages = packet.page_count(pdf)
        _require(pages >= packet.page_count(self.made[0]) + 2, f"only {pages} pages")
        return f"{len(contents)} exhibits, {pages} pages"

    def spreadsheet(self) -> str:
        """Read a list of workers as somebody sends it."""
        columns = ("worker.name", "pay.amount", "pay.period")
        book = openpyxl.Workbook()
        assert book.active is not None  # a new one has a sheet
        for row in ([HEADINGS[path].partition("|")[0] for path in columns], *map(list, _WORKERS)):
            book.active.append(row)
        file = self.folder / "lista.xlsx"
        book.save(file)
        table = collective.read_file(file, self.on)
        _require(len(table.workers) == len(_WORKERS), f"{len(table.workers)} workers")
        return f"{len(table.workers)} workers"

    def sync(self) -> str:
        """Have two computers and a headquarters meet by a stick that is a folder."""
        return list(demo_sync.meet(self.folder, self.on))[-1]

    def window(self) -> str:
        """Open the real window, change its language, take its picture three times and close it."""
        _see_or_not()
        from clinic_app import app  # noqa: PLC0415 - Qt is loaded when everything else is done

        taken = app.check_window(self.folder / "window", self.pictures)
        return f"{app.platform()}, {', '.join(picture.name for picture in taken)}"

    @property
    def _clinic(self) -> Path:
        return self.folder / "clinic"

    def _opened(self) -> Clinic:
        return clinics.unlock(self._clinic, _PASSWORD)


def _see_or_not() -> None:
    """Draw the window unseen where there is no display."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _read_back(pdf: bytes, name: str, language: str) -> int:
    """Return the pages of a packet. Failed when the worker's name or the language's letters are not in it."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        pages = len(document)
    _require(name.rsplit(maxsplit=1)[-1] in text, f"the name is not in the {language} packet")
    has_georgian = any(ord(letter) in _GEORGIAN for letter in text)
    _require(has_georgian or language != "ka", "no Georgian letters in the Georgian packet")
    return pages


def _require(good: bool, seen: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not good:
        raise Failed(seen)
