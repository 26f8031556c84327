"""Both databases do the same: whole transactions, one writer a scope, rows added once, no open way to a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from sync.hq import database
from sync.hq.database import Big, Database, Octets, Text
from sync.hq.trouble import Trouble

META = sa.MetaData()
THINGS = sa.Table(
    "things",
    META,
    sa.Column("id", Octets, primary_key=True),
    sa.Column("name", Text),
    sa.Column("count", Big),
    sa.Column("sure", sa.Boolean),
)


@pytest.fixture
def store(empty_database: Callable[[], Database]) -> Database:
    store = empty_database()
    with store.writing() as conn:
        META.create_all(conn)
    return store


def _rows(store: Database) -> list[tuple[object, ...]]:
    with store.reading() as conn:
        return [tuple(row) for row in conn.execute(sa.select(THINGS).order_by(THINGS.c.id))]


@pytest.mark.parametrize("count", [3, 30, 12_000])
def test_rows_are_added_once(store: Database, count: int) -> None:
    rows = [(n.to_bytes(4, "big"), f"name {n}", n * 2**40, n % 2 == 0) for n in range(count)]
    with store.writing() as conn:
        assert store.insert(conn, THINGS, rows) == count
        assert store.insert(conn, THINGS, rows[: count // 2]) == 0
    assert _rows(store) == rows


@pytest.mark.parametrize("count", [3, 30])
def test_rows_are_replaced(store: Database, count: int) -> None:
    with store.writing() as conn:
        store.insert(conn, THINGS, [(bytes([n]), "old", n, False) for n in range(count)])
        store.put(conn, THINGS, [(bytes([n]), None, n, True) for n in range(1, count + 1)])
    assert _rows(store) == [(b"\0", "old", 0, False), *((bytes([n]), None, n, True) for n in range(1, count + 1))]


def test_a_failed_transaction_leaves_nothing(store: Database) -> None:
    def fail() -> None:
        with store.writing() as conn:
            store.insert(conn, THINGS, [(b"a", "lost", 1, True)])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _rows(store) == []


def test_a_reader_sees_one_moment(store: Database) -> None:
    count = sa.select(sa.func.count()).select_from(THINGS)
    with store.reading() as conn:
        assert conn.execute(count).scalar_one() == 0
        with store.writing() as other:
            store.insert(other, THINGS, [(b"a", "later", 1, True)])
        assert conn.execute(count).scalar_one() == 0
    assert len(_rows(store)) == 1


def test_writers_of_one_scope_wait_for_each_other(empty_database: Callable[[], Database], store: Database) -> None:
    def add(name: bytes) -> None:
        mine = empty_database()
        for _ in range(20):
            with mine.writing(b"scope") as conn:
                before = conn.execute(sa.select(THINGS.c.count).where(THINGS.c.id == b"sum")).scalar_one()
                mine.put(conn, THINGS, [(b"sum", name.decode(), before + 1, True)])

    with store.writing() as conn:
        store.insert(conn, THINGS, [(b"sum", "", 0, True)])
    workers = [threading.Thread(target=add, args=(name,)) for name in (b"a", b"b", b"c")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert _rows(store)[0][2] == 60


def test_the_embedded_file_is_unreadable_without_its_key(tmp_path: Path) -> None:
    path = tmp_path / "hq.db"
    store = database.embedded(path, bytes(32), new=True)
    with store.writing() as conn:
        META.create_all(conn)
        store.insert(conn, THINGS, [(b"a", "a name nobody may read", 1, True)])
    store.close()
    assert not any(b"nobody may read" in file.read_bytes() for file in tmp_path.iterdir())
    with pytest.raises(Trouble, match="HQ-6"), database.embedded(path, bytes([1]) * 32).reading() as conn:
        conn.execute(sa.select(THINGS))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://hq@db.example.org/hq",
        "postgresql://hq@db.example.org/hq?sslmode=prefer",
        "postgresql://hq@/hq?host=10.0.0.7",
        "postgresql+psycopg://hq@192.168.1.4:5433/hq?sslmode=disable",
    ],
)
def test_a_server_elsewhere_is_refused_without_tls(url: str) -> None:
    with pytest.raises(Trouble, match="would not be encrypted"):
        database.postgres(url)


def test_a_server_elsewhere_by_the_environment_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    with pytest.raises(Trouble, match=r"db\.example\.org"):
        database.postgres("postgresql:///hq")


@pytest.mark.parametrize("url", ["sqlite:///hq.db", "mysql://a@b/c", "no address"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Trouble, match="HQ-10"):
        database.postgres(url)


def test_a_password_in_an_address_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGHOST", raising=False)
    with pytest.raises(Trouble) as told:
        database.postgres("mysql://a:open-sesame@b/c")
    assert "open-sesame" not in str(told.value)


def test_a_server_that_does_not_answer_is_told() -> None:
    store = database.postgres("postgresql://hq@127.0.0.1:1/hq")
    with pytest.raises(Trouble, match="HQ-9"), store.reading() as conn:
        conn.execute(sa.text("SELECT 1"))


def test_the_server_is_a_real_one(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as conn:
        assert conn.info.server_version >= 160000
