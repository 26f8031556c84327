"""Headquarters finds, sets, decides and erases, by operations that every computer understands."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sync.chunks import seal_file
from sync.ground import State
from sync.hq import records, tables
from sync.hq.database import Database
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.records import Kind, Value

Maker = Callable[..., Any]


def test_a_record_is_found_by_its_id_or_its_number(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001", worker="person-1")
    mine.write("case-2", Kind.CREATE, number="A1-0002", worker="person-1")
    mine.hand_to(of, scope)
    found = records.find(of, " A1-0002 ")
    assert (found.id, found.type, found.scope, dict(found.fields)) == (
        "case-2",
        "case",
        scope,
        {"number": "A1-0002", "worker": "person-1"},
    )
    assert records.find(of, "case-1").id == "case-1"
    for name in ("person-1", "A1-0003", ""):
        with pytest.raises(Trouble, match="no one record"):
            records.find(of, name)


def test_what_headquarters_sets_reaches_the_clinic(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001", stage="intake")
    mine.hand_to(of, scope)
    record = records.find(of, "A1-0001")
    records.set_value(of, record, "stage", "court")
    records.set_value(of, record, "stage", "closed")
    there = records.engine(of, scope)
    arrivals = list(there.lacks(mine.engine.vector()))
    assert [entry.seq for entry in arrivals] == [1, 2]
    mine.take(of, arrivals)
    assert mine.ground.disk.rows["case-1"].values["stage"] == "closed"
    assert records.find(of, "A1-0001").fields["stage"] == "closed"
    assert there.vector() == mine.engine.vector()


def test_a_conflict_is_listed_until_somebody_decides(of: Office, laptop: Maker) -> None:
    one, two = laptop(), laptop(name="Back office")
    scope = one.enrol(of)
    two.enrol(of)
    one.write("case-1", Kind.CREATE, number="A1-0001")
    one.hand_to(of, scope)
    two.take(of, list(records.engine(of, scope).lacks({})), signer=one.keys.id)
    one.write("case-1", city=("text", "Lima"))
    two.write("case-1", city=("text", "Cusco"))
    one.hand_to(of, scope)
    two.hand_to(of, scope)
    (conflict,) = records.conflicts(of)
    assert (conflict.record.id, conflict.field) == ("case-1", "city")
    assert {(said.value, said.device) for said in conflict.values} == {
        (("text", "Lima"), one.keys.id),
        (("text", "Cusco"), two.keys.id),
    }
    assert conflict.values[-1].value == conflict.record.fields["city"]
    records.set_value(of, conflict.record, "city", ("text", "Cusco"))
    assert list(records.conflicts(of)) == []
    assert records.find(of, "A1-0001").fields["city"] == ("text", "Cusco")


@pytest.mark.parametrize(
    ("text", "before", "value"),
    [
        ("court", "intake", "court"),
        ("2026-03-01", ("date", "2026-02"), ("date", "2026-03-01")),
        ('{"date": "2026-03"}', "anything", ("date", "2026-03")),
        ("12", None, "12"),
        ("[1]", None, "[1]"),
    ],
)
def test_what_is_typed_has_the_kind_that_was_there(text: str, before: Value, value: Value) -> None:
    assert records.read_value(text, before) == value


def test_a_value_names_one_kind() -> None:
    with pytest.raises(Trouble, match="not a value"):
        records.read_value('{"date": "2026", "text": "x"}', None)


def test_erasing_takes_a_record_and_what_belongs_to_it(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    evidence, shared = (seal_file(io.BytesIO(text), of.chunks) for text in (b"the contract", b"the law"))
    mine.write("person-1", Kind.CREATE, "person", name=("text", "a worker's name"))
    mine.write("employer-1", Kind.CREATE, "employer", name=("text", "a factory"))
    mine.write("case-1", Kind.CREATE, number="A1-0001", worker="person-1")
    mine.write("case-1.pay", entity_type="pay", amount=("money", "1234.56"))
    mine.write("event-1", Kind.CREATE, "events", case="case-1", note=("text", "what was said"))
    mine.write("link-1", Kind.LINK, "case_employer", case="case-1", employer="employer-1")
    mine.write("link-2", Kind.LINK, "case_employer", case="case-2", employer="employer-1")
    mine.write("file-1", Kind.EVENT, "files", case="case-1", chunks=("chunks", f"{evidence.ids[0]} {shared.ids[0]}"))
    mine.write("file-2", Kind.EVENT, "files", case="case-2", chunks=("chunks", shared.ids[0]))
    mine.hand_to(of, scope)
    goes = {"case-1", "case-1.pay", "event-1", "link-1", "file-1", "person-1"}
    stays = {"employer-1", "link-2", "file-2"}
    went = records.erase(of, records.find(of, "A1-0001"))
    assert {record.id for record in went} == goes
    ground = of.ground(scope)
    assert ground.stamps(goes | stays).keys() == stays
    left = [one for page in ground.everything() for one in page]
    assert len(left) == 9 + len(goes)
    assert {one.entity for one in left if one.state == State.BLANK} == goes
    assert all(one.entry.body is None for one in left if one.state == State.BLANK)
    assert list(of.chunks.ids()) == [shared.ids[0]]
    with pytest.raises(Trouble, match="no one record"):
        records.find(of, "A1-0001")
    mine.take(of, list(records.engine(of, scope).lacks(mine.engine.vector())))
    assert set(mine.ground.disk.rows) == stays


def test_what_was_erased_is_nowhere_in_the_database(of: Office, laptop: Maker) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    secret = "a sentence told in confidence"
    mine.write("case-1", Kind.CREATE, number="A1-0001", story=("text", secret))
    mine.hand_to(of, scope)
    assert secret in _all_text(of.database)
    records.erase(of, records.find(of, "A1-0001"))
    assert secret not in _all_text(of.database)


@pytest.mark.parametrize("of", ["postgres"], indirect=True)
def test_what_was_erased_is_in_no_file_of_postgresql(of: Office, laptop: Maker, postgres_server: str) -> None:
    mine = laptop()
    scope = mine.enrol(of)
    mine.write("case-1", Kind.CREATE, number="A1-0001", story=("text", "told in confidence only"))
    mine.hand_to(of, scope)
    assert _is_on_disk(postgres_server, b"told in confidence only")
    records.erase(of, records.find(of, "A1-0001"))
    assert not _is_on_disk(postgres_server, b"told in confidence only")


def _is_on_disk(server: str, text: bytes) -> bool:
    """Return whether a text is in the files of the tables, all of which were written out first."""
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("CHECKPOINT")
        found = conn.execute("SHOW data_directory").fetchone()
    assert found is not None
    return any(text in path.read_bytes() for path in (Path(found[0]) / "base").rglob("*") if path.is_file())


def _all_text(store: Database) -> str:
    with store.reading() as conn:
        rows = [str(tuple(row)) for table in tables.ALL for row in conn.execute(table.select())]
    return "\n".join(rows)
