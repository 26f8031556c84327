"""Late papers, volumes, single pages and the ruler page on the command line, with a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from tests.cli.conftest import Run

ON = "2026-07-15"


def texts(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file.read_bytes())
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


@pytest.fixture
def saved(run: Run, dismissal: Path, tmp_path: Path) -> tuple[Path, str]:
    told = json.loads(dismissal.read_text("utf-8"))
    told["evidence"] = [{"kind": "payslip", "title": "Recibo uno"}, {"kind": "messages", "title": "Mensajes"}]
    dismissal.write_text(json.dumps(told), "utf-8")
    data = tmp_path / "clinic"
    assert run("--data", data, "init", "--clinic", "Práctica", "--place", "mx", "--user", "Eva")[0] == 0
    status, number, err = run("--data", data, "intake", dismissal, "--on", ON)
    assert (status, err) == (0, "")
    return data, number.strip()


def test_papers_added_later_go_on_behind_the_first_ones(run: Run, saved: tuple[Path, str], tmp_path: Path) -> None:
    data, number = saved
    first, again, late = (tmp_path / f"{name}.pdf" for name in ("first", "again", "late"))
    packet = ("--data", data, "packet", number, "--preset", "filing", "--language", "en", "--on", ON)
    assert run(*packet, "--out", first)[0] == 0
    code = json.loads(run("verify", first, "--json")[1])["code"]
    status, _, err = run(*packet, "--out", again, "--late-after", code)
    assert status == 2
    assert "nothing new was added" in err
    status, _, err = run(*packet, "--out", late, "--late-after", code, "--document", "calculation")
    assert (status, err) == (0, "")
    pages, more = texts(first), texts(late)
    assert f"p. {len(pages) + 1} / {len(pages) + len(more)}" in more[0]
    assert code in more[0]
    assert "G Calculation" in more[0]
    status, _, err = run(*packet, "--out", late, "--late-after", "ZZZZ-ZZZZ-ZZZZ")
    assert (status, "ZZZZ" in err) == (2, True)


def test_an_intake_file_remembers_nothing_that_was_handed_over(run: Run, dismissal: Path, tmp_path: Path) -> None:
    status, _, err = run("packet", dismissal, "--out", tmp_path / "x.pdf", "--late-after", "AAAA-BBBB-CCCC")
    assert status == 2
    assert "--late-after" in err


def test_some_pages_alone_keep_their_stamps(run: Run, dismissal: Path, tmp_path: Path) -> None:
    whole, some = tmp_path / "whole.pdf", tmp_path / "some.pdf"
    run("packet", dismissal, "--preset", "filing", "--out", whole, "--on", ON)
    assert run("extract", whole, "--pages", "1, 3-4", "--out", some)[0] == 0
    pages = texts(whole)
    assert texts(some) == [pages[0], pages[2], pages[3]]
    status, _, err = run("extract", whole, "--pages", "99", "--out", some)
    assert status == 2
    assert f"from 1 to {len(pages)}" in err


def test_the_ruler_page_and_a_measured_sheet(run: Run, dismissal: Path, tmp_path: Path) -> None:
    page, made = tmp_path / "ruler.pdf", tmp_path / "made.pdf"
    assert run("ruler", "--out", page)[0] == 0
    assert len(texts(page)) == 1
    asked = ("packet", dismissal, "--out", made, "--paper", "oficio", "--sheet-height", "343", "--on", ON)
    assert run(*asked)[0] == 0
    document = pypdfium2.PdfDocument(made.read_bytes())
    assert round(document[0].get_height() * 25.4 / 72) == 343
    document.close()
    assert run(*asked[:-3], "300", "--on", ON)[0] == 2
