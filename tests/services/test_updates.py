"""Updates by stick: a good one is put beside the program, anything else is refused in words and changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_app import __version__, updating
from clinic_app.domain.audit import Asked
from clinic_app.errors import InputError, KnownError
from clinic_app.services import update_file, updates
from clinic_app.services.clinic import Clinic
from clinic_app.services.update_file import FileOf, Release
from clinic_app.store.backup import local
from clinic_app.updating import State
from tests.services.releases import NOTES, Releases, installed, releases

__all__ = ["installed", "releases"]

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def trusting(installed: Path, releases: Releases) -> Path:
    """The program's folder on a computer that trusts the release key."""
    updates.trust(releases.key, releases.key.fingerprint)
    return installed


def refused(path: Path, where: Path) -> str:
    """Check and install something that is refused both times; return the code. Nothing may have changed."""
    before = tree(where)
    codes = set()
    for action in (updates.check, updates.install):
        with pytest.raises(KnownError) as caught:
            action(path)
        codes.add(caught.value.code)
    assert tree(where) == before
    assert not list((where / "versions").glob(".*"))
    assert len(codes) == 1
    return codes.pop()


# -- a good one ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("trusting")
def test_an_update_is_checked_wholly_and_says_what_it_is(releases: Releases) -> None:
    heard: list[tuple[int, int]] = []
    path = releases.release()
    found = updates.check(path, lambda done, total: heard.append((done, total)))
    assert (found.version, found.signed_by, dict(found.notes)) == ("0.2.0", "Release desk", NOTES)
    assert heard[-1] == (found.size, found.size)
    assert updates.status().next == __version__


@pytest.mark.parametrize("unpacked", [False, True])
def test_an_update_is_put_beside_the_program_and_opened_by_the_next_start(
    trusting: Path, releases: Releases, unpacked: bool
) -> None:
    path = releases.release()
    updates.install(releases.unpacked(path) if unpacked else path)
    home = trusting / "versions" / "0.2.0"
    assert tree(home) == tree(releases.folder / "dist-0.2.0" / "clinic")
    assert os.access(home / "clinic", os.X_OK)
    assert not os.access(home / "_internal" / "library.so", os.X_OK) or os.geteuid() == 0
    now = updates.status()
    assert (now.version, now.next, now.before) == (__version__, "0.2.0", __version__)
    said = subprocess.run([home / "clinic"], capture_output=True, text=True, check=True)
    assert said.stdout == "0.2.0\n"


def test_the_version_before_is_kept_and_older_ones_go(
    trusting: Path, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates.install(releases.release("0.2.0"))
    monkeypatch.setattr(sys, "executable", str(trusting / "versions" / "0.2.0" / "clinic"))
    monkeypatch.setenv(updating.FIRST_VARIABLE, "0.1.0")
    updating.proven()
    assert updating.in_use() is not None
    updates.install(releases.release("0.3.0"))
    monkeypatch.setattr(sys, "executable", str(trusting / "versions" / "0.3.0" / "clinic"))
    updating.proven()
    assert updates.status().before == "0.2.0"
    updates.install(releases.release("0.4.0"))
    assert sorted(path.name for path in (trusting / "versions").iterdir() if path.is_dir()) == ["0.3.0", "0.4.0"]
    assert updates.back() == "0.3.0"


@pytest.mark.usefixtures("trusting")
def test_going_back_and_only_once(releases: Releases) -> None:
    with pytest.raises(KnownError, match="U-20"):
        updates.back()
    updates.install(releases.release())
    assert updates.back() == __version__
    assert updates.status().next == __version__
    with pytest.raises(KnownError, match="U-20"):
        updates.back()
    updates.install(releases.release())  # and forward again
    assert updates.status().next == "0.2.0"


@pytest.mark.usefixtures("trusting")
def test_a_version_that_did_not_come_up_is_told_until_it_was_read(releases: Releases) -> None:
    updates.install(releases.release())
    place = updating.in_use()
    assert place is not None
    place.write(State(failed="0.2.0"))
    assert updates.status().failed == "0.2.0"
    updates.understood()
    assert updates.status().failed == ""


def test_where_the_program_may_not_be_written_the_update_goes_to_ones_own_files(
    installed: Path, releases: Releases, tmp_path: Path
) -> None:
    (installed / "versions").write_text("in the way")  # stands for a folder without rights, which root would have
    updates.trust(releases.key, releases.key.fingerprint)
    updates.install(releases.release())
    assert (tmp_path / "own" / "versions" / "0.2.0" / "clinic").is_file()
    assert updates.status().next == "0.2.0"


@pytest.mark.usefixtures("trusting")
def test_a_stick_offers_its_newest_update_that_can_be_taken(releases: Releases) -> None:
    newest, older = releases.release("0.3.0"), releases.release("0.2.0")
    stick = newest.parent
    older.rename(stick / older.name)
    (stick / f"{update_file.NAME}0.9.0-plan9-x86_64.zip").write_bytes(b"not one")
    offered = updates.offered(stick)
    assert offered is not None
    assert offered.version == "0.3.0"
    updates.install(newest)
    assert updates.offered(stick) is None  # it is in place already
    assert updates.offered(stick / "nowhere") is None


@pytest.mark.usefixtures("trusting")
def test_a_clinic_is_copied_before_and_the_record_says_who_did_it(clinic: Clinic, releases: Releases) -> None:
    path = releases.release()
    job = updates.begin(clinic, NOW)
    job.run()
    updates.done(clinic, updates.install(path))
    backup = local(clinic.folder).newest()
    assert backup is not None
    entry = clinic.store.audit.entries(Asked(), 1)[0]
    assert (entry.deed, entry.detail) == ("updated", f"{__version__} -> 0.2.0")


# -- refused ---------------------------------------------------------------------------------------


def test_nothing_is_taken_of_a_key_that_is_not_trusted(installed: Path, releases: Releases) -> None:
    assert refused(releases.release(), installed) == "U-03"


@pytest.mark.usefixtures("installed")
def test_a_key_is_trusted_only_with_its_own_digits(releases: Releases) -> None:
    with pytest.raises(InputError):
        updates.trust(releases.key, "12345 " * 6)
    assert updates.trusted() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: (f / "update.sig").unlink(), "U-02"),
        (lambda f: (f / "update.sig").write_text("{}"), "U-07"),
        (lambda f: (f / "update.sig").write_text("x" * 20_000), "U-07"),
        (lambda f: (f / "update.json").unlink(), "U-01"),
        (lambda f: rewrite(f, "0.2.0", "0.2.1"), "U-04"),
        (lambda f: (f / "update.json").write_bytes(b" " * 5_000_000), "U-07"),
        (lambda f: (f / "program/clinic").write_text("#!/bin/sh\necho 6.6.6\n"), "U-04"),
        (lambda f: (f / "program/clinic").unlink(), "U-05"),
        (lambda f: cut(f / "program/_internal/library.so", 1000), "U-05"),
        (lambda f: cut(f / "program/_internal/library.so", 0), "U-05"),
        (lambda f: longer(f / "program/_internal/library.so"), "U-04"),
        (lambda f: flip(f / "program/_internal/library.so"), "U-04"),
        (lambda f: through_link(f / "program/clinic"), "U-05"),
        (lambda f: through_link(f / "program/_internal"), "U-05"),
        (lambda f: through_link(f / "program"), "U-05"),
    ],
)
def test_an_update_that_is_not_what_was_signed(
    trusting: Path, releases: Releases, change: Callable[[Path], object], code: str
) -> None:
    folder = releases.unpacked(releases.release())
    change(folder)
    assert refused(folder, trusting) == code


