"""Scored practice: stories to interview for, scores with their reasons, and the instructor's list and reset.

It all lies in the practice clinic. The law check of the answer key is made with the same rule book and for the
same day as that of the trainee, so that only the interview differs.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import yaml
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from clinic_app import paths
from clinic_app.documents import practice as papers
from clinic_app.domain.assessment import Assessment, Deadline, Status
from clinic_app.domain.audit import Deed
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field, Label
from clinic_app.domain.intake_file import read_case, write_case
from clinic_app.domain.packet import Paper
from clinic_app.domain.practice import (
    Ago,
    Asked,
    FactMark,
    KeptScore,
    Named,
    PracticeCase,
    Run,
    Said,
    Score,
    kept_of,
    mark,
)
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Answer, Empty, Text
from clinic_app.errors import InputError, KnownError
from clinic_app.rules.book import RuleBook
from clinic_app.services import audit, casework, intake, permission, screening
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic, questions_by_place
from clinic_app.words import N_

NOT_PRACTICE: Final = "T-01"
WRONG_KEY: Final = "T-02"
LONGEST_TRAINEE: Final = 60
SHORTEST_KEY: Final = 4
SAFETY: Final = ("urgent.safe_to_talk", "urgent.danger_today", "contact.may_call")
"""What must be asked so that nobody is put in danger."""

CONSENT: Final = ("consent.talk", "consent.keep_record", "consent.share_with_authority", "consent.contact_employer")
"""The permissions that must be asked; the answer is the worker's own."""

_RUNS: Final = "practice_runs"
_SCORES: Final = "practice_scores"
_KEY: Final = "instructor_key"
_SURE: Final = {Status.LIKELY, Status.SEE_LAWYER}


def folder() -> Path:
    """Return where the stories are written, a file a story."""
    return paths.resources() / "practice"


def stories(place: str = "") -> tuple[PracticeCase, ...]:
    """Return the stories of a place, of every place when none is named."""
    found = [_read(file) for file in sorted(folder().glob("*.yaml"))]
    return tuple(story for story in found if place in {"", story.place})


def story(story_id: str) -> PracticeCase:
    """Return one story; InputError when there is none of that name."""
    for one in stories():
        if one.id == story_id:
            return one
    raise InputError("story", N_("there is no story “{value}”"), ", ".join(s.id for s in stories()), value=story_id)


def begin(clinic: Clinic, story_id: str, trainee: str, on: dt.date) -> str:
    """Begin the interview of a story for a trainee; return its case."""
    _only_practice(clinic, Right.WORK)
    chosen = story(story_id)
    name = " ".join(trainee.split())
    if not name or len(name) > LONGEST_TRAINEE:
        raise InputError("trainee", N_("a name or an alias is needed"), N_("at most 60 letters"))
    if chosen.place != clinic.info.place:
        raise InputError("story", N_("this story belongs to another country"), clinic.info.place)
    case_id = intake.start(clinic, on)
    kept = _load(clinic, _RUNS)
    kept[case_id] = {"practice": story_id, "trainee": name, "on": on.isoformat()}
    clinic.store.remember(_RUNS, json.dumps(kept))
    return case_id


def runs(clinic: Clinic) -> tuple[Run, ...]:
    """Return the interviews of stories in this practice clinic, the last begun first."""
    permission.require(clinic, Right.READ)
    kept = _load(clinic, _RUNS)
    return tuple(_run(case_id, raw) for case_id, raw in reversed(kept.items()))


def run_of(clinic: Clinic, case_id: str) -> Run | None:
    """Return what a case practises; None when it is nobody's exercise."""
    permission.require(clinic, Right.READ)
    raw = _load(clinic, _RUNS).get(case_id) if clinic.info.practice else None
    return _run(case_id, raw) if raw is not None else None


