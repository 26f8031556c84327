"""Takes what another computer wrote into a store, some at a time, and says so after each: to be killed at work."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from clinic_app.domain.views import UserInfo
from clinic_app.store.store import Store
from sync.engine import Arrival, Engine
from sync.wire import Entry

AT_ONCE = 10


def take(store: Store, file: Path) -> None:
    entries = msgspec.msgpack.decode(file.read_bytes(), type=list[tuple[Entry, bytes]])
    engine = Engine(store._journal.ground)
    for start in range(0, len(entries), AT_ONCE):
        taken = engine.take([Arrival(entry, device) for entry, device in entries[start : start + AT_ONCE]])
        sys.stdout.write(f"{taken.new}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    take(Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), UserInfo("u", "U")), Path(sys.argv[3]))
