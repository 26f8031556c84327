"""One seed, one history: two clinics and headquarters live through everything that can go wrong, and must agree.

Run as a program it plays many seeds on all cores and says which broke:

    python -m tests.simulate.simulator 100000
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from sync import sharing
from sync.ground import How
from sync.records import Kind
from tests.simulate import invariants
from tests.simulate.invariants import Broken, require, shown
from tests.simulate.world import NEW_KINDS, Letter, PowerCut, Replica, World

SEEDS = Path(__file__).with_name("seeds.txt")
"""Seeds that once broke, one a line, each with what it was: played at every run."""
STEPS = 50
REAL = 7
"""The rest, divided by fifty, of the seeds whose bundles are real files, signed and encrypted."""
EVERY = 6
"""The whole world is looked at after so many steps."""
MOST_ROUNDS = 12


def simulate(seed: int, *, tame: bool = False, steps: int = STEPS) -> World:
    """Play one history; Broken when an invariant does not hold. One in fifty is of real bytes."""
    world = World.new(seed, tame=tame, real=seed % 50 == REAL)
    for number in range(steps):
        step(world)
        if number % EVERY == 0:
            for check in invariants.EACH_STEP:
                check(world)
    settle(world)
    for check in invariants.EACH_STEP:
        check(world)
    for replica in [*world.trusted(), *world.offices.values()]:
        for look in invariants.EACH_REPLICA:
            look(world, replica)
    for scope in world.offices:
        for compare in invariants.AT_THE_END:
            compare(world, scope)
    return world


# -- what can happen ----------------------------------------------------------------------------


def step(world: World) -> None:
    """Let one thing happen."""
    chance = world.chance
    world.now += chance.randrange(60_000)
    names = list(ACTIONS)
    name = chance.choices(names, [ACTIONS[n][0] for n in names])[0]
    replica = chance.choice(world.replicas)
    world.log.append(f"{name} {replica.name}")
    ACTIONS[name][1](world, replica)


def edit(world: World, replica: Replica) -> None:
    writer = replica if world.chance.random() < 0.85 else world.offices[replica.scope]
    kinds = [Kind.SET] * 8 + [Kind.DELETE, Kind.UNDELETE]
    if writer.kinds == NEW_KINDS:
        kinds.append("tag")
    with _maybe_cut(world, writer):
        world.edit(writer, world.chance.choice(kinds))


def resolve(world: World, replica: Replica) -> None:
    world.resolve(replica if world.chance.random() < 0.7 else world.offices[replica.scope])


def export(world: World, replica: Replica) -> None:
    if world.chance.random() < 0.1:
        return  # the stick was full: nothing is on it
    world.letters.append(world.export(replica))


def answer(world: World, replica: Replica) -> None:
    world.letters.append(world.answer(world.offices[replica.scope], replica))


def deliver(world: World, replica: Replica) -> None:
    """Bring any bundle to anybody: late, again, out of order, cut off, forged, or to the wrong place."""
    if not world.letters:
        return
    chance = world.chance
    letter = chance.choice(world.letters[-12:])
    if chance.random() < 0.15:
        letter = world.forge(letter)
    meant = [r for r in world.everybody() if r.scope == letter.manifest.scope]
    reader = chance.choice(meant) if chance.random() < 0.95 else replica
    with _maybe_cut(world, reader):
        world.deliver(letter, reader)
    if chance.random() < 0.1:
        _again(world, letter, reader)
    if chance.random() < 0.1:
        invariants.agrees_with_the_model(world, reader)
        invariants.rebuilds_to_the_same(world, reader)
    if chance.random() < 0.3:
        with suppress(ValueError):  # the forged are in nobody's bag
            world.letters.remove(letter)


def _again(world: World, letter: Letter, reader: Replica) -> None:
    """3: taking anything again changes nothing."""
    if world.deliver(letter, reader) is None:
        return
    before = reader.ground.disk.copied()
    report = world.deliver(letter, reader)
    require(report is not None and report.taken.new == 0, 3, "taken again, something is new")
    after = reader.ground.disk
    require(after.log == before.log and after.streams == before.streams, 3, "taken again, the log changed")
    require(after.rows == before.rows and after.stamps == before.stamps, 3, "taken again, the rows changed")


def line(world: World, replica: Replica) -> None:
    """Meet headquarters over the line, which may be cut on either way."""
    office = world.offices[replica.scope]
    with _maybe_cut(world, office):
        world.deliver(world.export(replica, siblings=False), office)
    with _maybe_cut(world, replica):
        world.deliver(world.answer(office, replica), replica)


def meet(world: World, replica: Replica) -> None:
    """Two computers of a clinic meet directly."""
    others = [r for r in world.replicas if r.scope == replica.scope and r is not replica]
    if others:
        world.deliver(world.export(replica), world.chance.choice(others))


def revoke(world: World, replica: Replica) -> None:
    if len({r.device for r in world.trusted(replica.scope)}) > 1 and replica.device not in world.revoked:
        world.revoke(replica)


def restore(world: World, replica: Replica) -> None:
    if replica.snapshots:
        world.restore(replica)


def clone(world: World, replica: Replica) -> None:
    if len([r for r in world.replicas if r.scope == replica.scope]) < 5:
        world.clone(replica)


class _maybe_cut:  # noqa: N801 - read as a word at its use
    """Now and then the power fails within the next few transactions of a machine."""

    def __init__(self, world: World, replica: Replica) -> None:
        self._ground = replica.ground
        if world.chance.random() < 0.12:
            self._ground.fuse = world.chance.randrange(4)

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._ground.fuse = None
        return kind is not None and issubclass(kind, PowerCut)


ACTIONS: dict[str, tuple[int, Callable[[World, Replica], object]]] = {
    "edit": (40, edit),
    "resolve": (6, resolve),
    "export": (14, export),
    "answer": (8, answer),
    "deliver": (30, deliver),
    "line": (12, line),
    "meet": (6, meet),
    "snapshot": (3, lambda world, replica: world.snapshot(replica)),
    "restore": (2, restore),
    "clone": (1, clone),
    "back up": (3, lambda world, _: world.back_up()),
    "restore headquarters": (1, lambda world, _: world.restore_headquarters()),
    "jump": (3, lambda world, replica: world.jump(replica)),
    "upgrade": (2, lambda world, replica: world.upgrade(world.chance.choice([replica, *world.offices.values()]))),
    "transfer": (2, lambda world, _: world.share(sharing.transfer)),
    "grant": (1, lambda world, _: world.share(sharing.grant)),
    "enrol": (1, lambda world, replica: world.enrol(replica.scope)),
    "revoke": (2, revoke),
    "release": (1, lambda world, replica: world.release(world.offices[replica.scope])),
    "erase": (1, lambda world, _: world.erase()),
}
"""What can happen, how often, and how. Attached evidence is an operation like any other here."""


# -- the end ------------------------------------------------------------------------------------


def settle(world: World) -> None:
    """Edits stop; everybody gets the new version and meets headquarters until nothing moves (4)."""
    for replica in world.everybody():
        world.upgrade(replica)
    for _ in range(MOST_ROUNDS):
        before = [shown(replica.ground) for replica in world.everybody()]
        if _round(world) == 0 and before == [shown(replica.ground) for replica in world.everybody()]:
            return
    raise Broken(f"invariant 4: after {MOST_ROUNDS} rounds something still moves")


def _round(world: World) -> int:
    """Have everybody meet headquarters once; return how many operations travelled."""
    moved = 0
    for replica in world.trusted():
        office = world.offices[replica.scope]
        up = world.export(replica, siblings=False)
        world.deliver(up, office)
        for each in world.offices.values():
            world.relay(each)
        world.back_up()
        down = world.answer(office, replica)
        world.deliver(down, replica)
        moved += sum(len(piece) for letter in (up, down) for piece in letter.pieces)
    return moved


def clock_independent(seed: int) -> None:
    """13: whatever the clocks say, the heads are the same. For histories without headquarters' corrections."""
    tame, wild = simulate(seed, tame=True), simulate(seed)
    if tame.log == wild.log and not _corrected(wild):
        require(invariants.heads_by_value(tame) == invariants.heads_by_value(wild), 13, "clocks decide what is a head")


def _corrected(world: World) -> bool:
    return any(office.ground.disk.times or _gone(office) for office in world.offices.values())


def _gone(office: Replica) -> bool:
    return any(one.how != How.BACK for one in office.ground.disk.gone.values())


# -- many ---------------------------------------------------------------------------------------


def broken(seed: int) -> str:
    """Play a seed; return what broke, "" when nothing did."""
    try:
        simulate(seed)
    except Exception as error:  # noqa: BLE001 - whatever it is, the seed is kept
        return f"{seed}  {type(error).__name__}: {error}"
    return ""


def run(seeds: Iterable[int], processes: int) -> list[str]:
    """Play seeds on several cores; return what broke."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [text for text in pool.imap_unordered(broken, seeds, chunksize=50) if text]


def main(arguments: list[str]) -> int:
    """Play as many seeds as the first argument says, from the second on."""
    count = int(arguments[0]) if arguments else 1000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    started = time.monotonic()
    found = run(range(first, first + count), os.cpu_count() or 1)
    say = partial(print, flush=True)
    for text in sorted(found):
        say(text)
    say(f"{count} histories in {time.monotonic() - started:.0f} s, {len(found)} broke")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
