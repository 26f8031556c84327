"""Who answers for what a bundle brings: every run of entries must end in a tip that its device signed.

A tip counts when headquarters vouches for the device in this scope. Of a revoked device only the
tips count that headquarters accepted. The hashes carry a tip's word back along its chain, so one
signature answers for a whole run. Looked at before anything is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync.engine import Arrival
from sync.errors import BadRecord
from sync.ground import Ground, Why
from sync.identity import BadSignature, Trust, check_tip
from sync.wire import Entry, Revocation, SignedTip, Tip, Vector


class Authority:
    """Whom a replica believes in one scope."""

    def __init__(self, trust: Trust, scope: bytes) -> None:
        self._trust = trust
        self._scope = scope
        revocations = trust.revocations
        self.revoked: Mapping[bytes, Revocation] = {r.device: r for r in revocations.revoked} if revocations else {}

    def is_good(self, tip: SignedTip) -> bool:
        """Return whether a tip was signed by a device of this scope, or by headquarters. Revocation aside."""
        if tip.scope != self._scope:
            return False
        key = self._key(tip.device)
        if key is None:
            return False
        try:
            check_tip(tip, key)
        except (BadRecord, BadSignature):
            return False
        return True

    def accepted(self) -> Iterator[tuple[bytes, bytes, Tip]]:
        """Return what was accepted of the revoked devices of this scope: device, stream, tip."""
        for revocation in self.revoked.values():
            if self._key(revocation.device) is not None:
                for stream, tips in revocation.accepted.items():
                    for tip in tips:
                        yield revocation.device, stream, tip

    def signed(self, ground: Ground) -> Vector:
        """Return how far each stream of a ground is answered for, so that it may be sent on."""
        streams = ground.streams()
        found: dict[bytes, set[Tip]] = {}
        for tip in ground.signed_tips(streams):
            if tip.device not in self.revoked:
                found.setdefault(tip.stream, set()).add(Tip(tip.seq, tip.op))
        for _, stream, accepted in self.accepted():
            found.setdefault(stream, set()).add(accepted)
        return {stream: tuple(sorted(tips)) for stream, tips in found.items()}

    def _key(self, device: bytes) -> bytes | None:
        headquarters = self._trust.headquarters
        if device == headquarters.id:
            return headquarters.sign_key
        certificate = self._trust.certificate(device)
        return certificate.sign_key if certificate and certificate.scope == self._scope else None


@dataclass(slots=True)
class _Run:
    """Entries that stand one after the other in a bundle and in their chain. `good` are those answered for."""

    stream: bytes
    prev: bytes
    count: int
    good: int
    signer: bytes
    last: bytes


class Cover:
    """Which entries of one bundle somebody answers for. Made by reading the whole bundle once."""

    def __init__(self, authority: Authority, tips: Iterable[SignedTip], ground: Ground) -> None:
        self._ground = ground
        self._revoked = authority.revoked
        self.tips = tuple(tip for tip in tips if authority.is_good(tip))
        """The tips of the bundle that are good."""
        self._signers: dict[tuple[bytes, bytes], bytes] = {
            (tip.stream, tip.op): tip.device for tip in self.tips if tip.device not in self._revoked
        }
        self._signers |= {(stream, tip.op): device for device, stream, tip in authority.accepted()}
        self._devices = {tip.stream: tip.device for tip in tips}
        self._runs: list[_Run] = []

    def look(self, pieces: Iterable[Sequence[Entry]]) -> None:
        """Read through the bundle. Afterwards `arrivals` gives the same entries with whoever answers for them."""
        run: _Run | None = None
        kept: set[bytes] = set()
        for piece in pieces:
            for entry in piece:
                if entry.stream not in kept:
                    kept.add(entry.stream)
                    self._add_kept(entry.stream)
                if run is None or (run.stream, run.last) != (entry.stream, entry.prev):
                    run = _Run(entry.stream, entry.prev, 0, 0, b"", entry.op)
                    self._runs.append(run)
                run.count += 1
                run.last = entry.op
                signer = self._signers.get((entry.stream, entry.op))
                if signer is not None:
                    run.good, run.signer = run.count, signer
        self._join()

    def arrivals(self, pieces: Iterable[Sequence[Entry]]) -> Iterator[list[Arrival]]:
        """Return the entries of the same pieces, in the same order, with whoever answers for them."""
        runs = iter(self._runs)
        left, good, signer, why = 0, 0, b"", ""
        for piece in pieces:
            arrivals = []
            for entry in piece:
                if left == 0:
                    run = next(runs)
                    left, good, signer = run.count, run.good, run.signer
                    why = self._why_not(run.stream)
                arrivals.append(Arrival(entry, signer) if good > 0 else Arrival(entry, b"", why))
                left -= 1
                good -= 1
            yield arrivals

    def _add_kept(self, stream: bytes) -> None:
        """Count the tips of a stream that came with earlier bundles."""
        for tip in self._ground.signed_tips([stream]):
            if tip.device not in self._revoked:
                self._signers.setdefault((tip.stream, tip.op), tip.device)

    def _join(self) -> None:
        """Count a run as good as a whole when a good run follows its last entry."""
        ends = {(run.stream, run.last): run for run in self._runs}
        line = [run for run in self._runs if run.good]
        while line:
            run = line.pop()
            before = ends.get((run.stream, run.prev))
            if before is not None and before.good < before.count:
                before.good, before.signer = before.count, run.signer
                line.append(before)

    def _why_not(self, stream: bytes) -> str:
        known = self._ground.streams().get(stream)
        device = known.device if known else self._devices.get(stream, b"")
        return Why.REVOKED if device in self._revoked else Why.UNSIGNED
