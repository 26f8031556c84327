"""What was asked in private: no paper asks for it or repeats it."""

from __future__ import annotations

from dataclasses import replace

from clinic_app.documents.packet import render
from clinic_app.domain.assessment import Assessment, Missing, Status
from clinic_app.domain.packet import Preset
from tests.documents.conftest import MakeSource, both, text_of

QUESTION = "Were you given written notice?"


def test_no_paper_repeats_an_answer_given_in_private(make_source: MakeSource, assessment: Assessment) -> None:
    assert QUESTION in text_of(render(make_source(language="en", preset=Preset.ARCHIVE)))
    private = replace(assessment, private=("answers.written_notice",))
    printed = text_of(render(make_source(assessment=private, language="en", preset=Preset.ARCHIVE)))
    assert QUESTION not in printed


def test_no_paper_asks_what_is_asked_in_private(make_source: MakeSource, assessment: Assessment) -> None:
    asked = Missing("answers.private_matter", both("¿Asunto privado?", "Private matter?"))
    findings = (replace(assessment.findings[0], status=Status.NEEDS_ANSWER, missing=(asked,)),)
    not_computed = (replace(assessment.not_computed[0], missing=(asked,)),)
    open_one = replace(assessment, findings=findings, not_computed=not_computed)
    assert "Private matter?" in text_of(render(make_source(assessment=open_one, language="en", preset=Preset.ARCHIVE)))
    private = replace(open_one, private=("answers.private_matter",))
    assert "Private matter?" not in text_of(
        render(make_source(assessment=private, language="en", preset=Preset.ARCHIVE))
    )
