from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right, Role
from clinic_app.errors import InputError, KnownError
from clinic_app.services import audit, casework, intake, permission, users
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.store.files import KEYS
from tests.services.conftest import PASSWORD, dismissed

OWN = "una clave que es solo mia"


def code(error: pytest.ExceptionInfo[KnownError]) -> str:
    assert "{" not in str(error.value)
    return error.value.code


def joined(clinic: Clinic, name: str, role: Role) -> None:
    """Add somebody and let them choose their own password, as they do at their first opening."""
    given = users.add(clinic, name, role, PASSWORD)
    clinic.close()
    with closing(clinics.unlock(clinic.folder, given.password, name)) as theirs:
        users.change_password(theirs, given.password, OWN)


def test_the_first_person_is_a_coordinator(clinic: Clinic) -> None:
    (rosa,) = users.members(clinic)
    assert (rosa.user.name, rosa.role, rosa.must_change) == ("Rosa", Role.COORDINATOR, False)
    assert permission.me(clinic) == rosa


def test_a_new_person_can_do_nothing_before_choosing_a_password(clinic: Clinic) -> None:
    given = users.add(clinic, "  Eva   Paz ", Role.STAFF, PASSWORD)
    assert len(given.password.replace("-", "")) == 12
    clinic.close()
    with closing(clinics.unlock(clinic.folder, given.password, "Eva Paz")) as hers:
        with pytest.raises(KnownError) as caught:
            casework.cases(hers)
        assert code(caught) == permission.CHANGE_FIRST
        with pytest.raises(InputError):
            users.change_password(hers, given.password, given.password)
        with pytest.raises(InputError):
            users.change_password(hers, given.password, "corta")
        users.change_password(hers, given.password, OWN)
        assert casework.cases(hers) == ()
        assert dismissed(hers)
    with pytest.raises(KnownError):
        clinics.unlock(clinic.folder, given.password, "Eva Paz")
    with closing(clinics.unlock(clinic.folder, OWN, "Eva Paz")) as hers:
        assert not permission.me(hers).must_change


def test_who_changes_people_proves_who_they_are(clinic: Clinic) -> None:
    verbs: tuple[Callable[[], object], ...] = (
        lambda: users.add(clinic, "Eva", Role.STAFF, "not my password"),
        lambda: users.set_role(clinic, "Rosa", Role.STAFF, "not my password"),
        lambda: users.reset(clinic, "Rosa", "not my password"),
    )
    for verb in verbs:
        with pytest.raises(KnownError) as caught:
            verb()
        assert code(caught) == "S-01"
    assert len(users.members(clinic)) == 1


def test_names_are_taken_once_and_found_as_typed(clinic: Clinic) -> None:
    users.add(clinic, "Eva", Role.INSTRUCTOR, PASSWORD)
    with pytest.raises(InputError):
        users.add(clinic, " eva ", Role.STAFF, PASSWORD)
    assert users.find(clinic, "EVA").role is Role.INSTRUCTOR
    with pytest.raises(InputError, match="Eva, Rosa"):
        users.find(clinic, "Nadie")


def test_a_clinic_always_has_a_coordinator(clinic: Clinic) -> None:
    users.add(clinic, "Eva", Role.STAFF, PASSWORD)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: users.set_role(clinic, "Rosa", Role.STAFF, PASSWORD),
        lambda: users.remove(clinic, "Rosa", PASSWORD),
    )
    for verb in verbs:
        with pytest.raises(KnownError) as caught:
            verb()
        assert code(caught) == "P-04"
    users.set_role(clinic, "Eva", Role.COORDINATOR, PASSWORD)
    users.set_role(clinic, "Rosa", Role.STAFF, PASSWORD)
    assert permission.me(clinic).role is Role.STAFF  # at once
    with pytest.raises(KnownError) as caught:
        users.remove(clinic, "Eva", PASSWORD)
    assert code(caught) == permission.NOT_ALLOWED


def test_nobody_removes_or_resets_themselves(clinic: Clinic) -> None:
    users.add(clinic, "Eva", Role.COORDINATOR, PASSWORD)
    with pytest.raises(InputError):
        users.remove(clinic, "Rosa", PASSWORD)
    with pytest.raises(InputError):
        users.reset(clinic, "Rosa", PASSWORD)


