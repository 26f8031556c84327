"""Files as they come: made by the tests, of invented people, some hostile."""

from __future__ import annotations

import hashlib
import io
import struct
import wave
import zlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

import pikepdf
import pillow_heif
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.pdfgen.canvas import Canvas

from clinic_app.documents.exhibits import media
from clinic_app.domain.exhibits import Box, EvidenceFile, Exhibit, Tone
from clinic_app.paths import resources

SECRET = "GPS-SECRET-19.4326"
CAMERA = "SpyPhone"
MakeExhibit: TypeAlias = Callable[..., Exhibit]


def letters(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources() / "fonts" / "DejaVuSansCondensed.ttf"), size)


def paper_photo(width: int = 900, height: int = 1200, shade: int = 150) -> Image.Image:
    """A photographed paper: warm paper, a shadow across it, noise, a dark table around it."""
    image = Image.new("L", (width, height), 45)
    draw = ImageDraw.Draw(image)
    edge = width // 10
    draw.rectangle((edge, edge, width - edge, height - edge), fill=225)
    for line in range(12):
        draw.text((edge + 40, edge + 60 + line * 70), f"{line + 1:02d} Salario 1,234.56", font=letters(40), fill=40)
    shadow = (
        Image.linear_gradient("L")
        .resize(image.size)
        .point([shade + value * (255 - shade) // 255 for value in range(256)])
    )
    dim = Image.new("L", image.size)
    dim.paste(image)
    shaded = Image.composite(dim, Image.new("L", image.size, 0), shadow)
    noise = Image.effect_noise(image.size, 12)
    return Image.blend(shaded, noise, 0.06).filter(ImageFilter.GaussianBlur(0.6)).convert("RGB")


def told(image: Image.Image, orientation: int = 1) -> Image.Exif:
    """Data of a telephone: camera, place, and how it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = CAMERA, CAMERA, orientation
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (19.0, 25.0, 57.0), 3: "W", 4: (99.0, 7.0, 59.0)})
    assert image.size
    return exif


def jpeg(image: Image.Image | None = None, orientation: int = 1) -> bytes:
    image = image or paper_photo()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, exif=told(image, orientation), comment=SECRET.encode())
    return out.getvalue()


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def heic(image: Image.Image | None = None) -> bytes:
    out = io.BytesIO()
    image = image or paper_photo(600, 800)
    pillow_heif.from_pillow(image).save(out, quality=70, exif=told(image).tobytes())
    return out.getvalue()


def bomb_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small file that says it holds 900 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(*texts: str, size: tuple[float, float] = (612, 792), rotate: int = 0) -> bytes:
    """A PDF with a page a text, its words near the top."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for text in texts:
        canvas.setPageRotation(rotate)
        canvas.setFont("Helvetica", 18)
        canvas.drawString(72, size[1] - 72, text)
        canvas.rect(36, 36, size[0] - 72, size[1] - 72)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def hostile_pdf() -> bytes:
    """A PDF that acts: scripts, attachments, links, metadata, a form, a picture that tells a place."""
    with pikepdf.open(io.BytesIO(pdf("Plain words"))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('evil-script')")
        document.attachments["evil.txt"] = b"evil-attachment"
        with document.open_metadata() as meta:
            meta["dc:title"] = "evil-metadata"
        document.docinfo["/Author"] = "evil-author"
        page = document.pages[0]
        page.obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="evil-page-script"))
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 100, 100],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://evil-link.example"),
        )
        page.obj.Annots = document.make_indirect(pikepdf.Array([document.make_indirect(link)]))
        photo = Image.new("RGB", (40, 40), "white")
        picture = pikepdf.Stream(document, jpeg(photo))
        picture.stream_dict.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": 40,
                "/Height": 40,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
                "/Metadata": document.make_indirect(pikepdf.Stream(document, b"<x>evil-xmp</x>")),
            }
        )
        page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name("/Photo"))
        page.contents_add(b"q 40 0 0 40 100 100 cm /Photo Do Q")
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("secret"))) as document:
        document.save(out, encryption=pikepdf.Encryption(user="u", owner="o"))
    return out.getvalue()


def filled_form() -> bytes:
    """A PDF whose words stand in a filled field."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    canvas.drawString(72, 720, "Name:")
    canvas.acroForm.textfield(name="name", value="Filled In", x=120, y=710, width=200, height=24)
    canvas.save()
    return out.getvalue()


def scan_pdf() -> bytes:
    """A PDF that is one photographed page."""
    return saved(paper_photo(), "PDF", resolution=110.0)


def sound(seconds: int = 3) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(16000 * seconds))
    return out.getvalue()


@pytest.fixture
def make_exhibit() -> MakeExhibit:
    """Make an exhibit of a file's content; keyword arguments say how it is printed."""

    def make(
        content: bytes,
        name: str = "file",
        row: int = 0,
        *,
        boxes: tuple[Box, ...] = (),
        turn: int = 0,
        tone: Tone = Tone.GREY,
        printed: bool | None = None,
        here: bool = True,
    ) -> Exhibit:
        facts = media.examine(name, io.BytesIO(content))
        digest = hashlib.sha256(content).hexdigest()
        file = EvidenceFile(name, "", facts, len(content), digest, here, turn, tone, printed, boxes)
        return Exhibit(row, file, lambda: content)

    return make


def drawn(made: bytes, page: int, scale: float = 1.0) -> Image.Image:
    """Draw a page (from 0) of a PDF in grey."""
    document = pypdfium2.PdfDocument(made)
    image: Image.Image = document[page].render(scale=scale).to_pil().convert("L")
    document.close()
    return image


def darkness(image: Image.Image) -> float:
    """How much of the picture is ink, 0 to 1."""
    counts: Mapping[int, int] = dict(enumerate(image.convert("L").histogram()))
    return sum((255 - value) * count for value, count in counts.items()) / (255 * image.width * image.height)


def grey_at(image: Image.Image, place: tuple[int, int]) -> int:
    """The grey of one pixel, 0 is black."""
    value = image.getpixel(place)
    assert value is not None
    assert not isinstance(value, tuple)
    return int(value)


def darkest(image: Image.Image) -> int:
    return next(value for value, count in enumerate(image.convert("L").histogram()) if count)
