from __future__ import annotations

import contextlib
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadRecord, BadValue
from sync.records import GENESIS, Kind, Operation, Value, check_value, decode, digest, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS, st.tuples(TEXTS, TEXTS))
HASHES = st.binary(min_size=32, max_size=32)
OPERATIONS = st.builds(
    Operation,
    version=st.just(1),
    stream=st.binary(min_size=16, max_size=16),
    seq=st.integers(10, 2**63 - 1),
    prev_hash=HASHES,
    hlc=st.integers(0, 2**63 - 1),
    wall=st.integers(-(2**63), 2**63 - 1),
    actor=TEXTS,
    device=st.binary(min_size=16, max_size=16),
    schema=st.integers(0, 100),
    min_reader=st.integers(0, 100),
    txn=st.integers(1, 10),
    entity_type=TEXTS,
    entity_id=TEXTS,
    kind=st.sampled_from(["create", "set", "delete", "a kind of tomorrow"]),
    fields=st.dictionaries(TEXTS, VALUES, max_size=5),
    bases=st.dictionaries(TEXTS, st.sets(HASHES, min_size=1, max_size=3).map(lambda h: tuple(sorted(h))), max_size=3),
)


def operation(**changes: object) -> Operation:
    plain = Operation(
        stream=b"s" * 16,
        seq=1,
        prev_hash=GENESIS,
        hlc=1,
        wall=1,
        actor="a",
        device=b"d" * 16,
        schema=1,
        min_reader=1,
        txn=1,
        entity_type="case",
        entity_id="1",
        kind=Kind.SET,
        fields={},
        bases={},
    )
    return msgspec.structs.replace(plain, **changes)


@given(OPERATIONS)
def test_what_is_written_is_read_again(written: Operation) -> None:
    body = encode(written)
    read = decode(body)
    assert read == written
    assert encode(read) == body
    assert {k: type(v) for k, v in read.fields.items()} == {k: type(v) for k, v in written.fields.items()}


@given(st.dictionaries(TEXTS, VALUES, max_size=6))
def test_the_order_in_which_fields_were_set_does_not_change_the_bytes(fields: dict[str, Value]) -> None:
    turned = dict(reversed(fields.items()))
    assert encode(operation(fields=fields)) == encode(operation(fields=turned))


def test_the_bytes_and_the_id_of_an_operation_never_change() -> None:
    body = encode(operation(fields={"name": ("text", "Núñez"), "n": 5, "gone": None}, bases={"n": (b"h" * 32,)}))
    assert digest(body).hex() == "502061761f85e477b444331ac7d2a6f394733efc9a6ec790549efea944d11418"


@given(OPERATIONS, st.data())
def test_one_changed_byte_is_another_operation_or_none(written: Operation, data: st.DataObject) -> None:
    body = bytearray(encode(written))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    try:
        read = decode(bytes(body))
    except BadRecord:
        return
    assert read != written
    assert digest(bytes(body)) != digest(encode(written))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadRecord):
        assert encode(decode(body)) == body


def test_other_spellings_of_an_operation_are_refused() -> None:
    body = encode(operation(fields={"a": 1, "b": 2}))
    turned = body.replace(b"\xa1a\x01\xa1b\x02", b"\xa1b\x02\xa1a\x01")
    longer = body.replace(b"\xa1a\x01", b"\xa1a\xcc\x01")
    assert turned != body
    assert longer != body
    for other in (turned, longer, body + b"\xc0", body[:-1], b""):
        with pytest.raises(BadRecord):
            decode(other)


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        -(2**63) - 1,
        "nul\0",
        "half \ud800",
        "e\u0301",
        "x" * (64 * 1024 + 1),
        "é" * (32 * 1024 + 1),
        ("text", "x" * (64 * 1024 + 1)),
        ("long_text", "x" * (1024 * 1024 + 1)),
        ("tag\0", "x"),
        ("date", "half \ud800"),
    ],
)
def test_values_that_some_store_could_not_hold_are_refused_when_written(value: Value) -> None:
    with pytest.raises(BadValue):
        check_value(value)
    with pytest.raises(BadValue):
        encode(operation(fields={"f": value}))


@pytest.mark.parametrize("value", [1.5, b"bytes", [1, 2], ("a", "b", "c"), ("a", 1), {"a": 1}])
def test_other_types_are_no_values(value: Value) -> None:
    with pytest.raises(BadValue):
        encode(operation(fields={"f": value}))


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": b"short"},
        {"device": b""},
        {"prev_hash": b"x" * 31},
        {"seq": 0},
        {"seq": 2**63},
        {"txn": 2},
        {"txn": 0},
        {"hlc": -1},
        {"version": 2},
        {"bases": {"f": ()}},
        {"bases": {"f": (b"x" * 31,)}},
        {"bases": {"f": (b"b" * 32, b"a" * 32)}},
        {"bases": {"f": (b"a" * 32, b"a" * 32)}},
        {"entity_id": "x" * 201},
        {"fields": {"x" * 201: 1}},
        {"fields": {f"f{n}": 1 for n in range(2001)}},
        {"fields": {f"f{n}": ("long_text", "x" * 1_000_000) for n in range(9)}},
    ],
)
def test_rules_of_an_operation(changes: dict[str, object]) -> None:
    with pytest.raises(BadValue):
        encode(operation(**changes))


def test_the_limits_themselves_are_allowed() -> None:
    fields: dict[str, Value] = {
        "text": "x" * (64 * 1024),
        "long": ("long_text", "x" * (1024 * 1024)),
        "low": -(2**63),
        "high": 2**63 - 1,
        "accents": "é" * (32 * 1024),
    }
    assert decode(encode(operation(fields=fields))).fields == fields
