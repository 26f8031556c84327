"""What every screen is handed: the open clinic, the words, the tasks, the day, and the way to other screens.

Screens do not know each other: they say where to go with `go`, and the window takes them there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from clinic_app.domain.changes import Changes
from clinic_app.paths import default_data
from clinic_app.services.clinic import Clinic
from clinic_app.ui.courier import Courier
from clinic_app.ui.keeper import Keeper
from clinic_app.ui.kit.fields import Surroundings
from clinic_app.ui.printing import sticks
from clinic_app.ui.settings import Settings
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice

T = TypeVar("T")
PlaceName = Literal[
    "today",
    "new",
    "people",
    "person",
    "cases",
    "intake",
    "case",
    "packet",
    "groups",
    "group",
    "employers",
    "employer",
    "calendar",
    "tally",
    "reports",
    "settings",
    "audit",
    "review",
    "sending",
    "bin",
    "practice",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the window: a screen, the case it shows, and the answer (a path) to begin at.

    `record` is the id of a person, an employer or a group of workers, on their screens.
    """

    screen: PlaceName
    case_id: str = ""
    path: str = ""
    record: str = ""


class Desk(QObject):
    """Owns nothing but the way: `go` carries a Place, `written` tells that something was saved."""

    go = Signal(object)  # Place
    written = Signal()  # something was saved on this computer
    lock_wanted = Signal()  # the clinic is to be closed until its password is typed
    new_wanted = Signal(object)  # work that closes this practice clinic and returns a new one
    wiped = Signal()  # the clinic is closed and gone
    look_wanted = Signal(str, str)  # name of a choice of the window (language, size, theme), its value

    def __init__(
        self,
        clinic: Clinic,
        voice: Voice,
        tasks: Tasks,
        today: Callable[[], dt.date],
        look: Callable[[], Settings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.clinic = clinic
        self.voice = voice
        self.tasks = tasks
        self.today = today
        self.real_folder = default_data()
        """Where the real clinic of this computer lies: the practice clinic may hand a case over to it."""
        self.courier = Courier(clinic, tasks, self)
        self.keeper = Keeper(clinic, tasks, sticks, self)

    @property
    def around(self) -> Surroundings:
        """Return what inputs need to know."""
        return Surroundings(self.voice, self.today, self.currency)

    @property
    def currency(self) -> str:
        """Return the currency of the clinic's place."""
        return self.clinic.currency

    def ask(
        self,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        *,
        fails: Callable[[Exception], None] | None = None,
        key: str = "",
    ) -> None:
        """Read something from the store."""
        self.tasks.ask(owner, work, then, fails=fails, key=key)

    def write(
        self,
        owner: QObject,
        work: Callable[[], Changes],
        then: Callable[[Changes], None] | None = None,
        *,
        fails: Callable[[Exception], None] | None = None,
    ) -> None:
        """Change something in the store and tell the window that it is saved."""
        self.tasks.ask(owner, work, _Saved(self, then), fails=fails)


class _Saved:
    """Passes a write's result on and says that it is saved."""

    def __init__(self, desk: Desk, then: Callable[[Changes], None] | None) -> None:
        self._desk = desk
        self._then = then

    def __call__(self, changes: Changes) -> None:
        self._desk.written.emit()
        if self._then is not None:
            self._then(changes)
