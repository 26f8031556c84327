"""Reads the bytes of an operation and says whether this version may merge it, and if not, why.

The answer depends only on the bytes, on who signed for them and on what this version knows; never
on what else is here.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final, NamedTuple

from sync.errors import BadRecord
from sync.ground import Why
from sync.merge import written
from sync.records import (
    CARRIED_TAG,
    CONTROL,
    FORMAT,
    ID_BYTES,
    READER,
    Glance,
    Kind,
    Operation,
    Value,
    decode,
    digest,
    glance,
    stored,
)

KINDS: Final = frozenset({Kind.CREATE, Kind.SET, Kind.DELETE, Kind.UNDELETE, Kind.LINK, Kind.EVENT} | CONTROL)
"""The kinds of operation that this version can merge."""


class Inner(NamedTuple):
    """The operation that headquarters carries from another scope."""

    op: bytes
    operation: Operation
    body: bytes


class Judged(NamedTuple):
    """What a body says. `operation` is None when this version cannot read it; `why` is "" when it may be merged."""

    said: Glance
    operation: Operation | None
    why: str = ""
    inner: Inner | None = None


class Judge:
    """What this version understands, and who headquarters is: b"" while a clinic is not enrolled."""

    def __init__(self, headquarters: bytes = b"", kinds: frozenset[str] = KINDS, reader: int = READER) -> None:
        self.headquarters = headquarters
        self._kinds = kinds
        self._reader = reader

    def judge(self, body: bytes, signer: bytes) -> Judged:
        """Return what a body says and why it cannot be merged, if so. BadRecord when it cannot be placed."""
        try:
            operation = decode(body)
        except BadRecord:
            seen = glance(body)
            why = Why.VALUE if seen.version == FORMAT else Why.FORMAT
            return Judged(seen, None, why)
        inner, why = None, ""
        if operation.min_reader > self._reader:
            why = Why.READER
        elif operation.kind not in self._kinds:
            why = Why.KIND
        elif operation.kind in CONTROL:
            inner, why = self._judge_order(operation, signer)
        elif not operation.bases.keys() <= set(written(operation)):
            why = Why.VALUE  # it would take values away and put nothing in their place
        return Judged(said(operation), operation, why, inner)

    def _judge_order(self, operation: Operation, signer: bytes) -> tuple[Inner | None, str]:
        if not signer or signer != self.headquarters:
            return None, Why.NOT_ALLOWED
        if operation.kind == Kind.ANNOTATE:
            return None, Why.VALUE if annotated(operation) is None else ""
        if operation.kind in {Kind.TRANSFER, Kind.GRANT}:
            return None, "" if _is_between_scopes(operation) else Why.VALUE
        if operation.kind != Kind.CARRY:
            return None, ""
        body = carried_body(operation)
        if body is None:
            return None, Why.VALUE
        try:
            judged = self.judge(body, signer)
        except BadRecord:
            return None, Why.VALUE
        if judged.why or judged.operation is None:
            return None, judged.why
        if judged.operation.kind in CONTROL - {Kind.ANNOTATE} or judged.said.entity_id != operation.entity_id:
            return None, Why.VALUE
        return Inner(digest(body), judged.operation, body), ""


def _is_between_scopes(operation: Operation) -> bool:
    try:
        ids = [bytes.fromhex(str(operation.fields.get(name))) for name in ("from", "to")]
    except ValueError:
        return False
    return all(len(one) == ID_BYTES for one in ids)


def said(operation: Operation) -> Glance:
    """Return what an operation that was read says of its place."""
    return Glance(
        operation.version,
        operation.stream,
        operation.seq,
        operation.prev_hash,
        operation.device,
        operation.entity_id,
    )


def is_order(body: bytes) -> bool:
    """Return whether a stored body is an order of headquarters about an entity, and says nothing of its content."""
    try:
        return stored(body).kind in CONTROL - {Kind.CARRY}
    except BadRecord:
        return False


def annotated(operation: Operation) -> tuple[bytes, int] | None:
    """Return which operation an `annotate` is about and the effective time it gives; None when it does not say."""
    op, time = operation.fields.get("op"), operation.fields.get("effective")
    if not isinstance(op, str) or not isinstance(time, int) or isinstance(time, bool) or time < 0:
        return None
    try:
        return bytes.fromhex(op), time
    except ValueError:
        return None


def carrying(body: bytes) -> dict[str, Value]:
    """Return the fields of a `carry` that brings the operation with these bytes."""
    return {"op": (CARRIED_TAG, base64.b64encode(body).decode("ascii"))}


def carried_body(operation: Operation) -> bytes | None:
    """Return the bytes of the operation that a `carry` brings; None when it brings none."""
    held = operation.fields.get("op")
    if not isinstance(held, tuple) or held[0] != CARRIED_TAG:
        return None
    try:
        return base64.b64decode(held[1], validate=True)
    except (binascii.Error, ValueError):
        return None
