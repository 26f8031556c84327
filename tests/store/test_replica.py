from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_app.store import db as database
from clinic_app.store import dump
from clinic_app.store import journal as journals
from clinic_app.store.db import Db
from clinic_app.store.files import DATABASE
from clinic_app.store.replica import Replica
from sync.ground import Ground
from tests.sync.conformance import Conformance, Make


class TestReplica(Conformance):
    """The clinic's store does what the engine asks of every ground."""

    @pytest.fixture
    def make(self, tmp_path: Path) -> Iterator[Make]:
        opened: list[Db] = []

        def new() -> Ground:
            folder = tmp_path / str(len(opened))
            folder.mkdir()
            key = secrets.token_bytes(32)
            database.create(folder / DATABASE, key, journals.begin)
            opened.append(Db(folder / DATABASE, key))
            return Replica(opened[-1])

        yield new
        for db in opened:
            db.close()

    def rows(self, ground: Ground) -> object:
        assert isinstance(ground, Replica)
        return dump.text(ground.db)
