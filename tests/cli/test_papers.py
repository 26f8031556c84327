"""Papers on the command line: verified without a record, judged before filing, blank for the day without power."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from clinic_app.documents.blank import TYPED_LATER
from clinic_app.domain.catalogue import BY_ID, OF_THE_CLINIC
from tests.cli.conftest import Run

ON = "2026-07-15"


@pytest.fixture
def made(run: Run, dismissal: Path, tmp_path: Path) -> Path:
    out = tmp_path / "filing.pdf"
    status, _, err = run("packet", dismissal, "--preset", "filing", "--out", out, "--on", ON)
    assert (status, err) == (0, "")
    return out


def test_a_paper_is_unaltered_and_names_its_code(run: Run, made: Path) -> None:
    status, out, err = run("verify", made, "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert set(told) == {"file", "intact", "case", "code"}
    assert told["intact"] is True
    document = pypdfium2.PdfDocument(made.read_bytes())
    assert all(told["code"] in page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert run("verify", made, "--code", told["code"].lower().replace("-", " "))[0] == 0


def test_another_code_an_altered_file_and_a_strange_one_are_refused(run: Run, made: Path, tmp_path: Path) -> None:
    status, out, err = run("verify", made, "--code", "0000-0000-0000")
    assert (status, out) == (2, "")
    assert "is not that of this file" in err
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(made.read_bytes().replace(b"/Creator", b"/Creatxr"))
    status, out, err = run("verify", altered)
    assert (status, out) == (2, "")
    assert "was changed after it was made" in err
    strange = tmp_path / "strange.pdf"
    strange.write_bytes(b"%PDF-1.4")
    assert "carries no seal" in run("verify", strange)[2]


def test_ready_says_what_is_missing(run: Run, dismissal: Path) -> None:
    status, out, err = run("ready", dismissal, "--on", ON, "--json")
    assert (status, err) == (3, "")
    claims = json.loads(out)
    assert claims
    for claim in claims:
        assert set(claim) == {"claim", "cite", "ready", "points"}
        assert len(claim["points"]) == 9
        assert claim["ready"] is all(point["met"] for point in claim["points"])
    consent = claims[0]["points"][7]
    assert not consent["met"]
    assert consent["missing"]
    status, out, _ = run("ready", dismissal, "--on", ON)
    assert status == 3
    assert "8. Did the worker agree to this step?" in out


def test_ready_ends_well_when_nothing_is_missing(run: Run, dismissal: Path, tmp_path: Path) -> None:
    told = json.loads(dismissal.read_text("utf-8"))
    told["consent"] = {"share_with_authority": "yes"}
    complete = tmp_path / "complete.json"
    complete.write_text(json.dumps(told), "utf-8")
    claims = json.loads(run("ready", complete, "--on", ON, "--json")[1])
    left = {number for c in claims for number, p in enumerate(c["points"], start=1) if not p["met"]}
    assert 8 not in left


@pytest.mark.parametrize(("place", "language"), [("mx", "es"), ("mx", "en"), ("ge", "ka")])
def test_the_empty_form_asks_what_the_program_asks(run: Run, tmp_path: Path, place: str, language: str) -> None:
    out = tmp_path / "form.pdf"
    status, said, err = run("form", "intake", "--place", place, "--language", language, "--out", out)
    assert (status, said.strip(), err) == (0, str(out), "")
    document = pypdfium2.PdfDocument(out.read_bytes())
    text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)
    document.close()
    assert f"{place}-" in text
    if language == "en":
        assert text.index("Is it safe to talk now?") < text.index("What happened?") < text.index("First day of work")
        assert "☐ Dismissed" in text


def test_an_unknown_place_has_no_form(run: Run, tmp_path: Path) -> None:
    status, _, err = run("form", "intake", "--place", "xx", "--out", tmp_path / "form.pdf")
    assert status == 2
    assert "xx" in err
    assert not (tmp_path / "form.pdf").exists()


def test_single_papers_are_chosen_by_name(run: Run, dismissal: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.pdf"
    names = ("--document", "conciliation_request", "--document", "chronology")
    assert run("packet", dismissal, *names, "--out", out, "--on", ON)[0] == 0
    document = pypdfium2.PdfDocument(out.read_bytes())
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "Solicitud de conciliación" in text
    status, _, err = run("packet", dismissal, "--document", "reasons_request", "--out", out, "--on", ON)
    assert status == 2
    assert "documents.reasons_request: There is no form of this kind for this place." in err


def test_ready_is_asked_for_today_when_no_day_is_named(run: Run, dismissal: Path) -> None:
    assert run("ready", dismissal, "--json")[0] == 3


def test_the_empty_form_has_room_for_each_thing_that_is_asked_in_the_field(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "form.pdf"
    assert run("form", "intake", "--place", "mx", "--language", "en", "--out", out)[0] == 0
    document = pypdfium2.PdfDocument(out.read_bytes())
    text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)
    assert len(document) <= 16
    document.close()
    for section in BY_ID.values():
        fields = [f for f in section.fields if f"{section.id}.{f.id}" not in TYPED_LATER]
        for field in () if section in OF_THE_CLINIC else fields:
            assert str(field.label) in text, field.id
    assert "Typed copy of what it says" not in text
    assert text.count("one of the words above") >= 3  # a long list of words stands once
