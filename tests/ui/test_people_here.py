"""People, roles and the record at the real window of a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic_app.domain.audit import Asked, Deed
from clinic_app.domain.roles import Role
from clinic_app.errors import KnownError
from clinic_app.services import audit, casework, intake, permission, users
from clinic_app.services import clinic as clinics
from clinic_app.store import vault
from clinic_app.ui.audit.page import AuditPage
from clinic_app.ui.case.hidden import HiddenNameCard
from clinic_app.ui.case.page import DETAILS, FACTS, CasePage
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.reports.page import ReportPage
from clinic_app.ui.rights import NEEDS
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.people import PeoplePart
from clinic_app.ui.setup.record import RecordPart
from clinic_app.ui.window import Window
from tests.ui.conftest import fill, today
from tests.ui.driving import go, rest, workplace
from tests.ui.test_people import click

PASSWORD = "cuatro palabras bien mias"
OWN = "una clave que es solo mia"


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the price of trying a password is lower than in earnest."""
    monkeypatch.setattr(vault, "Cost", partial(vault.Cost, rounds=1, memory_kib=64))


@pytest.fixture
def real(tmp_path: Path, cheap_passwords: None) -> Path:
    assert cheap_passwords is None
    folder = tmp_path / "real"
    made, _ = clinics.create(folder, "Clínica del Valle", "mx", "Rosa", PASSWORD)
    fill(made)
    (case,) = [row for row in casework.cases(made) if "José" in row.shown_name]
    intake.save(made, case.id, "worker.alias", "Colibrí")
    intake.save(made, case.id, "worker.keep_hidden", "yes")
    made.close()
    return folder


@pytest.fixture
def window(qtbot: QtBot, real: Path, settings: SettingsFile) -> Iterator[Window]:
    made = Window(real, real.with_name("practice"), settings, today)
    qtbot.addWidget(made)
    made.resize(1024, 768)
    made.show()
    made.activateWindow()
    yield made
    made.close()


def come_in(qtbot: QtBot, window: Window, name: str, password: str) -> None:
    """Choose a name, type a password, open."""
    step = window.start.unlock
    qtbot.waitUntil(lambda: step.users.count() > 0)
    step.users.setCurrentIndex(step.users.findText(name))
    step.password.line.setText(password)
    click(step.button)
    rest(qtbot, window)


def with_role(folder: Path, role: Role) -> None:
    """Add Eva with a role and her own password."""
    clinic = clinics.unlock(folder, PASSWORD, "Rosa")
    given = users.add(clinic, "Eva", role, PASSWORD)
    clinic.close()
    hers = clinics.unlock(folder, given.password, "Eva")
    users.change_password(hers, given.password, OWN)
    hers.close()


def words_of(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(TextLabel) if label.isVisibleTo(part))


def people_card(qtbot: QtBot, window: Window) -> PeoplePart:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    return next(part for part in page.parts if isinstance(part, PeoplePart))


def pick(box: FieldBox, code: str) -> None:
    chosen = box.input
    assert isinstance(chosen, ChoiceInput)
    next(option for option in chosen.options if option.choice.code == code).click()


def test_a_person_is_added_changed_reset_and_removed(qtbot: QtBot, window: Window) -> None:
    come_in(qtbot, window, "Rosa", PASSWORD)
    card = people_card(qtbot, window)
    card.name.input.show_answer("Eva")
    pick(card.role, Role.INSTRUCTOR.value)
    assert "practice clinic" in card.meaning.text()
    card.proof.line.setText("not my password")
    click(card.add_button)
    rest(qtbot, window)
    assert card.wrong.isVisible()
    assert not card.given.isVisible()
    card.proof.line.setText(PASSWORD)
    click(card.add_button)
    rest(qtbot, window)
    rest(qtbot, window)
    first = card.given.text()
    assert "Eva · Instructor · has a temporary password" in words_of(card)
    assert card.proof.text() == ""
    assert window.clinic is not None
    eva = users.find(window.clinic, "Eva")
    card.edit(eva)
    pick(card.editor.role, Role.STAFF.value)
    card.proof.line.setText(PASSWORD)
    click(card.editor.role_button)
    rest(qtbot, window)
    assert users.find(window.clinic, "Eva").role is Role.STAFF
    assert not card.given.isVisible()  # it was shown once
    card.edit(users.find(window.clinic, "Eva"))
    card.proof.line.setText(PASSWORD)
    click(card.editor.reset_button)
    rest(qtbot, window)
    assert card.given.isVisible()
    assert card.given.text() != first
    card.edit(users.find(window.clinic, "Eva"))
    card.proof.line.setText(PASSWORD)
    click(card.editor.remove_button)
    rest(qtbot, window)
    assert len(users.members(window.clinic)) == 2  # it asks back first
    click(card.editor.remove_button)
    rest(qtbot, window)
    rest(qtbot, window)
    assert [member.user.name for member in users.members(window.clinic)] == ["Rosa"]
    assert "Eva" not in words_of(card._ways)


