"""Every screen and every dialog of the program, one after another, on the filled practice clinic.

This is the one list of them: the test with the eyes of a screen reader, the test for clipped text and the
pictures all walk through it. A new screen or dialog has its line here; a test says which class is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from clinic_app.pictures.clinic import PASSWORD, WORKERS, Folders, case_of
from clinic_app.pictures.stage import Stage
from clinic_app.services import casework, evidence, people
from clinic_app.services import clinic as clinics
from clinic_app.ui.audit.page import AuditPage
from clinic_app.ui.bin.page import BinPage
from clinic_app.ui.calendar.page import CalendarPage
from clinic_app.ui.case.details import DetailsView
from clinic_app.ui.case.dialogs import CloseDialog, ReasonDialog
from clinic_app.ui.case.earlier import EarlierDialog
from clinic_app.ui.case.erase import EraseDialog
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import EVIDENCE_TAB, TABS, CasePage
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.collective.group import GroupView
from clinic_app.ui.collective.page import GroupsPage, NewGroup
from clinic_app.ui.collective.papers_sheet import PapersSheet
from clinic_app.ui.collective.table_sheet import TableSheet
from clinic_app.ui.desk import Place
from clinic_app.ui.employers.employer import ChainSheet, EmployerView, NameSheet
from clinic_app.ui.employers.page import EmployersPage
from clinic_app.ui.evidence.view import FileBin, PieceSheet
from clinic_app.ui.evidence.viewer import BinSheet, FileViewer
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.packet.after import AfterPrint, ManySheets, MissingPages, Progress
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.packet.ruler import RulerDialog
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.people.person import PersonView
from clinic_app.ui.practice.page import PracticePage
from clinic_app.ui.reports.page import ReportPage
from clinic_app.ui.review.page import ReviewPage
from clinic_app.ui.sending.page import SendingPage
from clinic_app.ui.settling import wait
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.start.recovery import NewClinic
from clinic_app.ui.tally.page import TallyPage
from clinic_app.ui.today.page import TodayPage

QUESTIONS_OF_A_TALLY: Final = 6
MANY: Final = 180
"""Sheets of paper that are many."""

PRINTING: Final = "Printing…"
"""The words of the dialog that follows a print, as the papers say them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Something to look at: its name, and the screen's window or the dialog that is shown now."""

    name: str
    shown: QWidget

    @property
    def is_sheet(self) -> bool:
        """Whether it is a dialog above the window."""
        return isinstance(self.shown, QDialog)


def at_the_door(stage: Stage, folders: Folders) -> Iterator[Sight]:
    """Yield the steps of the way in, before any clinic is open."""
    start, window = stage.window.start, stage.window
    for name, step in (
        ("unlock", start.unlock),
        ("welcome", start.welcome),
        ("forgotten", start.forgotten),
        ("asking", start.asking),
        ("answer", start.answer),
        ("restoring", start.restoring),
        ("mending", start.mending),
        ("brought", start.brought),
        ("older", start.older),
        ("own-password", start.own),
    ):
        start.show_step(step)
        stage.settle()
        yield Sight(f"start-{name}", window)
    start.version.click()
    stage.settle()
    yield Sight("start-about", window)
    start.making.begin()
    start.show_step(start.making)
    stage.settle()
    yield Sight("start-create", window)
    clinic = clinics.unlock(folders.real, PASSWORD)
    start.recovery.begin(NewClinic(clinic, folders.recovery_key))
    start.show_step(start.recovery)
    stage.settle()
    yield Sight("start-recovery", window)
    clinic.close()


def in_practice(stage: Stage) -> Iterator[Sight]:
    """Yield every screen and dialog of the practice clinic, which is open."""
    for sights in (_desk, _people, _groups, _intake, _case, _evidence, _papers, _counting, _sending):
        yield from sights(stage)
    stage.go(Place("today"), TodayPage)
    stage.window.hide_all()
    yield Sight("cover", stage.window)


