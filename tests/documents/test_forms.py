from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
import yaml

from clinic_app.documents.form_file import NEVER, Form, form_of
from clinic_app.documents.packet import plan, render
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import FORMS, Document, Preset
from clinic_app.paths import resources
from clinic_app.rules.book import RuleBook
from tests.documents.conftest import FOLIO, NAME, PHONE, MakeSource, page_texts, text_of, with_section

FILES = sorted((resources() / "forms").glob("*.yaml"))
OFFICIAL = {"mx": "es", "pe": "es", "ge": "ka"}


def read(name: str) -> tuple[str, Form]:
    place, _, document = name.partition("-")
    form = form_of(place, Document(document))
    assert form is not None
    return place, form


def words_of(form: Form) -> list[dict[str, str]]:
    fields = [field for part in form.parts for field in part.fields]
    texts = [
        form.title,
        form.to,
        *([form.cite] if form.cite else []),
        *form.sign,
        *(part.heading for part in form.parts),
    ]
    texts += [form.elsewhere.text] if form.elsewhere else []
    texts += [part.text for part in form.parts if part.text] + [field.text for field in fields if field.text]
    return [*texts, *(field.label for field in fields), *(tick for field in fields for tick in field.ticks)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_form_reads_in_its_official_language_and_takes_nothing_that_must_stay(file: object) -> None:
    place, form = read(getattr(file, "stem", ""))
    assert all(text.get(OFFICIAL[place]) for text in words_of(form))
    assert form.sign
    paths = [path for part in form.parts for field in part.fields for path in field.source]
    assert paths
    assert not {path.partition(".")[0] for path in paths} & NEVER


def test_the_files_are_the_forms_of_their_places() -> None:
    assert {file.stem for file in FILES} == {
        "mx-conciliation_request",
        "mx-inspection_complaint",
        "mx-court_claim",
        "mx-authority_to_act",
        "pe-inspection_complaint",
        "pe-court_claim",
        "pe-authority_to_act",
        "ge-inspection_complaint",
        "ge-reasons_request",
        "ge-court_claim",
        "ge-authority_to_act",
    }
    assert all(yaml.safe_load(file.read_text("utf-8")) for file in FILES)


@pytest.mark.parametrize("place", ["mx", "pe", "ge"])
def test_every_form_of_a_place_prints(make_source: MakeSource, case: CaseFile, place: str) -> None:
    for document in FORMS:
        form = form_of(place, document)
        if form is None:
            continue
        pdf = render(make_source(case=replace(case, place=place), documents=(document,), language=OFFICIAL[place]))
        text = text_of(pdf)
        assert form.title[OFFICIAL[place]] in text
        assert "Empacadora Práctica" in text
        assert PHONE not in text


def test_the_conciliation_request_holds_what_the_case_tells(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.CONCILIATION_REQUEST,))))
    for told in (
        NAME,
        FOLIO,
        "Carretera vieja km 4, junto al canal, Práctica de Juárez, Oaxaca",
        "jueves, 9 de julio de 2026",
        "Despido sin aviso por escrito (LFT 47)",
        "Quiero que me paguen lo que me deben.",
        "MXN 133,302.85",
    ):
        assert told in text


def test_what_does_not_fit_goes_on_where_the_box_says(make_source: MakeSource, case: CaseFile) -> None:
    words = [f"palabra{n}" for n in range(300)]
    source = make_source(
        case=with_section(case, "story", wants=" ".join(words)),
        documents=(Document.STATEMENT, Document.CONCILIATION_REQUEST),
        language="en",
    )
    pages = page_texts(render(source))
    told = re.search(r"→ see page (\d+): (\d+)", " ".join(pages))
    assert told is not None
    addendum = pages[int(told[1]) - 1]
    assert "Addendum" in addendum
    assert f"{told[2]}. What the person asks for" in addendum
    assert "palabra299" in addendum
    printed = re.findall(r"palabra\d+", " ".join(pages[: int(told[1])]))
    assert sorted(set(printed), key=words.index) == words
    assert len([page for page in pages if "palabra0 " in page]) == 2  # the form, and the statement


def test_a_short_answer_has_no_addendum(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.CONCILIATION_REQUEST,), language="en")))
    assert "Addendum" not in text


