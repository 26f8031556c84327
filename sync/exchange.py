"""What one replica offers another, and what it takes from one: the content of bundles, for stick and line.

A clinic's computer offers everything that headquarters has not acknowledged, its own and what it
carries for others, and what computers that it met lack. Headquarters answers each device by what
that device said it has. Nothing counts as delivered because it was offered: only acknowledgement does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from sync import chains, identity
from sync.authority import Authority, Cover
from sync.chains import Reach
from sync.clock import COUNTER_BITS, Clock, at
from sync.engine import Draft, Engine, Pen, Taken
from sync.errors import BadRecord
from sync.ground import Ground
from sync.identity import BadSignature, Identity, Trust
from sync.records import Kind, stored
from sync.wire import Certificate, Entry, Headquarters, Manifest, Revocations, SignedTip, Tip, Vector

DAY_MS: Final = 24 * 60 * 60 * 1000
AHEAD_MS: Final = DAY_MS + 60 * 60 * 1000
"""What is further ahead at headquarters gets another effective time. A right clock is pushed a day ahead at most."""
FRESH_MS: Final = 30 * DAY_MS
"""A computer that was met is written for as long: one that is heard of no more gets it from headquarters."""

MARKS: Final = "marks"
CERTIFICATES: Final = "certificates"
REVOCATIONS: Final = "revocations"
_HAVE: Final = "have."
_MOST_SEEN: Final = 64

Pieces = Callable[[], Iterable[Sequence[Entry]]]
"""Gives the entries of a bundle, a piece at a time, each time anew: they are read twice."""


class Marks(msgspec.Struct, frozen=True):
    """What headquarters acknowledged to this replica, in which incarnation, and the latest time that it told."""

    incarnation: bytes = b""
    received: Vector = {}
    durable: Vector = {}
    attested: int = 0


class Have(msgspec.Struct, frozen=True):
    """What another replica said it has, and when that was heard (milliseconds, the clock here).

    `seen` are the bundles that said so: one that lies on a stick and is read again says nothing new,
    and its writer may have been set back since.
    """

    vector: Vector = {}
    heard: int = 0
    seen: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """The content of the next bundle: a manifest to be completed and signed, whom to encrypt to, the entries.

    `entries` can be asked for once or more; each time they are read anew, and are the same.
    """

    manifest: Manifest
    readers: tuple[str, ...]
    entries: Callable[[], Iterator[Entry]]


@dataclass(frozen=True, slots=True)
class Report:
    """What taking a bundle did. `new_certificates` and `new_revoked` were learned from it."""

    taken: Taken
    new_certificates: tuple[Certificate, ...] = ()
    new_revoked: frozenset[bytes] = frozenset()
    corrected: int = 0
    """At headquarters: operations that were given another effective time."""
    wants: tuple[bytes, ...] = ()
    holds: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Exchange:
    """One replica's side of a scope. `trust` grows as bundles bring certificates; headquarters keeps it elsewhere.

    `now` gives milliseconds since 1970. `incarnation` is headquarters' own, b"" for devices.
    """

    engine: Engine
    identity: Identity
    scope: bytes
    trust: Trust
    now: Callable[[], int]
    incarnation: bytes = b""

    @property
    def _ground(self) -> Ground:
        return self.engine.ground

    # -- offering -----------------------------------------------------------------------------

    def offer(self, *, wants: Sequence[bytes] = (), siblings: bool = True) -> Offer:
        """Return what a clinic's computer has for headquarters and for the other computers of its clinic.

        Without `siblings` it is for headquarters alone: over a line nobody else reads it.
        """
        marks = read_marks(self._ground)
        others = [c for c in self._devices() if c.device != self.identity.id] if siblings else []
        met = [self.have(c.device) for c in others]
        lacking = [marks.received, *(have.vector for have in met if have.heard and have.heard > self.now() - FRESH_MS)]
        headquarters = self.trust.headquarters
        manifest = Manifest(
            bundle=b"",
            sender=self.identity.id,
            recipients=(headquarters.id, *(c.device for c in others)),
            scope=self.scope,
            made=self.now(),
            attested=marks.attested,
            have=self.engine.vector(),
            wants=tuple(wants),
        )
        readers = [headquarters.recipient, headquarters.escrow, *(c.recipient for c in others)]
        return self._offer(manifest, [r for r in readers if r], lacking, [have.vector for have in met])

    def reply(
        self, device: bytes, *, durable: Vector, wants: Sequence[bytes] = (), holds: Sequence[bytes] = ()
    ) -> Offer:
        """Return what headquarters has for one device, by the device's last word. `durable` is in its backups."""
        certificate = self.trust.certificates[device]
        have = self.have(device)
        manifest = Manifest(
            bundle=b"",
            sender=self.identity.id,
            recipients=(device,),
            scope=self.scope,
            made=self.now(),
            attested=self.now(),
            incarnation=self.incarnation,
            have=self.engine.vector(),
            durable=durable,
            wants=tuple(wants),
            holds=tuple(holds),
        )
        return self._offer(manifest, [certificate.recipient], [have.vector], [have.vector])

    def have(self, device: bytes) -> Have:
        """Return what another replica last said it has."""
        return _read(self._ground, _HAVE + device.hex(), Have) or Have()

    def _offer(
        self, manifest: Manifest, readers: Sequence[str], lacking: Sequence[Vector], known: Sequence[Vector]
    ) -> Offer:
        tips = self._sign_own()
        authority = Authority(self.trust, self.scope)
        signed = authority.signed(self._ground)
        for tip in tips:
            signed[tip.stream] = chains.union(signed.get(tip.stream, ()), (Tip(tip.seq, tip.op),))
        bare = None if self.engine.home else frozenset({self.identity.id, self.trust.headquarters.id})
        sending = _Sending(self._ground, signed, lacking, bare)
        signatures = {(tip.stream, tip.op): tip for tip in (*self._ground.signed_tips(sending.streams), *tips)}
        manifest = msgspec.structs.replace(
            manifest,
            # What was accepted of a revoked device needs no signature of it: headquarters' list answers for it.
            tips=tuple(signatures[end] for end in sending.ends() if end in signatures),
            certificates=self._certificates(sending.streams, known, manifest.recipients),
            revocations=self.trust.revocations,
        )
        return Offer(manifest, tuple(readers), sending.entries)

    def _sign_own(self) -> list[SignedTip]:
        """Sign the ends of the streams that this replica wrote."""
        own = self.identity.id
        found = []
        for stream, known in self._ground.streams().items():
            if known.device == own:
                for tip in known.tips:
                    unsigned = SignedTip(stream, self.scope, own, tip.seq, tip.op)
                    found.append(identity.sign(unsigned, self.identity))
        return found

    def _devices(self) -> list[Certificate]:
        """Return the certificates of the devices of this scope that may read what is written now."""
        known = sorted(self.trust.certificates.values(), key=lambda c: c.device)
        return [c for c in known if c.scope == self.scope and not self.trust.is_revoked(c.device)]

    def _certificates(
        self, streams: Iterable[bytes], known: Sequence[Vector], readers: Sequence[bytes]
    ) -> tuple[Certificate, ...]:
        """Return the certificates that go along: of devices of whose streams a reader has shown nothing yet.

        Headquarters introduces the silent ones too, so that computers can write for each other.
        """
        owners = {stream: one.device for stream, one in self._ground.streams().items()}
        devices = {owners[stream] for stream in streams}
        if self.engine.home:
            devices |= {certificate.device for certificate in self._devices()} - set(readers)
        shown = [{owners[stream] for stream in vector if stream in owners} for vector in known]
        new = {device for device in devices if any(device not in one for one in shown)}
        return tuple(self.trust.certificates[d] for d in sorted(new) if d in self.trust.certificates)

    # -- taking -------------------------------------------------------------------------------

    def take(self, manifest: Manifest, pieces: Pieces, clock: Clock | None = None) -> Report:
        """Take in a bundle whose signature was checked. A piece a transaction; safe to repeat after any cut.

        `clock` is the replica's, to be brought near what it saw. BadRecord when the bundle is of
        another scope.
        """
        if manifest.scope != self.scope:
            raise BadRecord("a bundle of another scope")
        from_headquarters = manifest.sender == self.trust.headquarters.id
        certificates, revoked = self._learn(manifest)
        cover = Cover(Authority(self.trust, self.scope), manifest.tips, self._ground)
        cover.look(pieces())
        with self._ground.transaction():  # before what they answer for: a cut must not leave it without them
            self._ground.put_signed_tips(cover.tips)
        latest = at(self.now() + AHEAD_MS) if self.engine.home else None
        taken = Taken()
        for arrivals in cover.arrivals(pieces()):
            taken += self.engine.take(arrivals, sender=manifest.sender, latest=latest)
        corrected = self._correct(taken.ahead)
        if self.trust.revocations is not None:  # each time: a cut may have come between learning of it and this
            taken += self.engine.revoke(self.trust.revocations.revoked)
        self._note(manifest, from_headquarters=from_headquarters)
        if not self.engine.home:
            marks = read_marks(self._ground)
            taken += Taken(emptied=self.engine.settle(marks.received, marks.durable))
        if taken.emptied:
            self._ground.scrub()
        if clock is not None:
            clock.see(taken.latest, max(self.now(), read_marks(self._ground).attested) + DAY_MS)
        return Report(taken, certificates, revoked, corrected, manifest.wants, manifest.holds)

    def _learn(self, manifest: Manifest) -> tuple[tuple[Certificate, ...], frozenset[bytes]]:
        """Learn the certificates and revocations that headquarters signed: it too may have lost some in a restore."""
        before = self.trust
        trust = before.with_certificates(manifest.certificates)
        revocations = manifest.revocations
        serial = before.revocations.serial if before.revocations else 0
        if revocations is not None and revocations.serial > serial:
            with suppress(BadRecord, BadSignature):
                identity.check_revocations(revocations, trust.headquarters)
                trust = Trust(trust.headquarters, trust.certificates, revocations)
        new = tuple(c for d, c in sorted(trust.certificates.items()) if before.certificates.get(d) != c)
        revoked = frozenset(_revoked(trust) - _revoked(before))
        if new or trust.revocations is not before.revocations:
            self.trust = trust
            if not self.engine.home:
                keep_trust(self._ground, trust)
        return new, revoked

    def _note(self, manifest: Manifest, *, from_headquarters: bool) -> None:
        """Keep what the sender said of itself."""
        with self._ground.transaction():
            if from_headquarters and not self.engine.home:
                self._put(MARKS, _raised(self._ground, read_marks(self._ground), manifest))
            else:
                before = self.have(manifest.sender)
                if manifest.bundle and manifest.bundle in before.seen:
                    return
                seen = (*before.seen, manifest.bundle)[-_MOST_SEEN:]
                have = Have(chains.latest(self._ground, before.vector, manifest.have), self.now(), seen)
                self._put(_HAVE + manifest.sender.hex(), have)

    def _put(self, name: str, content: msgspec.Struct) -> None:
        self._ground.put_note(name, msgspec.msgpack.encode(content))

    def _correct(self, ahead: Sequence[tuple[int, bytes, str]]) -> int:
        """Give operations from a clock that runs far ahead an effective time of now, in their own order."""
        if not ahead:
            return 0
        with self._ground.transaction():
            pen = Pen.of(
                self._ground, self.identity.id, self.identity.id.hex(), Clock(last_time(self._ground, self.identity.id))
            )
            writing = self.engine.writing(pen, self.now())
            for number, (_, op, entity) in enumerate(sorted(ahead)):
                time = at(self.now()) + min(number, 2**COUNTER_BITS - 1)
                writing.append(Draft("annotation", entity, Kind.ANNOTATE, {"op": op.hex(), "effective": time}))
            writing.end()
        return len(ahead)


