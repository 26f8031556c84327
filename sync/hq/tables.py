"""The tables of headquarters, the same on SQLite and PostgreSQL; every key begins with the scope.

A scope is one clinic, by a small number of this database's own. What is under `FOLLOWS` can be made
again from the log; all else is kept. On PostgreSQL the large tables are partitioned by scope.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from sync.hq.database import Big, Octets, Text

VERSION: Final = 1
PARTITIONS: Final = 8

META: Final = sa.MetaData()


def _table(name: str, *items: SchemaItem, large: bool = False, by_key: bool = False) -> sa.Table:
    """Declare a table. `large` ones are partitioned; `by_key` ones lie in the order of their key."""
    return sa.Table(
        name,
        META,
        *items,
        sqlite_with_rowid=not by_key,
        postgresql_partition_by="HASH (scope)" if large else None,
    )


def _scope() -> sa.Column[int]:
    return sa.Column("scope", Big, primary_key=True, autoincrement=False)


about = _table(
    "about",
    sa.Column("name", Text, primary_key=True),
    sa.Column("content", Octets, nullable=False),
)
"""What is known of this headquarters itself: its card, its incarnation, the version of these tables."""

scope = _table(
    "scope",
    sa.Column("number", Big, primary_key=True, autoincrement=False),
    sa.Column("id", Octets, nullable=False, unique=True),
    sa.Column("clinic", Text, nullable=False),
    sa.Column("stream", Octets, nullable=False),  # the one that headquarters writes there
)

device = _table(
    "device",
    sa.Column("id", Octets, primary_key=True),
    sa.Column("scope", Big, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("certificate", Octets, nullable=False),
    sa.Column("enrolled", Big, nullable=False),  # milliseconds since 1970, as all times here
    sa.Column("heard", Big, nullable=False),  # when its last bundle was taken; 0: never
    sa.Column("revoked", Big, nullable=False),  # 0: trusted
)

op = _table(
    "op",
    _scope(),
    sa.Column("hash", Octets, primary_key=True),
    sa.Column("stream", Octets, nullable=False),
    sa.Column("seq", Big, nullable=False),
    sa.Column("prev", Octets, nullable=False),
    sa.Column("entity", Text, nullable=False),
    sa.Column("state", Text, nullable=False),
    sa.Column("why", Text, nullable=False),
    sa.Column("body", Octets),  # NULL: erased or moved
    sa.Index("op_of_stream", "scope", "stream", "seq", "hash"),
    sa.Index("op_of_entity", "scope", "entity"),
    sa.Index(
        "op_held",
        "scope",
        "state",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    ),
    large=True,
)
"""The log: every operation that is stored in its chain, or was carried here."""

stream = _table(
    "stream",
    _scope(),
    sa.Column("id", Octets, primary_key=True),
    sa.Column("device", Octets, nullable=False),
    sa.Column("tips", Octets, nullable=False),  # of its branches, packed
    by_key=True,
)

waiting = _table(
    "waiting",
    _scope(),
    sa.Column("hash", Octets, primary_key=True),
    sa.Column("stream", Octets, nullable=False),
    sa.Column("seq", Big, nullable=False),
    sa.Column("prev", Octets, nullable=False),
    sa.Column("body", Octets),
    sa.Index("waiting_for", "scope", "prev"),
)

quarantine = _table(
    "quarantine",
    _scope(),
    sa.Column("hash", Octets, primary_key=True),
    sa.Column("stream", Octets, nullable=False),
    sa.Column("seq", Big, nullable=False),
    sa.Column("prev", Octets, nullable=False),
    sa.Column("body", Octets),
    sa.Column("entity", Text, nullable=False),
    sa.Column("device", Octets, nullable=False),
    sa.Column("why", Text, nullable=False),
)

signed_tip = _table(
    "signed_tip",
    _scope(),
    sa.Column("stream", Octets, primary_key=True),
    sa.Column("hash", Octets, primary_key=True),
    sa.Column("seq", Big, nullable=False),
    sa.Column("tip", Octets, nullable=False),  # packed, with its signature
    by_key=True,
)

note = _table(
    "note",
    _scope(),
    sa.Column("name", Text, primary_key=True),
    sa.Column("content", Octets, nullable=False),
)
"""What replicas know of each other, by name."""

entity = _table(
    "entity",
    _scope(),
    sa.Column("id", Text, primary_key=True),
    sa.Column("type", Text, nullable=False),
    sa.Column("alive", sa.Boolean, nullable=False),
    sa.Column("conflicts", Text, nullable=False),  # names of fields as JSON; "" when there are none
    sa.Column("shown", Text, nullable=False),  # the shown values by field, as JSON
    sa.Column("stamps", Octets, nullable=False),
    sa.Index(
        "entity_in_conflict",
        "scope",
        "conflicts",
        sqlite_where=sa.text("conflicts <> ''"),
        postgresql_where=sa.text("conflicts <> ''"),
    ),
    large=True,
)

names = _table(
    "names",
    _scope(),
    sa.Column("target", Text, primary_key=True),
    sa.Column("entity", Text, primary_key=True),
    sa.Index("named_by", "scope", "entity"),
    by_key=True,
)
"""Which entity has, or had, a plain text value that may be another's id."""

chunk = _table(
    "chunk",
    _scope(),
    sa.Column("id", Text, primary_key=True),
    sa.Column("entity", Text, primary_key=True),
    sa.Index("chunk_of_entity", "scope", "entity"),
    by_key=True,
)
"""Which entity's operations name which sealed chunk of evidence."""

annotation = _table(
    "annotation",
    _scope(),
    sa.Column("hash", Octets, primary_key=True),
    sa.Column("effective", Big, nullable=False),
    by_key=True,
)

gone = _table(
    "gone",
    _scope(),
    sa.Column("entity", Text, primary_key=True),
    sa.Column("how", Text, nullable=False),
    sa.Column("since", Big, nullable=False),
    by_key=True,
)

FOLLOWS: Final = (entity, names, chunk, annotation, gone)
"""What follows from the log."""
ALL: Final = tuple(META.sorted_tables)


def create(conn: sa.Connection) -> None:
    """Make every table in an empty database."""
    META.create_all(conn)
    if conn.dialect.name == "postgresql":
        for table in META.sorted_tables:
            if table.dialect_options["postgresql"]["partition_by"]:
                for number in range(PARTITIONS):
                    conn.exec_driver_sql(
                        f"CREATE TABLE {table.name}_{number} PARTITION OF {table.name} "
                        f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
                    )
