"""No verb of the services can be forgotten: each asks for a right first, or says here why it is open to all."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from clinic_app import services
from clinic_app.domain import roles
from clinic_app.domain.roles import RIGHT_NAMES, RIGHTS, Member, Right, Role
from clinic_app.errors import KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services import permission
from clinic_app.services.clinic import Clinic
from clinic_app.store import vault
from tests.store.conftest import CHEAP

OPEN: Mapping[str, str] = MappingProxyType(
    {
        "audit.found_at_opening": "says nothing to whoever may not read the record",
        "audit.note": "writes that something was done",
        "audit.opened": "writes that something was done",
        "backup.days_without": "a number of days",
        "backup.done": "writes that a backup was made, which it asked for before",
        "backup.due": "a backup is made by itself whoever works; it is encrypted",
        "backup.is_automatic": "a setting",
        "backup.outside": "where the encrypted backups lie",
        "backup.places": "where the encrypted backups lie",
        "backup.status": "days and places of encrypted backups",
        "calendar.days": "closed days name nobody",
        "checking.check": "says whether files are whole, and nothing that stands in them",
        "clinic.confirm": "asks for the password itself",
        "clock.check": "the computer's day",
        "clock.last_known": "the computer's day",
        "clock.problem": "the computer's day",
        "erasing.headquarters_decides": "who erases here",
        "happenings.names": "texts of a rule book",
        "happenings.names_at": "texts of a rule book",
        "hiding.guard": "asks when an answer would show a hidden name",
        "intake.fill_practice": "asks through the verb that it calls, for each file",
        "permission.may": "asks for a right",
        "permission.me": "who works, for the screen",
        "permission.require": "asks for a right",
        "rulebooks.list_books": "the law is public",
        "rulebooks.stale": "the law is public",
        "restoring.last": "when and what was restored, for the first screen after it",
        "ruler.height_for": "a printer's measure",
        "settings.paper": "the usual sheet",
        "settings.set_paper": "the usual sheet of this computer",
        "settings.trusted": "names of keys, to compare them",
        "syncing.allowance": "a setting of the line",
        "syncing.by_stick": "asks through the meeting that it begins",
        "syncing.is_overdue": "a date without people",
        "syncing.is_paused": "a setting of the line",
        "syncing.line_steps": "asks through the meeting that it begins",
        "syncing.online": "asks through the meeting that it begins",
        "syncing.status": "counts without people, at the foot of every screen",
        "syncing.stick_steps": "asks through the meeting that it begins",
        "updates.done": "writes that something was done",
        "users.change_password": "one's own, with the old one",
        "users.find": "who works here stands on the first screen",
        "users.members": "who works here stands on the first screen",
    }
)

COORDINATORS: Mapping[Right, frozenset[str]] = MappingProxyType(
    {
        Right.REVEAL: frozenset({"hiding.reveal"}),
        Right.SETTINGS: frozenset({"calendar.close", "calendar.open_again"}),
        Right.USERS: frozenset({"users.add", "users.set_role", "users.reset", "users.remove"}),
        Right.ENROL: frozenset({"syncing.request", "syncing.read_enrolment", "syncing.enrol"}),
        Right.TRUST: frozenset({"rulebooks.install", "rulebooks.trust"}),
    }
)
"""What at least stays with the coordinators, so that loosening it is noticed."""

Verb = Callable[..., object]


@cache
def verbs() -> Mapping[str, Verb]:
    """Return every public function of the services that is handed an open clinic first."""
    found: dict[str, Verb] = {}
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        loaded = importlib.import_module(module.name)
        short = module.name.removeprefix(f"{services.__name__}.")
        for name, value in vars(loaded).items():
            if name.startswith("_") or not inspect.isfunction(value) or value.__module__ != module.name:
                continue
            first = next(iter(inspect.signature(value).parameters.values()), None)
            if first is not None and first.annotation in {"Clinic", Clinic}:
                found[f"{short}.{name}"] = value
    return MappingProxyType(found)


def call(verb: Verb, clinic: Clinic) -> object:
    """Call a verb with nothing where it wants something: whoever may not do it never gets as far as noticing."""
    given: dict[str, Any] = {
        name: None
        for name, parameter in list(inspect.signature(verb).parameters.items())[1:]
        if parameter.default is inspect.Parameter.empty
    }
    done = verb(clinic, **given)
    return next(done) if inspect.isgenerator(done) else done


def refusal(verb: Verb, clinic: Clinic) -> Right | None:
    """Return the right that somebody lacked for a verb; None when nobody was asked for one."""
    try:
        call(verb, clinic)
    except KnownError as error:
        if error.code == permission.NOT_ALLOWED:
            return next(right for right, name in RIGHT_NAMES.items() if name == error.params["why"])
    except Exception:  # noqa: BLE001, S110 - it went on without asking, and stumbled over what it was not given
        pass
    return None


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "Cost", lambda: CHEAP)
        made, _ = clinics.create(
            Path(tmp_path_factory.mktemp("clinic")) / "clinic", "Valle", "mx", "Rosa", "contraseña"
        )
    with closing(made) as opened:
        yield opened


def become(clinic: Clinic, role: Role) -> None:
    clinic.store.staff.put(Member(clinic.user, role))


@pytest.fixture(scope="module")
def answers(clinic: Clinic) -> Mapping[str, Right | None]:
    """The right that each verb asks for, of somebody who has none at all."""
    nothing = MappingProxyType({role: frozenset[Right]() for role in Role})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roles, "RIGHTS", nothing)
        return {name: refusal(verb, clinic) for name, verb in verbs().items() if name not in OPEN}


@pytest.fixture(scope="module")
def asked(answers: Mapping[str, Right | None]) -> Mapping[str, Right]:
    return {name: right for name, right in answers.items() if right is not None}


def test_every_verb_asks_for_a_right_or_is_open_for_a_reason(answers: Mapping[str, Right | None]) -> None:
    forgotten = [name for name, right in answers.items() if right is None]
    assert not forgotten, "these ask for no right: begin them with `require`, or say in OPEN why they need none"
    assert len(answers) > 100
    assert set(OPEN) <= set(verbs()), "these are gone"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_what_it_may_not(clinic: Clinic, asked: Mapping[str, Right], role: Role) -> None:
    become(clinic, role)
    for name, right in asked.items():
        if right not in RIGHTS[role]:
            assert refusal(verbs()[name], clinic) is right, name


def test_nothing_is_done_under_a_temporary_password(clinic: Clinic, asked: Mapping[str, Right]) -> None:
    clinic.store.staff.put(Member(clinic.user, Role.COORDINATOR, must_change=True))
    for name in asked:
        with pytest.raises(KnownError) as caught:
            call(verbs()[name], clinic)
        assert caught.value.code == permission.CHANGE_FIRST, name


def test_what_is_the_coordinators_stays_theirs(asked: Mapping[str, Right]) -> None:
    for right, names in COORDINATORS.items():
        assert names <= {name for name, found in asked.items() if found is right}, right
        assert [role for role in Role if right in RIGHTS[role]] == [Role.COORDINATOR]


def test_the_rights_of_each_role() -> None:
    casework = {Right.READ, Right.WORK, Right.PRINT, Right.COUNT, Right.SYNC, Right.BACKUP}
    assert RIGHTS[Role.STAFF] == casework
    assert RIGHTS[Role.COORDINATOR] == set(Right)
    assert RIGHTS[Role.INSTRUCTOR] == {Right.COUNT, Right.TEACH}
    assert RIGHTS[Role.HEADQUARTERS] == {Right.READ, Right.COUNT, Right.AUDIT}
    assert set(RIGHTS) == set(Role)
    assert set(RIGHT_NAMES) == set(Right)
