"""How long a filing copy takes to make and how much memory, against bare PDFs of the same pages.

Run with `python -m tests.bench.papers`. All are measured in one run, by their process's own time, so that
the ratios compare like with like on any computer. There are two floors. “Drawn” puts the very lines of the
packet at their places without any layout: less work is not possible with this library. “Laid out” gives
the same lines to the library's own paragraphs, page by page: what a document costs that breaks lines but
has no tables, index, links or seal. The law check is part of the filing copy's time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final, TypeAlias

import pypdfium2
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

from clinic_app import paths
from clinic_app.documents.design import REGULAR, register_fonts
from clinic_app.domain.packet import Paper, Preset
from clinic_app.services import clinic, intake, packet
from tests.bench import table
from tests.bench.table import Row

ON: Final = dt.date(2026, 10, 20)
ROUNDS: Final = 7
LEAST_PAGES: Final = 12

Lines: TypeAlias = list[list[tuple[float, float, str]]]


def main() -> int:
    """Print pages, the three medians, their ratios, and the peak memory of each in a process of its own."""
    reader = argparse.ArgumentParser()
    table.arguments(reader)
    reader.add_argument("work", nargs="?")
    asked = reader.parse_args()
    if asked.work:
        return _memory(asked.work)
    make = filing_copy()
    lines = lines_of(make())
    assert len(lines) >= LEAST_PAGES, "the filing copy has become too short to measure"
    works: dict[str, Callable[[], object]] = {
        "filing copy": make,
        "drawn": lambda: drawn(lines),
        "laid out": lambda: laid_out(lines),
    }
    times = {name: median_ms(work) for name, work in works.items()}
    ours = times["filing copy"]
    peaks = {}
    sys.stdout.write(f"{len(lines)} pages\n")
    for name, took in times.items():
        command = [sys.executable, "-m", "tests.bench.papers", name]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[name] = float(told.stdout)
        sys.stdout.write(f"{name:12} {took:5.0f} ms  ours is {ours / took:3.1f} times  peak {peaks[name]:.0f} MB\n")
    what = f"Filing copy of {len(lines)} pages"
    found = [
        Row(f"{what}, beside the same lines laid out", ours, "ms", times["laid out"]),
        Row(f"{what}, peak memory", peaks["filing copy"], "MB", peaks["laid out"]),
    ]
    table.keep(asked.rows, found)
    return 0


def filing_copy() -> Callable[[], bytes]:
    """Return what makes the packet that is measured."""
    books = clinic.rule_books()
    file = paths.resources() / "intakes" / "mx-dismissal.json"
    case = intake.decode(file.read_bytes(), books)
    return lambda: packet.render_file(books, case, preset=Preset.FILING, paper=Paper.LETTER, language="es", on=ON)


def lines_of(pdf: bytes) -> Lines:
    """Return the lines of each page with their lower left corners."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for at in range(len(document)):
        text = document[at].get_textpage()
        boxes = [text.get_rect(i) for i in range(text.count_rects())]
        pages.append([(box[0], box[1], text.get_text_bounded(*box)) for box in boxes])
    document.close()
    return pages


def drawn(pages: Lines) -> bytes:
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


def laid_out(pages: Lines) -> bytes:
    """Let the library break the same lines as paragraphs, page by page."""
    out = io.BytesIO()
    style = ParagraphStyle("bare", fontName=REGULAR, fontSize=6, leading=7)
    story: list[Flowable] = []
    for page in pages:
        story += [Paragraph(words.replace("&", "&amp;").replace("<", "&lt;"), style) for _, _, words in page]
        story.append(PageBreak())
    SimpleDocTemplate(out, invariant=1).build(story)
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


def _memory(name: str) -> int:
    """Do one work once in this process and print its peak memory in megabytes."""
    if name == "filing copy":
        filing_copy()()
    else:
        register_fonts()
        lines = [[(50.0, 800.0 - 9 * at, "Una línea de texto, como las de un papel.") for at in range(60)]] * 17
        (drawn if name == "drawn" else laid_out)(lines)
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
