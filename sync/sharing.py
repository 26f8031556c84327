"""Records that go to another clinic, or are shared with one: what headquarters does between two scopes.

A record is a root entity with what belongs to it. Its original operations are carried into the
other scope, inside operations of headquarters there; what is written later, by computers that had
not heard, is carried after them. A record that was transferred is dropped where it was: its rows at
once, its bodies when headquarters has them safe.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from sync.engine import Draft, Engine, Taken
from sync.errors import BadRecord
from sync.ground import Ground, How, State, Stored, Why
from sync.judging import carried_body, carrying
from sync.records import CONTROL, Kind, Operation, digest, stored

ORDER: Final = "order"
"""The entity type that orders of headquarters name."""
SHARES: Final = "shares"
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


class Share(msgspec.Struct, frozen=True):
    """A record of this scope that went, or is granted, to another. `moved` are the entities that were dropped here."""

    root: str
    to: bytes
    kind: str  # Kind.TRANSFER or Kind.GRANT
    moved: tuple[str, ...] = ()


def shares(ground: Ground) -> tuple[Share, ...]:
    """Return what this scope shares or gave away."""
    content = ground.note(SHARES)
    return msgspec.msgpack.decode(content, type=tuple[Share, ...]) if content else ()


def core(ground: Ground, root: str) -> set[str]:
    """Return a record's own entities: the root, what lies below it, and what names it."""
    return {root} | ground.below(root) | ground.naming({root})


def transfer(root: str, here: Side, there: Side) -> Taken:
    """Bring a record to another scope and drop it here. Repeating it does no harm.

    What other records here name too (an employer, say) goes along and stays.
    """
    _forget(there.ground, root, here.scope)  # it may be on its way back
    return _begin(Share(root, there.scope, Kind.TRANSFER), here, there)


def grant(root: str, here: Side, there: Side) -> Taken:
    """Bring a record to another scope and keep it here too: what either writes later reaches the other."""
    return _begin(Share(root, there.scope, Kind.GRANT), here, there)


def relay(here: Side, sides: Mapping[bytes, Side]) -> Taken:
    """Carry on what arrived late in this scope of records that it shares or gave away. Due after each taking.

    `sides` are all scopes by id. A scope that others share with is served when their turn comes.
    """
    taken = Taken()
    for share in shares(here.ground):
        target = _home(share, here.scope, sides)
        if target is None:
            continue
        taken += _bring(share, here, target)
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


def _begin(share: Share, here: Side, there: Side) -> Taken:
    known = {(one.root, one.to, one.kind) for one in shares(here.ground)}
    if (share.root, share.to, share.kind) not in known:
        said = {"from": here.scope.hex(), "to": there.scope.hex()}
        _put_shares(here.ground, [one for one in shares(here.ground) if not _replaces(share, one)] + [share])
        for side in (here, there):
            side.write([Draft(ORDER, share.root, share.kind, said)])
    return relay(here, {here.scope: here, there.scope: there})


def _replaces(share: Share, one: Share) -> bool:
    """Return whether a share ends an earlier one: a record goes to one place only."""
    return one.root == share.root and (share.kind == Kind.TRANSFER or one.to == share.to)


def _forget(ground: Ground, root: str, to: bytes) -> None:
    _put_shares(ground, [one for one in shares(ground) if (one.root, one.to) != (root, to)])


def _home(share: Share, scope: bytes, sides: Mapping[bytes, Side]) -> Side | None:
    """Return where a record is by now: it may have gone further since."""
    seen = {scope}
    to = share.to
    while to in sides and to not in seen:
        seen.add(to)
        onward = [s for s in shares(sides[to].ground) if s.root == share.root and s.kind == Kind.TRANSFER]
        if not onward:
            return sides[to]
        to = onward[0].to
    return None


def _bring(share: Share, here: Side, there: Side) -> Taken:
    own = core(here.ground, share.root)
    if share.kind == Kind.GRANT:
        return _carry(own | here.ground.named_by(own), here, there)
    gone = {entity for entity, one in here.ground.gone([share.root, *share.moved]).items() if one.how != How.BACK}
    own -= gone
    named = here.ground.named_by(own) - own
    taken = _carry(own | named | set(share.moved), here, there)
    leaving = own | {entity for entity in named if here.ground.naming({entity}) <= own | named}
    if leaving:
        moved = tuple(sorted({*share.moved, *leaving}))
        others = [one for one in shares(here.ground) if one.root != share.root or one.kind != share.kind]
        _put_shares(here.ground, [*others, msgspec.structs.replace(share, moved=moved)])
        taken += here.write([Draft(ORDER, entity, Kind.DROP, {}) for entity in sorted(leaving)])
    return taken + _let_go_of_late(share.moved, here, there)


def _let_go_of_late(entities: Collection[str], here: Side, there: Side) -> Taken:
    """Blank what came late and was carried on."""
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
    wanted = [op for op in found if op not in places or places[op].state == State.BLANK]
    gone = there.ground.gone({found[op][0] for op in wanted})
    back = [entity for entity, one in sorted(gone.items()) if one.how == How.MOVED]
    never = {entity for entity, one in gone.items() if one.how == How.ERASED}
    drafts = [Draft(ORDER, entity, Kind.KEEP, {}) for entity in back]
    drafts += [
        Draft(ORDER, entity, Kind.CARRY, carrying(body))
        for entity, body in (found[op] for op in wanted)
        if entity not in never
    ]
    taken = Taken()
    for start in range(0, len(drafts), _AT_ONCE):
        taken += there.write(drafts[start : start + _AT_ONCE])
    return taken


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


def _put_shares(ground: Ground, known: Sequence[Share]) -> None:
    with ground.transaction():
        ground.put_note(SHARES, msgspec.msgpack.encode(tuple(known)))
