"""Signatures: only an untouched book and a trusted key pass; keys are sealed with a password."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clinic_app import paths
from clinic_app.errors import InputError, KnownError
from clinic_app.rules import signing, signing_key
from clinic_app.rules.signing import TrustedKey

FILES = {"book.yaml": b"place: zembla", "notes.yaml": b"a: b"}


@pytest.fixture
def private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def public(private: Ed25519PrivateKey) -> TrustedKey:
    return TrustedKey("Headquarters", private.public_key().public_bytes_raw())


def test_a_good_signature_says_the_version_and_the_key(private: Ed25519PrivateKey) -> None:
    raw = signing.signature(FILES, "zembla-1", private)
    signed = signing.check(FILES, raw, [public(private)])
    assert (signed.version, signed.key.name) == ("zembla-1", "Headquarters")
    assert set(json.loads(raw)) == {"format", "version", "key", "signature"}


@pytest.mark.parametrize(
    "changed",
    [
        {**FILES, "notes.yaml": b"a: c"},
        {**FILES, "flags.yaml": b""},
        {"book.yaml": FILES["book.yaml"]},
        {"book.yaml": FILES["notes.yaml"], "notes.yaml": FILES["book.yaml"]},
    ],
)
def test_a_changed_book_is_refused(private: Ed25519PrivateKey, changed: dict[str, bytes]) -> None:
    raw = signing.signature(FILES, "zembla-1", private)
    with pytest.raises(KnownError, match="R-05"):
        signing.check(changed, raw, [public(private)])


def test_another_version_in_the_signature_is_refused(private: Ed25519PrivateKey) -> None:
    raw = json.loads(signing.signature(FILES, "zembla-1", private)) | {"version": "zembla-2"}
    with pytest.raises(KnownError, match="R-05"):
        signing.check(FILES, json.dumps(raw).encode(), [public(private)])


def test_a_stranger_is_refused(private: Ed25519PrivateKey) -> None:
    raw = signing.signature(FILES, "zembla-1", private)
    with pytest.raises(KnownError, match="R-04"):
        signing.check(FILES, raw, [public(Ed25519PrivateKey.generate())])
    with pytest.raises(KnownError, match="R-04"):
        signing.check(FILES, raw, [])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 9000,
        b'{"format": 1}',
        b'{"format": 2, "version": "v", "key": "k", "signature": "AAAA"}',
        b'{"format": 1, "version": "v", "key": "k", "signature": "%"}',
        b'{"format": 1, "version": "v", "key": "k", "signature": "AAAA", "more": 1}',
    ],
)
def test_unknown_formats_are_refused(raw: bytes) -> None:
    with pytest.raises(KnownError, match="R-03"):
        signing.check(FILES, raw, [])


def test_a_folder_without_or_with_a_strange_signature(zembla: Path, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="R-02"):
        signing.read_signature(zembla)
    (zembla / signing.SIGNATURE_FILE).write_bytes(b" " * (signing.LARGEST + 1))
    with pytest.raises(KnownError, match="R-03"):
        signing.read_signature(zembla)
    (zembla / signing.SIGNATURE_FILE).unlink()
    (tmp_path / "elsewhere").write_bytes(b"{}")
    (zembla / signing.SIGNATURE_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KnownError, match="R-03"):
        signing.read_signature(zembla)


def test_a_fingerprint_is_six_groups_of_five_digits(private: Ed25519PrivateKey) -> None:
    key = public(private)
    groups = key.fingerprint.split()
    assert [len(group) for group in groups] == [5] * 6
    assert all(group.isdigit() for group in groups)
    assert key.fingerprint != public(Ed25519PrivateKey.generate()).fingerprint


def test_lists_of_keys_are_read_as_written(private: Ed25519PrivateKey) -> None:
    keys = (public(private), public(Ed25519PrivateKey.generate()))
    assert signing.read_keys(signing.write_keys(keys), "keys") == keys
    for wrong in (
        b"",
        b"{}",
        b'{"format": 1, "keys": [{"name": "x", "public": "AAAA"}]}',
        b'{"format": 9, "keys": []}',
    ):
        with pytest.raises(InputError, match="keys"):
            signing.read_keys(wrong, "keys")


def test_the_program_carries_public_keys_only() -> None:
    raw = (paths.resources() / "rules" / "trusted_keys.json").read_bytes()
    assert signing.write_keys(signing.read_keys(raw, "trusted_keys.json")).split() == raw.split()
    root = Path(__file__).resolve().parents[2]
    assert not [p for p in (*root.glob("*"), *(root / "resources").rglob("*")) if p.suffix == ".key"]


def test_a_key_file_opens_with_its_password_only(tmp_path: Path) -> None:
    file = tmp_path / "hq.key"
    private = signing_key.make(file, "four words of ours")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert private.private_bytes_raw() not in file.read_bytes()
    again = signing_key.read(file, "four words of ours")
    assert again.private_bytes_raw() == private.private_bytes_raw()
    with pytest.raises(KnownError, match="R-06"):
        signing_key.read(file, "four words of theirs")
    with pytest.raises(InputError, match="written"):
        signing_key.make(file, "again")
    with pytest.raises(InputError, match="read"):
        signing_key.read(tmp_path / "none", "x")
    for wrong in ("", "{}", '{"format": 1, "salt": "AAAA", "nonce": "AAAA", "sealed": "AAAA"}'):
        file.write_text(wrong, "utf-8")
        with pytest.raises(InputError, match="not a key file"):
            signing_key.read(file, "x")
