from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic_app.domain.views import ClinicInfo, UserInfo
from clinic_app.store import vault
from clinic_app.store.store import Store

PASSWORD = "practice-password"
CHEAP = vault.Cost(rounds=1, memory_kib=64)
INFO = ClinicInfo("Clínica del Valle", "mx", practice=False, created_on=dt.date(2026, 1, 5))


@dataclass(frozen=True)
class Clinic:
    """A clinic on disk: its folder, key, first user and recovery key."""

    folder: Path
    key: bytes
    user: UserInfo
    recovery: str

    def open(self) -> Store:
        return Store.open(self.folder, self.key, self.user, now=ticking())


def ticking() -> Callable[[], dt.datetime]:
    """A clock that goes one second further each time it is read."""
    seconds = itertools.count()
    return lambda: dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=next(seconds))


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    folder = tmp_path / "clinic"
    key, user, recovery = vault.create(folder, "Lucía", PASSWORD, CHEAP)
    Store.create(folder, key, INFO, user, now=ticking()).close()
    return Clinic(folder, key, user, recovery)


@pytest.fixture
def store(clinic: Clinic) -> Iterator[Store]:
    opened = clinic.open()
    yield opened
    opened.close()


@pytest.fixture
def case_id(store: Store) -> str:
    return store.new_case("mx", "es", dt.date(2026, 3, 1), "mx-1")
