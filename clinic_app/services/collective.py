"""Many workers of one employer: one group, shared facts, and a whole case for each worker.

What is shared is written into each worker's own case, except where the worker says otherwise. A
worker may leave the group or settle alone at any time; the case goes on.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.changes import Changes
from clinic_app.domain.collective import Group, GroupRow, Member, MemberState, ReadWorker, WorkerTable
from clinic_app.domain.fields import plain, read_answer
from clinic_app.domain.names import words
from clinic_app.domain.packet import Paper, Preset
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Answer, Empty
from clinic_app.domain.views import CaseRow
from clinic_app.domain.worker_table import MOST_WORKERS, field_of, read_cell, read_table
from clinic_app.errors import ClinicError, InputError
from clinic_app.services import employers, files, groups, intake, packet, screening, settings
from clinic_app.services.clinic import Clinic
from clinic_app.services.groups import GroupCheck
from clinic_app.services.permission import require
from clinic_app.words import N_

LARGEST_FILE: Final = 5 * 1024 * 1024
LARGEST_UNPACKED: Final = 64 * 1024 * 1024
MOST_COLUMNS: Final = 60
SPARE_ROWS: Final = 20
"""Rows that are read beyond the most workers: headings and empty lines."""

COLUMNS: Final = (
    "worker.name",
    "job.start",
    "job.last_day",
    "pay.amount",
    "pay.period",
    "pay.unpaid_days",
)
"""What the grid shows of each worker, in order; each can be typed over."""

SHARED: Final = (
    "job.ending",
    "job.last_day",
    "job.ending_said",
    "job.position",
    "job.municipality",
    "job.state",
    "job.zone",
    "pay.period",
    "hours.per_day",
    "hours.days_per_week",
    "story.told",
)
"""What a group may share; a list (events, evidence) is each worker's own."""

TEMPLATE: Final = (
    "worker.name",
    "worker.sex",
    "worker.birth",
    "contact.phone",
    "job.position",
    "job.start",
    "job.last_day",
    "pay.amount",
    "pay.period",
    "pay.unpaid_days",
    "hours.per_week",
)
"""The columns of the empty sheet that can be handed out."""

_TEXT_ENCODINGS: Final = ("utf-8-sig", "cp1252")


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group with its members; `check` adds up those who are in it and could be checked."""

    group: Group
    on: dt.date
    employer: str
    members: tuple[Member, ...]
    check: GroupCheck
    currency: str


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding workers: how many cases were made, and names that were in the group already."""

    cases: int
    known: tuple[str, ...]


def all_groups(clinic: Clinic) -> tuple[GroupRow, ...]:
    """Return every group, the newest first."""
    require(clinic, Right.READ)
    counts = clinic.store.groups.counts()
    return tuple(
        GroupRow(group.id, group.name, _employer(clinic, group), counts.get(group.id, 0), group.opened_on)
        for group in clinic.store.groups.all()
    )


def begin(clinic: Clinic, employer: str, name: str, on: dt.date) -> str:
    """Begin a group against an employer, known or new; return its id. InputError without an employer's name."""
    require(clinic, Right.WORK)
    known = employers.named(clinic, employer)
    label = " ".join(name.split()) or " ".join(employer.split())
    language = clinic.books[clinic.info.place].main_language if clinic.info.place in clinic.books else "es"
    return clinic.store.groups.add(label, clinic.info.place, language, known, on)


def page(clinic: Clinic, group_id: str, on: dt.date, before: GroupPage | None = None) -> GroupPage:
    """Return a group with the law check of each worker. InputError for an unknown group.

    Workers whose case is as it was in `before`, of the same day, are not checked again.
    """
    require(clinic, Right.READ)
    group = clinic.store.groups.get(group_id)
    known = {m.row: m for m in before.members} if before is not None and before.on == on else {}
    members = []
    for row, state in clinic.store.groups.members(group_id):
        member = known.get(row) or _member(clinic, row, on)
        members.append(replace(member, state=state))
    counted = [m for m in members if m.state is MemberState.IN and m.check is not None]
    total = groups.add_up(tuple(m.case for m in counted), tuple(m.check for m in counted if m.check is not None))
    return GroupPage(group, on, _employer(clinic, group), tuple(members), total, clinic.currency)


def of_case(clinic: Clinic, case_id: str) -> str:
    """Return the id of a case's group, "" when it has none."""
    require(clinic, Right.READ)
    return clinic.store.groups.of_case(case_id)