def rewrite(folder: Path, old: str, new: str) -> None:
    path = folder / "update.json"
    path.write_text(path.read_text().replace(old, new))


def cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def through_link(path: Path) -> None:
    """Put what is there elsewhere, and a link to it in its place: the same bytes by another way."""
    elsewhere = path.parent.parent.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"built_for": "plan9-x86_64"}, "U-10"),
        ({"schema": 1}, "U-13"),
    ],
)
def test_an_update_for_others(trusting: Path, releases: Releases, told: dict[str, Any], code: str) -> None:
    assert refused(releases.release(**told), trusting) == code


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0", "0.0.99999"])
def test_an_older_version_is_no_update(trusting: Path, releases: Releases, version: str) -> None:
    assert refused(releases.release(version), trusting) == "U-11"


def signed(releases: Releases, **changes: object) -> Path:
    """Make an update whose list says anything, signed with the trusted key all the same."""
    fields: dict[str, object] = {
        "format": update_file.FORMAT,
        "product": updates.PRODUCT,
        "version": "0.2.0",
        "platform": updates.platform_name(),
        "since": "0.1.0",
        "schema": 99,
        "released": "2026-11-22",
        "notes": {},
        "files": (FileOf("clinic", 1, hashlib.sha256(b"x").hexdigest()),),
    }
    release = Release(**(fields | changes))  # type: ignore[arg-type]  # built from a table
    raw, seal = update_file.sealed(release, releases.private)
    path = releases.folder / f"{update_file.NAME}0.2.0-odd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(update_file.LIST, raw)
        archive.writestr(update_file.SIGNATURE, seal)
        for name in {file.path for file in release.files[:10]}:
            archive.writestr(f"{update_file.PROGRAM}/{name}", b"x")
    return path


def of(*names: str, size: int = 1) -> tuple[FileOf, ...]:
    return tuple(FileOf(name, size, hashlib.sha256(b"x").hexdigest()) for name in names)


@pytest.mark.usefixtures("trusting")
def test_the_odd_list_of_these_tests_is_otherwise_good(releases: Releases) -> None:
    assert updates.install(signed(releases)).version == "0.2.0"


