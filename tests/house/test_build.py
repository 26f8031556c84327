"""What the folder build is made from: every resource, licences that go together, libraries made small."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLibraryInfo

from clinic_app import bundled, paths

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / ".ci"

Load = Callable[[str], ModuleType]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Load a script of .ci by its name."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    yield load
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(SCRIPTS) in str(sys.modules[name].__file__):
            del sys.modules[name]


def test_nothing_is_missing() -> None:
    assert bundled.missing(paths.resources()) == ()


@pytest.mark.parametrize(
    "name",
    [
        "fonts/DejaVuSansCondensed.ttf",
        "icons/today.svg",
        "theme/tick-contrast.svg",
        "locale/ka/LC_MESSAGES/clinic.mo",
        "rules/pe/book.yaml",
        "help/es/general.md",
        "check/photo.heic",
        "icons/app/clinic.ico",
    ],
)
def test_what_is_gone_is_missed(name: str, tmp_path: Path) -> None:
    copied = shutil.copytree(paths.resources(), tmp_path / "resources")
    (copied / name).unlink()
    assert bundled.missing(copied) == (name,)


def test_a_file_without_anything_in_it_is_missed(tmp_path: Path) -> None:
    copied = shutil.copytree(paths.resources(), tmp_path / "resources")
    (copied / "fonts/DejaVuSansMono-Bold.ttf").write_bytes(b"")
    assert bundled.missing(copied) == ("fonts/DejaVuSansMono-Bold.ttf",)


def test_a_place_without_its_forms_is_missed(tmp_path: Path) -> None:
    copied = shutil.copytree(paths.resources(), tmp_path / "resources")
    for form in copied.glob("forms/ge-*.yaml"):
        form.unlink()
    assert bundled.missing(copied) == ("forms/ge-*.yaml",)


def test_the_list_of_licences_names_every_locked_package(script: Load) -> None:
    licences = script("licences")
    listed = {one["name"]: one for one in json.loads((ROOT / "resources" / "licences.json").read_text("utf-8"))}
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    locked = {line.split()[0].rstrip(";") for line in lines if "==" in line and not line.startswith((" ", "#"))}
    names = {pin.partition("==")[0] for pin in locked} & set(licences._packages())
    assert len(names) > 30
    assert {f"{name}=={listed[name]['version']}" for name in names} <= locked
    assert all(one["licence"] for one in listed.values())


def test_a_licence_that_does_not_go_together_is_refused(script: Load) -> None:
    licences = script("licences")
    with pytest.raises(licences.Refused, match="does not go together"):
        licences._require_good("something", "GPL-2.0-only")
    with pytest.raises(licences.Refused, match="does not go together"):
        licences._require_good("something", "MIT AND AGPL-3.0-only")
    with pytest.raises(licences.Refused, match="not known"):
        licences._require_good("something", "")
    licences._require_good("something", "GPL-2.0-only OR MIT")


def test_an_audit_without_answers_is_no_pass(script: Load, capsys: pytest.CaptureFixture[str]) -> None:
    audit = script("audit")
    assert audit.judged("lock", [{"name": "a", "skip_reason": "not found"}]) == audit.NOT_ASKED
    assert audit.judged("lock", []) == audit.NOT_ASKED
    assert audit.judged("lock", [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]) == audit.FOUND
    assert audit.judged("lock", [{"name": "a", "version": "1", "vulns": []}]) == 0
    assert "could not be asked" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="these libraries are made small on Linux alone")
def test_the_smaller_data_of_icu_holds_our_languages(script: Load, tmp_path: Path) -> None:
    slim = script("slim")
    (library,) = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)).glob("libicudata.so.*")
    small = slim.icu_data(library, tmp_path / library.name)
    assert small.stat().st_size < library.stat().st_size / 5
    ordered = """
from functools import cmp_to_key
from PySide6.QtCore import QCollator, QLocale
for name in ("es_MX", "ka_GE", "en_US"):
    print(sorted("nz ñandú oz Árbol ზ ა llama lz".split(), key=cmp_to_key(QCollator(QLocale(name)).compare)))
"""
    whole, ours = (
        subprocess.run(
            [sys.executable, "-c", ordered],
            env={"PYTHONUTF8": "1", **preload},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for preload in ({}, {"LD_PRELOAD": str(small)})
    )
    assert ours == whole
    assert ours.index("nz") < ours.index("ñandú")


@pytest.mark.skipif(sys.platform != "linux", reason="the same")
def test_an_empty_library_does_nothing(script: Load, tmp_path: Path) -> None:
    slim = script("slim")
    made = ctypes.CDLL(str(slim.empty(Path("libsome.so.1"), ["some_function"], tmp_path / "libsome.so.1")))
    assert made.some_function() == 0


@pytest.fixture
def installing(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installer for Linux out of a small program's folder, for a user whose home has spaces."""
    folder = shutil.copytree(SCRIPTS / "installer" / "linux", tmp_path / "unpacked")
    picture = folder / "_internal" / "resources" / "icons" / "app" / "clinic-256.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    (folder / "clinic").write_text("#!/bin/sh\necho started\n")
    (folder / "clinic").chmod(0o755)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(folder / "install.sh"), *words],
            env={"HOME": str(tmp_path / "casa ñ"), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )

    (tmp_path / "casa ñ").mkdir()
    return run


@pytest.mark.skipif(sys.platform != "linux", reason="the installer for Linux")
def test_the_installer_puts_the_program_there_and_takes_it_away(
    installing: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    home = tmp_path / "casa ñ"
    assert installing().returncode == 0
    assert (
        subprocess.run([home / ".local/bin/clinic"], capture_output=True, text=True, check=True).stdout == "started\n"
    )
    entry = home / ".local/share/applications/labor-clinic.desktop"
    assert f'Exec="{home}/.local/opt/labor-clinic/clinic"' in entry.read_text("utf-8")
    assert installing("--remove").returncode == 0
    assert not [path for path in home.rglob("*") if not path.is_dir()]


@pytest.mark.skipif(sys.platform != "linux", reason="the same")
def test_the_installer_never_touches_data(
    installing: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    installing()
    store = tmp_path / "casa ñ/.local/opt/labor-clinic/data/clinic/store"
    store.parent.mkdir(parents=True)
    store.write_text("kept")
    assert installing().returncode == 0
    assert store.read_text() == "kept"
    refused = installing("--remove")
    assert refused.returncode == 2
    assert "Move that folder away first" in refused.stderr
    assert store.read_text() == "kept"
