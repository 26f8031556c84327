"""Headquarters, open: its folder, its keys, its store, its evidence; what every command begins with.

Whoever holds one holds headquarters' private keys; it is closed when the command ends. Several
processes may have the same headquarters open at once.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from sync import identity
from sync.chunks import Chunks
from sync.hq import certificate, database, keys, tables, trouble
from sync.hq.database import Database
from sync.hq.files import BOOKS, CHUNKS, DATABASE, INBOX
from sync.hq.ground import HqGround
from sync.hq.keys import Cost, Opening, Secrets
from sync.hq.trouble import Trouble
from sync.identity import Identity
from sync.records import ID_BYTES
from sync.wire import Headquarters

INCARNATION: Final = "incarnation"
CARD: Final = "card"
_VERSION: Final = "version"
_ADDRESS: Final = re.compile(r"(?:https://)?[^/\s@]{1,180}\Z")


class Scope(NamedTuple):
    """One clinic: its number in this database, its scope's id, its name."""

    number: int
    id: bytes
    clinic: str


@dataclass(frozen=True, slots=True)
class Office:
    """An open headquarters."""

    folder: Path
    root: bytes  # the key that all others are derived from
    secrets: Secrets
    database: Database
    card: Headquarters
    incarnation: bytes
    now: Callable[[], int]  # milliseconds since 1970

    @property
    def identity(self) -> Identity:
        """Headquarters' own keys."""
        return self.secrets.identity

    @property
    def chunks(self) -> Chunks:
        """The evidence, as sealed chunks."""
        return Chunks(self.folder / CHUNKS)

    @property
    def books(self) -> Path:
        """The folder of published rule books."""
        return self.folder / BOOKS

    @property
    def inbox(self) -> Path:
        """The folder where bundles are copied to before they are read."""
        return self.folder / INBOX

    def scopes(self) -> tuple[Scope, ...]:
        """Return all clinics, by name."""
        of = tables.scope.c
        with self.database.asking() as conn:
            rows = conn.execute(sa.select(of.number, of.id, of.clinic).order_by(of.clinic, of.number)).all()
        return tuple(Scope(*row) for row in rows)

    def scope(self, scope_id: bytes) -> Scope | None:
        """Return the clinic with a scope's id; None when there is none."""
        return next((scope for scope in self.scopes() if scope.id == scope_id), None)

    def clinic(self, name: str) -> Scope:
        """Return the clinic with this name, or whose scope's id begins so. Trouble when it is not one."""
        wanted = name.strip()
        found = [s for s in self.scopes() if s.clinic.casefold() == wanted.casefold()] or [
            s for s in self.scopes() if len(wanted) >= _SHORTEST_ID and s.id.hex().startswith(wanted.lower())
        ]
        if len(found) != 1:
            raise trouble.wrong(f"There is no one clinic “{name}”", "a name that “hq status” lists")
        return found[0]

    def ground(self, scope: Scope) -> HqGround:
        """Return the storage of one clinic's scope."""
        return HqGround(self.database, scope.number, scope.id)

    def close(self) -> None:
        """Close the store."""
        self.database.close()


_SHORTEST_ID: Final = 4


def exists(folder: Path) -> bool:
    """Return whether the folder has a headquarters."""
    return keys.exists(folder)


def create(
    folder: Path,
    name: str,
    opening: Opening,
    url: str = "",
    *,
    addresses: Sequence[str] = (),
    cost: Cost | None = None,
    now: Callable[[], int] | None = None,
) -> tuple[Office, str]:
    """Make a headquarters in an empty folder; return it and its recovery key, which is kept nowhere.

    `url` is the address of an empty PostgreSQL database; "" keeps everything in one encrypted file.
    `addresses` are where it will be reached over the line: host or host:port.
    """
    if exists(folder) or (folder / DATABASE).exists():
        raise trouble.already_there(folder)
    name = " ".join(name.split())
    if not name:
        raise trouble.wrong("A headquarters has a name", "--name NAME")
    keys.check(opening)
    folder.mkdir(parents=True, exist_ok=True)
    own, printed, line = identity.new_identity(), identity.new_identity(), certificate.make()
    kept = Secrets(identity=own, database=url, line_key=line.key, line_certificate=line.certificate)
    root = secrets.token_bytes(keys.KEY_BYTES)
    store = new_store(folder, root, kept)
    try:
        card = identity.sign(
            Headquarters(
                id=own.id,
                name=name,
                sign_key=own.verify_key,
                recipient=own.recipient,
                escrow=printed.recipient,
                addresses=_addresses(addresses),
                certificate=certificate.pinned(line.certificate),
            ),
            own,
        )
        incarnation = secrets.token_bytes(ID_BYTES)
        with store.writing() as conn:
            write_about(store, conn, CARD, identity.write_card(card))
            write_about(store, conn, INCARNATION, incarnation)
            write_about(store, conn, _VERSION, str(tables.VERSION).encode())
        keys.write_secrets(folder, root, kept)
        keys.create(folder, root, opening, printed.recipient, cost)  # last: with it, there is a headquarters
    except BaseException:
        remove_store(folder, store)
        raise
    return Office(folder, root, kept, store, card, incarnation, now or _now), printed.age_key