@pytest.mark.parametrize(
    "name",
    [
        *("../clinic", "a/../../b", "/etc/passwd", "C:/Windows/x", "C:x", "a\\..\\b", "a//b", "./a", "", "a/", "a/."),
        *(
            "con",
            "a/NUL.txt",
            "com1",
            "trailing.",
            "trailing ",
            " leading",
            "a\0b",
            "é",
            "a\nb",
            "x" * 200,
            "a:b",
            "~/../x",
        ),
    ],
)
def test_no_path_leads_out_of_the_folder_or_cannot_be_on_windows(trusting: Path, releases: Releases, name: str) -> None:
    assert not update_file.is_plain(name)
    if name and "\0" not in name:  # a zip file of ours cannot hold these
        assert refused(signed(releases, files=of("clinic", name)), trusting) == "U-07"


@pytest.mark.parametrize(
    "changes",
    [
        {"files": ()},
        {"files": of("clinic", "CLINIC")},
        {"files": of("a", "a/b")},
        {"files": of("A/b", "a")},
        {"files": of("clinic", size=-1)},
        {"files": of("clinic", size=update_file.MOST_FILE + 1)},
        {"files": of(*(f"f{n}" for n in range(5)), size=update_file.MOST_FILE)},
        {"files": of(*(f"f{n}" for n in range(update_file.MOST_FILES + 1)))},
        {"version": "../0.2.0"},
        {"version": "0.2" + ".1" * 9},
        {"version": "0"},
        {"version": ""},
        {"released": "yesterday"},
        {"notes": {"es": "x" * 5000}},
        {"format": 2},
    ],
)
def test_a_list_that_cannot_be_ours_is_refused_even_when_signed(
    trusting: Path, releases: Releases, changes: dict[str, object]
) -> None:
    assert refused(signed(releases, **changes), trusting) in {"U-07", "U-06"}


def test_another_program_of_the_same_makers_is_refused(trusting: Path, releases: Releases) -> None:
    assert refused(signed(releases, product="another"), trusting) == "U-10"
    assert refused(signed(releases, since="0.1.5"), trusting) == "U-12"


def test_a_bomb_is_given_up_when_it_is_larger_than_the_list_says(trusting: Path, releases: Releases) -> None:
    path = signed(releases)
    whole = {name: zipfile.ZipFile(path).read(name) for name in (update_file.LIST, update_file.SIGNATURE)}
    path.unlink()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in whole.items():
            archive.writestr(name, raw)
        with archive.open(f"{update_file.PROGRAM}/clinic", "w", force_zip64=True) as member:
            for _ in range(60):
                member.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    assert refused(path, trusting) == "U-04"
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_directory_that_would_fill_the_memory_is_not_read(trusting: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{update_file.NAME}0.2.0.zip"
    path.write_bytes(bytes(1000) + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 4_000_000_000, 0, 0))
    assert refused(path, trusting) == "U-06"


@pytest.mark.parametrize("content", [b"", b"x", b"PK\3\4" + bytes(100), bytes(5000)])
def test_a_file_that_is_no_zip_file(trusting: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / f"{update_file.NAME}0.2.0.zip"
    path.write_bytes(content)
    assert refused(path, trusting) == "U-06"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_update_cut_off_or_changed_anywhere_is_refused(
    trusting: Path, releases: Releases, data: st.DataObject
) -> None:
    path = releases.folder / "stick-0.2.0-0" / f"{update_file.NAME}0.2.0-{updates.platform_name()}.zip"
    if not path.exists():
        assert releases.release() == path
    whole = path.read_bytes()
    raw = bytearray(whole)
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, len(raw) - 1)) :]
    else:
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
    other = releases.folder / f"{update_file.NAME}0.2.0.zip"
    other.write_bytes(raw)
    place = trusting / "versions" / "0.2.0"
    try:
        updates.install(other)
    except KnownError:
        assert not place.exists()
    else:  # a bit that says nothing of the content, such as a date of the zip file
        assert tree(place) == tree(releases.folder / "dist-0.2.0" / "clinic")
        shutil.rmtree(place)


def test_a_full_disk_says_so_and_leaves_nothing(
    trusting: Path, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = releases.release()
    monkeypatch.setattr(updates, "SPARE", 10**18)
    with pytest.raises(KnownError, match="U-15"):
        updates.install(path)
    assert [p.name for p in (trusting / "versions").iterdir()] == [updates.KEYS]


def test_an_update_that_is_stopped_leaves_nothing(trusting: Path, releases: Releases) -> None:
    class Stop(Exception):  # noqa: N818 - what happened
        pass

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise Stop

    with pytest.raises(Stop):
        updates.install(releases.release(), stop)
    assert [p.name for p in (trusting / "versions").iterdir()] == [updates.KEYS]
    assert updates.status().next == __version__


def test_a_program_that_python_runs_from_its_sources_cannot_be_updated(releases: Releases) -> None:
    assert not updates.status().can_update
    assert updates.offered(releases.release().parent) is None
    with pytest.raises(KnownError, match="U-14"):
        updates.trust(releases.key, releases.key.fingerprint)


def test_an_update_is_made_of_a_built_program_only(releases: Releases, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        updates.make(tmp_path, releases.private, tmp_path, {}, dt.date(2026, 11, 22))
    program = releases.built("0.7.0")
    (program / "niño").write_text("x")
    with pytest.raises(InputError, match="niño"):
        updates.make(program, releases.private, tmp_path, {}, dt.date(2026, 11, 22))
