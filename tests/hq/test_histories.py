"""Random histories with real sticks: whatever is lost or repeated, headquarters and clinics end with the same heads."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sync.errors import BadValue
from sync.ground import Why
from sync.hq import post, records
from sync.hq.office import Office
from sync.hq.status import status
from sync.hq.trouble import Trouble
from sync.records import Kind

Maker = Callable[..., Any]
STEPS, CASES = 24, 5


@pytest.mark.parametrize("seed", range(3))
def test_everybody_ends_with_the_same_heads(of: Office, laptop: Maker, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - one seed, one history
    laptops = [laptop(clinic=clinic, name=name) for clinic in ("North", "South") for name in ("one", "two")]
    scopes = [mine.enrol(of) for mine in laptops]
    usb = tmp_path / "usb"
    usb.mkdir()
    for number, mine in enumerate(laptops[::2]):
        for case in range(CASES):
            mine.write(f"case-{number}-{case}", Kind.CREATE, number=f"{number}-{case}", worker=f"person-{number}")
    for _ in range(STEPS):
        _step(of, laptops, scopes, usb, chance)
    for _ in range(4):
        for mine in laptops:
            mine.leave(usb)
        post.take(of, usb, scopes)
        for mine in laptops:
            mine.collect(usb)
    for number in (0, 2):
        one, two, ground = laptops[number], laptops[number + 1], of.ground(scopes[number])
        assert one.ground.disk.rows == two.ground.disk.rows
        assert one.ground.disk.stamps == two.ground.disk.stamps == ground.stamps(one.ground.disk.stamps.keys())
        assert one.engine.vector() == two.engine.vector() == records.engine(of, scopes[number]).vector()
        assert one.marks.received == one.engine.vector()
    for clinic in status(of):
        shown = laptops[0 if clinic.scope == scopes[0] else 2].ground.disk.rows
        assert (clinic.waiting, clinic.forks) == (0, ())
        assert clinic.why_quarantined.keys() <= {Why.ERASED}  # what was written before it was heard of
        assert clinic.conflicts == sum(bool(row.conflicts) for row in shown.values())
        assert clinic.records == sum(row.alive for row in shown.values())


def _step(of: Office, laptops: list[Any], scopes: list[Any], usb: Path, chance: random.Random) -> None:
    mine = chance.choice(laptops)
    name = f"{chance.randrange(2)}-{chance.randrange(CASES)}"
    match chance.choice(
        ["edit"] * 4 + ["delete", "stick", "stick", "stick", "collect", "lost", "set", "share", "erase"]
    ):
        case "edit" if f"case-{name}" in mine.ground.disk.rows:
            with suppress(BadValue):  # it may have been erased or moved
                mine.write(f"case-{name}", **{chance.choice(["city", "stage"]): f"said {chance.random()}"})
        case "delete" if f"case-{name}" in mine.ground.disk.rows:
            with suppress(BadValue):
                mine.write(f"case-{name}", Kind.DELETE)
        case "stick":
            mine.leave(usb)
            post.take(of, usb)
        case "collect":
            mine.collect(usb)
        case "lost":
            mine.leave(usb)
            shutil.rmtree(usb)
            usb.mkdir()
        case "set" | "share" | "erase" as what:
            with suppress(Trouble):  # it is not there yet, in both clinics, or gone
                record = records.find(of, name)
                to = scopes[2] if record.scope == scopes[0] else scopes[0]
                if what == "set":
                    records.set_value(of, record, "city", f"decided {chance.random()}")
                elif what == "erase":
                    records.erase(of, record)
                else:
                    chance.choice([records.transfer, records.grant])(of, record, to)
