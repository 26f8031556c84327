"""What must hold in every simulated world: the numbered invariants of the design, a check each.

Those of bytes, files and lines (14, 16, 17 and parts of others) are tested where bytes are:
tests/sync/test_bundle.py, test_fuzz_bundle.py, test_stick.py, test_line.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sync import chains, merge
from sync.clock import COUNTER_BITS, LATEST_MS
from sync.engine import Engine
from sync.exchange import DAY_MS, read_marks
from sync.ground import How, State, Stored
from sync.judging import is_order
from sync.memory import Memory
from sync.merge import ALIVE
from sync.records import CONTROL, GENESIS, Operation, stored
from tests.simulate.model import Model
from tests.simulate.world import Replica, World, merged


class Broken(AssertionError):  # noqa: N818 - read as a sentence where it is raised
    """An invariant does not hold."""


def require(holds: object, number: int, what: str) -> None:
    if not holds:
        raise Broken(f"invariant {number}: {what}")


def shown(ground: Memory) -> object:
    """Return everything that follows from the log."""
    disk = ground.disk
    gone = {entity: one.how for entity, one in disk.gone.items() if one.how != How.BACK}
    return disk.rows, disk.stamps, disk.names, gone


# -- at every step ------------------------------------------------------------------------------


def nothing_lost(world: World) -> None:
    """1: every value whose save returned is on some disk, unless it was erased or the only disk was set back."""
    kept = world.kept()
    for op, written in world.saved.items():
        if op not in kept and op not in world.lost and written.operation.entity_id not in world.erased:
            require(False, 1, f"{written.operation.entity_id} {written.operation.fields} is nowhere")


def vectors_are_honest(world: World) -> None:
    """8: a tip says that all before it is stored; what is acknowledged is there, what is durable is in the backup."""
    for replica in world.everybody():
        log = replica.ground.disk.log
        for stream, known in replica.ground.streams().items():
            for tip in known.tips:
                op, seq = tip.op, tip.seq
                while op != GENESIS:
                    one = log.get(op)
                    require(one and one.state != State.CARRIED, 8, f"{replica.name} lacks {seq} of {stream.hex()}")
                    assert one is not None
                    require((one.entry.stream, one.entry.seq) == (stream, seq), 8, "a place that is not the one said")
                    op, seq = one.entry.prev, seq - 1
                require(seq == 0, 8, "a chain that does not begin at 1")
    for replica in world.replicas:
        _acknowledged(world, replica)


def _acknowledged(world: World, replica: Replica) -> None:
    marks = read_marks(replica.ground)
    if marks.incarnation != bytes([world.incarnation]) * 16:
        return
    office = world.offices[replica.scope]
    for tip in (tip for tips in marks.received.values() for tip in tips):
        require(tip.op in office.ground.disk.log or _is_cut(world, tip.op), 8, "acknowledged, and not at headquarters")
    backup = world.backup[0][replica.scope].log if world.backup else {}
    for tip in (tip for tips in marks.durable.values() for tip in tips):
        require(tip.op in backup, 8, "durable, and in no backup")


def _is_cut(world: World, op: bytes) -> bool:
    return any(op in office.ground.disk.quarantine for office in world.offices.values())


def only_what_was_written_is_merged(world: World) -> None:
    """12: what counts was written by a device of that scope, or headquarters brought it."""
    for replica in world.everybody():
        for op, one in replica.ground.disk.log.items():
            if one.state == State.MERGED and one.entry.body is not None:
                operation = stored(one.entry.body)
                if operation.kind in CONTROL:
                    require(operation.device == world.card.id, 12, "an order that headquarters did not give")
                else:
                    written = world.saved.get(op)
                    require(
                        written and written.scope == replica.scope,
                        12,
                        f"{replica.name} merged a stranger's {operation}",
                    )


def nobody_writes_on_in_a_branched_stream(world: World) -> None:
    """10: who learns that its stream is written elsewhere too goes on under a new one."""
    for replica in world.everybody():
        mine = replica.ground.streams().get(replica.ground.mine())
        require(mine is None or len(mine.tips) == 1, 10, f"{replica.name} writes in a stream that has branches")


def clocks_stay_near(world: World) -> None:
    """13: nobody pushes a computer's clock further than a day beyond its own and the last attested time."""
    for replica in world.replicas:
        near = max(replica.farthest, read_marks(replica.ground).attested) + DAY_MS
        limit = min(near, LATEST_MS) << COUNTER_BITS
        require(replica.clock.last <= limit + 100_000, 13, f"the clock of {replica.name} was pushed")