def test_a_forgotten_password_is_reset(clinic: Clinic) -> None:
    joined(clinic, "Eva", Role.STAFF)
    with closing(clinics.unlock(clinic.folder, PASSWORD, "Rosa")) as rosas:
        given = users.reset(rosas, "Eva", PASSWORD)
    with pytest.raises(KnownError):
        clinics.unlock(clinic.folder, OWN, "Eva")
    with closing(clinics.unlock(clinic.folder, given.password, "Eva")) as hers:
        with pytest.raises(KnownError) as caught:
            dismissed(hers)
        assert code(caught) == permission.CHANGE_FIRST
        users.change_password(hers, given.password, "otra clave solo mia")
        dismissed(hers)


def test_who_is_removed_cannot_come_back_with_an_older_keys_file(clinic: Clinic) -> None:
    joined(clinic, "Eva", Role.STAFF)
    old_keys = (clinic.folder / KEYS).read_bytes()
    with closing(clinics.unlock(clinic.folder, OWN, "Eva")) as hers:
        dismissed(hers)
    with closing(clinics.unlock(clinic.folder, PASSWORD, "Rosa")) as rosas:
        users.remove(rosas, "Eva", PASSWORD)
        assert [member.user.name for member in users.members(rosas)] == ["Rosa"]
        (case,) = casework.cases(rosas)
        assert {row.actor for row in casework.history(rosas, case.id)} == {"Eva"}  # what she wrote stays hers
    with pytest.raises(KnownError) as caught:
        clinics.unlock(clinic.folder, OWN, "Eva")
    assert code(caught) == "S-01"
    (clinic.folder / KEYS).write_bytes(old_keys)
    with pytest.raises(KnownError) as caught:
        clinics.unlock(clinic.folder, OWN, "Eva")
    assert code(caught) == "P-03"
    clinics.unlock(clinic.folder, PASSWORD, "Rosa").close()  # and the next opening takes the old entry away again
    assert [user.name for user in clinics.users(clinic.folder)] == ["Rosa"]


def test_the_recovery_key_lets_a_known_person_in_as_what_they_are(tmp_path: Path) -> None:
    made, recovery = clinics.create(tmp_path / "clinic", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    given = users.add(made, "Eva", Role.INSTRUCTOR, PASSWORD)
    made.close()
    assert given.member.must_change
    with closing(clinics.unlock_with_recovery(made.folder, recovery, OWN, "Eva")) as hers:
        assert permission.me(hers).role is Role.INSTRUCTOR
        assert not permission.me(hers).must_change
    with closing(clinics.unlock_with_recovery(made.folder, recovery, OWN, "Nadia")) as new:
        assert permission.me(new).role is Role.COORDINATOR
        assert {entry.who for entry in audit.entries(new) if entry.deed == Deed.RECOVERED} == {"Eva", "Nadia"}


def test_roles_are_not_in_the_keys_file(clinic: Clinic) -> None:
    users.add(clinic, "Eva", Role.INSTRUCTOR, PASSWORD)
    content = (clinic.folder / KEYS).read_text()
    assert "Eva" in content
    assert not any(role.value in content for role in Role)


def test_every_change_of_people_is_in_the_record(clinic: Clinic) -> None:
    users.add(clinic, "Eva", Role.STAFF, PASSWORD)
    users.set_role(clinic, "Eva", Role.HEADQUARTERS, PASSWORD)
    given = users.reset(clinic, "Eva", PASSWORD)
    users.remove(clinic, "Eva", PASSWORD)
    users.change_password(clinic, PASSWORD, OWN)
    told = [(entry.deed, entry.detail) for entry in reversed(audit.entries(clinic)) if entry.seq]
    assert told == [
        (Deed.OPENED, ""),
        (Deed.USER_ADDED, "Eva: staff"),
        (Deed.ROLE_CHANGED, "Eva: staff → headquarters"),
        (Deed.PASSWORD_RESET, "Eva"),
        (Deed.USER_REMOVED, "Eva"),
        (Deed.PASSWORD_CHANGED, ""),
    ]
    assert not any(given.password in detail for _, detail in told)


def test_the_practice_clinic_has_one_name_and_one_password(tmp_path: Path) -> None:
    with closing(clinics.open_practice(tmp_path / "practice", intake.fill_practice)) as practice:
        assert permission.may(practice, Right.USERS)
        with pytest.raises(InputError):
            users.add(practice, "Eva", Role.STAFF, clinics.PRACTICE_PASSWORD)
        with pytest.raises(InputError):
            users.change_password(practice, clinics.PRACTICE_PASSWORD, OWN)
