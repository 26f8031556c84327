from __future__ import annotations

import contextlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.errors import InputError, KnownError
from clinic_app.store import recovery, vault
from clinic_app.store.files import KEYS, TRIES

PASSWORD = "practice-password"
Cost = vault.Cost  # the one in earnest
CHEAP = Cost(rounds=1, memory_kib=64)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, bytes, str]:
    key, _, text = vault.create(tmp_path, "Lucía", PASSWORD, CHEAP)
    return tmp_path, key, text


def code(error: pytest.ExceptionInfo[KnownError]) -> str:
    text = str(error.value)
    assert error.value.next_step
    assert "{" not in text
    return error.value.code


def test_the_password_gives_the_key_and_the_person(keys: tuple[Path, bytes, str]) -> None:
    folder, key, _ = keys
    assert len(key) == 32
    (user,) = vault.users(folder)
    assert user.name == "Lucía"
    assert vault.unlock(folder, PASSWORD) == (key, user)
    assert vault.unlock(folder, PASSWORD, " lucía ") == (key, user)
    assert vault.unlock(folder, PASSWORD, user.id) == (key, user)


def test_the_same_password_typed_in_another_form_is_the_same(tmp_path: Path) -> None:
    key, _, _ = vault.create(tmp_path, "Ana", "contrase\u00f1a", CHEAP)
    assert vault.unlock(tmp_path, "contrasen\u0303a")[0] == key


def test_a_wrong_password_changes_nothing(keys: tuple[Path, bytes, str]) -> None:
    folder, _, _ = keys
    before = (folder / KEYS).read_bytes()
    for password, user in ((PASSWORD.upper(), None), ("", None), (PASSWORD, "Nadie"), ("half \ud800", "Lucía")):
        with pytest.raises(KnownError) as caught:
            vault.unlock(folder, password, user)
        assert code(caught) == "S-01"
    assert (folder / KEYS).read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {KEYS, TRIES}


def test_several_people_open_one_store(keys: tuple[Path, bytes, str]) -> None:
    folder, key, _ = keys
    ana = vault.add_user(folder, key, "  Ana   Paz ", "another-password", CHEAP)
    assert ana.name == "Ana Paz"
    assert vault.unlock(folder, "another-password") == (key, ana)
    assert vault.unlock(folder, PASSWORD, "Lucía")[0] == key
    with pytest.raises(KnownError):
        vault.unlock(folder, "another-password", "Lucía")
    with pytest.raises(InputError):
        vault.add_user(folder, key, "ana paz", "a-third-password", CHEAP)
    with pytest.raises(KnownError) as caught:
        vault.add_user(folder, bytes(32), "Eva", "a-third-password", CHEAP)
    assert code(caught) == "S-06"
    assert len(vault.users(folder)) == 2


def test_changing_a_password(keys: tuple[Path, bytes, str]) -> None:
    folder, key, _ = keys
    with pytest.raises(KnownError):
        vault.change_password(folder, "Lucía", "not the old one", "new-password", CHEAP)
    user = vault.change_password(folder, "Lucía", PASSWORD, "new-password", CHEAP)
    assert vault.unlock(folder, "new-password") == (key, user)
    with pytest.raises(KnownError):
        vault.unlock(folder, PASSWORD)


@pytest.mark.parametrize("name", ["Lucía", "Eva"])
def test_the_recovery_key_gives_a_new_password(keys: tuple[Path, bytes, str], name: str) -> None:
    folder, key, text = keys
    found, user = vault.unlock_with_recovery(folder, text, name, "new-password", CHEAP)
    assert (found, user.name) == (key, name)
    assert vault.unlock(folder, "new-password") == (key, user)
    assert user in vault.users(folder)
    assert len(vault.users(folder)) == (1 if name == "Lucía" else 2)


def test_the_recovery_key_is_read_as_people_type_it(keys: tuple[Path, bytes, str]) -> None:
    folder, key, text = keys
    assert len(text.split("-")) == 7
    typed = text.replace("0", "o").replace("1", "l").replace("-", "  ").lower()
    assert vault.unlock_with_recovery(folder, f" {typed}\n", "Lucía", "new-password", CHEAP)[0] == key


def test_the_recovery_key_of_another_clinic(keys: tuple[Path, bytes, str], tmp_path: Path) -> None:
    _, _, other = vault.create(tmp_path / "other", "Ana", PASSWORD, CHEAP)
    with pytest.raises(KnownError) as caught:
        vault.unlock_with_recovery(keys[0], other, "Lucía", "new-password", CHEAP)
    assert code(caught) == "S-02"
    assert vault.unlock(keys[0], PASSWORD)[0] == keys[1]


@given(st.integers(0, 27), st.sampled_from(recovery.SIGNS))
def test_one_wrong_sign_is_told_as_a_slip(place: int, sign: str) -> None:
    secret = "0123456789ABCDEFGHJKMNPQRS"
    signs = recovery.as_text(secret).replace("-", "")
    typed = signs[:place] + sign + signs[place + 1 :]
    if typed == signs:
        assert recovery.read(typed) == secret
    elif place >= 26:
        with pytest.raises(InputError):
            recovery.read(typed)
    else:  # one slip in a thousand passes the check, and then opens nothing
        with contextlib.suppress(InputError):
            assert recovery.read(typed) != secret