EACH_STEP: tuple[Callable[[World], None], ...] = (
    nothing_lost,
    vectors_are_honest,
    only_what_was_written_is_merged,
    nobody_writes_on_in_a_branched_stream,
    clocks_stay_near,
)


# -- of one replica, now and then and at the end ----------------------------------------------------


def agrees_with_the_model(world: World, replica: Replica) -> None:
    """20 (and 5, 6): heads, shown values, conflicts and life are those of the reference model."""
    disk = replica.ground.disk
    entities = {one.entity for one in disk.log.values()}
    for entity in sorted(entities):
        model = Model(merged(replica.ground, entity), disk.times)
        row = disk.rows.get(entity)
        require((row is not None) == bool(model.operations), 20, f"{entity} is there, or not, at {replica.name}")
        if row is None:
            continue
        require((row.values, row.alive, row.conflicts) == model.row(), 20, f"{entity}: {row} is not {model.row()}")
        stamps = disk.stamps[entity]
        for name in {*model.fields(), ALIVE}:
            require({s.op for s in merge.heads(stamps, name)} == model.heads(name), 20, f"heads of {entity}.{name}")
    require(not disk.rows.keys() - entities, 20, f"rows of nothing at {replica.name}, {world.now}")


def rebuilds_to_the_same(world: World, replica: Replica) -> None:
    """19 (and 9): dropping all that follows from the log and playing it again gives the same."""
    copied = Memory(replica.ground.disk.copied())
    engine = Engine(copied, world.card.id, home=replica.home, kinds=replica.kinds)
    with copied.transaction():
        engine.rebuild()
    require(shown(copied) == shown(replica.ground), 19, f"rebuilt otherwise at {replica.name}")


def losers_are_reachable(world: World, replica: Replica) -> None:
    """7: each value that is not shown can be read on every computer."""
    for entity, stamps in replica.ground.disk.stamps.items():
        heads = {stamp.op for stamp in stamps.heads}
        require(len(replica.ground.bodies(heads)) == len(heads), 7, f"a head of {entity} has no body, {world.now}")


def nothing_of_other_clinics(world: World, replica: Replica) -> None:
    """11: a computer has operations of its own clinic only, and those that headquarters brought there."""
    brought = world.offices[replica.scope].ground.disk.log
    carried = {op for op, one in replica.ground.disk.log.items() if one.state == State.CARRIED}
    for op in replica.ground.disk.log:
        written = world.saved.get(op)
        foreign = written is not None and written.scope != replica.scope
        require(not foreign or op in carried, 11, f"{replica.name} has an operation of the other clinic")
    require(carried <= brought.keys() | world.saved.keys(), 11, "carried by nobody")


EACH_REPLICA: tuple[Callable[[World, Replica], None], ...] = (
    agrees_with_the_model,
    rebuilds_to_the_same,
    losers_are_reachable,
    nothing_of_other_clinics,
)


# -- when all have met ----------------------------------------------------------------------------


def all_are_equal(world: World, scope: bytes) -> None:
    """4 (and 2, 15): within a clinic everybody who was not revoked shows the same, to the stamp."""
    office = world.offices[scope]
    for replica in world.trusted(scope):
        require(
            shown(replica.ground) == shown(office.ground), 4, f"{replica.name} differs: {_difference(replica, office)}"
        )
        require(
            chains.vector(replica.ground) == chains.vector(office.ground), 4, f"{replica.name} has other operations"
        )
        require(not replica.ground.waiting() or world.revoked, 4, f"something waits at {replica.name}")


def _difference(one: Replica, two: Replica) -> str:
    mine, theirs = one.ground.disk.rows, two.ground.disk.rows
    entities = [e for e in sorted({*mine, *theirs}) if mine.get(e) != theirs.get(e)]
    return "; ".join(f"{e}: {mine.get(e)} / {theirs.get(e)}" for e in entities[:2]) or "stamps"