@pytest.mark.parametrize(("place", "language"), [("mx", "es"), ("pe", "es"), ("ge", "ka")])
def test_the_complaint_keeps_the_person_on_a_sheet_apart(
    make_source: MakeSource, case: CaseFile, place: str, language: str
) -> None:
    source = make_source(case=replace(case, place=place), documents=(Document.INSPECTION_COMPLAINT,), language=language)
    pages = page_texts(render(source))
    named = [number for number, text in enumerate(pages) if NAME in text]
    assert named == [len(pages) - 1]
    assert "Empacadora Práctica" not in pages[-1]


def test_a_hidden_worker_s_complaint_tells_nothing_of_the_person(make_source: MakeSource, case: CaseFile) -> None:
    hidden = with_section(case, "worker", keep_hidden="yes", official_id="XIOP900101", address="Calle 5")
    text = text_of(render(make_source(case=hidden, documents=(Document.INSPECTION_COMPLAINT,))))
    for telling in ("Ximénez", "XIOP900101", "Calle 5", "9 jul 2026", "Girasol"):
        assert telling not in text
    open_case = with_section(case, "worker", official_id="XIOP900101")
    assert "XIOP900101" in text_of(render(make_source(case=open_case, documents=(Document.CONCILIATION_REQUEST,))))


def test_the_power_of_attorney_has_two_witnesses(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.AUTHORITY_TO_ACT,))))
    assert text.count("Testigo: nombre, domicilio y firma") == 2


@pytest.mark.parametrize("place", ["pe", "ge"])
def test_what_an_authority_cannot_decide_names_entries_of_the_book(books: Mapping[str, RuleBook], place: str) -> None:
    form = form_of(place, Document.INSPECTION_COMPLAINT)
    assert form is not None
    assert form.elsewhere is not None
    known = {rule.id for rule in books[place].findings} | {rule.id for rule in books[place].amounts}
    assert set(form.elsewhere.claims) <= known


def test_the_georgian_inspection_is_not_asked_about_a_dismissal(
    make_source: MakeSource, case: CaseFile, assessment: Assessment
) -> None:
    first, second, *_ = assessment.findings
    found = (
        replace(first, rule="dismissal", title={"ka": "გათავისუფლება"}),
        replace(second, rule="unpaid_pay", title={"ka": "ხელფასი"}, amounts=("unpaid_wages", "aguinaldo")),
    )
    law = replace(assessment, findings=found, amounts=assessment.amounts[:2])
    source = make_source(
        case=replace(case, place="ge"), assessment=law, documents=(Document.INSPECTION_COMPLAINT,), language="ka"
    )
    text = text_of(render(source))
    assert "• ხელფასი (LFT 82, 88, 99)" in text
    assert "• გათავისუფლება" not in text
    assert "მხოლოდ სასამართლო განიხილავს (შკ 77)" in text
    court = text_of(render(replace(source, documents=(Document.COURT_CLAIM,))))
    assert "• გათავისუფლება" in court


def test_a_complaint_that_could_ask_for_nothing_is_not_ticked(
    make_source: MakeSource, case: CaseFile, assessment: Assessment
) -> None:
    only = replace(assessment.findings[0], rule="dismissal", amounts=())
    route = replace(assessment.routes[0], id="inspection")
    law = replace(assessment, findings=(only,), amounts=(), routes=(route,))
    source = make_source(case=replace(case, place="ge"), assessment=law, preset=Preset.FILING, language="ka")
    ticked = {p.document: p.chosen for p in plan(source)}
    assert ticked[Document.INSPECTION_COMPLAINT] is False
    paid = replace(law, findings=(replace(only, rule="unpaid_pay"),))
    assert {p.document: p.chosen for p in plan(replace(source, assessment=paid))}[Document.INSPECTION_COMPLAINT]


@pytest.mark.parametrize(("place", "language"), [("pe", "es"), ("ge", "ka")])
def test_a_letter_without_an_article_says_so(
    make_source: MakeSource, case: CaseFile, place: str, language: str
) -> None:
    source = make_source(case=replace(case, place=place), documents=(Document.AUTHORITY_TO_ACT,), language="en")
    assert "A plain letter; no article sets its form." in text_of(render(source))
    assert render(replace(source, language=language))
