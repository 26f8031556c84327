"""Many clinics at once: several processes' worth of takers on one folder, nothing lost, nothing twice."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.chunks import seal_file
from sync.hq import office, post
from sync.hq.office import Office
from sync.hq.status import status
from sync.records import Kind

Maker = Callable[..., Any]
CLINICS, TAKERS, CASES = 6, 4, 40


def test_several_take_the_same_folder_at_once(of: Office, laptop: Maker, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    laptops = [laptop(clinic=f"Clinic {number // 2}", name=f"Computer {number}") for number in range(CLINICS * 2)]
    for mine in laptops:
        mine.enrol(of)
    shared = laptops[::2]
    for number, mine in enumerate(laptops):  # two computers of a clinic write about the same records
        for case in range(CASES):
            mine.write(f"case-{number // 2}-{case}", Kind.CREATE, number=f"{number // 2}-{case}", city=f"{number}")
        sealed = seal_file(io.BytesIO(b"%d" % number * 1000), mine.chunks)
        mine.write(f"file-{number}", Kind.EVENT, "files", chunks=("chunks", sealed.ids[0]))
        mine.leave(usb, chunk_ids=sealed.ids)
    failed: list[BaseException] = []

    def take() -> None:
        other = office.open_with(of.folder, of.root)
        try:
            post.take(other, usb)
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that may fail the test
            failed.append(error)
        finally:
            other.close()

    takers = [threading.Thread(target=take) for _ in range(TAKERS)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert failed == []
    found = status(of)
    assert [(c.operations, c.records, c.conflicts, c.waiting) for c in found] == [
        (2 * (CASES + 1), CASES + 2, CASES, 0)
    ] * CLINICS
    assert all(not c.why_held and not c.why_quarantined and not c.forks for c in found)
    assert len(list(of.chunks.ids())) == CLINICS * 2
    for mine in laptops:
        mine.collect(usb)
        assert mine.marks.received.keys() == mine.engine.vector().keys()
    assert {name: row.conflicts for name, row in shared[0].ground.disk.rows.items() if row.conflicts} == {
        f"case-0-{case}": ("city",) for case in range(CASES)
    }
    assert list(of.inbox.iterdir()) == []