def in_a_locked_clinic(stage: Stage) -> Iterator[Sight]:
    """Yield what looks otherwise in a clinic that has users and a password, and no headquarters yet."""
    stage.go(Place("settings"), SettingsPage)
    yield Sight("clinic-settings", stage.window)
    stage.go(Place("audit"), AuditPage)
    yield Sight("clinic-audit", stage.window)
    stage.go(Place("sending"), SendingPage)
    yield Sight("clinic-sending", stage.window)
    stage.go(Place("review"), ReviewPage)
    yield Sight("clinic-review", stage.window)
    stage.go(Place("today"), TodayPage)
    stage.window.hide_all()
    yield Sight("clinic-cover", stage.window)


def _desk(stage: Stage) -> Iterator[Sight]:
    window = stage.window
    stage.go(Place("today"), TodayPage)
    yield Sight("today", window)
    stage.workplace.toggle_help()
    yield Sight("help", window)
    stage.clear()
    stage.workplace.language.click()
    yield Sight("languages", stage.workplace.language.menu_of_all)
    stage.clear()
    stage.go(Place("cases"), CasesPage)
    yield Sight("cases", window)
    stage.go(Place("bin"), BinPage)
    yield Sight("bin", window)
    stage.go(Place("settings"), SettingsPage)
    yield Sight("settings", window)
    practice = stage.go(Place("practice"), PracticePage)
    practice.moving.open_button.click()
    stage.settle()
    yield Sight("practice", window)


def _people(stage: Stage) -> Iterator[Sight]:
    window = stage.window
    new = stage.go(Place("new"), NewPersonPage)
    new.line.setText("Alma Ejemplo")
    wait(lambda: new.model.rowCount() > 0)
    yield Sight("new", window)
    everyone = stage.go(Place("people"), PeoplePage)
    everyone.twins_button.click()
    stage.settle()
    yield Sight("people", window)
    for name, known in (("person", case_of(stage.clinic)), ("person-joined", _joined(stage))):
        stage.go(Place("person", record=people.of_case(stage.clinic, known)), PersonView)
        yield Sight(name, window)
    them = stage.go(Place("employers"), EmployersPage)
    them.twins_button.click()
    stage.settle()
    yield Sight("employers", window)
    view = stage.go(Place("employer", record=_employer(them)), EmployerView)
    yield Sight("employer", window)
    view.name_button.click()
    yield Sight("employer-name", stage.sheet(NameSheet))
    stage.clear()
    view.chain_button.click()
    yield Sight("employer-chain", stage.sheet(ChainSheet))


def _groups(stage: Stage) -> Iterator[Sight]:
    window = stage.window
    them = stage.go(Place("groups"), GroupsPage)
    yield Sight("groups", window)
    them.new.click()
    yield Sight("group-new", stage.sheet(NewGroup))
    stage.clear()
    group = them.model.row_at(0).id
    view = stage.go(Place("group", record=group), GroupView)
    for tab in range(view.tabs.count()):
        view.tabs.setCurrentIndex(tab)
        stage.settle()
        yield Sight(f"group-{tab + 1}", window)
    sheet = TableSheet(stage.desk, group, view, WORKERS)
    sheet.open()
    wait(lambda: sheet.table is not None)
    stage.settle()
    yield Sight("group-table", sheet)
    stage.clear()
    view.papers_button.click()
    yield Sight("group-papers", stage.sheet(PapersSheet))


def _intake(stage: Stage) -> Iterator[Sight]:
    page = stage.go(Place("intake", case_of(stage.clinic), "urgent.safe_to_talk"), IntakePage)
    number = 0
    while True:
        number += 1
        yield Sight(f"intake-{number:02d}-{page.step.id.replace(':', '-')}", stage.window)
        if page.step.id == page.plan[-1].id:
            return
        page.go_on()
        stage.settle()