@given(st.text(max_size=40))
def test_anything_typed_as_a_recovery_key_is_read_or_refused(text: str) -> None:
    with pytest.raises(InputError):
        recovery.read(text)


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("  ", PASSWORD), ("x" * 81, PASSWORD), ("Ana", "short")]
)
def test_names_and_passwords_that_are_not_taken(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(InputError):
        vault.create(tmp_path / "clinic", name, password, CHEAP)
    assert not (tmp_path / "clinic").exists()


def test_keys_left_by_a_creation_that_was_cut_off_are_put_aside_and_kept(keys: tuple[Path, bytes, str]) -> None:
    folder, key, _ = keys
    old = (folder / KEYS).read_bytes()
    again, _, _ = vault.create(folder, "Lucía", "another-password", CHEAP)
    assert again != key
    assert vault.unlock(folder, "another-password")[0] == again
    assert [path.read_bytes() for path in folder.glob("*.old")] == [old]


def test_no_clinic_here(tmp_path: Path) -> None:
    assert not vault.exists(tmp_path)
    with pytest.raises(KnownError) as caught:
        vault.unlock(tmp_path, PASSWORD)
    assert code(caught) == "S-03"


def test_any_damage_to_the_keys_file_is_told_as_damage(keys: tuple[Path, bytes, str]) -> None:
    folder, _, _ = keys
    path = folder / KEYS
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x15
        path.write_bytes(damaged)
        with pytest.raises(KnownError) as caught:
            vault.unlock(folder, PASSWORD)
        assert code(caught) in {"S-05", "S-08"}, damaged
        assert path.read_bytes() == bytes(damaged)
    for content in (b"", whole[:-20], b"\xff" * 100, b"[" * 100_000, b"null", b"{}"):
        path.write_bytes(content)
        with pytest.raises(KnownError) as caught:
            vault.users(folder)
        assert code(caught) == "S-05"


def test_a_keys_file_of_a_newer_program(keys: tuple[Path, bytes, str]) -> None:
    path = keys[0] / KEYS
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps(content | {"format": 2, "something_new": True}))
    with pytest.raises(KnownError) as caught:
        vault.unlock(keys[0], PASSWORD)
    assert code(caught) == "S-08"


def test_a_keys_file_may_not_ask_for_all_memory(keys: tuple[Path, bytes, str]) -> None:
    whole = vault._read(keys[0])
    greedy = msgspec.structs.replace(whole.users[0], memory_kib=vault.MOST_MEMORY_KIB + 1)
    vault._write(keys[0], msgspec.structs.replace(whole, users=(greedy,)))  # with a checksum that fits
    with pytest.raises(KnownError) as caught:
        vault.users(keys[0])
    assert code(caught) == "S-05"


def test_the_ordinary_cost_is_not_cheap() -> None:
    cost = Cost()
    assert cost.memory_kib >= 64 * 1024
    assert cost.rounds >= 3


def test_neither_key_nor_password_nor_recovery_key_is_in_the_file(keys: tuple[Path, bytes, str]) -> None:
    folder, key, text = keys
    content = (folder / KEYS).read_bytes()
    for secret in (key, key.hex().encode(), PASSWORD.encode(), text.encode(), recovery.read(text).encode()):
        assert secret not in content


def test_several_wrong_passwords_make_everybody_wait_until_the_time_is_over(keys: tuple[Path, bytes, str]) -> None:
    folder, key, text = keys
    for _ in range(4):
        with pytest.raises(KnownError) as caught:
            vault.unlock(folder, "not the password")
        assert code(caught) == "S-01"
    assert vault.seconds_to_wait(folder) == 1
    with pytest.raises(KnownError) as caught:
        vault.unlock(folder, PASSWORD)  # even the right one
    assert code(caught) == "S-31"
    assert caught.value.params == {"seconds": 1}
    # The sheet is no password: it opens, and nobody waits any more.
    vault.unlock_with_recovery(folder, text, "Lucía", PASSWORD, CHEAP)
    assert vault.seconds_to_wait(folder) == 0
    assert vault.unlock(folder, PASSWORD)[0] == key
    assert not (folder / TRIES).exists()


def test_a_new_recovery_key_replaces_the_old(keys: tuple[Path, bytes, str]) -> None:
    folder, key, old = keys
    new = vault.new_recovery(folder, key)
    assert new != old
    with pytest.raises(KnownError) as caught:
        vault.unlock_with_recovery(folder, old, "Lucía", "new-password", CHEAP)
    assert code(caught) == "S-02"
    assert vault.unlock_with_recovery(folder, new, "Lucía", "new-password", CHEAP)[0] == key
    with pytest.raises(KnownError) as caught:
        vault.new_recovery(folder, bytes(32))
    assert code(caught) == "S-06"
