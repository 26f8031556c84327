from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from clinic_app.store import vault
from clinic_app.store.store import Store
from sync.engine import Engine
from tests.store.conftest import CHEAP, INFO, PASSWORD
from tests.store.meeting import another
from tests.store.taking import take
from tests.store.test_journal import play

CHILD = Path(__file__).with_name("taking.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("lines", [1, 3, 6])
def test_a_program_killed_while_it_takes_a_bundle_leaves_a_whole_part_of_it(tmp_path: Path, lines: int) -> None:
    source = another(tmp_path, "source")
    play(source, lines, 150)
    ground = source._journal.ground
    streams = ground.streams()
    entries = [(entry, streams[entry.stream].device) for entry in Engine(ground).lacks({})]
    (tmp_path / "entries").write_bytes(msgspec.msgpack.encode(entries))
    key, user, _ = vault.create(tmp_path / "store", "Lucía", PASSWORD, CHEAP)
    Store.create(tmp_path / "store", key, INFO, user).close()

    command = [sys.executable, str(CHILD), str(tmp_path / "store"), key.hex(), str(tmp_path / "entries")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert child.stdout is not None
    said = [int(child.stdout.readline()) for _ in range(lines)]
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    said += [int(line) for line in child.stdout.read().splitlines()]
    child.wait()
    child.stdout.close()

    store = Store.open(tmp_path / "store", key, user)
    assert store.check() == []  # the rows are what the journal says, the chains have no gap
    known = store._journal.ground.streams()[source._journal.stream]
    assert known.tips[0].seq >= sum(said)  # what was said to be taken is there
    assert len(store._journal.ground.places_of(source._journal.stream)) == known.tips[0].seq
    take(store, tmp_path / "entries")
    assert store.check() == []
    assert store.count() == source.count()
    store.close()
    source.close()