def open_(folder: Path, opening: Opening, *, now: Callable[[], int] | None = None) -> Office:
    """Open a headquarters. Trouble when the password or key file is wrong or its store cannot be opened."""
    return open_with(folder, keys.unlock(folder, opening), now=now)


def open_with(folder: Path, root: bytes, *, now: Callable[[], int] | None = None) -> Office:
    """Open a headquarters by its root key."""
    kept = keys.read_secrets(folder, root)
    store = _open_store(folder, root, kept)
    try:
        card, incarnation = _read_store(store)
    except BaseException:
        store.close()
        raise
    return Office(folder, root, kept, store, card, incarnation, now or _now)


def announce(of: Office, addresses: Sequence[str] = (), *, own_certificate: bool = True) -> Office:
    """Say on headquarters' card how it is reached over the line.

    Computers that are enrolled from now on know it; the others learn it with their next reply.
    No addresses leave those that are known. Without its own certificate, devices believe the usual
    authorities, and the address must be the name that the certificate says.
    """
    said = msgspec.structs.replace(
        of.card,
        addresses=_addresses(addresses) or of.card.addresses,
        certificate=certificate.pinned(of.secrets.line_certificate) if own_certificate else b"",
    )
    if said == of.card:
        return of
    card = identity.sign(said, of.identity)
    with of.database.writing() as conn:
        write_about(of.database, conn, CARD, identity.write_card(card))
    return replace(of, card=card)


@contextmanager
def opened(folder: Path, opening: Opening) -> Iterator[Office]:
    """Open a headquarters for a block."""
    office = open_(folder, opening)
    try:
        yield office
    finally:
        office.close()


def read_about(conn: sa.Connection, name: str) -> bytes | None:
    """Return what is known of this headquarters under a name."""
    of = tables.about.c
    found = conn.execute(sa.select(of.content).where(of.name == name)).scalar_one_or_none()
    return None if found is None else bytes(found)


def write_about(store: Database, conn: sa.Connection, name: str, content: bytes) -> None:
    """Keep something of this headquarters under a name."""
    store.put(conn, tables.about, [(name, content)])


def new_store(folder: Path, root: bytes, kept: Secrets) -> Database:
    """Make an empty store with its tables. Trouble when the PostgreSQL database has some already."""
    store = _open_store(folder, root, kept, new=True)
    try:
        with store.writing() as conn:  # all tables or none
            _refuse_used(conn)
            tables.create(conn)
    except BaseException:
        store.close()
        if not kept.database:
            remove_store(folder, store)
        raise
    return store


def remove_store(folder: Path, store: Database) -> None:
    """Close and remove a store whose making failed."""
    with suppress(Trouble):
        if store.is_postgres:
            with store.writing() as conn:
                tables.META.drop_all(conn)
    store.close()
    for path in folder.glob(f"{DATABASE}*"):
        with suppress(OSError):
            path.unlink()


def _open_store(folder: Path, root: bytes, kept: Secrets, *, new: bool = False) -> Database:
    if kept.database:
        return database.postgres(kept.database)
    path = folder / DATABASE
    if not new and not path.is_file():
        raise trouble.damaged("The store")
    return database.embedded(path, keys.store_key(root), new=new)


def _read_store(store: Database) -> tuple[Headquarters, bytes]:
    with store.reading() as conn:
        version, card, incarnation = (read_about(conn, name) for name in (_VERSION, CARD, INCARNATION))
    if version is None or card is None or incarnation is None:
        raise trouble.damaged("The store")
    if int(version) > tables.VERSION:
        raise trouble.too_new("The store")
    return identity.read_card(card, Headquarters), incarnation


def _refuse_used(conn: sa.Connection) -> None:
    if set(sa.inspect(conn).get_table_names()) & set(tables.META.tables):
        raise trouble.database_in_use()


def _addresses(told: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(address.strip().removesuffix("/") for address in told))
    for address in found:
        if not _ADDRESS.match(address):
            raise trouble.wrong(f"“{address}” is no address of a headquarters", "host, host:port or https://host")
    return found


def _now() -> int:
    return time.time_ns() // 1_000_000
