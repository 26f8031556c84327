"""A legal value past its expected change is named, with the value used, on every paper that has figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic_app.documents.packet import render
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.packet import Document
from tests.documents.conftest import MakeSource, text_of

DUE = "Daily UMA: 117.31 was used; a new value was due on"
WITH_FIGURES = {
    Document.WORKER_SUMMARY: "Daily UMA: we used 117.31. It may be old.",
    Document.EMPLOYER_DEMAND: DUE,
    Document.VIOLATIONS: DUE,
    Document.CALCULATION: DUE,
}


@pytest.mark.parametrize("document", WITH_FIGURES)
def test_each_paper_with_figures_names_the_value_that_was_used(
    make_source: MakeSource, assessment: Assessment, document: Document
) -> None:
    said = WITH_FIGURES[document]
    assert said in text_of(render(make_source(documents=(document,), language="en")))
    fresh = replace(assessment, stale=())
    assert said not in text_of(render(make_source(assessment=fresh, documents=(document,), language="en")))
