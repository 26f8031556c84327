"""The packet: one frozen source of everything, then the same bytes for screen, file and printer."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from clinic_app import __version__
from clinic_app.documents import binding, blank, pictures, readiness, seal
from clinic_app.documents import extract as extracting
from clinic_app.documents import packet as papers
from clinic_app.documents.voice import voice
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.audit import Deed
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field
from clinic_app.domain.packet import Document, Made, PacketSource, Paper, Preset, ReadyClaim
from clinic_app.domain.pages import read_pages
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Text
from clinic_app.errors import InputError
from clinic_app.rules.assess import assess as assess_case
from clinic_app.rules.book import RuleBook
from clinic_app.services import audit, evidence, handed_over
from clinic_app.services import differences as differing
from clinic_app.services.clinic import Clinic, book_of
from clinic_app.services.permission import require
from clinic_app.services.screening import assess, assess_file
from clinic_app.words import N_

PagePicture: TypeAlias = pictures.PagePicture
PlannedDocument: TypeAlias = papers.PlannedDocument
Checked: TypeAlias = seal.Checked
Progress: TypeAlias = binding.Progress


LARGEST_PDF: Final = 500 * 1024 * 1024
"""Bytes of a packet's file that are read back: 150 pages of photos are far below."""


@dataclass(frozen=True, slots=True)
class PacketPlan:
    """What a packet will hold: each paper, or why it may not be printed, and how much paper it takes.

    `pages` gives the pages of each allowed paper by itself (the cover's for what is chosen), so that a
    screen can count anew when someone ticks. `sheets` is for what is chosen, printed on one side, and
    `volumes` into how many it is cut. `both_sides` says whether it may be printed on both sides of the
    sheet: never what is filed; then `sheets_both_sides` sheets are enough.
    """

    documents: tuple[papers.PlannedDocument, ...]
    sheets: int
    volumes: int = 1
    both_sides: bool = False
    sheets_both_sides: int = 0
    pages: Mapping[Document, int] = field(default_factory=dict)


def plan(clinic: Clinic, case_id: str, *, preset: Preset, paper: Paper, language: str, on: dt.date) -> PacketPlan:
    """Return the papers of a preset with their gates and the number of sheets."""
    require(clinic, Right.READ)
    return _planned(_source(clinic, case_id, preset, paper, language, on, None))


def plans(clinic: Clinic, case_id: str, *, paper: Paper, language: str, on: dt.date) -> dict[Preset, PacketPlan]:
    """Return the plan of every preset, for one law check: what a screen shows before anything is printed."""
    require(clinic, Right.READ)
    first = _source(clinic, case_id, Preset.WORKER, paper, language, on, None)
    return {preset: _planned(replace(first, preset=preset)) for preset in Preset}


