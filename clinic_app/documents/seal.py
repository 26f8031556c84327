"""The verification line: a code and a QR picture that stand for every byte of a PDF.

The digest is taken over the whole file while the seal still reads zeros, and is then written in its
place, byte for byte. Whoever holds the file can put the zeros back and count again, without any record.
A seal shows that a file was not changed. It does not prove who made it: the method is no secret.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFFormXObject, PDFStream
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

QR_SIDE: Final = 24 * mm
CODE_WIDTH_LETTERS: Final = 14

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: they are mistaken for others
_GROUPS: Final = 3
_GROUP: Final = 4
_BITS: Final = 5
_ZEROS: Final = "0" * 64
_SEAL: Final = re.compile(rb"% clinic-seal 1 ([0-9A-Z-]*) ([0-9a-f]{64})\n")
_CODE_FORM: Final = "clinic.seal.code"
_QR_FORM: Final = "clinic.seal.qr"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says of itself: the folio and the code of its seal, and whether it is unaltered."""

    folio: str
    code: str
    intact: bool


def code_of(digest: str) -> str:
    """Return the short code for people: 60 bits of the digest in letters that are not mistaken."""
    number = int(digest[: _GROUPS * _GROUP * _BITS // 4], 16)
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range((_GROUPS * _GROUP - 1) * _BITS, -1, -_BITS)]
    groups = ["".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP)]
    return "-".join(groups)


def read_code(pdf: bytes) -> str:
    """Return the code of a sealed file as it names itself, without counting again; "" when it has no seal."""
    found = _SEAL.search(pdf)
    return code_of(found[2].decode()) if found else ""


def same_code(typed: str, code: str) -> bool:
    """Say whether a typed code is this one; dashes, spaces, small letters and O, I, L for 0, 1 do not matter."""
    plain = "".join(c for c in typed.upper() if c.isalnum()).translate(str.maketrans("OIL", "011"))
    return plain == code.replace("-", "")


def plain_folio(folio: str) -> str:
    """Return the folio as the seal holds it: capital letters, digits and dashes only."""
    return "".join(c for c in folio.upper() if c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")


def prepare(canvas: Canvas, folio: str, font: str, size: float) -> None:
    """Define the two parts of the seal in a document, filled with zeros."""
    folio = plain_folio(folio)
    document: PDFDocument = canvas._doc  # type: ignore[attr-defined]  # noqa: SLF001 - reportlab has no public way
    letters: TTFont = pdfmetrics.getFont(font)  # type: ignore[assignment]  # all our fonts are of this kind
    name = letters.getSubsetInternalName(0, document)
    code = f"% clinic-seal 1 {folio} {_ZEROS}\nBT {name} {size} Tf 0 {size * 0.25:.2f} Td ({code_of(_ZEROS)}) Tj ET\n"
    side = len(_matrix(folio, _ZEROS))
    qr = (
        f"q {QR_SIDE:.2f} 0 0 {QR_SIDE:.2f} 0 0 cm\nBI /W {side} /H {side} /BPC 1 /CS /G /F /AHx\n"
        f"ID {_picture(folio, _ZEROS)}>\nEI Q\n"
    )
    width = pdfmetrics.stringWidth("M" * CODE_WIDTH_LETTERS, font, size)
    for form, content, right, top in ((_CODE_FORM, code, width, size * 1.3), (_QR_FORM, qr, QR_SIDE, QR_SIDE)):
        made = PDFFormXObject(0, 0, right, top)
        made.Contents = PDFStream(content=content.encode("ascii"), filters=[])
        document.addForm(form, made)


def draw_code(canvas: Canvas, x: float, y: float) -> None:
    """Draw the short code with its lower left corner here; the document must be prepared."""
    _draw(canvas, _CODE_FORM, x, y)


def draw_qr(canvas: Canvas, x: float, y: float) -> None:
    """Draw the QR picture with its lower left corner here; the document must be prepared."""
    _draw(canvas, _QR_FORM, x, y)


def sealed(pdf: bytes) -> bytes:
    """Return the document with its zeros replaced by the digest over them."""
    return _exchanged(pdf, _folio_of(pdf), _ZEROS, hashlib.sha256(pdf).hexdigest())


def check(pdf: bytes) -> Checked | None:
    """Read the seal of a file and count again; None when the file carries no seal."""
    found = _SEAL.search(pdf)
    if found is None:
        return None
    folio, digest = found[1].decode(), found[2].decode()
    zeroed = _exchanged(pdf, folio, digest, _ZEROS)
    # Only the file that sealing makes from these zeros is this one: no second seal, no added byte.
    intact = hashlib.sha256(zeroed).hexdigest() == digest and _exchanged(zeroed, folio, _ZEROS, digest) == pdf
    return Checked(folio, code_of(digest), intact)


def _draw(canvas: Canvas, form: str, x: float, y: float) -> None:
    canvas.saveState()
    canvas.translate(x, y)
    canvas.doForm(form)
    canvas.restoreState()


def _folio_of(pdf: bytes) -> str:
    found = _SEAL.search(pdf)
    assert found is not None, "the document was not prepared for a seal"
    return found[1].decode()


def _exchanged(pdf: bytes, folio: str, old: str, new: str) -> bytes:
    """Write what follows from the new digest in the place of what follows from the old one, at equal length."""
    for before, after in zip(_tokens(folio, old), _tokens(folio, new), strict=True):
        assert len(before) == len(after), "a seal never changes its length"
        pdf = pdf.replace(before, after)
    return pdf


def _tokens(folio: str, digest: str) -> tuple[bytes, ...]:
    return (
        f"% clinic-seal 1 {folio} {digest}\n".encode(),
        f"({code_of(digest)}) Tj ET\n".encode(),
        f"ID {_picture(folio, digest)}>\nEI Q\n".encode(),
    )


def _picture(folio: str, digest: str) -> str:
    """Return the QR picture as rows of bits in hexadecimal, white around it, 1 is white."""
    rows = []
    for row in _matrix(folio, digest):
        bits = "".join("0" if dark else "1" for dark in row)
        padded = bits.ljust(-(-len(bits) // 8) * 8, "1")
        rows.append(f"{int(padded, 2):0{len(padded) // 4}x}")
    return "\n".join(rows)


@lru_cache(maxsize=8)
def _matrix(folio: str, digest: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of the QR code: the folio and the whole digest, nothing about a person."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(f"CLINIC:1:{folio}:{digest.upper()}")
    code.make()
    return tuple(tuple(bool(module) for module in row) for row in code.modules)
