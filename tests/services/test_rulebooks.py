"""Rule books from outside: a signed one of a trusted key is used, everything else changes nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.rules.signing import SIGNATURE_FILE
from clinic_app.services import clinic as clinics
from clinic_app.services import rulebooks
from clinic_app.services.clinic import Clinic
from tests.services.conftest import PASSWORD, Office


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_signed_book_of_a_trusted_key_is_used_at_once_and_after_a_restart(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    made = rulebooks.install(clinic, office.publish())
    assert made == rulebooks.Installed("zembla", "zembla-1", "Headquarters", 1, newest=True)
    assert clinic.book("zembla").version == "zembla-1"
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)) as again:
        assert again.book("zembla").version == "zembla-1"
        assert not [r for r in again.shelf.refused if r.folder.parent.name == "zembla"]


def test_several_versions_are_kept_and_the_newest_is_used(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    for version in ("zembla-9", "zembla-10", "zembla-2"):
        rulebooks.install(clinic, office.publish(version))
        assert clinic.shelf.find("zembla", version) is not None
    assert clinic.book("zembla").version == "zembla-10"
    assert clinic.shelf.versions("zembla") == ("zembla-10", "zembla-9", "zembla-2")
    listed = [(b.version, b.newest) for b in rulebooks.list_books(clinic) if b.place == "zembla"]
    assert listed == [("zembla-10", True), ("zembla-9", False), ("zembla-2", False)]
    older = clinic.shelf.find("zembla", "zembla-9")
    assert older is not None
    assert older.version == "zembla-9"


def refused(clinic: Clinic, folder: Path) -> ClinicError:
    before, books = tree(clinic.folder / "rules"), dict(clinic.books)
    with pytest.raises(ClinicError) as caught:
        rulebooks.install(clinic, folder)
    assert tree(clinic.folder / "rules") == before
    assert dict(clinic.books) == books
    return caught.value


def test_a_stranger_and_a_book_without_signature_change_nothing(clinic: Clinic, office: Office, zembla: Path) -> None:
    assert "R-04" in str(refused(clinic, office.publish()))
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    assert "R-02" in str(refused(clinic, zembla))
    assert "R-02" in str(refused(clinic, zembla.parent))


def test_a_book_that_was_changed_on_the_way_changes_nothing(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.install(clinic, office.publish("zembla-1"))
    folder = office.publish("zembla-2")
    file = folder / "parameters.yaml"
    file.write_text(file.read_text("utf-8").replace('"1100"', '"9100"'), "utf-8")
    assert "R-05" in str(refused(clinic, folder))
    assert clinic.book("zembla").version == "zembla-1"


def test_the_same_version_with_other_words_is_refused(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.install(clinic, office.publish())
    again = rulebooks.install(clinic, office.publish())
    assert again.version == "zembla-1"
    other = office.publish(notes=("courts may count", "courts might count"))
    assert "R-08" in str(refused(clinic, other))


def test_an_example_that_fails_is_neither_signed_nor_installed(
    clinic: Clinic, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    wrong = ('shortfall: "400.00"', 'shortfall: "400.01"')
    with pytest.raises(KnownError, match="R-09"):
        office.publish("zembla-3", below_minimum=wrong)
    # Signed in spite of it, by someone who left out the check.
    with monkeypatch.context() as patch:
        patch.setattr(rulebooks, "_passed", lambda _book: ())
        folder = office.publish("zembla-4", below_minimum=wrong)
    error = refused(clinic, folder)
    assert "R-09" in str(error)
    assert "below-minimum: amounts.shortfall" in str(error)


def test_names_that_are_no_folders_are_not_signed(office: Office) -> None:
    for version in ("../zembla", "ZEMBLA", "a/b"):
        with pytest.raises((InputError, KnownError, FileNotFoundError)):
            office.publish(version)


def test_a_damaged_installed_book_is_left_out_and_said(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    for version in ("zembla-1", "zembla-2"):
        rulebooks.install(clinic, office.publish(version))
    (clinic.folder / "rules" / "zembla" / "zembla-2" / "notes.yaml").write_bytes(b"")
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)) as again:
        assert again.book("zembla").version == "zembla-1"
        assert again.shelf.find("zembla", "zembla-2") is None
        problems = [book.version for book in rulebooks.list_books(again) if book.problem is not None]
        assert "zembla-2" in problems
        repaired = rulebooks.install(again, office.publish("zembla-2"))
        assert repaired.newest
        assert again.book("zembla").version == "zembla-2"


def test_a_book_in_the_folder_of_another_version_is_left_out(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.install(clinic, office.publish())
    root = clinic.folder / "rules" / "zembla"
    (root / "zembla-1").rename(root / "zembla-7")
    clinic.shelf.look_again(clinic.shelf.trusted)
    assert "zembla" not in clinic.books
    assert "R-07" in str(next(r for r in clinic.shelf.refused if r.folder == root / "zembla-7").error)


def test_a_key_is_trusted_only_with_its_digits(clinic: Clinic, office: Office) -> None:
    with pytest.raises(InputError, match="fingerprint"):
        rulebooks.trust(clinic, office.key, "12345 12345 12345 12345 12345 12345")
    assert office.key not in clinic.shelf.trusted
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    assert [key.id for key in clinic.shelf.trusted].count(office.key.id) == 1
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)) as again:
        assert office.key in again.shelf.trusted


def test_the_signature_comes_with_the_installed_book(clinic: Clinic, office: Office) -> None:
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    folder = office.publish()
    (folder / "run.exe").write_bytes(b"MZ")
    rulebooks.install(clinic, folder)
    installed = tree(clinic.folder / "rules" / "zembla" / "zembla-1")
    assert installed[SIGNATURE_FILE] == (folder / SIGNATURE_FILE).read_bytes()
    assert "run.exe" not in installed


def test_a_skeleton_passes_its_own_check_and_never_overwrites(zembla: Path) -> None:
    found = rulebooks.check(zembla)
    assert found.passed
    assert found.results
    with pytest.raises(InputError, match="already there"):
        rulebooks.begin("zembla", zembla.parent)
    for place in ("", "../x", "A", "a b", "x" * 60):
        with pytest.raises(InputError, match="plain name"):
            rulebooks.begin(place, zembla.parent)
