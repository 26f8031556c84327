"""A headquarters is made whole or not at all, and opened only by who may."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync import identity
from sync.hq import keys, office
from sync.hq.files import DATABASE, KEYS, SECRETS
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.hq.trouble import Trouble

PASSWORD = Opening(password="correct horse battery")
CHEAP = Cost(rounds=1, memory_kib=8)


def _make(folder: Path, url: str = "") -> tuple[Office, str]:
    return office.create(folder, "Central office", PASSWORD, url, cost=CHEAP)


def test_it_is_opened_by_its_password(tmp_path: Path) -> None:
    made, _ = _make(tmp_path)
    made.close()
    with office.opened(tmp_path, PASSWORD) as of:
        assert of.card == made.card
        assert of.card.name == "Central office"
        assert of.card.sign_key == of.identity.verify_key
        assert of.incarnation == made.incarnation
    with pytest.raises(Trouble, match="password is wrong"):
        office.open_(tmp_path, Opening(password="something else"))


def test_it_is_opened_by_a_key_file(tmp_path: Path) -> None:
    key_file = tmp_path / "safe" / "hq.key"
    keys.new_key_file(key_file)
    before = key_file.read_bytes()
    keys.new_key_file(key_file)
    assert key_file.read_bytes() == before
    folder = tmp_path / "hq"
    office.create(folder, "Central office", Opening(key_file=key_file), cost=CHEAP)[0].close()
    office.open_(folder, Opening(key_file=key_file)).close()
    key_file.write_text("00" * 32)
    with pytest.raises(Trouble, match="HQ-4"):
        office.open_(folder, Opening(key_file=key_file))


def test_the_recovery_key_opens_it_when_the_password_is_lost(tmp_path: Path) -> None:
    made, recovery = _make(tmp_path)
    made.close()
    root = keys.recover(tmp_path, recovery.lower())
    keys.rewrap(tmp_path, root, Opening(password="a new password"), CHEAP)
    office.open_(tmp_path, Opening(password="a new password")).close()
    with pytest.raises(Trouble, match="HQ-3"):
        office.open_(tmp_path, PASSWORD)
    assert keys.recover(tmp_path, recovery) == root
    for wrong in ("", "AGE-SECRET-KEY-1", identity.new_identity().age_key):
        with pytest.raises(Trouble, match="HQ-5"):
            keys.recover(tmp_path, wrong)


def test_the_recovery_key_is_kept_nowhere(tmp_path: Path) -> None:
    made, recovery = _make(tmp_path)
    made.close()
    secret = made.identity.age_key.encode()
    for path in tmp_path.iterdir():
        assert recovery.encode() not in path.read_bytes()
        assert secret not in path.read_bytes()


def test_a_damaged_keys_file_is_told_from_a_wrong_password(tmp_path: Path) -> None:
    _make(tmp_path)[0].close()
    content = (tmp_path / KEYS).read_bytes()
    (tmp_path / KEYS).write_bytes(content.replace(b'"rounds": 1', b'"rounds": 2'))
    with pytest.raises(Trouble, match="HQ-6"):
        office.open_(tmp_path, PASSWORD)
    (tmp_path / KEYS).write_bytes(content.replace(b'"format": 1', b'"format": 9'))
    with pytest.raises(Trouble, match="newer version"):
        office.open_(tmp_path, PASSWORD)
    (tmp_path / KEYS).write_bytes(content)
    (tmp_path / SECRETS).write_bytes(b"short")
    with pytest.raises(Trouble, match="HQ-6"):
        office.open_(tmp_path, PASSWORD)


@pytest.mark.parametrize("name", ["", "   "])
def test_it_has_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Trouble, match="has a name"):
        office.create(tmp_path, name, PASSWORD, cost=CHEAP)


def test_a_short_password_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="too short"):
        office.create(tmp_path / "hq", "Central office", Opening(password="short"), cost=CHEAP)
    assert not office.exists(tmp_path / "hq")
    assert not (tmp_path / "hq" / DATABASE).exists()


def test_two_do_not_share_a_folder_or_a_database(tmp_path: Path, postgres_url: str) -> None:
    _make(tmp_path / "one", postgres_url)[0].close()
    with pytest.raises(Trouble, match="HQ-2"):
        _make(tmp_path / "one")
    with pytest.raises(Trouble, match="HQ-15"):
        _make(tmp_path / "two", postgres_url)
    assert not office.exists(tmp_path / "two")


def test_the_address_of_its_database_is_sealed(tmp_path: Path, postgres_url: str) -> None:
    _make(tmp_path, postgres_url)[0].close()
    assert not (tmp_path / DATABASE).exists()
    assert all(b"postgres" not in path.read_bytes() for path in tmp_path.iterdir())
    with office.opened(tmp_path, PASSWORD) as of:
        assert of.database.is_postgres
