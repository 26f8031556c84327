"""A release of an invented newer program, and the place on a computer where it can be put."""

from __future__ import annotations

import datetime as dt
import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clinic_app import paths
from clinic_app.rules import signing
from clinic_app.rules.signing import TrustedKey
from clinic_app.services import updates
from clinic_app.store.migrations import MIGRATIONS

NOTES = {"es": "Menos espera", "en": "Less waiting", "ka": "ნაკლები ლოდინი"}


@dataclass(frozen=True)
class Releases:
    """Whoever releases: a key, built programs, and updates made of them."""

    folder: Path
    private: Ed25519PrivateKey

    @property
    def key(self) -> TrustedKey:
        return TrustedKey("Release desk", self.private.public_key().public_bytes_raw())

    @property
    def public(self) -> bytes:
        """The file with the public half, as it is handed out."""
        return signing.write_keys([self.key])

    def built(self, version: str = "0.2.0", built_for: str = "", schema: int = MIGRATIONS[-1].number) -> Path:
        """Build a program: a script that says its version, with a library and what it says of itself."""
        program = self.folder / f"dist-{version}" / "clinic"
        resources = program / "_internal" / "resources"
        resources.mkdir(parents=True, exist_ok=True)
        about = {"version": version, "platform": built_for or updates.platform_name(), "schema": schema}
        (resources / updates.BUILT).write_text(json.dumps(about))
        (program / "_internal" / "library.so").write_bytes(bytes(range(256)) * 1000)
        (program / "clinic").write_text(f"#!/bin/sh\necho {version}\n")
        (program / "clinic").chmod(0o755)
        return program

    def release(self, version: str = "0.2.0", built_for: str = "", schema: int = MIGRATIONS[-1].number) -> Path:
        """Make an update; return its zip file, which lies on a stick of its own."""
        stick = self.folder / f"stick-{version}-{len(list(self.folder.glob('stick-*')))}"
        stick.mkdir()
        program = self.built(version, built_for, schema)
        return updates.make(program, self.private, stick, NOTES, dt.date(2026, 11, 22))

    def unpacked(self, update: Path) -> Path:
        """Unpack an update beside its zip file; return its folder."""
        folder = update.with_suffix("")
        with zipfile.ZipFile(update) as archive:
            archive.extractall(folder)
        update.unlink()
        return folder


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    folder = tmp_path / "releases"
    folder.mkdir()
    return Releases(folder, Ed25519PrivateKey.generate())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program that was built and put there, as the running program sees itself."""
    folder = tmp_path / "Escritorio de reclamos"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "clinic"))
    monkeypatch.setattr(paths, "own_versions", lambda: tmp_path / "own" / "versions")
    return folder
