"""A store that a newer version of the program has upgraded: a table more, one step beyond the last that is known."""

from __future__ import annotations

from pathlib import Path

from clinic_app.store import vault
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.store import Store

NEXT = Migration(MIGRATIONS[-1].number + 1, ("CREATE TABLE tomorrow (x TEXT) STRICT",))


def upgrade(folder: Path, password: str) -> None:
    """Open the store as a newer version would, write something with it, and close it."""
    key, user = vault.unlock(folder, password)
    store = Store.open(folder, key, user, steps=(*MIGRATIONS, NEXT))
    store.remember("tomorrow", "written by the newer version")
    store.close()