def _planned(source: PacketSource) -> PacketPlan:
    planned = papers.plan(source)
    pages = papers.page_counts(source, [each.document for each in planned if each.allowed])
    chosen = [pages[each.document] for each in planned if each.chosen]
    volumes = papers.volumes_of(source, chosen)
    sheets = sum(chosen) + volumes - 1
    both = source.preset is not Preset.FILING
    # Each paper begins on a sheet of its own, so that it can be given away alone.
    turned = sum(-(-count // 2) for count in chosen) if both else sheets
    return PacketPlan(planned, sheets, volumes, both, turned, MappingProxyType(pages))


def make(
    clinic: Clinic,
    case_id: str,
    *,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: Sequence[Document] | None = None,
    chosen: bool = False,
    late_after: str = "",
    sheet_height: int | None = None,
    progress: Progress | None = None,
) -> Made:
    """Return the packet of a saved case, one PDF a volume, and what it holds; give both to `note`.

    `late_after` is the code of papers that were handed over: then only what is new is made, as section G
    behind them, and every number that was printed stays. `sheet_height` is that of a printer's oficio
    (`services.ruler`). `progress` is told (done, of how many) and may
    raise to stop. Errors are those of `render`, and InputError for a code that was never printed.
    """
    require(clinic, Right.PRINT)
    asked = None if documents is None else tuple(documents)
    source = _source(clinic, case_id, preset, paper, language, on, asked, chosen=chosen)
    source = replace(source, sheet_height=sheet_height)
    if late_after:
        source = replace(source, after=handed_over.before(clinic.store.printed(case_id), late_after))
    return papers.make(source, progress)


def note(clinic: Clinic, case_id: str, made: Made, what: str, pages: str = "", how: str = "") -> Changes:
    """Write down that a packet came out, each volume by itself, with what it held: its numbers are kept from now on."""
    require(clinic, Right.PRINT)
    changes = Changes()
    for pdf, code in zip(made.volumes, made.held.codes, strict=True):
        digest = hashlib.sha256(pdf).hexdigest()
        held = handed_over.to_text(made.held)
        changes = clinic.store.record_print(case_id, what, digest, pages, how, code=code, held=held)
    _note_out(clinic, case_id, what, pages, how)
    return changes


def render(
    clinic: Clinic,
    case_id: str,
    *,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: Sequence[Document] | None = None,
    chosen: bool = False,
) -> bytes:
    """Return the packet of a saved case as PDF; a person may have `chosen` the day `on`.

    InputError when a paper that was asked for may not be printed; other errors are those of the law check.
    """
    require(clinic, Right.PRINT)
    asked = None if documents is None else tuple(documents)
    return papers.render(_source(clinic, case_id, preset, paper, language, on, asked, chosen=chosen))


def render_file(
    books: Mapping[str, RuleBook],
    case: CaseFile,
    *,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: Sequence[Document] | None = None,
    folder: Path | None = None,
) -> bytes:
    """Return the packet of a case that is not in a store as one PDF. Errors are those of `render`.

    The files of its evidence lie in `folder`; without one they are left out.
    """
    return papers.render(_source_of_file(books, case, preset, paper, language, on, documents, folder))


def make_file(
    books: Mapping[str, RuleBook],
    case: CaseFile,
    *,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: Sequence[Document] | None = None,
    folder: Path | None = None,
    sheet_height: int | None = None,
) -> Made:
    """Return the same, a filing copy cut into volumes where it is too thick."""
    source = _source_of_file(books, case, preset, paper, language, on, documents, folder)
    return papers.make(replace(source, sheet_height=sheet_height))


def ready(clinic: Clinic, case_id: str, on: dt.date, *, chosen: bool = False) -> tuple[ReadyClaim, ...]:
    """Return each claim of a saved case with the nine questions to answer before it is filed.

    A person may have `chosen` the day `on`, as in `render`.
    """
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    return _ready(clinic.books, case, assess(clinic, case_id, on, chosen=chosen), on)


def ready_file(books: Mapping[str, RuleBook], case: CaseFile, on: dt.date) -> tuple[ReadyClaim, ...]:
    """Return the same for a case that is not in a store."""
    return _ready(books, case, assess_file(books, case, on), on)


def _ready(
    books: Mapping[str, RuleBook], case: CaseFile, assessment: Assessment, on: dt.date
) -> tuple[ReadyClaim, ...]:
    book = book_of(books, case.place)
    source = PacketSource(
        case,
        assessment,
        Preset.FILING,
        Paper(book.paper),
        case.language,
        on,
        case.clinic,
        questions_of(book),
        __version__,
    )
    return readiness.readiness(voice(source))


def verify(pdf: bytes, name: str, code: str = "") -> Checked:
    """Say what the seal of a paper's file tells. InputError when it was altered, or the code is another one."""
    checked = seal.check(pdf)
    if checked is None:
        raise InputError(name, N_("this file carries no seal of this program"), N_("a PDF made by this program"))
    if not checked.intact:
        raise InputError(name, N_("this file was changed after it was made"), N_("the file as it was first saved"))
    if code and not seal.same_code(code, checked.code):
        raise InputError(
            "--code",
            N_("the code “{typed}” is not that of this file"),
            N_("the code at the foot of its pages: {code}"),
            typed=code,
            code=checked.code,
        )
    return checked


def intake_form(books: Mapping[str, RuleBook], place: str, language: str, paper: Paper | None = None) -> bytes:
    """Return the empty intake form of a place as PDF; private questions are asked by the program alone."""
    book = book_of(books, place)
    groups = tuple(
        blank.Asked(group.title, tuple(question.field for question in group.questions))
        for group in sorted(book.groups, key=lambda group: not group.urgent)
        if not group.private
    )
    return blank.intake_form(groups, place, language, paper or default_paper(place, books), book.version)


def page_pictures(pdf: bytes, width_px: int, pages: Sequence[int] | None = None) -> tuple[PagePicture, ...]:
    """Return pages as pictures, made from the very bytes that are printed.

    `pages` are the numbers of those that are asked for, counted from 1; None asks for all. A long
    packet is looked at a page at a time: its pictures together would not fit an old computer.
    """
    return pictures.page_pictures(pdf, width_px, pages)


def extract(pdf: bytes, pages: str) -> bytes:
    """Return some pages of a packet as a PDF to print again: the same sheets, stamps and numbers.

    `pages` are counted from 1 as in "1-3, 7". InputError when they are not in the packet.
    """
    return extracting.pages_alone(pdf, read_pages(pages, pictures.page_count(pdf)))


def page_count(pdf: bytes) -> int:
    """Return how many pages a packet has."""
    return pictures.page_count(pdf)


def printed(clinic: Clinic, case_id: str, pdf: bytes, what: str, pages: str, how: str = "") -> Changes:
    """Write down what was printed, with its hash.

    `pages` are the numbers that came out, as "1-4"; `how` says whether they came from the printer,
    for a second time ("again"), or went into a file or onto a stick.
    """
    require(clinic, Right.PRINT)
    changes = clinic.store.record_print(case_id, what, hashlib.sha256(pdf).hexdigest(), pages, how)
    _note_out(clinic, case_id, what, pages, how)
    return changes


def _note_out(clinic: Clinic, case_id: str, what: str, pages: str, how: str) -> None:
    on_paper = how in {"", "printer", "again"}
    audit.note(clinic, Deed.PRINTED if on_paper else Deed.EXPORTED, case=case_id, detail=f"{what} {pages}".strip())


def default_paper(place: str, books: Mapping[str, RuleBook]) -> Paper:
    """Return the sheet size that is usual in the place."""
    return Paper(books[place].paper) if place in books else Paper.A4


def questions_of(book: RuleBook) -> dict[str, Text]:
    """Return the words of the book's questions by id, and of their choices and columns by "id.choice"."""
    return {path: text for field in book.fields for path, text in _labels(field, field.id)}


def _labels(field: Field, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(field.label, Mapping):
        yield path, field.label
    for choice in field.choices:
        if isinstance(choice.label, Mapping):
            yield f"{path}.{choice.code}", choice.label
    for column in field.columns:
        yield from _labels(column, f"{path}.{column.id}")


def _source_of_file(
    books: Mapping[str, RuleBook],
    case: CaseFile,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: Sequence[Document] | None,
    folder: Path | None,
) -> PacketSource:
    book = book_of(books, case.place)
    return PacketSource(
        case,
        assess_file(books, case, on),
        preset,
        paper,
        language,
        on,
        case.clinic,
        questions_of(book),
        __version__,
        None if documents is None else tuple(documents),
        book.main_language,
        evidence.exhibits_of_files(folder, case.files) if folder else (),
    )


def _source(
    clinic: Clinic,
    case_id: str,
    preset: Preset,
    paper: Paper,
    language: str,
    on: dt.date,
    documents: tuple[Document, ...] | None,
    *,
    chosen: bool = False,
) -> PacketSource:
    case = clinic.store.case(case_id)
    book = clinic.book_for(case)
    assessment = assess(clinic, case_id, on, chosen=chosen)
    found = clinic.store.differences(case_id)
    if found:
        case, assessment = differing.safest(case, found, lambda each: assess_case(book, each, on))
    return PacketSource(
        case,
        assessment,
        preset,
        paper,
        language,
        on,
        clinic.info.name,
        questions_of(book),
        __version__,
        documents,
        clinic.book(case.place).main_language,
        evidence.exhibits(clinic, case_id),
        numbers=handed_over.numbers(clinic.store.printed(case_id)),
        differences=found,
    )