def test_a_temporary_password_leads_to_choosing_ones_own(qtbot: QtBot, window: Window, real: Path) -> None:
    clinic = clinics.unlock(real, PASSWORD, "Rosa")
    given = users.add(clinic, "Eva", Role.STAFF, PASSWORD)
    clinic.close()
    come_in(qtbot, window, "Eva", given.password)
    step = window.start.own
    assert step.isVisible()
    assert window.workplace is None
    for box, text in ((step.old, given.password), (step.password, OWN), (step.again, "otra")):
        box.line.setText(text)
    click(step.button)
    assert window.workplace is None
    step.again.line.setText(OWN)
    step.old.line.setText("not the one")
    click(step.button)
    rest(qtbot, window)
    assert step.banner.isVisible()
    step.old.line.setText(given.password)
    click(step.button)
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    assert (step.old.text(), step.password.text()) == ("", "")
    assert window.clinic is not None
    assert permission.me(window.clinic).role is Role.STAFF


def test_ones_own_password(qtbot: QtBot, window: Window, real: Path) -> None:
    with_role(real, Role.STAFF)
    come_in(qtbot, window, "Eva", OWN)
    card = people_card(qtbot, window)
    assert not card._ways.isVisible()
    for box, text in ((card.old, OWN), (card.changed, "nueva frase larga"), (card.again, "otra")):
        box.line.setText(text)
    click(card.change_button)
    assert card.wrong.isVisible()
    card.again.line.setText("nueva frase larga")
    click(card.change_button)
    rest(qtbot, window)
    assert card.told.isVisible()
    window.close()
    clinics.unlock(real, "nueva frase larga", "Eva").close()
    with pytest.raises(KnownError):
        clinics.unlock(real, OWN, "Eva")


def test_going_back_from_the_step_closes_the_clinic(qtbot: QtBot, window: Window, real: Path) -> None:
    clinic = clinics.unlock(real, PASSWORD, "Rosa")
    given = users.add(clinic, "Eva", Role.STAFF, PASSWORD)
    clinic.close()
    come_in(qtbot, window, "Eva", given.password)
    window.start.own._on_back()
    rest(qtbot, window)
    assert window.start.unlock.isVisible()
    clinics.unlock(real, PASSWORD, "Rosa").close()  # nobody else holds it


@pytest.mark.parametrize(
    ("role", "shut"),
    [
        (Role.STAFF, set[PlaceName]()),
        (Role.HEADQUARTERS, {"new", "tally"}),
        (Role.INSTRUCTOR, {"new", "tally", "today", "people", "cases", "groups", "employers", "calendar"}),
    ],
)
def test_the_window_offers_what_a_role_may_do(
    qtbot: QtBot, window: Window, real: Path, role: Role, shut: set[PlaceName]
) -> None:
    with_role(real, role)
    errors: list[Exception] = []
    window.tasks.failed.connect(errors.append)
    come_in(qtbot, window, "Eva", OWN)
    place = workplace(window)
    assert {name for name, button in place.rail.items() if not button.isEnabled()} == shut
    assert place.search.isEnabled() is (role is not Role.INSTRUCTOR)
    for name in place.rail:
        place.go(Place(name))
        rest(qtbot, window)
        if name in shut:
            assert place.place.screen not in shut
    assert not errors
    if role is Role.INSTRUCTOR:
        place.go(Place("today"))
        assert isinstance(place.shown, ReportPage)


def test_a_visitor_of_headquarters_reads_and_changes_nothing(qtbot: QtBot, window: Window, real: Path) -> None:
    with_role(real, Role.HEADQUARTERS)
    errors: list[Exception] = []
    window.tasks.failed.connect(errors.append)
    come_in(qtbot, window, "Eva", OWN)
    assert window.clinic is not None
    before = window.clinic.store.dump()
    case = next(row for row in casework.cases(window.clinic) if row.shown_name == "Colibrí")
    page = go(qtbot, window, Place("case", case.id), CasePage)
    for tab in range(page.tabs.count()):
        page.tabs.setCurrentIndex(tab)
        rest(qtbot, window)
    assert not errors
    assert window.clinic.store.dump() == before