def played(clinic: Clinic, case_id: str) -> tuple[PracticeCase, Run] | None:
    """Return the story that a case practises, for whoever has nobody to play the worker; None for every other case."""
    run = run_of(clinic, case_id)
    return (story(run.practice), run) if run is not None else None


def score(clinic: Clinic, case_id: str) -> Score:
    """Score an interview as it stands and keep the line for the instructor; again replaces the line."""
    _only_practice(clinic, Right.READ)
    run = run_of(clinic, case_id)
    if run is None:
        raise InputError("case", N_("this interview is not one of the stories"))
    chosen = story(run.practice)
    book = clinic.book(chosen.place)
    case = casework.case(clinic, case_id)
    made = _score(run, chosen, book, case, screening.assess(clinic, case_id, run.on, chosen=True))
    line = asdict(kept_of(made)) | {"on": run.on.isoformat()}
    lines = _load(clinic, _SCORES) | {case_id: line}
    clinic.store.remember(_SCORES, json.dumps(lines))
    return made


def score_file(books: Mapping[str, RuleBook], chosen: PracticeCase, case: CaseFile, on: dt.date) -> Score:
    """Score an intake file against a story, without a clinic."""
    assessed = screening.assess_file(books, case, on)
    return _score(Run("", chosen.id, "", on), chosen, books[chosen.place], case, assessed)


def key_case(books: Mapping[str, RuleBook], chosen: PracticeCase, on: dt.date) -> CaseFile:
    """Return the intake of a good interview of a story that is told on a day."""
    return read_case(chosen.key_on(on), questions_by_place(books))


# -- the instructor ---------------------------------------------------------------------------


def has_key(clinic: Clinic) -> bool:
    """Say whether an instructor has set a key for this practice clinic."""
    permission.require(clinic, Right.READ)
    return bool(clinic.store.remembered(_KEY))


def set_key(clinic: Clinic, key: str, old: str = "") -> Changes:
    """Set the instructor's key, the first time or with the old one: the practice password is known to everybody."""
    _only_practice(clinic, Right.TEACH)
    if has_key(clinic):
        check_key(clinic, old)
    if len(key) < SHORTEST_KEY:
        raise InputError("key", N_("the key is too short"), N_("at least {least} signs"), least=SHORTEST_KEY)
    clinic.store.remember(_KEY, PasswordHasher().hash(key))
    return Changes(frozenset({"clinic"}))


def check_key(clinic: Clinic, key: str) -> None:
    """Raise KnownError unless this is the instructor's key, and the user may teach."""
    _only_practice(clinic, Right.TEACH)
    kept = clinic.store.remembered(_KEY)
    try:
        if not kept:
            raise InputError("key", N_("no instructor has set a key yet"), N_("set one first"))
        PasswordHasher().verify(kept, key)
    except Argon2Error:
        raise KnownError(
            WRONG_KEY,
            N_("This is not the instructor's key."),
            N_("Type it again. An instructor who forgot it makes the practice clinic new from the command line."),
        ) from None


def scores(clinic: Clinic) -> tuple[KeptScore, ...]:
    """Return the instructor's list, the last score first."""
    _only_practice(clinic, Right.TEACH)
    return tuple(_kept(line) for line in reversed(_load(clinic, _SCORES).values()))


