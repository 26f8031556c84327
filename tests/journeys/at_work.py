"""A whole day at the real window, for the search of the disk afterwards: `at_work.py ROOT`.

It reads the rare words from ROOT/asked/words.json and types them wherever a worker's words can be typed. What a
person asks for in the clear goes to ROOT/asked; everything else that the program writes is the program's own. Each
line it prints is a step that was done. With `die` as second word it kills itself in the middle of a sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from shiboken6 import delete

from clinic_app import app
from clinic_app.domain.packet import Paper
from clinic_app.services import agenda, backup, evidence, people, support
from clinic_app.services import clinic as clinics
from clinic_app.ui import printing
from clinic_app.ui.calendar.words import told_to_others
from clinic_app.ui.case.page import EVIDENCE_TAB, CasePage
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.evidence.view import EvidenceView
from clinic_app.ui.evidence.viewer import FileViewer
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.window import Window

ROOT = Path(sys.argv[1])
ASKED = ROOT / "asked"
WORDS: dict[str, str] = json.loads((ASKED / "words.json").read_text("utf-8"))
PLACES: tuple[PlaceName, ...] = (
    "today", "people", "cases", "groups", "employers", "calendar", "tally", "reports", "settings", "sending",
)  # fmt: skip
FIELDS = {
    "worker.name": WORDS["name"],
    "worker.alias": WORDS["alias"],
    "contact.phone": WORDS["phone"],
    "story.told": f"Dijo: {WORDS['told']}",
    "job.position": WORDS["position"],
}


class Fall(Exception):  # noqa: N818 - what it is
    """A fault of ours whose message quotes a worker."""


def done(step: str) -> None:
    """Say that a step is done."""
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


def until(condition: Callable[[], object]) -> None:
    """Let the window work until something is so."""
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def rest(window: Window) -> None:
    """Let the window come to rest."""
    until(lambda: not window.tasks.pending)
    QApplication.processEvents()


def go(window: Window, place: Place) -> None:
    """Go to a screen and let it load."""
    assert window.workplace is not None
    window.workplace.go(place)
    rest(window)
    done(f"title {window.windowTitle()}")


def write(window: Window, page: IntakePage, path: str, text: str) -> None:
    """Type over a field and leave it."""
    page.go_to(path)
    rest(window)
    box = QApplication.focusWidget()
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    page.commit()
    rest(window)


def unlock(window: Window) -> None:
    """Open the clinic by its password."""
    step = window.start.unlock
    until(step.users.count)
    QTest.keyClicks(step.password.line, WORDS["password"])
    step.button.click()
    until(lambda: window.workplace is not None)
    rest(window)
    done("unlocked")


def interview(window: Window) -> str:
    """Take somebody's story down."""
    assert window.workplace is not None
    QTest.keyClick(window.workplace, Qt.Key.Key_F2)
    asked = window.workplace.shown
    assert isinstance(asked, NewPersonPage)
    QTest.keyClick(asked.new, Qt.Key.Key_Return)
    until(lambda: isinstance(window.workplace.shown, IntakePage) and not window.tasks.pending)  # type: ignore[union-attr]
    page = window.workplace.shown
    assert isinstance(page, IntakePage)
    for path, text in FIELDS.items():
        write(window, page, path, text)
    if "die" in sys.argv[2:]:
        box = QApplication.focusWidget()
        assert box is not None
        QTest.keyClicks(box, WORDS["told"])
        done("dying")
        os.kill(os.getpid(), signal.SIGKILL)
    done("interviewed")
    return page.case_id


def papers(window: Window, case_id: str) -> None:
    """Look at the papers, save them where the person wants them, and print them through a printer."""
    assert window.clinic is not None
    assert window.workplace is not None
    go(window, Place("packet", case_id))
    page = window.workplace.shown
    assert isinstance(page, PacketPage)
    until(lambda: page.made is not None and not window.tasks.pending)
    assert page.made is not None
    (ASKED / "packet.pdf").write_bytes(page.made.bundle.volumes[0])
    printer = printing.printer_for(Paper.LETTER)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(ASKED / "printed.pdf"))
    ended: list[object] = []
    run = printing.PrintRun(window.tasks, printer, page.made.bundle, (1, 2), Paper.LETTER, page)
    run.finished.connect(ended.append)
    run.start()
    until(lambda: ended)
    done(f"job {printer.docName()!r} {printer.creator()!r}")