def share(clinic: Clinic, group_id: str, path: str, raw: object) -> Changes:
    """Say something of all workers at once: it is written into each case that does not say otherwise.

    `raw` is as JSON holds it, None to take it back. InputError names what cannot be taken.
    """
    require(clinic, Right.WORK)
    if path not in SHARED:
        raise InputError(path, N_("no such field"), ", ".join(SHARED))
    group = clinic.store.groups.get(group_id)
    field = field_of(path)
    new = Empty.NOT_ASKED if raw is None else read_answer(field, raw, path)
    old = _answer(group.shared, path)
    shared = {name: value for name, value in group.shared.items() if name != path}
    clinic.store.groups.share(group_id, shared if raw is None else shared | {path: plain(new)})
    changes = Changes(frozenset({"groups"}))
    section, _, name = path.partition(".")
    for row, state in clinic.store.groups.members(group_id):
        own = clinic.store.case(row.id).section(section).get(name)
        if state is MemberState.IN and own in {Empty.NOT_ASKED, old}:
            changes |= clinic.store.set_answer(row.id, path, new, field.kind)
    return changes


def write_cell(clinic: Clinic, case_id: str, path: str, typed: str, on: dt.date) -> Changes:
    """Save one cell of the grid as it was typed; an empty one is not asked. InputError when it cannot be read."""
    require(clinic, Right.WORK)
    answer: Answer = read_cell(path, typed, on) if typed.strip() else Empty.NOT_ASKED
    changes = clinic.store.set_answer(case_id, path, answer, field_of(path).kind)
    _check(clinic, case_id, on)
    return changes | Changes(frozenset({"groups"}))


def read_text(text: str, on: dt.date) -> WorkerTable:
    """Read a table that was pasted: columns parted by tabs, else by semicolons or commas."""
    if len(text.encode()) > LARGEST_FILE:
        raise InputError("", N_("the table is too large"), N_("at most {limit} bytes"), limit=LARGEST_FILE)
    head = text.lstrip().partition("\n")[0]
    sign = next((sign for sign in ("\t", ";", ",") if sign in head), "\t")
    try:
        rows = [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text, newline=None), delimiter=sign)]
    except csv.Error as error:
        raise InputError("", N_("this is not a table"), N_("a file .xlsx or .csv")) from error
    return read_table(rows, on)


def read_file(path: Path, on: dt.date) -> WorkerTable:
    """Read the first sheet of an .xlsx file, or a .csv or .tsv file. InputError when it is none of these."""
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise InputError(path.name, N_("the file cannot be read: {why}"), why=error.strerror or "") from error
    if raw is None:
        raise InputError(path.name, N_("the file is too large"), N_("at most {limit} bytes"), limit=LARGEST_FILE)
    if raw.startswith(b"PK"):
        return read_table(_sheet(raw, path.name), on)
    if b"\0" in raw:
        raise InputError(path.name, N_("this is not a table"), N_("a file .xlsx or .csv"))
    return read_text(_decoded(raw), on)


def add_workers(clinic: Clinic, group_id: str, workers: Sequence[ReadWorker], on: dt.date) -> Added:
    """Make a case for each worker of a table, with what the group shares; names already in the group are left out."""
    require(clinic, Right.WORK)
    group = clinic.store.groups.get(group_id)
    known = {_bare(row.shown_name) for row, _ in clinic.store.groups.members(group_id)}
    made, left_out = 0, []
    for worker in workers:
        if _bare(worker.name) in known:
            left_out.append(worker.name)
            continue
        known.add(_bare(worker.name))
        case = _case(clinic, group, worker)
        links = (group.employer,) if group.employer else ()
        case_id = clinic.store.put_case(case, on, intake.CHECK_STAGE, employers=links, collective=group.id)
        _check(clinic, case_id, on)
        made += 1
    return Added(made, tuple(left_out))


def set_state(clinic: Clinic, case_id: str, state: MemberState) -> Changes:
    """Let a worker leave the group, settle alone, or come back; the case goes on."""
    require(clinic, Right.WORK)
    if not clinic.store.groups.of_case(case_id):
        raise InputError("case", N_("this case is in no group"))
    return clinic.store.set_case(case_id, collective_state=state.value) | Changes(frozenset({"groups"}))


