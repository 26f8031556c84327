"""Witnesses on paper: what an authority may read of them, and what never leaves the clinic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic_app.documents.packet import plan, render
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.packet import Document, Preset
from clinic_app.errors import InputError
from tests.documents.conftest import MakeSource, record, text_of, with_section

SECRETS = ("951 555 07 07", "La echan del cuarto", "Rosa Testigo Lima")


@pytest.fixture
def witnessed(case: CaseFile) -> CaseFile:
    rows = (
        record(
            name="Rosa Testigo Lima",
            code="la vecina",
            saw="Rosa Testigo Lima oyó al encargado decir que no volviera.",
            relation="neighbour",
            willing="maybe",
            risk="La echan del cuarto",
            contact="951 555 07 07",
        ),
        record(name="Juan Testigo Paz", saw="Vio el despido.", relation="co_worker", willing="yes", may_be_named="yes"),
        record(name="Inés Testigo Sol", saw="Estaba ahí.", willing="no", contact="951 555 08 08"),
    )
    return replace(case, lists={**case.lists, "witnesses": rows})


def filing(make_source: MakeSource, case: CaseFile, **more: object) -> str:
    return text_of(
        render(
            make_source(case=case, preset=Preset.FILING, documents=(Document.WITNESSES_FILING,), language="en", **more)
        )
    )


def test_the_authority_gets_a_name_only_with_that_persons_yes(make_source: MakeSource, witnessed: CaseFile) -> None:
    text = filing(make_source, witnessed)
    assert "1 la vecina la vecina oyó al encargado" in text
    assert "2 Juan Testigo Paz Vio el despido. Works there too Yes" in text
    for secret in (*SECRETS, "Inés", "951 555 08 08", "Estaba ahí"):
        assert secret not in text


def test_no_word_shows_a_name_that_may_not_be_shown(make_source: MakeSource, witnessed: CaseFile) -> None:
    named = replace(
        witnessed.rows("witnesses")[0], values={**witnessed.rows("witnesses")[0].values, "code": "Rosa Testigo Lima"}
    )
    text = filing(make_source, replace(witnessed, lists={**witnessed.lists, "witnesses": (named,)}))
    assert "1 witness 1 witness 1 oyó" in text
    assert "Rosa Testigo" not in text


def test_a_story_does_not_tell_the_name_of_a_witness_either(make_source: MakeSource, witnessed: CaseFile) -> None:
    told = with_section(witnessed, "story", told="Me vio Rosa Testigo Lima desde su puerta. También Juan Testigo Paz.")
    text = text_of(render(make_source(case=told, documents=(Document.STATEMENT,))))
    assert "Me vio la vecina desde su puerta. También Juan Testigo Paz." in text


def test_no_filing_copy_and_no_workers_copy_holds_a_contact_of_a_witness(
    make_source: MakeSource, witnessed: CaseFile
) -> None:
    for preset in (Preset.WORKER, Preset.FILING):
        source = make_source(case=witnessed, preset=preset)
        assert Document.WITNESSES_INTERNAL not in [p.document for p in plan(source) if p.allowed]
        text = text_of(render(source))
        for secret in SECRETS:
            assert secret not in text
        with pytest.raises(InputError, match="own archive"):
            render(replace(source, documents=(Document.WITNESSES_INTERNAL,)))


def test_the_clinics_own_list_tells_all_and_says_that_it_stays(make_source: MakeSource, witnessed: CaseFile) -> None:
    source = make_source(case=witnessed, documents=(Document.WITNESSES_INTERNAL,), language="en")
    text = text_of(render(source))
    for part in (*SECRETS, "Inés Testigo Sol", "It never leaves the clinic.", "1. la vecina"):
        assert part in text


def test_a_form_of_the_court_names_witnesses_as_the_list_does(make_source: MakeSource, witnessed: CaseFile) -> None:
    text = text_of(render(make_source(case=witnessed, documents=(Document.COURT_CLAIM,))))
    assert "1. la vecina. Vive cerca" in text or "1. la vecina. Lives near" in text
    assert "2. Juan Testigo Paz." in text
    for secret in (*SECRETS, "Inés"):
        assert secret not in text


def test_without_a_witness_whom_the_authority_may_know_there_is_no_list(
    make_source: MakeSource, witnessed: CaseFile
) -> None:
    unwilling = replace(witnessed, lists={**witnessed.lists, "witnesses": witnessed.rows("witnesses")[2:]})
    for case in (unwilling, replace(witnessed, lists={**witnessed.lists, "witnesses": (Record(),)})):
        planned = {p.document: p for p in plan(make_source(case=case, preset=Preset.FILING))}
        assert planned[Document.WITNESSES_FILING].why_not