def proofs(window: Window, case_id: str) -> None:
    """Add a photo and a text, and look at them."""
    assert window.workplace is not None
    photo, note = ASKED / "photo.jpg", ASKED / f"{WORDS['file']}.txt"
    Image.effect_noise((600, 400), 50).save(photo, comment=WORDS["told"].encode())
    note.write_text(WORDS["told"] * 20, "utf-8")
    go(window, Place("case", case_id))
    page = window.workplace.shown
    assert isinstance(page, CasePage)
    page.tabs.setCurrentIndex(EVIDENCE_TAB)
    rest(window)
    page.findChildren(EvidenceView)[-1].add_paths((photo, note))
    rest(window)
    page.tabs.setCurrentIndex(EVIDENCE_TAB)
    rest(window)
    view = next(view for view in page.findChildren(EvidenceView) if view.isVisible())
    for card in view.cards:
        card.tiles[0].click()
        rest(window)
        for viewer in window.findChildren(FileViewer):
            viewer.close()
    assert window.clinic is not None
    for file in evidence.files(window.clinic, case_id):
        window.tasks.ask(window, partial(evidence.save, window.clinic, file.id, ASKED / f"saved-{file.id}"))
    rest(window)
    done("proofs")


def every_screen(window: Window, case_id: str) -> None:
    """Go through every screen, and search for the worker."""
    assert window.workplace is not None
    for name in PLACES:
        go(window, Place(name))
    search = window.workplace.search
    QTest.keyClicks(search, WORDS["name"])
    rest(window)
    found: list[str] = []
    clinic = window.clinic
    assert clinic is not None
    window.tasks.ask(window, lambda: people.of_case(clinic, case_id), found.append)
    rest(window)
    go(window, Place("person", record=found[0]))
    window.workplace.toggle_help()
    done("screens")


def leaks(window: Window) -> None:
    """Do what leaves traces elsewhere: copy, choose files, make faults."""
    copied = QLineEdit(WORDS["name"])
    copied.selectAll()
    copied.copy()
    done(f"clipboard {QGuiApplication.clipboard().text() == WORDS['name']}")
    folder = ASKED / WORDS["folder"]
    folder.mkdir(exist_ok=True)
    dialog = QFileDialog(window, "", str(folder))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(str(folder / "any.pdf"))
    dialog.accept()
    delete(dialog)  # now Qt writes down where one was
    window.tasks.ask(window, fall)
    rest(window)
    done("leaks")


def fall() -> None:
    """Fail with a worker's words in the message and in the values at hand."""
    said = WORDS["told"]
    raise Fall(said)


def copies(window: Window) -> None:
    """Make a backup, a support file and a calendar for telephones."""
    clinic = window.clinic
    assert clinic is not None
    now = dt.datetime.now(dt.UTC)
    (ROOT / "stick").mkdir()
    window.tasks.ask(window, lambda: backup.make(clinic, now))
    window.tasks.ask(window, lambda: backup.make(clinic, now, ROOT / "stick"))
    window.tasks.ask(window, lambda: support.save(ROOT / "support.json", support.gather(clinic, {}, now)))
    window.tasks.ask(
        window,
        lambda: (ROOT / "calendar.ics").write_bytes(
            agenda.icalendar(
                agenda.between(clinic, dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
                partial(told_to_others, window.voice.words),
                "-",
                now,
            )
        ),
    )
    rest(window)
    done("copies")


def lock(window: Window) -> None:
    """Hide and lock, and come back."""
    window.hide_all()
    done(f"hidden {window.windowTitle()!r} {QGuiApplication.clipboard().text()!r}")
    window.lock()
    until(lambda: window.clinic is None)
    rest(window)
    QTest.keyClicks(window._cover.password.line, WORDS["password"])
    window._cover.button.click()
    until(lambda: window.workplace is not None)
    rest(window)
    done("came back")


def drive() -> None:
    """The day."""
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Window))
    window.tasks.failed.connect(lambda error: done(f"failed {type(error).__name__} {error}"))
    try:
        unlock(window)
        case_id = interview(window)
        proofs(window, case_id)
        papers(window, case_id)
        every_screen(window, case_id)
        leaks(window)
        copies(window)
        lock(window)
    except BaseException as error:
        done(f"FAILED {type(error).__name__} {error}")
        raise
    finally:
        QTimer.singleShot(0, fall)  # in a slot, where nobody catches it
        QTimer.singleShot(0, window.close)


def main() -> int:
    """Begin the day as the program begins it."""

    app.make_application()
    QTimer.singleShot(0, drive)
    return app.run(ROOT / "data")


if __name__ == "__main__":
    assert clinics.exists(ROOT / "data")
    sys.exit(main())
