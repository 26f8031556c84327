"""Golden pages: each paper of each place in its own language, compared as pictures with a small tolerance.

`make golden` draws them anew. Whoever renews them looks at every page that changed before committing it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from clinic_app import paths
from clinic_app.documents import pictures
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Document, Paper, Preset
from clinic_app.errors import InputError
from clinic_app.rules.book import RuleBook
from clinic_app.services import intake, packet, ruler

PAGES: Final = Path(__file__).parent / "pages"
ON: Final = dt.date(2026, 10, 20)
WIDTH: Final = 496  # pixels of a page: 60 dots an inch
MOST_MEAN: Final = 0.6  # of 255: another version of the drawing library moves the grey at the edges of letters
MOST_FAR: Final = 0.002  # of all pixels: those that are not only lighter or darker but other
FAR: Final = 96
LANGUAGES: Final = {"mx": "es", "pe": "es", "ge": "ka"}
SPOKEN: Final = {"mx": "en", "pe": "en", "ge": "en"}  # of the summary in two languages

WITNESSES: Final = (
    Record(
        {
            "name": "Práctica · Rosa Modelo",
            "code": "A",
            "saw": "…",
            "relation": "co_worker",
            "willing": "maybe",
            "risk": "…",
            "contact": "…",
        }
    ),
    Record({"name": "Práctica · Juan Modelo", "relation": "neighbour", "willing": "yes", "may_be_named": "yes"}),
)


def example(books: Mapping[str, RuleBook], place: str) -> CaseFile:
    """The dismissal of a place, with every consent and two witnesses, so that every paper can be printed."""
    case = intake.decode((paths.resources() / "intakes" / f"{place}-dismissal.json").read_bytes(), books)
    yes = dict.fromkeys(("share_with_authority", "contact_employer", "show_name"), "yes")
    consent = Record({**case.section("consent").values, **yes, "valid_until": Edtf.parse("2027-10-20")})
    return replace(
        case,
        number=f"{place.upper()}-0001",
        practice=place == "mx",
        clinic="Práctica · Clínica Modelo",
        sections={**case.sections, "consent": consent},
        lists={**case.lists, "witnesses": WITNESSES},
    )


def drawn(books: Mapping[str, RuleBook], place: str, document: Document) -> Iterator[tuple[str, Image.Image]]:
    """The first and the last page of one paper, with a name each; nothing when the place has no such paper."""
    language = SPOKEN[place] if document is Document.BILINGUAL_SUMMARY else LANGUAGES[place]
    case = example(books, place)
    try:
        pdf = packet.render_file(
            books,
            case,
            preset=Preset.ARCHIVE,
            paper=packet.default_paper(place, books),
            language=language,
            on=ON,
            documents=(document,),
        )
    except InputError:
        return
    last = packet.page_count(pdf)
    for name, number in {"first": 1, "last": last}.items():
        if name == "first" or last > 1:
            yield f"{place}-{document.value}-{name}", picture(pdf, number)


def picture(pdf: bytes, number: int) -> Image.Image:
    (page,) = pictures.page_pictures(pdf, WIDTH, (number,))
    whole = Image.frombytes("RGB", (page.width, page.height), page.rgb).convert("L")
    greys = ImageOps.posterize(whole, 4)  # sixteen: enough to see a page by, and small files
    return greys.point([min(255, value * 255 // 240) for value in range(256)])


def check(name: str, now: Image.Image, *, renew: bool) -> None:
    """Compare a page with the golden one, or put it in its place."""
    file = PAGES / f"{name}.png"
    if renew:
        content = io.BytesIO()
        now.save(content, "PNG", optimize=True)
        file.write_bytes(content.getvalue())
        return
    assert file.is_file(), f"{name}: there is no golden page; draw it with “make golden” and look at it"
    golden = Image.open(file).convert("L")
    assert now.size == golden.size, name
    apart = ImageChops.difference(now, golden)
    far = sum(apart.histogram()[FAR:]) / (now.width * now.height)
    mean = ImageStat.Stat(apart).mean[0]
    assert far <= MOST_FAR, f"{name}: {far:.2%} of the page is another; “make golden” shows it"
    assert mean <= MOST_MEAN, f"{name}: differs by {mean:.2f} of 255; “make golden” shows it"


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew-golden"))


@pytest.mark.parametrize("document", Document, ids=lambda document: document.value)
@pytest.mark.parametrize("place", LANGUAGES)
def test_papers_look_as_they_did(books: Mapping[str, RuleBook], place: str, document: Document, renew: bool) -> None:
    for name, now in drawn(books, place, document):
        check(name, now, renew=renew)


@pytest.mark.parametrize("place", LANGUAGES)
def test_the_empty_intake_form_looks_as_it_did(books: Mapping[str, RuleBook], place: str, renew: bool) -> None:
    pdf = packet.intake_form(books, place, LANGUAGES[place])
    check(f"{place}-intake_form-first", picture(pdf, 1), renew=renew)


def test_the_ruler_page_looks_as_it_did(renew: bool) -> None:
    check("ruler", picture(ruler.page("es", "mx", Paper.OFICIO), 1), renew=renew)


def test_every_golden_page_is_one_of_ours(books: Mapping[str, RuleBook], renew: bool) -> None:
    if renew:
        pytest.skip("the pages are being drawn")
    known = {name for place in LANGUAGES for document in Document for name, _ in drawn(books, place, document)}
    known |= {"ruler", *(f"{place}-intake_form-first" for place in LANGUAGES)}
    assert {file.stem for file in PAGES.glob("*.png")} == known
    assert sum(file.stat().st_size for file in PAGES.glob("*.png")) < 6_000_000


def test_another_text_on_a_page_is_seen(books: Mapping[str, RuleBook]) -> None:
    ((_, page), *_) = drawn(books, "mx", Document.CONSENT)
    changed = page.copy()
    changed.paste(0, (100, 100, 180, 112))
    with pytest.raises(AssertionError, match="is another"):
        check("mx-consent-first", changed, renew=False)