def _case(stage: Stage) -> Iterator[Sight]:
    page = stage.go(Place("case", case_of(stage.clinic)), CasePage)
    for tab in range(len(TABS)):
        page.tabs.setCurrentIndex(tab)
        stage.settle()
        if tab:
            page.reveal_top(page.tabs)
        yield Sight(f"case-{tab + 1}", stage.window)
    details = next(view for view in page.findChildren(DetailsView) if view.isVisible())
    for name, signal, kind in (
        ("case-close", details.close_wanted, CloseDialog),
        ("case-bin", details.bin_wanted, ReasonDialog),
        ("case-earlier", details.earlier_wanted, EarlierDialog),
        ("case-erase", details.erase_wanted, EraseDialog),
    ):
        signal.emit()
        yield Sight(name, stage.sheet(kind))
        stage.clear()
    page.something_happened()
    sheet = stage.sheet(HappenedDialog)
    wait(lambda: sheet.ready)
    yield Sight("happened", sheet)
    for way in tuple(sheet.ways):
        sheet.choose_way(way)
        stage.settle()
        yield Sight(f"happened-{way.replace('_', '-')}", sheet)
        if sheet.option is None and sheet.which is not None and isinstance(sheet.which.input, ChoiceInput):
            sheet.which.input.pick(0)
            stage.settle()
            yield Sight(f"happened-{way.replace('_', '-')}-told", sheet)


def _evidence(stage: Stage) -> Iterator[Sight]:
    case = case_of(stage.clinic)
    page = stage.go(Place("case", case), CasePage)
    page.tabs.setCurrentIndex(EVIDENCE_TAB)
    stage.settle()
    viewer = FileViewer(stage.desk, evidence.files(stage.clinic, case)[0], stage.window)
    viewer.open()
    stage.settle()
    yield Sight("evidence-file", viewer)
    viewer.bin.click()
    yield Sight("evidence-file-bin", stage.sheet(BinSheet))
    stage.clear()
    piece = evidence.pieces(stage.clinic, case)[0]
    yield from _opened(stage, "evidence-words", PieceSheet(stage.desk, case, piece, stage.window))
    binned = evidence.files(stage.clinic, case, removed=True)
    yield from _opened(stage, "evidence-bin", FileBin(stage.desk, binned, stage.window))


def _papers(stage: Stage) -> Iterator[Sight]:
    page = stage.go(Place("packet", case_of(stage.clinic)), PacketPage)
    for at, option in enumerate(page.preset.options):
        page.preset.pick(at)
        stage.settle()
        yield Sight(f"papers-{option.choice.code}", stage.window)
    page.preset.pick(0)
    stage.settle()
    voice, pages = stage.desk.voice, tuple(range(1, 13))
    progress = Progress(voice, PRINTING, page)
    progress.show_step(3, len(pages))
    yield from _opened(stage, "papers-printing", progress)
    yield from _opened(stage, "papers-after", AfterPrint(voice, pages, page))
    yield from _opened(stage, "papers-missing", MissingPages(voice, pages, page))
    yield from _opened(stage, "papers-many", ManySheets(voice, MANY, page))
    yield from _opened(stage, "papers-ruler", RulerDialog(stage.desk, "printer", "es", page))


def _counting(stage: Stage) -> Iterator[Sight]:
    window = stage.window
    calendar = stage.go(Place("calendar"), CalendarPage)
    for tab, name in enumerate(("month", "week")):
        calendar.tabs.setCurrentIndex(tab)
        stage.settle()
        yield Sight(f"calendar-{name}", window)
    talk = stage.go(Place("tally"), TallyPage)
    for number in range(QUESTIONS_OF_A_TALLY):
        talk.show_question(number)
        stage.settle()
        yield Sight(f"tally-{number + 1}", window)
    stage.go(Place("reports"), ReportPage)
    yield Sight("reports", window)


def _sending(stage: Stage) -> Iterator[Sight]:
    stage.go(Place("sending"), SendingPage)
    yield Sight("sending", stage.window)
    stage.go(Place("review"), ReviewPage)
    yield Sight("review", stage.window)


def _opened(stage: Stage, name: str, dialog: QDialog) -> Iterator[Sight]:
    """Open a dialog, yield it, and close it again."""
    dialog.open()
    stage.settle()
    yield Sight(name, dialog)
    stage.clear()


def _joined(stage: Stage) -> str:
    """Return a case of a person who was written down twice."""
    rows = (row.id for row in casework.cases(stage.clinic))
    return next(row for row in rows if len(people.page(stage.clinic, people.of_case(stage.clinic, row)).records) > 1)


def _employer(page: EmployersPage) -> str:
    return page.model.row_at(0).id
