from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace

import pytest

from clinic_app.documents.packet import OFFERED, TITLES, plan, render, sheet_count
from clinic_app.domain.assessment import Assessment, RedFlag
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Document, Paper, Preset
from clinic_app.domain.values import Answer, Empty
from clinic_app.errors import InputError
from tests.documents.conftest import (
    ALIAS,
    FOLIO,
    NAME,
    PHONE,
    MakeSource,
    page_texts,
    text_of,
    with_section,
)

LANGUAGES = ("es", "en", "ka")
NOT_HERE = {
    Document.REASONS_REQUEST,
    Document.BILINGUAL_SUMMARY,
    Document.EXHIBITS,
    Document.WITNESSES_FILING,
    Document.WITNESSES_INTERNAL,
}
"""The papers that the example case cannot have: no form in Mexico, one language, no file, no witness noted."""


def test_the_same_source_gives_the_same_bytes(make_source: MakeSource) -> None:
    assert render(make_source()) == render(make_source())


def test_another_process_gives_the_same_bytes(make_source: MakeSource) -> None:
    program = (
        "import hashlib;from tests.documents import conftest as c;from clinic_app.documents.packet import render;"
        "f=lambda x:x._fixture_function;"
        "s=f(c.make_source)(f(c.case)(),f(c.assessment)())();print(hashlib.sha256(render(s)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(render(make_source())).hexdigest()


@pytest.mark.parametrize(("language", "paper"), list(zip(LANGUAGES, Paper, strict=True)))
def test_every_paper_in_every_language_and_on_every_sheet(make_source: MakeSource, language: str, paper: Paper) -> None:
    for document in Document:
        source = make_source(language=language, paper=paper, documents=(document,))
        if not plan(source)[0].allowed:
            assert document in NOT_HERE
            continue
        texts = page_texts(render(source))
        assert len(texts) == sheet_count(source)
        assert all(f"{i} / {len(texts)}" in text for i, text in enumerate(texts, start=1))


def test_presets_offer_their_papers_and_only_what_the_place_has(make_source: MakeSource) -> None:
    absent = {
        Document.REASONS_REQUEST,
        Document.BILINGUAL_SUMMARY,
        Document.EXHIBITS,
    }  # cannot exist here; witnesses only were not noted
    for preset in Preset:
        offered = [p.document for p in plan(make_source(preset=preset))]
        assert offered == [d for d in Document if d in OFFERED[preset] and d not in absent]
    assert Document.EMPLOYER_DEMAND not in OFFERED[Preset.FILING]
    assert set(TITLES) == set(Document)


def test_what_a_preset_prints_unasked(make_source: MakeSource, assessment: Assessment) -> None:
    route = replace(assessment.routes[0], id="conciliation_local")
    source = make_source(preset=Preset.FILING, assessment=replace(assessment, routes=(route,)))
    assert [p.document for p in plan(source) if p.chosen] == [
        Document.COVER,
        Document.CONCILIATION_REQUEST,
        Document.STATEMENT,
        Document.CHRONOLOGY,
        Document.VIOLATIONS,
        Document.CALCULATION,
        Document.EVIDENCE_INDEX,
    ]
    worker = [p.document for p in plan(make_source(preset=Preset.WORKER)) if p.chosen]
    assert worker == [Document.WORKER_SUMMARY, Document.NEXT_STEPS, Document.CONSENT]


def test_a_hidden_worker_gets_the_card_without_words(make_source: MakeSource, case: CaseFile) -> None:
    hidden = with_section(case, "worker", keep_hidden="yes")
    chosen = [p.document for p in plan(make_source(preset=Preset.WORKER, case=hidden)) if p.chosen]
    assert Document.REMINDER in chosen
    assert Document.NEXT_STEPS not in chosen


def test_a_no_to_the_authority_bars_its_forms(make_source: MakeSource, case: CaseFile) -> None:
    said_no = with_section(case, "consent", share_with_authority="no")
    filing = plan(make_source(case=said_no, preset=Preset.FILING))
    assert [p.document for p in filing if p.allowed] == [Document.AUTHORITY_TO_ACT]
    planned = {p.document: p for p in plan(make_source(case=said_no))}
    assert planned[Document.CONCILIATION_REQUEST].why_not
    assert not planned[Document.AUTHORITY_TO_ACT].why_not
    with pytest.raises(InputError, match="said no"):
        render(make_source(case=said_no, documents=(Document.COURT_CLAIM,)))


def test_a_choice_of_papers_is_bound_in_order(make_source: MakeSource) -> None:
    source = make_source(documents=(Document.CALCULATION, Document.STATEMENT))
    assert [p.document for p in plan(source)] == [Document.STATEMENT, Document.CALCULATION]


def test_nothing_chosen_is_refused(make_source: MakeSource) -> None:
    with pytest.raises(InputError, match="no paper was chosen"):
        render(make_source(documents=()))


@pytest.mark.parametrize(
    ("section", "field", "answer"),
    [
        ("worker", "keep_hidden", "yes"),
        ("consent", "contact_employer", "no"),
        ("consent", "contact_employer", Empty.NOT_ASKED),
        ("consent", "show_name", "no"),
        ("consent", "show_name", Empty.DOES_NOT_KNOW),
    ],
)
def test_no_demand_without_both_consents_or_with_a_hidden_name(
    make_source: MakeSource, case: CaseFile, section: str, field: str, answer: Answer
) -> None:
    source = make_source(case=with_section(case, section, **{field: answer}), language="en")
    (planned,) = [p for p in plan(source) if p.document is Document.EMPLOYER_DEMAND]
    assert not planned.allowed
    assert planned.why_not
    assert TITLES[Document.EMPLOYER_DEMAND] not in text_of(render(source))
    assert TITLES[Document.EMPLOYER_DEMAND] in text_of(render(make_source(language="en")))
    with pytest.raises(InputError) as refused:
        render(replace(source, documents=(Document.EMPLOYER_DEMAND,)))
    assert refused.value.path == "documents.employer_demand"
    assert refused.value.message == planned.why_not


@pytest.mark.parametrize("blocks", [True, False])
def test_a_red_flag_bars_the_named_letter_only_when_it_says_so(
    make_source: MakeSource, assessment: Assessment, blocks: bool
) -> None:
    flag = RedFlag("violence", {"en": "Violence"}, {"en": "Go to a safe place."}, blocks_named_letter=blocks)
    source = make_source(assessment=replace(assessment, red_flags=(flag,)), documents=(Document.EMPLOYER_DEMAND,))
    assert plan(source)[0].allowed is not blocks


def test_no_notice_of_rights_without_the_books_text(make_source: MakeSource, assessment: Assessment) -> None:
    source = make_source(assessment=replace(assessment, texts=()), preset=Preset.WORKER)
    assert [p.document for p in plan(source) if not p.allowed] == [Document.EMPLOYER_NOTICE]


def test_the_demand_names_the_worker_when_all_is_agreed(make_source: MakeSource) -> None:
    assert NAME in text_of(render(make_source(documents=(Document.EMPLOYER_DEMAND,))))


def test_the_notice_of_rights_holds_no_name_at_all(make_source: MakeSource, case: CaseFile) -> None:
    text = text_of(render(make_source(documents=(Document.EMPLOYER_NOTICE,))))
    employer = case.rows("employers")[0]
    for name in (NAME, ALIAS, *NAME.split(), employer.text("name"), employer.text("trade_name"), "Clínica Laboral"):
        assert name not in text
    assert "LFT 47" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_name_is_on_no_paper(make_source: MakeSource, case: CaseFile, language: str) -> None:
    hidden = with_section(
        with_section(case, "worker", keep_hidden="yes"), "story", told=f"Soy {NAME.upper()}. Ximenez."
    )
    text = text_of(render(make_source(case=hidden, language=language))).casefold()
    assert ALIAS.casefold() in text
    for word in ("ximénez", "ximenez", "olmedo"):
        assert word not in text


def test_a_hidden_name_without_alias_gives_the_number(make_source: MakeSource, case: CaseFile) -> None:
    for alias in (Empty.NOT_ASKED, NAME):
        hidden = with_section(case, "worker", keep_hidden="yes", alias=alias)
        text = text_of(render(make_source(case=hidden)))
        assert FOLIO in text
        assert "Olmedo" not in text


def test_safe_contacts_are_on_no_paper(make_source: MakeSource, case: CaseFile) -> None:
    told = with_section(case, "story", told="Me llaman al 951-555-0102 de noche.")
    text = text_of(render(make_source(case=told)))
    for secret in (PHONE, "5550102", "951-555-0102", "Tía Lucha", "No llamar", "Casa de su hermana"):
        assert secret not in text


def test_practice_stands_on_every_page_and_only_in_practice(make_source: MakeSource, case: CaseFile) -> None:
    assert all(
        "PRACTICE" in text for text in page_texts(render(make_source(language="en", case=replace(case, practice=True))))
    )
    assert "PRACTICE" not in text_of(render(make_source(language="en")))


def test_a_case_of_which_nothing_is_known_still_prints(make_source: MakeSource, assessment: Assessment) -> None:
    empty = CaseFile("mx", "es", {}, {}, Record())
    nothing = replace(
        assessment, findings=(), amounts=(), deadlines=(), stale=(), not_computed=(), parameters=(), routes=(), texts=()
    )
    texts = page_texts(render(make_source(case=empty, assessment=nothing, language="en")))
    assert "no number yet" in " ".join(texts)


def test_an_agreement_that_has_run_out_is_no_agreement(make_source: MakeSource, case: CaseFile) -> None:
    for until, allowed in (("2026-07-20", True), ("2026-07-19", False), ("2026-07", False), ("2027", True)):
        dated = with_section(case, "consent", valid_until=Edtf.parse(until))
        (planned,) = plan(make_source(case=dated, documents=(Document.EMPLOYER_DEMAND,)))
        assert planned.allowed is allowed, until


def test_what_is_not_yet_agreed_is_said_and_may_be_signed_by_the_worker(
    make_source: MakeSource, case: CaseFile
) -> None:
    source = make_source(preset=Preset.FILING)
    assert not any(p.note for p in plan(source))
    unasked = with_section(case, "consent", share_with_authority=Empty.NOT_ASKED)
    planned = {p.document: p for p in plan(replace(source, case=unasked))}
    assert planned[Document.COVER].allowed
    assert "The worker can sign and file it." in planned[Document.COVER].note
    assert not planned[Document.STATEMENT].note


def test_the_consent_sheet_holds_every_layer(make_source: MakeSource, case: CaseFile) -> None:
    told = with_section(
        case, "consent", photo="no", press="yes", authority="SUNAFIL", valid_until=Edtf.parse("2027-01-31")
    )
    text = text_of(render(make_source(case=told, documents=(Document.CONSENT,), language="en")))
    for layer, yes, no in (
        ("Keep my data in this clinic", "☐", "☐"),
        ("Give my papers to the authority named below", "☒", "☐"),
        ("Take photos of me or of my papers", "☐", "☒"),
        ("Tell my case to the press", "☒", "☐"),
    ):
        assert f"{layer} {yes} {no}" in text
    assert "SUNAFIL" in text
    assert "Sunday, January 31, 2027" in text
    assert "I can take back each yes at any time." in text
