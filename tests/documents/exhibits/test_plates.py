"""Exhibits in the packet that is printed: the PDF's own bytes, texts and pixels."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from clinic_app.documents import seal
from clinic_app.documents.packet import make, plan, render, sheet_count
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.exhibits import WHOLE, Box, Exhibit, Tone
from clinic_app.domain.packet import Document, PacketSource, Preset
from clinic_app.errors import KnownError
from tests.documents.conftest import NAME, MakeSource, page_texts, text_of, with_section
from tests.documents.exhibits import conftest as files
from tests.documents.exhibits.conftest import MakeExhibit

POINTS_MM = 72 / 25.4
SAFE_LEFT, SAFE_WIDTH, SAFE_HEIGHT = 25 * POINTS_MM, 170 * POINTS_MM, 245 * POINTS_MM


def of(make_source: MakeSource, case: CaseFile, *exhibits: Exhibit, **changes: object) -> PacketSource:
    rows = max((exhibit.row for exhibit in exhibits), default=0) + 1
    evidence = tuple(Record({"title": f"Prueba {row}", "kind": "photo"}) for row in range(rows))
    case = replace(case, lists={**case.lists, "evidence": evidence})
    given = {"case": case, "documents": (Document.EXHIBITS,), "exhibits": exhibits, "language": "en", **changes}
    return make_source(**given)


def ink_box(made: bytes, page: int) -> tuple[float, float, float, float]:
    """Where ink is on a page, in points from its upper left corner."""
    found = ImageChops.invert(files.drawn(made, page, 2.0)).point([0] * 8 + [255] * 248).getbbox()
    assert found is not None
    return tuple(edge / 2 for edge in found)  # type: ignore[return-value]  # four of them


def kinds() -> dict[str, bytes]:
    wide = Image.new("RGB", (2400, 900), (90, 90, 90))
    return {
        "photo.jpg": files.jpeg(orientation=6),
        "scan.png": files.saved(files.paper_photo(1600, 2200), "PNG"),
        "wide.png": files.saved(wide, "PNG"),
        "small.webp": files.saved(Image.new("RGB", (200, 100), (60, 60, 60)), "WEBP"),
        "long.png": files.saved(Image.new("L", (300, 4000), 120), "PNG"),
        "phone.heic": files.heic(),
        "letter.pdf": files.pdf("Upright", "Second"),
        "turned.pdf": files.pdf("Turned", rotate=90),
        "wide.pdf": files.pdf("Landscape", size=(842, 595)),
        "poster.pdf": files.pdf("Poster", size=(2400, 3400)),
        "scan.pdf": files.scan_pdf(),
        "note.txt": ("línea de texto muy larga " * 60 + "\n" + "\x07control\x1b[31m\n" * 90).encode(),
    }


@pytest.fixture(scope="module")
def of_all_kinds() -> dict[str, bytes]:
    return kinds()


def test_every_kind_lies_inside_the_safe_box_with_its_stamp(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit, of_all_kinds: dict[str, bytes]
) -> None:
    exhibits = [make_exhibit(content, name, row) for row, (name, content) in enumerate(of_all_kinds.items())]
    source = of(make_source, case, *exhibits)
    made = render(source)
    assert sheet_count(source) == len(pypdfium2.PdfDocument(made))
    texts = page_texts(made)
    height = pypdfium2.PdfDocument(made)[0].get_height()
    top = (height - SAFE_HEIGHT) / 2
    for page, text in enumerate(texts):
        left, upper, right, lower = ink_box(made, page)
        assert left >= SAFE_LEFT - 1, text
        assert right <= SAFE_LEFT + SAFE_WIDTH + 1, text
        assert upper >= top - 1, text
        assert lower <= top + SAFE_HEIGHT + 1, text
    stamps = [text.partition("EXHIBIT ")[2].partition("p.")[0] for text in texts]
    assert all(stamps)
    assert stamps[0].startswith("1 · page 1 of 1")
    assert sum("Upright" in text for text in texts) == 1
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.check_pdf_syntax() == []
    checked = seal.check(made)
    assert checked is not None
    assert checked.intact


def test_the_same_source_gives_the_same_bytes(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit, of_all_kinds: dict[str, bytes]
) -> None:
    exhibits = [make_exhibit(content, name, row) for row, (name, content) in enumerate(of_all_kinds.items())]
    source = of(make_source, case, *exhibits)
    assert render(source) == render(source)


def test_a_filing_copy_lists_marks_and_numbers_its_exhibits(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    exhibits = (
        make_exhibit(files.pdf(*"abcd"), "four.pdf", 0),
        make_exhibit(files.jpeg(), "one.jpg", 1),
        make_exhibit(files.sound(75), "voice.wav", 2),
    )
    source = of(make_source, case, *exhibits, preset=Preset.FILING, documents=None)
    made = render(source)
    texts = page_texts(made)
    first = next(at for at, text in enumerate(texts) if "EXHIBIT 1 · page 1 of 5" in text)
    assert "Prueba 0" in texts[first], "more than three pages have a sheet in front"
    assert [f"EXHIBIT 1 · page {n} of 5" in texts[first + n - 1] for n in range(1, 6)] == [True] * 5
    assert "EXHIBIT 2 · page 1 of 1" in texts[first + 5]
    for at, text in enumerate(texts, start=1):
        assert f"p. {at} / {len(texts)}" in text
    assert "Exhibit 1: Prueba 0" in texts[0]
    assert f"{first + 1}–{first + 5}" in texts[0]
    index = next(text for text in texts if text.startswith("Evidence index"))
    assert f"{first + 1}–{first + 5}" in index
    assert exhibits[0].file.sha256[:12] in index
    assert "it is played, not read" in index
    assert "1:15 min" in index
    assert exhibits[2].file.sha256[:16] in index
    document = pypdfium2.PdfDocument(made)
    titles = [mark.get_title() for mark in document.get_toc()]
    assert any(title.startswith("Exhibit 2: Prueba 1 · p. ") for title in titles)


def test_nothing_that_a_telephone_told_is_in_the_packet(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    content = files.jpeg()
    assert files.SECRET.encode() in content
    embedded = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(400, 500))
        photo = pikepdf.Stream(document, content)
        photo.stream_dict.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": 900,
                "/Height": 1200,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
            }
        )
        document.pages[0].add_resource(photo, pikepdf.Name.XObject, pikepdf.Name("/P"))
        document.pages[0].contents_add(b"q 300 0 0 400 10 10 cm /P Do Q")
        document.save(embedded)
    for tone in Tone:
        exhibits = [
            make_exhibit(content, "IMG_4242.jpg", tone=tone),
            make_exhibit(files.heic(), "phone.heic", 1, tone=tone),
            make_exhibit(embedded.getvalue(), "photo.pdf", 2, tone=tone),
        ]
        made = render(of(make_source, case, *exhibits))
        for secret in (files.SECRET, files.CAMERA, "IMG_4242", "Exif", "phone.heic"):
            assert secret.encode() not in made, (secret, tone)


def test_a_pdf_comes_in_as_ink_alone(make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit) -> None:
    hostile = files.hostile_pdf()
    made = render(of(make_source, case, make_exhibit(hostile, "hostile.pdf")))
    assert "Plain words" in text_of(made), "its letters stay letters"
    unpacked = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert "/OpenAction" not in opened.Root
        assert "/Names" not in opened.Root or "/EmbeddedFiles" not in opened.Root.Names
        assert all("/AA" not in page.obj and "/Annots" not in page.obj for page in opened.pages)
        opened.save(unpacked, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    assert b"evil" not in unpacked.getvalue()
    assert files.SECRET.encode() not in unpacked.getvalue()


def test_filled_fields_are_printed(make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit) -> None:
    made = render(of(make_source, case, make_exhibit(files.filled_form(), "form.pdf")))
    assert "Filled In" in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert "/AcroForm" not in opened.Root


@pytest.mark.parametrize("tone", list(Tone))
def test_no_letter_is_left_below_a_black_place(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit, tone: Tone
) -> None:
    content = files.pdf("Secret Person", "Public Person")
    box = Box(1, 0, 0, WHOLE, 2_000)
    made = render(of(make_source, case, make_exhibit(content, "x.pdf", boxes=(box,), tone=tone)))
    text = text_of(made)
    assert "Secret" not in text
    assert "Public" not in text, "pages may share what is drawn on another: the whole file is pictured"
    assert len(page_texts(made)) == 2
    unpacked = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        opened.save(unpacked, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    assert b"Secret" not in unpacked.getvalue()
    page = files.drawn(made, 0, 2.0)
    left, upper, right, lower = ink_box(made, 0)
    column = [files.grey_at(page, (int(left + right), y)) for y in range(page.height)]
    longest = max((len(run) for run in "".join("x" if value < 20 else " " for value in column).split()), default=0)
    assert longest > 0.15 * (lower - upper), "the place is black from edge to edge"


def test_what_only_another_page_shows_does_not_come_along(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.pdf("First"))) as document:
        hidden = pikepdf.Stream(document, b"BT (evil on page 9) Tj ET")
        hidden.stream_dict.update(
            {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": pikepdf.Array([0, 0, 9, 9])}
        )
        document.pages[0].add_resource(hidden, pikepdf.Name.XObject, pikepdf.Name("/Other"))
        document.save(out)
    made = render(of(make_source, case, make_exhibit(out.getvalue(), "shared.pdf")))
    unpacked = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        opened.save(unpacked, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    assert "First" in text_of(made)
    assert b"evil" not in unpacked.getvalue()


def test_a_black_place_stays_on_its_place_when_the_page_is_turned(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    white = files.saved(Image.new("L", (900, 1200), 255), "PNG")
    # A page that someone turned once lies, so it is turned back to have its top at the binding.
    for turn, at_right in ((0, False), (1, False), (2, True), (3, True)):
        box = Box(1, 0, 0, 1_000, 800)
        made = render(of(make_source, case, make_exhibit(white, boxes=(box,), turn=turn, tone=Tone.AS_IS)))
        page = files.drawn(made, 0)
        black = page.point([255] * 20 + [0] * 236).crop((0, 100, page.width, page.height - 90)).getbbox()
        assert black is not None, turn
        assert (black[0] + black[2] > page.width) is at_right, turn


def test_a_page_that_lies_is_turned_with_its_top_to_the_binding(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    for content in (
        files.pdf("Landscape top", size=(842, 595)),
        files.saved(_with_dark_top(Image.new("L", (2000, 1200), 255)), "PNG"),
    ):
        made = render(of(make_source, case, make_exhibit(content, tone=Tone.AS_IS)))
        page = files.drawn(made, 0)
        body = page.crop((0, 110, page.width, page.height - 100))
        left, right = (
            body.crop((0, 0, body.width // 2, body.height)),
            body.crop((body.width // 2, 0, body.width, body.height)),
        )
        assert files.darkness(left) > files.darkness(right)


def test_a_small_picture_is_not_blown_up_and_a_pdf_never(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    small = files.saved(Image.new("L", (220, 110), 0), "PNG")
    stamp = files.pdf("Ticket", size=(200, 150))
    made = render(of(make_source, case, make_exhibit(small, tone=Tone.AS_IS), make_exhibit(stamp, row=1)))
    black = files.drawn(made, 0).crop((0, 120, 612, 690)).point([255] * 20 + [0] * 236).getbbox()
    assert black is not None
    assert black[2] - black[0] == pytest.approx(220 * 72 / 110, abs=3)
    frame = ImageChops.invert(files.drawn(made, 1).crop((0, 80, 612, 690))).getbbox()
    assert frame is not None
    assert frame[2] - frame[0] <= 200


def test_layers_are_not_uncovered(make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.pdf("Shown"))) as document:
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="hidden"))
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[layer]))
        page = document.pages[0]
        page.obj.Resources.Properties = pikepdf.Dictionary(L=layer)
        page.contents_add(b"/OC /L BDC BT /F1 18 Tf 72 500 Td (Hidden words) Tj ET EMC")
        document.save(out)
    made = render(of(make_source, case, make_exhibit(out.getvalue(), "layers.pdf")))
    assert "Hidden words" not in text_of(made)
    assert files.darkness(files.drawn(made, 0).crop((100, 100, 500, 200))) > 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (files.locked_pdf(), "it is locked with a password"),
        (files.jpeg()[:20_000], "the file is damaged"),
        (files.bomb_png(), "the picture has too many dots"),
        (b"", "there is nothing in the file"),
        (b"MZ\x00\x01\xff", "this program does not know this kind of file"),
    ],
)
def test_what_cannot_be_printed_is_listed_with_its_reason(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit, content: bytes, why: str
) -> None:
    exhibit = make_exhibit(content, "bad")
    source = of(make_source, case, exhibit, documents=(Document.EVIDENCE_INDEX,))
    text = text_of(render(source))
    assert why in text
    assert exhibit.file.sha256[:16] in text
    (planned,) = plan(replace(source, documents=(Document.EXHIBITS,)))
    assert not planned.allowed


def test_a_hidden_name_keeps_back_what_nobody_looked_at(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    hidden = with_section(case, "worker", keep_hidden="yes")
    photo = make_exhibit(files.jpeg(), "photo.jpg")
    (planned,) = plan(of(make_source, hidden, photo))
    assert not planned.allowed
    assert "look at each file" in planned.why_not
    seen = make_exhibit(files.jpeg(), "photo.jpg", printed=True)
    text = make_exhibit(f"soy {NAME} de aquí".encode(), "note.txt", 1)
    made = text_of(render(of(make_source, hidden, seen, text)))
    assert "EXHIBIT 1 · page 1 of 1" in made
    assert "de aquí" in made
    assert NAME.split()[1] not in made
    held = make_exhibit(files.jpeg(), "photo.jpg", printed=False)
    assert not plan(of(make_source, case, held))[0].allowed


def test_without_consent_no_exhibit_is_printed(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    photo = make_exhibit(files.jpeg(), "photo.jpg")
    for no in ("photo", "share_with_authority"):
        refused = with_section(case, "consent", **{no: "no"})
        source = of(make_source, refused, photo, preset=Preset.FILING)
        assert not plan(source)[0].allowed, no


def test_typed_texts_follow_and_say_who_typed_them(make_source: MakeSource, case: CaseFile) -> None:
    row = Record(
        {
            "title": "Nota de voz",
            "transcript": f"Dice {NAME}:\nmañana no vengas",
            "transcribed_by": "Práctica Luz",
            "translation": "do not come tomorrow",
            "translated_by": "Práctica Ana",
        }
    )
    case = with_section(case, "worker", keep_hidden="yes")
    case = replace(case, lists={**case.lists, "evidence": (row,)})
    source = make_source(case=case, documents=(Document.EXHIBITS,), language="en")
    texts = page_texts(render(source))
    assert len(texts) == 2
    assert "Typed copy" in texts[0]
    assert "Typed by Práctica Luz" in texts[0]
    assert "mañana no vengas" in texts[0]
    assert NAME not in texts[0]
    assert "Translated by Práctica Ana. Date of the translation: ____" in texts[1]
    assert "EXHIBIT 1 · page 2 of 2" in texts[1]


def test_progress_is_told_and_can_stop_the_work(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    read: list[int] = []

    def exhibit(row: int) -> Exhibit:
        made = make_exhibit(files.jpeg(), "photo.jpg", row)

        def content() -> bytes:
            read.append(row)
            return made.read()

        return replace(made, read=content)

    source = of(make_source, case, *(exhibit(row) for row in range(4)))
    heard: list[tuple[int, int]] = []
    make(source, lambda done, total: heard.append((done, total)))
    assert heard == [(step, 8) for step in range(1, 9)]
    assert read == [0, 1, 2, 3], "each file is read once"
    read.clear()

    def stop(done: int, _total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(source, stop)
    assert read == [0, 1]


def test_a_file_that_is_not_here_is_told_in_the_index(
    make_source: MakeSource, case: CaseFile, make_exhibit: MakeExhibit
) -> None:
    away = make_exhibit(files.jpeg(), "photo.jpg", here=False)
    text = text_of(render(of(make_source, case, away, documents=(Document.EVIDENCE_INDEX,))))
    assert "it has not arrived on this computer yet" in text
    lost = replace(make_exhibit(files.jpeg()), read=_gone)
    with pytest.raises(KnownError):
        render(of(make_source, case, lost))


def _gone() -> bytes:
    raise KnownError("E-01", "not here", "wait")


def _with_dark_top(image: Image.Image) -> Image.Image:
    image.paste(0, (0, 0, image.width, image.height // 5))
    return image
