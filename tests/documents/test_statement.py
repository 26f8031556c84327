from __future__ import annotations

from dataclasses import replace

from clinic_app.documents.packet import render
from clinic_app.documents.statement import evidence_of, facts
from clinic_app.documents.voice import voice
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Document
from clinic_app.domain.values import Empty
from tests.documents.conftest import MakeSource, record, text_of, with_section


def test_facts_are_numbered_and_know_what_they_tell(make_source: MakeSource) -> None:
    told = facts(voice(make_source(language="en")))
    assert [fact.number for fact in told] == list(range(1, len(told) + 1))
    by_path = {path: [fact for fact in told if fact.tells(path)] for path in ("job.ending", "answers.written_notice")}
    assert "Dismissed" in by_path["job.ending"][0].words
    assert by_path["answers.written_notice"][0].words.endswith("Were you given written notice? I answered: No.")
    assert not any(fact.tells("job") for fact in told)


def test_dates_keep_their_precision_and_events_stand_oldest_first(make_source: MakeSource) -> None:
    words = [fact.words for fact in facts(voice(make_source(language="en")))]
    wage_cut = next(i for i, line in enumerate(words) if "about February 2026" in line)
    dismissal = next(i for i, line in enumerate(words) if line.startswith("Date: Thursday, July 9, 2026."))
    assert wage_cut < dismissal
    assert words[wage_cut].endswith("How I know: There is a paper.")


def test_facts_refer_to_the_evidence_in_hand(make_source: MakeSource) -> None:
    v = voice(make_source(language="en"))
    assert evidence_of(v, "pay.amount") == (2,)
    assert evidence_of(v, "job.ending") == (1,)
    assert evidence_of(v, "worker.birth") == ()
    assert any(fact.words.endswith("MXN\u00a024,000.00 a month. (evidence 2)") for fact in facts(v))


def test_an_unknown_employer_is_told_by_the_place(make_source: MakeSource, case: CaseFile) -> None:
    unknown = replace(case, lists={"employers": (record(place="junto al canal", name=Empty.DOES_NOT_KNOW),)})
    first = facts(voice(make_source(case=unknown, language="en")))[0].words
    assert first == "I do not know the name of the employer. The place of work is junto al canal."


def test_a_name_that_ends_in_a_full_stop_gets_no_second_one(make_source: MakeSource) -> None:
    first = facts(voice(make_source(language="en")))[0].words
    assert "Empacadora Práctica S.A. The name" in first


def test_the_story_is_not_corrected(make_source: MakeSource, case: CaseFile) -> None:
    told = facts(voice(make_source(case=with_section(case, "story", told="ya no.. me dijo\n\n  eso fue "))))[-2:]
    assert [fact.words.rpartition(": ")[2] for fact in told] == ["ya no.. me dijo", "eso fue"]


def test_answers_that_were_not_asked_are_left_out_and_unknown_ones_are_said(
    make_source: MakeSource, case: CaseFile
) -> None:
    answers = Record(
        {
            "written_notice": Empty.NOT_ASKED,
            "vacations_taken": Empty.DOES_NOT_KNOW,
            "weeks": ({"week": Edtf.parse("2026-03"), "kind": "night"},),
        }
    )
    questions = {
        "vacations_taken": {"en": "How many?"},
        "weeks": {"en": "Which weeks?"},
        "weeks.week": {"en": "Week"},
        "weeks.kind.night": {"en": "by night"},
    }
    source = make_source(case=replace(case, answers=answers), questions=questions, language="en")
    words = [fact.words for fact in facts(voice(source)) if fact.paths[0].startswith("answers.")]
    assert words == [
        "I was asked: How many? I answered: does not know.",
        "I was asked: Which weeks? I answered: Week: March 2026, by night.",
    ]


def test_the_statement_ends_with_lines_for_signature_witness_and_interpreter(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.STATEMENT,), language="en")))
    for line in ("I, Práctica Ximénez Olmedo, say", "Signature or thumbprint", "Witness: name", "Interpreter: name"):
        assert line in text
    assert text.index("was read to me") < text.index("Signature or thumbprint")