def test_a_hidden_name_is_shown_once_on_the_screen_that_asked(qtbot: QtBot, window: Window) -> None:
    come_in(qtbot, window, "Rosa", PASSWORD)
    assert window.clinic is not None
    case = next(row for row in casework.cases(window.clinic) if row.shown_name == "Colibrí")
    page = go(qtbot, window, Place("case", case.id), CasePage)
    page.tabs.setCurrentIndex(FACTS)
    rest(qtbot, window)
    assert "•••" in words_of(page)
    page.tabs.setCurrentIndex(DETAILS)
    rest(qtbot, window)
    (card,) = page.findChildren(HiddenNameCard)
    assert "Ñáñez" not in words_of(page)
    click(card.button)
    rest(qtbot, window)
    assert card.name.text() == "José Ñáñez"
    page = go(qtbot, window, Place("case", case.id), CasePage)
    page.tabs.setCurrentIndex(DETAILS)
    rest(qtbot, window)
    assert "Ñáñez" not in words_of(page)
    (entry,) = audit.entries(window.clinic, Asked(deed=Deed.REVEALED))
    assert (entry.who, entry.case) == ("Rosa", case.number)


def test_staff_cannot_show_a_hidden_name(qtbot: QtBot, window: Window, real: Path) -> None:
    with_role(real, Role.STAFF)
    come_in(qtbot, window, "Eva", OWN)
    assert window.clinic is not None
    case = next(row for row in casework.cases(window.clinic) if row.shown_name == "Colibrí")
    page = go(qtbot, window, Place("case", case.id), CasePage)
    page.tabs.setCurrentIndex(DETAILS)
    rest(qtbot, window)
    (card,) = page.findChildren(HiddenNameCard)
    assert not card.button.isEnabled()
    assert "Only a coordinator can show it." in words_of(card)


def test_the_record_is_read_and_filtered(qtbot: QtBot, window: Window, real: Path) -> None:
    with_role(real, Role.STAFF)
    come_in(qtbot, window, "Rosa", PASSWORD)
    settings = go(qtbot, window, Place("settings"), SettingsPage)
    card = next(part for part in settings.parts if isinstance(part, RecordPart))
    assert not card.wrong.isVisible()
    click(card.button)
    rest(qtbot, window)
    page = workplace(window).shown
    assert isinstance(page, AuditPage)
    assert page.wrong == ()
    assert "as it was written" in page.state.text()
    everything = page.model.rowCount()
    assert {page.model.row_at(number).who for number in range(everything)} == {"Rosa", "Eva"}
    assert page.who is not None
    assert not page.who.isVisible()
    click(page.some)
    assert page.who.isVisible()
    page.who.show_answer("Eva")
    page.load()
    rest(qtbot, window)
    found = [page.model.row_at(number) for number in range(page.model.rowCount())]
    assert 0 < len(found) < everything
    assert {entry.who for entry in found} == {"Eva"}
    shown = [str(page.model.data(page.model.index(0, column))) for column in range(page.model.columnCount())]
    assert shown[1] == "Eva"
    assert shown[2] == "Changed their password"
    click(page.everything)
    rest(qtbot, window)
    assert page.model.rowCount() >= everything
    assert not page.who.isVisible()


def test_a_record_that_was_cut_is_told_at_once_and_understood_by_a_coordinator(
    qtbot: QtBot, window: Window, real: Path
) -> None:
    clinic = clinics.unlock(real, PASSWORD, "Rosa")
    for statement in ("DROP TRIGGER audit_is_not_emptied", "DELETE FROM audit WHERE seq > 1"):
        clinic.store._db.run(statement)
    clinic.store._db.close()
    clinic.store._lock.release()
    come_in(qtbot, window, "Rosa", PASSWORD)
    settings = go(qtbot, window, Place("settings"), SettingsPage)
    card = next(part for part in settings.parts if isinstance(part, RecordPart))
    assert card.wrong.isVisible()
    page = go(qtbot, window, Place("audit"), AuditPage)
    assert page.banner.isVisible()
    assert page.understood_button.isVisible()
    click(page.understood_button)
    rest(qtbot, window)
    rest(qtbot, window)
    assert page.wrong == ()
    assert not page.banner.isVisible()


def test_every_place_that_needs_a_right_is_a_place(window: Window) -> None:
    assert window.workplace is None
    assert set(NEEDS) <= set(PlaceName.__args__)  # type: ignore[attr-defined]  # of a Literal
