"""Records that go to another clinic, or are shared with one: what headquarters does between two scopes.

A record is a root entity with what belongs to it. Its original operations are carried into the
other scope, inside operations of headquarters there; what is written later, by computers that had
not heard, is carried after them. A record that was transferred is dropped where it was: its rows at
once, its bodies when headquarters has them safe.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from sync.engine import Draft, Engine, Taken
from sync.errors import BadRecord
from sync.ground import Ground, How, State, Stored, Why
from sync.judging import carried_body, carrying
from sync.records import CONTROL, Kind, Operation, digest, stored
from sync.taking import read_shares

ORDER: Final = "order"
"""The entity type that orders of headquarters name."""
_ROOT: Final = "root"
_AT_ONCE: Final = 500  # operations carried in one transaction


class Side(NamedTuple):
    """One scope at headquarters. `write` writes headquarters' operations there, in a transaction of its own."""

    scope: bytes
    engine: Engine
    write: Callable[[Sequence[Draft]], Taken]

    @property
    def ground(self) -> Ground:
        """The storage of the scope."""
        return self.engine.ground


class Share(NamedTuple):
    """A record of this scope that went, or is granted, to another. `kind` is Kind.TRANSFER or Kind.GRANT.

    `time` is when headquarters ordered it, in hybrid time.
    """

    root: str
    to: bytes
    kind: str
    time: int


def shares(side: Side) -> tuple[Share, ...]:
    """Return what this scope shares or gave away, by headquarters' orders: the last transfer of a record counts."""
    orders = sorted(read_shares(side.ground), key=lambda order: order.time)
    found: dict[str, list[Share]] = {}
    for order in orders:
        if order.kind == Kind.TRANSFER:
            found[order.root] = []  # what was granted before goes with the record
        if order.came_from == side.scope:
            found.setdefault(order.root, []).append(Share(order.root, order.went_to, order.kind, order.time))
    return tuple(share for some in found.values() for share in some)


def core(ground: Ground, root: str) -> set[str]:
    """Return a record's own entities: the root, what lies below it, and what names it."""
    return {root} | ground.below(root) | ground.naming({root})


def transfer(root: str, here: Side, there: Side) -> Taken:
    """Bring a record to another scope and drop it here. Repeating it does no harm.

    What other records here name too (an employer, say) goes along and stays.
    """
    return _begin(root, Kind.TRANSFER, here, there)


def grant(root: str, here: Side, there: Side) -> Taken:
    """Bring a record to another scope and keep it here too: what either writes later reaches the other."""
    return _begin(root, Kind.GRANT, here, there)


def relay(here: Side, sides: Mapping[bytes, Side]) -> Taken:
    """Carry on what arrived late in this scope of records that it shares or gave away. Due after each taking.

    `sides` are all scopes by id. A scope that others share with is served when their turn comes.
    """
    taken = Taken()
    for share in shares(here):
        target = _home(share, here.scope, sides)
        if target is None:
            continue
        taken += _bring(share, here, target, _granted(here, sides))
        if share.kind == Kind.GRANT:
            taken += _carry(core_and_named(target.ground, share.root), target, here)
    return taken


def erase(entities: Collection[str], sides: Iterable[Side]) -> Taken:
    """Erase entities in every scope that has anything of them."""
    taken = Taken()
    for side in sides:
        known = {one.entity for one in side.ground.of_entities(entities)}
        taken += side.write([Draft(ORDER, entity, Kind.ERASE, {}) for entity in sorted(known)])
    return taken


def core_and_named(ground: Ground, root: str) -> set[str]:
    """Return a record with all that it names."""
    own = core(ground, root)
    return own | ground.named_by(own)


def _begin(root: str, kind: str, here: Side, there: Side) -> Taken:
    if (root, there.scope, kind) not in {(share.root, share.to, share.kind) for share in shares(here)}:
        said = {"from": here.scope.hex(), "to": there.scope.hex()}
        for side in (here, there):
            side.write([Draft(ORDER, root, kind, said)])
    return relay(here, {here.scope: here, there.scope: there})


def _home(share: Share, scope: bytes, sides: Mapping[bytes, Side]) -> Side | None:
    """Return where a record is by now: it may have gone further since, or come back."""
    while share.to in sides and share.to != scope:
        onward = [
            one
            for one in shares(sides[share.to])
            if (one.root, one.kind) == (share.root, Kind.TRANSFER) and one.time > share.time
        ]
        if not onward:
            return sides[share.to]
        share = onward[0]
    return None


def _granted(here: Side, sides: Mapping[bytes, Side]) -> set[str]:
    """Return what this scope shares with another by a grant: it does not leave with another record."""
    roots = {one.root for one in shares(here) if one.kind == Kind.GRANT}
    for side in sides.values():
        roots |= {one.root for one in shares(side) if one.kind == Kind.GRANT and one.to == here.scope}
    return set().union(*(core_and_named(here.ground, root) for root in roots))