class _Sending:
    """Which entries go: answered for, and not known to be with every reader.

    Those without body go only in streams of the devices `bare`, or in all when that is None.
    """

    def __init__(
        self, ground: Ground, signed: Vector, lacking: Sequence[Vector], bare: frozenset[bytes] | None
    ) -> None:
        self._ground = ground
        self._blanks = {s for s, known in ground.streams().items() if bare is None or known.device in bare}
        self._signed = Reach(ground, signed)
        self._lacking = [Reach(ground, vector) for vector in lacking]
        self._streams = [stream for stream in sorted(ground.streams()) if next(self._of(stream), None) is not None]

    @property
    def streams(self) -> list[bytes]:
        """The streams of which something goes."""
        return self._streams

    def ends(self) -> list[tuple[bytes, bytes]]:
        """Return where these streams end, as far as they go: stream and operation. Their signed tips go along."""
        return [(stream, tip.op) for stream in self._streams for tip in self._signed.ends(stream)]

    def entries(self) -> Iterator[Entry]:
        """Return the entries, a stream after the other, each after the one it follows."""
        for stream in self._streams:
            yield from self._of(stream)

    def _of(self, stream: bytes) -> Iterator[Entry]:
        after = min(reach.upto(stream) for reach in self._lacking)
        if after >= self._signed.upto(stream) and not self._signed.is_forked(stream):
            return
        for entry in self._ground.chain(stream, after):
            place = (entry.stream, entry.seq, entry.op)
            may_go = (entry.body is not None or stream in self._blanks) and self._signed.covers(*place)
            if may_go and not all(reach.covers(*place) for reach in self._lacking):
                yield entry


