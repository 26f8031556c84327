"""Which screen a place is, and where it stands in the rail. Screens do not know each other; this file does.

Today and the cases stay alive beside the others: the workplace keeps them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_app.ui.audit.page import AuditPage
from clinic_app.ui.bin.page import BinPage
from clinic_app.ui.calendar.page import CalendarPage
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.collective.group import GroupView
from clinic_app.ui.collective.page import GroupsPage
from clinic_app.ui.desk import Desk, Place, PlaceName
from clinic_app.ui.employers.employer import EmployerView
from clinic_app.ui.employers.page import EmployersPage
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.people.person import PersonView
from clinic_app.ui.practice.page import PracticePage
from clinic_app.ui.reports.page import ReportPage
from clinic_app.ui.review.page import ReviewPage
from clinic_app.ui.sending.page import SendingPage
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.tally.page import TallyPage

SCREENS: Final[Mapping[PlaceName, Callable[[Desk, Place], QWidget]]] = {
    "new": lambda desk, _place: NewPersonPage(desk),
    "people": lambda desk, _place: PeoplePage(desk),
    "person": lambda desk, place: PersonView(desk, place.record),
    "intake": lambda desk, place: IntakePage(desk, place.case_id, place.path),
    "case": lambda desk, place: CasePage(desk, place.case_id),
    "packet": lambda desk, place: PacketPage(desk, place.case_id),
    "groups": lambda desk, _place: GroupsPage(desk),
    "group": lambda desk, place: GroupView(desk, place.record),
    "review": lambda desk, place: ReviewPage(desk, place.case_id),
    "bin": lambda desk, _place: BinPage(desk),
    "calendar": lambda desk, _place: CalendarPage(desk),
    "reports": lambda desk, _place: ReportPage(desk),
    "settings": lambda desk, place: SettingsPage(desk, place.path),
    "audit": lambda desk, _place: AuditPage(desk),
    "tally": lambda desk, _place: TallyPage(desk),
    "sending": lambda desk, _place: SendingPage(desk),
    "practice": lambda desk, _place: PracticePage(desk),
    "employers": lambda desk, _place: EmployersPage(desk),
    "employer": lambda desk, place: EmployerView(desk, place.record),
}

RAIL: Final[Mapping[PlaceName, PlaceName]] = {
    "person": "people",
    "employer": "employers",
    "group": "groups",
    "audit": "settings",
    "review": "today",
    "sending": "today",
}
"""The entry of the rail under which a screen without its own stands; cases for every other."""
