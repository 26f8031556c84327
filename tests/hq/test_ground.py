"""Headquarters' ground keeps what every ground must, on each database, a scope beside the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from sync.ground import Ground
from sync.hq import database, tables
from sync.hq.database import Database
from sync.hq.ground import HqGround
from tests.sync.conformance import Conformance, Make
from tests.sync.histories import ENTITIES

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give one database for all tests here: each ground is a scope of its own in it."""
    if request.param == "postgres":
        name = "hq_grounds"
        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(server, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
        store = database.postgres(server.replace("/postgres?", f"/{name}?"))
    else:
        store = database.embedded(tmp_path_factory.mktemp("grounds") / "hq.db", bytes(32), new=True)
    with store.writing() as conn:
        tables.create(conn)
    yield store
    store.close()


class TestHqGround(Conformance):
    @pytest.fixture
    def make(self, store: Database) -> Make:
        def make_scope() -> Ground:
            number = next(NUMBERS)
            scope = (number, number.to_bytes(16, "big"), "", (number + 2**64).to_bytes(16, "big"))
            with store.writing() as conn:
                store.insert(conn, tables.scope, [scope])
            return HqGround(store, number)

        return make_scope

    def rows(self, ground: Ground) -> object:
        assert isinstance(ground, HqGround)
        found = []
        with ground.database.reading() as conn:
            for table in (tables.entity, tables.names, tables.chunk):
                columns = [column for column in table.c if column.name != "scope"]
                query = sa.select(*columns).where(table.c.scope == ground.number)
                found.append(sorted(tuple(row) for row in conn.execute(query)))
        assert ground.stamps(ENTITIES) is not None
        return found
