"""How long a filing copy takes to make, against a bare PDF of the same lines on the same pages.

Run with `python tests/bench/papers.py`. Both are measured in one run, by this process's own time, so
that the ratio compares like with like on any computer. The floor draws the very lines of the packet,
each at its place, without any layout: less work is not possible with this library. The law check is
part of the filing copy's time.
"""

from __future__ import annotations

import datetime as dt
import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Final

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from clinic_app import paths
from clinic_app.documents.design import REGULAR
from clinic_app.domain.packet import Paper, Preset
from clinic_app.services import clinic, intake, packet

ON: Final = dt.date(2026, 10, 20)
ROUNDS: Final = 5
LEAST_PAGES: Final = 12


def main() -> int:
    """Print pages, both medians and their ratio."""
    books = clinic.rule_books()
    file = paths.resources() / "intakes" / "mx-dismissal.json"
    case = intake.decode(file.read_bytes(), books)

    def make() -> bytes:
        return packet.render_file(books, case, preset=Preset.FILING, paper=Paper.LETTER, language="es", on=ON)

    lines = lines_of(make())
    assert len(lines) >= LEAST_PAGES, "the filing copy has become too short to measure"
    ours, floor = median_ms(make), median_ms(lambda: bare(lines))
    told = f"pages {len(lines)}, filing copy {ours:.0f} ms, bare document {floor:.0f} ms, ratio {ours / floor:.1f}"
    sys.stdout.write(f"{told}\n")
    return 0


def lines_of(pdf: bytes) -> list[list[tuple[float, float, str]]]:
    """Return the lines of each page with their lower left corners."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for at in range(len(document)):
        text = document[at].get_textpage()
        boxes = [text.get_rect(i) for i in range(text.count_rects())]
        pages.append([(box[0], box[1], text.get_text_bounded(*box)) for box in boxes])
    document.close()
    return pages


def bare(pages: list[list[tuple[float, float, str]]]) -> bytes:
    """Draw the lines, and nothing else."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in pages:
        canvas.setFont(REGULAR, 10)
        for left, bottom, words in page:
            canvas.drawString(left, bottom, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def median_ms(work: Callable[[], object]) -> float:
    """Return the median of the process's own time for one call, in milliseconds."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