def read_marks(ground: Ground) -> Marks:
    """Return what headquarters acknowledged to this replica."""
    return _read(ground, MARKS, Marks) or Marks()


def read_trust(ground: Ground, headquarters: Headquarters) -> Trust:
    """Return whom a clinic's computer believes, from what it kept."""
    certificates = _read(ground, CERTIFICATES, tuple[Certificate, ...]) or ()
    return Trust(headquarters, {c.device: c for c in certificates}, _read(ground, REVOCATIONS, Revocations))


def keep_trust(ground: Ground, trust: Trust) -> None:
    """Keep whom a clinic's computer believes. In a transaction of its own."""
    with ground.transaction():
        ground.put_note(CERTIFICATES, msgspec.msgpack.encode(tuple(trust.certificates.values())))
        if trust.revocations is not None:
            ground.put_note(REVOCATIONS, msgspec.msgpack.encode(trust.revocations))


def last_time(ground: Ground, device: bytes) -> int:
    """Return the latest hybrid time at the ends of the streams that a device wrote: its clock goes on from there."""
    ends = {tip.op for known in ground.streams().values() if known.device == device for tip in known.tips}
    return max((stored(body).hlc for body in ground.bodies(ends).values()), default=0)


_Kept = TypeVar("_Kept")


def _read(ground: Ground, name: str, kind: type[_Kept]) -> _Kept | None:
    content = ground.note(name)
    return None if content is None else msgspec.msgpack.decode(content, type=kind)


def _raised(ground: Ground, before: Marks, manifest: Manifest) -> Marks:
    """Return the marks after one more word of headquarters."""
    attested = max(before.attested, manifest.attested)
    if manifest.incarnation == before.incarnation:
        received = chains.risen(ground, before.received, manifest.have)
        durable = chains.risen(ground, before.durable, manifest.durable)
        return Marks(before.incarnation, received, durable, attested)
    if before.incarnation and manifest.attested <= before.attested:
        return before  # a bundle from before headquarters was restored, that comes late
    return Marks(manifest.incarnation, manifest.have, manifest.durable, attested)  # what it lost is sent again


def _revoked(trust: Trust) -> set[bytes]:
    return {one.device for one in trust.revocations.revoked} if trust.revocations else set()
