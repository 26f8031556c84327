"""Scored practice: every story agrees with its rule book whenever it is told, and scores say what was missed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

from clinic_app.domain.audit import Asked, Deed
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.intake_file import read_case
from clinic_app.domain.packet import Paper
from clinic_app.domain.practice import Mark, PracticeCase
from clinic_app.domain.values import Answer
from clinic_app.errors import InputError, KnownError
from clinic_app.i18n import PAPER_LANGUAGES, words
from clinic_app.rules.book import RuleBook
from clinic_app.services import audit, casework, intake, practice
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic, questions_by_place

ON = dt.date(2026, 11, 22)
DAYS = (ON, dt.date(2026, 2, 10), dt.date(2026, 8, 20), dt.date(2027, 3, 31))
KEY = "chalk and board"
PASSWORD = "cuatro palabras bien mias"
STORIES = practice.stories()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Clinic]:
    with closing(clinics.open_practice(tmp_path / "practice", intake.fill_practice)) as opened:
        yield opened


def named(story: PracticeCase) -> str:
    return story.id


def interview(clinic: Clinic, story: PracticeCase, trainee: str = "Lupe", *, leave_out: tuple[str, ...] = ()) -> str:
    """Do a good interview of a story, without some answers."""
    case_id = practice.begin(clinic, story.id, trainee, ON)
    key = story.key_on(ON)
    for section, answers in key.items():
        if isinstance(answers, Mapping):
            rows = [(section, answers)]
        elif isinstance(answers, list):
            row = intake.add_row(clinic, case_id, section)
            rows = [(f"{section}[{row}]", answers[0])]
        else:
            continue
        for place, values in rows:
            for name, value in values.items():
                if f"{section}.{name}" not in leave_out:
                    intake.save(clinic, case_id, f"{place}.{name}", value)
    return case_id


@pytest.mark.parametrize("place", ["mx", "pe", "ge"])
def test_each_place_has_two_stories_at_least(place: str) -> None:
    assert len(practice.stories(place)) >= 2


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_what_is_confirmed_is_what_the_law_check_finds_in_the_key_on_any_day(
    story: PracticeCase, books: Mapping[str, RuleBook]
) -> None:
    for on in DAYS:
        key = practice.key_case(books, story, on)
        made = practice.score_file(books, story, key, on)
        assert made.detection == made.precision == 1
        assert made.passed
        assert made.facts_right == len(made.facts)
        assert made.consent
        assert made.safety
        assert made.deadline is not False


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_story_is_told_whole_in_every_language(story: PracticeCase) -> None:
    texts = [story.title, story.teaches, story.story, *(said.said for said in story.facts), *story.papers]
    texts += [text for one in story.asked for text in (one.asked, one.answer)]
    for text in texts:
        assert set(text) == set(PAPER_LANGUAGES)
        for language in PAPER_LANGUAGES:
            told = story.told(text, ON, words(language).told)[language]
            assert told
            assert "{" not in told
    assert len(story.facts) >= 10


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_sheets_are_printed_in_every_language_and_the_key_stays_off_the_role_play(
    story: PracticeCase, books: Mapping[str, RuleBook]
) -> None:
    for language in PAPER_LANGUAGES:
        played = text_of(practice.role_play(story, language, Paper.A4, ON))
        assert words(language)("PRACTICE") in played.replace("\n", "")
        confirmed = [f.title for f in books[story.place].findings if f.id in story.confirmed]
        assert confirmed
        assert not any(words(language).say(title) in played for title in confirmed)
        answers = text_of(practice.answer_key(books, story, language, Paper.LETTER, ON))
        assert words(language)("Answer key") in answers
        assert all(fact.said for fact in story.facts)
        assert books[story.place].currency in answers


def test_a_good_interview_passes_and_stands_in_the_list(school: Clinic) -> None:
    story = practice.story("mx-packing")
    case_id = interview(school, story)
    made = practice.score(school, case_id)
    assert made.passed
    assert made.deadline
    assert made.facts_right == len(made.facts)
    practice.set_key(school, KEY)
    (line,) = practice.scores(school)
    assert (line.trainee, line.practice, line.passed) == ("Lupe", "mx-packing", True)
    practice.score(school, case_id)
    assert len(practice.scores(school)) == 1


def test_what_was_not_asked_is_missed_and_said_why(school: Clinic) -> None:
    story = practice.story("mx-packing")
    left_out = ("pay.unpaid_days", "answers.payslips", "job.registered", "contact.may_call", "consent.talk")
    made = practice.score(school, interview(school, story, leave_out=left_out))
    assert not made.passed
    assert {one.rule for one in made.missed} >= {"unpaid_wages", "no_receipt"}
    missed = {fact.path for fact in made.facts if fact.mark is Mark.MISSED}
    assert missed == {"pay.unpaid_days", "answers.payslips", "job.registered", "contact.may_call"}
    assert not made.safety
    assert not made.consent
    assert made.detection < 1
    assert made.precision == 1


def test_a_wrong_day_is_wrong_and_its_deadline_is_not_found(school: Clinic) -> None:
    case_id = interview(school, practice.story("mx-packing"))
    intake.save(school, case_id, "job.last_day", (ON - dt.timedelta(days=2)).isoformat())
    made = practice.score(school, case_id)
    assert next(f.mark for f in made.facts if f.path == "job.last_day") is Mark.WRONG
    assert made.deadline is False


def test_a_day_that_is_vaguer_than_the_story_is_right_when_it_can_be_the_same(school: Clinic) -> None:
    story = practice.story("mx-packing")
    case_id = interview(school, story)
    start = str(story.dates["start"].text(ON))
    intake.save(school, case_id, "job.start", f"{start[:4]}~")
    made = practice.score(school, case_id)
    assert next(f.mark for f in made.facts if f.path == "job.start") is Mark.RIGHT


def test_what_was_invented_counts_against_the_interview(books: Mapping[str, RuleBook]) -> None:
    story = practice.story("mx-packing")
    key = practice.key_case(books, story, ON)
    answers = Record({**key.answers.values, "aguinaldo_received": "none", "overtime_paid": "no"})
    hours = Record({**key.section("hours").values, "per_day": read(books, key, "12")})
    wrong = replace(key, answers=answers, sections={**key.sections, "hours": hours})
    made = practice.score_file(books, story, wrong, ON)
    assert {one.rule for one in made.invented} >= {"aguinaldo", "overtime"}
    assert made.precision < 1
    assert made.detection == 1


def read(books: Mapping[str, RuleBook], key: CaseFile, hours: str) -> Answer:
    file = {"place": key.place, "hours": {"per_day": hours}}
    return read_case(file, questions_by_place(books)).section("hours").get("per_day")


def test_scoring_is_for_the_practice_clinic_and_its_stories(school: Clinic, clinic: Clinic) -> None:
    with pytest.raises(KnownError, match="practice clinic"):
        practice.begin(clinic, "mx-packing", "Lupe", ON)
    with pytest.raises(InputError, match="another country"):
        practice.begin(school, "ge-water", "Lupe", ON)
    with pytest.raises(InputError, match="no story"):
        practice.begin(school, "nothing", "Lupe", ON)
    with pytest.raises(InputError, match="alias"):
        practice.begin(school, "mx-packing", "  ", ON)
    other = casework.cases(school)[0].id
    with pytest.raises(InputError, match="not one of the stories"):
        practice.score(school, other)


def test_the_instructors_key_is_asked_for_and_is_not_kept_in_clear(school: Clinic) -> None:
    with pytest.raises(InputError, match="no instructor"):
        practice.check_key(school, KEY)
    with pytest.raises(InputError, match="too short"):
        practice.set_key(school, "abc")
    practice.set_key(school, KEY)
    practice.check_key(school, KEY)
    for attempt in (lambda: practice.check_key(school, "other"), lambda: practice.set_key(school, "mine now", "other")):
        with pytest.raises(KnownError, match="not the instructor's key"):
            attempt()
    assert KEY not in school.store.remembered("instructor_key")
    practice.set_key(school, "another key", KEY)
    practice.check_key(school, "another key")


def test_a_reset_brings_the_first_cases_back_and_keeps_the_scores(school: Clinic) -> None:
    practice.set_key(school, KEY)
    practice.score(school, interview(school, practice.story("mx-kitchen"), "Nube"))
    cases = casework.count(school)
    with closing(practice.reset(school, KEY, "pe")) as new:
        assert new.info.practice
        assert new.info.place == "pe"
        assert casework.count(new) == len(intake.example_files("pe")) != cases
        assert [line.trainee for line in practice.scores(new)] == ["Nube"]
        assert practice.runs(new) == ()
        practice.check_key(new, KEY)
        assert audit.entries(new, Asked(deed=Deed.PRACTICE_RESET))
        assert not list(new.folder.parent.glob("practice.*"))
        with closing(practice.reset(new, KEY, "mx", keep_scores=False)) as again:
            assert practice.scores(again) == ()


def test_an_instructor_who_forgot_the_key_begins_anew_without_scores(school: Clinic) -> None:
    practice.set_key(school, KEY)
    practice.score(school, interview(school, practice.story("mx-kitchen")))
    with closing(practice.reset_without_key(school, "mx")) as new:
        assert not practice.has_key(new)
        assert practice.scores(new) == ()


def test_the_list_goes_on_paper_and_into_a_spreadsheet(school: Clinic) -> None:
    practice.score(school, interview(school, practice.story("mx-packing"), "=Lupe"))
    w = words("en")
    book = load_workbook(io.BytesIO(practice.table(school, w.say, "en")))
    rows = list(book.worksheets[0].values)
    assert rows[0][0] == "Trainee"
    assert rows[1][0] == "'=Lupe"
    assert rows[1][3] == "100 %"
    assert "=Lupe" in text_of(practice.print_scores(school, "en", Paper.LETTER, ON))


def test_a_real_person_moves_into_the_real_clinic_with_its_own_password(school: Clinic, tmp_path: Path) -> None:
    real = tmp_path / "real"
    case_id = interview(school, practice.story("mx-packing"))
    with pytest.raises(InputError, match="no real clinic"):
        practice.move_to_real(school, case_id, real, PASSWORD, "Rosa", ON)
    clinics.create(real, "Clínica del Valle", "mx", "Rosa", PASSWORD)[0].close()
    with pytest.raises(KnownError):
        practice.move_to_real(school, case_id, real, "another password", "Rosa", ON)
    number = practice.move_to_real(school, case_id, real, PASSWORD, "Rosa", ON)
    with closing(clinics.unlock(real, PASSWORD, "Rosa")) as opened:
        moved = casework.case(opened, casework.find(opened, number))
        assert moved.section("worker").get("name") == "Alma Ejemplo"
        assert not moved.practice
        assert casework.row(opened, casework.find(opened, number)).stage == "intake"
        assert audit.entries(opened, Asked(deed=Deed.MERGED))[0].detail == "practice"


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