def _bring(share: Share, here: Side, there: Side, granted: Collection[str]) -> Taken:
    own = core(here.ground, share.root)
    if share.kind == Kind.GRANT:
        return _carry(own | here.ground.named_by(own), here, there)
    own -= {entity for entity, one in here.ground.gone(own).items() if one.how != How.BACK}
    named = here.ground.named_by(own) - own
    late = _late(here.ground, share.root)
    taken = _keep(share, there) + _carry(own | named | late, here, there)
    leaving = own | {entity for entity in named if here.ground.naming({entity}) <= own | named}
    leaving -= set(granted)
    drops = [Draft(ORDER, entity, Kind.DROP, {_ROOT: share.root}) for entity in sorted(leaving)]
    if drops:
        taken += here.write(drops)
    return taken + _let_go(late | leaving, here, there)


def _keep(share: Share, there: Side) -> Taken:
    """Say that what was dropped there with the record, before it was sent back, is wanted there again."""
    gone = there.ground.gone(_late(there.ground, share.root))
    back = [entity for entity, one in gone.items() if one.how == How.MOVED and one.since < share.time]
    return _write(there, _brought_back(back, there))


def _brought_back(entities: Collection[str], there: Side) -> list[Draft]:
    """Return the orders to keep entities again, and what is still here of them: others may have emptied it."""
    drafts = [Draft(ORDER, entity, Kind.KEEP, {}) for entity in sorted(entities)]
    known = _originals(there.ground.of_entities(entities))
    return drafts + [Draft(ORDER, entity, Kind.CARRY, carrying(body)) for _, (entity, body) in known]


def _write(side: Side, drafts: Sequence[Draft]) -> Taken:
    taken = Taken()
    for start in range(0, len(drafts), _AT_ONCE):
        taken += side.write(drafts[start : start + _AT_ONCE])
    return taken


def _late(ground: Ground, root: str) -> set[str]:
    """Return the entities that were dropped with a record and of which something came since."""
    held = {one.entity for one in ground.held() if one.why == Why.GONE}
    orders = (_read(one.entry.body) for one in ground.of_entities(held) if one.entry.body is not None)
    return {o.entity_id for o in orders if o and o.kind == Kind.DROP and o.fields.get(_ROOT) == root}


def _let_go(entities: Collection[str], here: Side, there: Side) -> Taken:
    """Blank what was dropped here and is there by now."""
    late = [one for one in here.ground.of_entities(entities) if one.why == Why.GONE and one.entry.body is not None]
    originals = {one.entry.op: op for one in late for op, _ in _originals([one])}
    brought = there.ground.places(originals.values())
    done = [op for op, original in originals.items() if original in brought]
    here.engine.blank(done)
    return Taken(emptied=bool(done))


def _carry(entities: Collection[str], here: Side, there: Side) -> Taken:
    """Carry what the other scope has not of these entities."""
    found = dict(_originals(here.ground.of_entities(entities)))
    places = there.ground.places(found.keys())
    gone = there.ground.gone({entity for entity, _ in found.values()})
    back = {entity for entity, one in gone.items() if one.how == How.MOVED}
    never = {entity for entity, one in gone.items() if one.how == How.ERASED}
    drafts = _brought_back(back, there)
    for op, (entity, body) in found.items():
        missing = op not in places or places[op].state == State.BLANK
        if missing and entity not in never:
            drafts.append(Draft(ORDER, entity, Kind.CARRY, carrying(body)))
    return _write(there, drafts)


def _originals(known: Sequence[Stored]) -> Iterator[tuple[bytes, tuple[str, bytes]]]:
    """Return the operations themselves, whoever brought them here: hash, entity, bytes."""
    for one in known:
        body = one.entry.body
        if body is None:
            continue
        if one.state == State.HELD and one.why == Why.GONE and _carried(body) is not None:
            inner = _carried(body)
            assert inner is not None
            yield digest(inner), (one.entity, inner)
        elif not _is_ours(body):
            yield one.entry.op, (one.entity, body)


def _carried(body: bytes) -> bytes | None:
    operation = _read(body)
    return carried_body(operation) if operation and operation.kind == Kind.CARRY else None


def _is_ours(body: bytes) -> bool:
    """Return whether a body is headquarters' own business in a scope: orders, but for corrected times, and carrying."""
    operation = _read(body)
    return operation is not None and operation.kind in CONTROL - {Kind.ANNOTATE}


def _read(body: bytes) -> Operation | None:
    try:
        return stored(body)
    except BadRecord:  # a newer version's: it goes along as it is
        return None