def nothing_is_held_any_more(world: World, scope: bytes) -> None:
    """15: once everybody has the new version, nothing is held, and all equals having had it all along."""
    for replica in [*world.trusted(scope), world.offices[scope]]:
        held = replica.ground.held()
        require(not held, 15, f"{replica.name} holds {[(one.why, one.entity) for one in held]}")


def forks_are_alike(world: World, scope: bytes) -> None:
    """10: what stands twice at one place comes from a copied disk, and everybody sees the same fork."""
    expected = chains.forks(world.offices[scope].ground)
    for fork in expected:
        require(fork.stream in world.forkable, 10, "a fork that no copied disk explains")
    for replica in world.trusted(scope):
        require(chains.forks(replica.ground) == expected, 10, f"{replica.name} sees other forks")


def conflicts_are_exact(world: World, scope: bytes) -> None:
    """5, 6: by what writers had before their eyes: who saw a value replaces it, and only who did not conflicts."""
    office = world.offices[scope]
    for entity, row in sorted(office.ground.disk.rows.items()):
        operations = merged(office.ground, entity)
        saved = [(op, written.operation) for op, written in world.saved.items()]
        everything = {op for op, o in saved if o.entity_id == entity and merge.written(o)}
        if everything != operations.keys():
            continue  # something of it was revoked, or lost with a disk
        values: dict[str, set[str]] = {}
        for op, operation in operations.items():
            for name, value in operation.fields.items():
                if not _is_replaced(world, op, name, operations):
                    values.setdefault(name, set()).add(repr(value))
        conflicts = tuple(sorted(name for name, found in values.items() if len(found) > 1))
        require(row.conflicts == conflicts, 6, f"{entity}: {row.conflicts}, by sight {conflicts}")


def _is_replaced(world: World, op: bytes, name: str, operations: Mapping[bytes, Operation]) -> bool:
    return any(op in world.saved[later].seen and name in o.fields for later, o in operations.items())


def nothing_of_the_gone_is_left(world: World, scope: bytes) -> None:
    """18 (and 11): no body of what was erased, or went to the other clinic, is on any computer that has met."""
    office = world.offices[scope]
    gone = {entity for entity, one in office.ground.disk.gone.items() if one.how != How.BACK}
    for replica in world.trusted(scope):
        disk = replica.ground.disk
        for one in disk.log.values():
            require(
                one.entity not in gone or not _says_something(one), 18, f"{replica.name} has a body of {one.entity}"
            )
        entities = {q.entity for q in disk.quarantine.values()} & gone & world.erased
        require(not entities or world.revoked, 18, f"{replica.name} has {entities} in quarantine")


def _says_something(one: Stored) -> bool:
    return one.entry.body is not None and not is_order(one.entry.body)


def the_revoked_stay_out(world: World, scope: bytes) -> None:
    """12: of a revoked computer counts what headquarters accepted, and nothing else."""
    for replica in [*world.trusted(scope), world.offices[scope]]:
        for stream, known in replica.ground.streams().items():
            revocation = world.revoked.get(known.device)
            if revocation is None or not known.tips:
                continue
            accepted = {tip.op for tip in revocation.accepted.get(stream, ())}
            places = replica.ground.places_of(stream)
            missing = accepted - {place.op for place in places}
            inside = chains.ancestors(places, accepted)
            require(missing or {p.op for p in places} <= inside, 12, f"{replica.name} counts what was not accepted")


AT_THE_END: tuple[Callable[[World, bytes], None], ...] = (
    all_are_equal,
    nothing_is_held_any_more,
    forks_are_alike,
    conflicts_are_exact,
    nothing_of_the_gone_is_left,
    the_revoked_stay_out,
)


def heads_by_value(world: World) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the values of the heads of every field at headquarters: what must not depend on clocks (13)."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for office in world.offices.values():
        for entity, stamps in office.ground.disk.stamps.items():
            found[entity] = _values(office.ground, stamps.heads)
    return found


def _values(ground: Memory, heads: Iterable[merge.Stamp]) -> dict[str, tuple[str, ...]]:
    values: dict[str, list[str]] = {}
    for head in heads:
        operation = stored(ground.bodies([head.op])[head.op])
        for name in head.fields:
            values.setdefault(name, []).append(repr(operation.fields.get(name, operation.kind)))
    return {name: tuple(sorted(said)) for name, said in values.items()}