def papers(clinic: Clinic, case_id: str, *, preset: Preset, on: dt.date, paper: Paper | None = None) -> bytes:
    """Return one worker's papers as PDF, in the worker's language, on the usual sheet when no `paper` is chosen."""
    require(clinic, Right.PRINT)
    language = clinic.store.case(case_id).language
    return packet.render(
        clinic, case_id, preset=preset, paper=paper or settings.paper(clinic), language=language, on=on
    )


def save_papers(
    clinic: Clinic, case_id: str, folder: Path, *, preset: Preset, on: dt.date, paper: Paper | None = None
) -> Path:
    """Write one worker's papers into a folder, named by the case's number."""
    require(clinic, Right.PRINT)
    pdf = papers(clinic, case_id, preset=preset, on=on, paper=paper)
    target = folder / f"{clinic.store.row(case_id).number}.pdf"
    files.write(target, pdf)
    packet.printed(clinic, case_id, pdf, preset.value, "", "file")
    return target


def printed(clinic: Clinic, made: Mapping[str, bytes], preset: Preset) -> Changes:
    """Write down in each case that all pages of its papers came out of the printer."""
    require(clinic, Right.PRINT)
    changes = Changes()
    for case_id, pdf in made.items():
        changes |= packet.printed(clinic, case_id, pdf, preset.value, f"1-{packet.page_count(pdf)}", "printer")
    return changes


def empty_sheet(headings: Sequence[str]) -> bytes:
    """Return an .xlsx file with the headings of `TEMPLATE`, as they are said to whoever fills it in."""
    from openpyxl import Workbook  # noqa: PLC0415 - loading it would make every start slower
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - the same

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new book has one
    sheet.append(list(headings))
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(heading) + 2)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _member(clinic: Clinic, row: CaseRow, on: dt.date) -> Member:
    case = clinic.store.case(row.id)
    try:
        return Member(row, MemberState.IN, case, screening.look(clinic, row.id, on), None)
    except ClinicError as error:
        return Member(row, MemberState.IN, case, None, error)


def _case(clinic: Clinic, group: Group, worker: ReadWorker) -> CaseFile:
    answers: dict[str, Answer] = {path: _answer(group.shared, path) for path in group.shared}
    answers |= worker.answers
    sections: dict[str, dict[str, Answer]] = {}
    for path, answer in answers.items():
        section, _, name = path.partition(".")
        sections.setdefault(section, {})[name] = answer
    version = clinic.books[group.place].version if group.place in clinic.books else ""
    records = {section: Record(values) for section, values in sections.items() if section in BY_ID}
    return CaseFile(group.place, group.language, records, {}, Record(), rules_version=version)


def _check(clinic: Clinic, case_id: str, on: dt.date) -> None:
    """Keep the figures of a case, so that the lists know its next safe date; a case that cannot be checked waits."""
    try:
        screening.assess(clinic, case_id, on, chosen=True)
    except ClinicError:
        return  # the grid says beside the worker why


def _answer(shared: Mapping[str, object], path: str) -> Answer:
    return read_answer(field_of(path), shared[path], path) if path in shared else Empty.NOT_ASKED


def _employer(clinic: Clinic, group: Group) -> str:
    records = clinic.store.employers.records((group.employer,))
    return records[0].shown_name if records else ""


def _bare(name: str) -> str:
    return " ".join(sorted(words(name)))


def _sheet(raw: bytes, name: str) -> list[list[object]]:
    """Return the first sheet's cells, no more than a group can hold."""
    if _unpacked_bytes(raw) > LARGEST_UNPACKED:
        raise InputError(name, N_("the file is too large"), N_("at most {limit} bytes"), limit=LARGEST_UNPACKED)
    from openpyxl import load_workbook  # noqa: PLC0415 - loading it would make every start slower

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST_WORKERS + SPARE_ROWS, max_col=MOST_COLUMNS, values_only=True)
        return [_trimmed(row) for row in rows]
    except Exception as error:  # the library answers a spoilt sheet with errors of every kind
        raise InputError(name, N_("this spreadsheet cannot be read"), N_("a file .xlsx or .csv")) from error


def _unpacked_bytes(raw: bytes) -> int:
    """Return what an archive says it holds, 0 when it is none; reading it never gives more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return 0


def _trimmed(row: Sequence[object]) -> list[object]:
    """Return a row without the empty cells at its end."""
    filled = max((number for number, cell in enumerate(row, start=1) if cell is not None), default=0)
    return list(row[:filled])


def _decoded(raw: bytes) -> str:
    for encoding in _TEXT_ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
