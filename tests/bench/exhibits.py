"""How long a packet of 150 pages with 60 photos takes, and how much memory, against a bare PDF of the same.

Run with `python -m tests.bench.exhibits`. Each is made by a process of its own, in turns, so that its time and
peak of memory are its alone and both meet the same computer. The floor opens the same photos with the
same library at the same size, saves them as grey JPEGs and draws them and the same lines of text with
reportlab: nothing is thinned, stamped, listed, sealed or computed. Goal: at most 300 MB.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench import table
from tests.bench.table import Row

PHOTOS: Final = 60
PDF_PAGES: Final = 70
LEAST_PAGES: Final = 150
ROUNDS: Final = 3
MOST_MB: Final = 300
_KIB: Final = 1024


def main() -> int:
    """Print pages, medians and peaks of both, and their ratios; or be one of the measured processes."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--work", choices=["ours", "floor"])
    reader.add_argument("--folder", type=Path)
    table.arguments(reader)
    asked = reader.parse_args()
    if asked.work:
        sys.stdout.write(json.dumps(_measured(ours if asked.work == "ours" else floor, asked.folder)))
        return 0
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        folder = Path(name)
        _make_case(folder)
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "floor": []}
        for _ in range(1 if asked.quick else ROUNDS):
            for work, found in runs.items():
                found.append(_run(work, folder))
    times = {work: statistics.median(run["seconds"] for run in found) for work, found in runs.items()}
    peaks = {work: max(run["megabytes"] for run in found) for work, found in runs.items()}
    pages, size = runs["ours"][0]["pages"], runs["ours"][0]["bytes"] / _KIB**2
    assert pages >= LEAST_PAGES, "the packet has become too short to measure"
    told = (
        f"photo packet: {pages:.0f} pages with {PHOTOS} photos of 12 megapixels, {size:.1f} MB of PDF\n"
        f"  s {times['ours']:.1f}, bare document {times['floor']:.1f}, ratio {times['ours'] / times['floor']:.2f}\n"
        f"  peak MB {peaks['ours']:.0f} (goal {MOST_MB}), bare document {peaks['floor']:.0f}, "
        f"ratio {peaks['ours'] / peaks['floor']:.2f}\n"
    )
    sys.stdout.write(told)
    what = f"Packet of {pages:.0f} pages with {PHOTOS} photos"
    rows = [
        Row(what, times["ours"], "s", times["floor"]),
        Row(f"{what}, peak memory", peaks["ours"], "MB", peaks["floor"], MOST_MB),
    ]
    table.keep(asked.rows, rows)
    return 0 if peaks["ours"] <= MOST_MB else 1


def ours(folder: Path) -> bytes:
    """Return the packet as the program makes it."""
    import datetime as dt  # noqa: PLC0415 - each process loads only what it measures

    from clinic_app.domain.packet import Paper, Preset  # noqa: PLC0415 - the same
    from clinic_app.services import clinic, intake, packet  # noqa: PLC0415 - the same

    books = clinic.rule_books()
    case = intake.decode((folder / "case.json").read_bytes(), books)
    return packet.render_file(
        books,
        case,
        preset=Preset.FILING,
        paper=Paper.LETTER,
        language="es",
        on=dt.date(2026, 10, 20),
        folder=folder,
    )


def floor(folder: Path) -> bytes:
    """Return a bare document with as many pages of lines and the same photos."""
    from PIL import Image  # noqa: PLC0415 - each process loads only what it measures
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - the same
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - the same

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for _page in range(LEAST_PAGES - PHOTOS):
        canvas.setFont("Helvetica", 10)
        for line in range(40):
            canvas.drawString(72, 760 - line * 16, f"Line {line} of a page that somebody reads from left to right.")
        canvas.showPage()
    for photo in sorted(folder.glob("*.jpg")):
        with Image.open(photo) as image:
            image.draft("L", (1460, 1100))
            small = image.convert("L")
        small.thumbnail((1460, 1100))
        grey = io.BytesIO()
        small.save(grey, "JPEG", quality=58, optimize=True)
        canvas.drawImage(ImageReader(grey), 72, 100, 480, 360)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _measured(work: Callable[[Path], bytes], folder: Path) -> dict[str, float]:
    begun = time.process_time()
    made = work(folder)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    import pypdfium2  # noqa: PLC0415 - only after the peak was read

    document = pypdfium2.PdfDocument(made)
    pages = len(document)
    document.close()
    return {"seconds": seconds, "megabytes": peak, "pages": pages, "bytes": len(made)}


def _run(work: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.exhibits", "--work", work, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _make_case(folder: Path) -> None:
    """Write an invented case with its photos: papers on a table, noisy as those of a cheap telephone."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - not in the measured processes
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - the same

    from clinic_app import paths  # noqa: PLC0415 - the same

    made = []
    for number in range(6):
        paper = Image.new("L", (4000, 3000), 70)
        draw = ImageDraw.Draw(paper)
        draw.rectangle((300, 200, 3700, 2800), fill=215)
        for line in range(30):
            draw.rectangle((500, 350 + line * 75, 900 + (line * 397 + number * 211) % 2600, 380 + line * 75), fill=60)
        noise = Image.effect_noise(paper.size, 60)
        out = io.BytesIO()
        Image.blend(paper, noise, 0.12).convert("RGB").save(out, "JPEG", quality=88)
        made.append(out.getvalue())
    for at in range(PHOTOS):
        # a comment of its own makes each file another one
        comment = f"photo {at}".encode()
        marked = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        content = made[at % len(made)]
        (folder / f"{at:02d}.jpg").write_bytes(content[:2] + marked + content[2:])
    canvas = Canvas(str(folder / "contract.pdf"), invariant=1)
    for page in range(PDF_PAGES):
        for line in range(40):
            canvas.drawString(72, 760 - line * 16, f"{page}.{line} The parties agree as follows on this line.")
        canvas.showPage()
    canvas.save()
    case = json.loads((paths.resources() / "intakes" / "mx-dismissal.json").read_text("utf-8"))
    case["evidence"] = [{"kind": "contract", "title": "Contrato", "file": "contract.pdf"}]
    case["evidence"] += [
        {"kind": "photo", "title": f"Foto {at}", "form": "photo", "file": f"{at:02d}.jpg"} for at in range(PHOTOS)
    ]
    (folder / "case.json").write_text(json.dumps(case), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
