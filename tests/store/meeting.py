"""Stores of several computers that meet without a bundle: what one wrote, the other takes in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clinic_app.store import vault
from clinic_app.store.store import Store
from sync.engine import Arrival, Engine, Taken
from sync.ground import Ground
from tests.store.conftest import CHEAP, INFO, PASSWORD


def another(folder: Path, name: str, now: dt.datetime | None = None) -> Store:
    """Make the store of one more computer, whose user has the name."""
    key, user, _ = vault.create(folder / name, name, PASSWORD, CHEAP)
    if now is None:
        return Store.create(folder / name, key, INFO, user)
    return Store.create(folder / name, key, INFO, user, now=lambda: now)


def meet(*stores: Store) -> None:
    """Have every store take in what every other has."""
    for store in stores:
        for other in stores:
            if other is not store:
                take(store, other._journal.ground)


def take(store: Store, source: Ground) -> Taken:
    """Have a store take in what it lacks of another ground."""
    engine = Engine(store._journal.ground)
    streams = source.streams()
    lacking = list(Engine(source).lacks(engine.vector()))
    taken = engine.take([Arrival(entry, streams[entry.stream].device) for entry in lacking])
    store._journal.load()
    return taken