def print_scores(clinic: Clinic, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the instructor's list as PDF."""
    lines = scores(clinic)
    return papers.scores(clinic.info.name, lines, language, paper, on)


def table(clinic: Clinic, say: Callable[[Label], str], language: str) -> bytes:
    """Return the instructor's list as a spreadsheet (.xlsx)."""
    lines = scores(clinic)
    from openpyxl import Workbook  # noqa: PLC0415 - loading it would make every start slower

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new book has one
    sheet.append([say(head) for head in papers.HEADS])
    for line in lines:
        sheet.append([_harmless(cell) for cell in papers.cells(line, say, language)])
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def role_play(chosen: PracticeCase, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the sheet for whoever plays the worker, as PDF."""
    return papers.role_play(chosen, language, paper, on)


def answer_key(books: Mapping[str, RuleBook], chosen: PracticeCase, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the sheet for the instructor, with what the law check says of the key, as PDF."""
    case = key_case(books, chosen, on)
    book = books[chosen.place]
    expected = tuple(_expected(chosen, book, case))
    return papers.answer_key(chosen, expected, screening.assess_file(books, case, on), language, paper, on)


def print_answer_key(clinic: Clinic, story_id: str, key: str, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the answer key of a story, for whoever has the instructor's key."""
    check_key(clinic, key)
    return answer_key(clinic.books, story(story_id), language, paper, on)


def reset(clinic: Clinic, key: str, place: str, *, keep_scores: bool = True) -> Clinic:
    """Close the practice clinic and return a new one with its cases, of any place; the scores stay unless told.

    The old one is put aside until the new one is whole, so that a power cut leaves one or the other.
    """
    check_key(clinic, key)
    if place not in clinics.places():
        raise InputError("place", N_("“{value}” is not one of the choices"), ", ".join(clinics.places()), value=place)
    return _anew(clinic, place, (_KEY, _SCORES) if keep_scores else (_KEY,))


def reset_without_key(clinic: Clinic, place: str) -> Clinic:
    """Make the practice clinic new for an instructor who forgot the key: scores and key go with the old one."""
    _only_practice(clinic, Right.TEACH)
    return _anew(clinic, place, ())


# -- “this was a real person” -----------------------------------------------------------------


def move_to_real(clinic: Clinic, case_id: str, real: Path, password: str, user: str, on: dt.date) -> str:
    """Copy one interview of the practice clinic into the real clinic; return its number there.

    It asks for a real user's own password and is written into both records. The practice clinic
    keeps its copy until it is made new: whoever moved it is told so.
    """
    _only_practice(clinic, Right.PRINT)
    file = write_case(clinic.store.case(case_id))
    if not clinics.exists(real):
        raise InputError("data", N_("there is no real clinic on this computer yet"), N_("begin a clinic first"))
    opened = clinics.unlock(real, password, user or None)
    try:
        if opened.info.practice:
            raise InputError("data", N_("this is a practice clinic too"), N_("the folder of a real clinic"))
        permission.require(opened, Right.WORK)
        case = read_case(file, questions_by_place(opened.books))
        new = opened.store.put_case(case, on, intake.INTAKE_STAGE)
        audit.note(opened, Deed.MERGED, case=new, detail="practice")
        number = opened.store.row(new).number
    finally:
        opened.close()
    audit.note(clinic, Deed.EXPORTED, case=case_id, detail="real clinic")
    return number


# -- inside -----------------------------------------------------------------------------------


def _only_practice(clinic: Clinic, right: Right) -> None:
    permission.require(clinic, right)
    if not clinic.info.practice:
        raise KnownError(
            NOT_PRACTICE,
            N_("This belongs to the practice clinic."),
            N_("Open the practice clinic from the first screen."),
        )


def _score(run: Run, chosen: PracticeCase, book: RuleBook, case: CaseFile, made: Assessment) -> Score:
    key = key_case({book.place: book}, chosen, run.on)
    best = screening.assess_file({book.place: book}, key, run.on)
    flagged = {finding.rule: finding.title for finding in made.findings if finding.status in _SURE}
    titles = {rule.id: rule.title for rule in book.findings} | flagged
    goal, reached = best.next_deadline, made.next_deadline
    return Score(
        case_id=run.case_id,
        practice=chosen.id,
        title=chosen.title,
        trainee=run.trainee,
        on=run.on,
        found=tuple(Named(rule, titles[rule]) for rule in chosen.confirmed if rule in flagged),
        missed=tuple(Named(rule, titles[rule]) for rule in chosen.confirmed if rule not in flagged),
        invented=tuple(Named(rule, title) for rule, title in flagged.items() if rule not in chosen.confirmed),
        facts=tuple(_marked(chosen, book, key, case)),
        deadline=None if goal is None else reached is not None and _same(goal, reached),
        consent=all(_answered(case, path) for path in CONSENT),
        safety=all(_answered(case, path) for path in SAFETY),
        rules_version=made.rules_version,
        dates=chosen.dates,
    )


def _same(goal: Deadline, reached: Deadline) -> bool:
    return (goal.action, goal.safe_date) == (reached.action, reached.safe_date)


def _marked(chosen: PracticeCase, book: RuleBook, key: CaseFile, case: CaseFile) -> Iterator[FactMark]:
    for said in chosen.facts:
        field, expected = _at(book, key, said.path)
        written = _at(book, case, said.path)[1]
        yield FactMark(said.path, field, said.said, mark(expected, written, field.kind), expected, written)


def _expected(chosen: PracticeCase, book: RuleBook, key: CaseFile) -> Iterator[FactMark]:
    yield from _marked(chosen, book, key, key)


def _at(book: RuleBook, case: CaseFile, path: str) -> tuple[Field, Answer]:
    """Return the field at a path and what a case holds there; "employers.name" is that of the first row."""
    section, _, name = path.partition(".")
    if section == "answers":
        return next(field for field in book.fields if field.id == name), case.answers.get(name)
    field = BY_ID[section].field(name)
    record = _first(case, section) if BY_ID[section].many else case.section(section)
    return field, record.get(name)


def _first(case: CaseFile, section: str) -> Record:
    rows = case.rows(section)
    return rows[0] if rows else Record()


def _answered(case: CaseFile, path: str) -> bool:
    section, _, name = path.partition(".")
    return case.section(section).get(name) is not Empty.NOT_ASKED


def _anew(clinic: Clinic, place: str, keep: tuple[str, ...]) -> Clinic:
    kept = {name: clinic.store.remembered(name) for name in keep}
    at = clinic.folder
    clinic.close()
    building, old = at.with_name(f"{at.name}.making"), at.with_name(f"{at.name}.old")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    made = clinics.open_practice(building, intake.fill_practice, place)
    for name, value in kept.items():
        made.store.remember(name, value)
    audit.note(made, Deed.PRACTICE_RESET)
    made.close()
    at.rename(old)
    building.rename(at)
    shutil.rmtree(old, ignore_errors=True)
    return clinics.open_practice(at, intake.fill_practice, place)


def _load(clinic: Clinic, name: str) -> dict[str, dict[str, object]]:
    kept: dict[str, dict[str, object]] = json.loads(clinic.store.remembered(name) or "{}")
    return kept


def _run(case_id: str, raw: Mapping[str, object]) -> Run:
    return Run(case_id, str(raw["practice"]), str(raw["trainee"]), dt.date.fromisoformat(str(raw["on"])))


def _kept(raw: Mapping[str, object]) -> KeptScore:
    return KeptScore(**{**raw, "on": dt.date.fromisoformat(str(raw["on"]))})  # type: ignore[arg-type]  # as it was written


def _read(file: Path) -> PracticeCase:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    dates = {str(name): Ago.read(ago) for name, ago in raw.get("dates", {}).items()}
    return PracticeCase(
        id=file.stem,
        place=str(raw["place"]),
        title=_text(raw["title"]),
        teaches=_text(raw["teaches"]),
        story=_text(raw["story"]),
        asked=tuple(Asked(_text(one["asked"]), _text(one["answer"])) for one in raw["asked"]),
        papers=tuple(_text(one) for one in raw.get("papers", ())),
        dates=dates,
        key=raw["key"],
        facts=tuple(Said(str(path), _text(said)) for path, said in raw["facts"].items()),
        confirmed=tuple(map(str, raw["confirmed"])),
    )


def _text(raw: Mapping[str, object]) -> Text:
    return {str(language): " ".join(str(said).split()) for language, said in raw.items()}


def _harmless(cell: str | int) -> str | int:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
