from __future__ import annotations

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest

from sync import bundle, identity
from sync.hq import certificate, devices, office, server
from sync.hq.office import Office
from sync.hq.server import Answer, Rates
from sync.line import AllowanceSpent, Busy, Line, LineDown, Memory, NotHeadquarters, OtherVersion, Refused, greeted
from sync.wire import LINE, MOST_PIECE_BYTES, PART_BYTES, VISIT_HEADER, Asked, Hello, Piece, Welcome
from tests.hq.conftest import CHEAP, PASSWORD, START, Laptop
from tests.sync.lines import Desk, Wire, canonical, served, text


@pytest.fixture
def of(tmp_path: Path) -> Iterator[Office]:
    made, _ = office.create(tmp_path / "hq", "Central office", PASSWORD, cost=CHEAP, now=lambda: START)
    yield made
    made.close()


@pytest.fixture
def port(of: Office) -> Iterator[int]:
    with served(of) as given:
        yield given


@pytest.fixture
def desk(of: Office, tmp_path: Path) -> Callable[..., Desk]:
    def make(name: str = "first", clinic: str = "North clinic") -> Desk:
        laptop = Laptop(tmp_path / name, clinic=clinic, name=name)
        laptop.enrol(of)
        return Desk(laptop)

    return make


def headquarters_has(of: Office, op: bytes) -> bool:
    return any(op in of.ground(scope).places([op]) for scope in of.scopes())


def test_work_goes_up_and_comes_down_and_is_acknowledged(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first, second = desk("first"), desk("second")
    op = first.laptop.write("case-1", name="Rosa")
    assert first.meet(port) == 0
    assert headquarters_has(of, op)
    assert first.laptop.marks.received == first.laptop.engine.vector()
    assert second.meet(port) == 1
    answer = second.laptop.write("case-1", name="Rosa Quispe")
    second.meet(port)
    assert first.meet(port) == 1
    assert first.laptop.ground.places([answer])


def test_a_clinic_gets_nothing_of_another_one(port: int, desk: Callable[..., Desk]) -> None:
    north, south = desk("north"), desk("south", clinic="South clinic")
    north.laptop.write("case-1", name="Rosa")
    north.meet(port)
    assert south.meet(port) == 0
    assert not list(south.laptop.ground.everything()) or not next(iter(south.laptop.ground.everything()))


def test_a_visit_when_nothing_changed_takes_at_most_2000_bytes(port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    first.laptop.write("case-1", name="Rosa")
    first.meet(port)
    first.meet(port)
    wire = Wire(port)
    with wire.laid() as near:
        assert first.meet(near) == 0
    assert wire.connections == 1
    assert wire.up + wire.down <= 2000
    assert first.laptop.marks.received == first.laptop.engine.vector()


def test_the_line_can_be_cut_at_any_byte_and_little_is_sent_twice(
    of: Office, port: int, desk: Callable[..., Desk]
) -> None:
    """What a line of 32 kbit/s with cuts sends, counted: at most a fifth more than the bundle."""
    first, second = desk("first"), desk("second")
    ops = [first.laptop.write(f"case-{n}", note=("long_text", text(120_000))) for n in range(24)]
    size = 24 * 60_000
    chance = random.Random(7)  # noqa: S311 - cuts to repeat
    wire = Wire(port, cut=lambda: chance.randrange(1_000, 600_000))
    with wire.laid() as near:
        meet_until_done(first, near)
    assert all(headquarters_has(of, op) for op in (ops[0], ops[-1]))
    assert wire.connections > 2
    assert wire.up <= 1.2 * size
    wire.down = 0
    with wire.laid() as near:
        meet_until_done(second, near)
    assert all(second.laptop.ground.places([op]) for op in ops)
    assert wire.down <= 1.2 * size


def meet_until_done(desk: Desk, port: int, **options: object) -> None:
    for _ in range(200):
        try:
            desk.meet(port, **options)  # type: ignore[arg-type] # the options of meet
        except LineDown:
            continue
        return
    pytest.fail("it never came to an end")


def test_a_bundle_arrives_once_however_often_it_is_sent(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    first.laptop.write("case-1", name="Rosa")
    before = Desk(first.laptop, Memory())
    first.meet(port)
    (scope,) = of.scopes()
    counted = of.ground(scope).streams()
    before.meet(port)
    assert of.ground(scope).streams() == counted


def test_evidence_goes_both_ways_and_goes_on_where_it_was_cut(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first, second = desk("first"), desk("second")
    ids = [first.laptop.chunks.put(os.urandom(1_000_000)) for _ in range(3)]
    first.laptop.write("file-1", entity_type="file", chunks=("chunks", " ".join(ids)))
    chance = random.Random(3)  # noqa: S311 - cuts to repeat
    wire = Wire(port, cut=lambda: chance.randrange(200_000, 900_000))
    with wire.laid() as near:
        meet_until_done(first, near, chunk_ids=ids)
        assert [of.chunks.get(i) for i in ids] == [first.laptop.chunks.get(i) for i in ids]
        assert wire.up <= 1.2 * 3_000_000
        second.meet(port)
        wire.down = 0
        meet_until_done(second, near, wants=ids)
    assert [second.laptop.chunks.get(i) for i in ids] == [first.laptop.chunks.get(i) for i in ids]
    assert wire.down <= 1.2 * 3_000_000


def test_a_visit_costs_no_more_than_allowed_and_the_next_goes_on(
    of: Office, port: int, desk: Callable[..., Desk]
) -> None:
    first = desk()
    ids = [first.laptop.chunks.put(os.urandom(500_000)) for _ in range(4)]
    first.laptop.write("file-1", entity_type="file", chunks=("chunks", " ".join(ids)))
    first.most = 700_000
    visits = 0
    while not all(of.chunks.has(i) for i in ids):
        visits += 1
        try:
            first.meet(port, chunk_ids=ids, most=600_000)
        except AllowanceSpent:
            assert visits < 9
    assert visits > 1


def test_progress_is_told_and_may_stop_the_visit(port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    first.laptop.write("case-1", note=("long_text", text(900_000)))
    told: list[tuple[int, int]] = []

    class Stop(Exception):  # noqa: N818 - a person's wish
        pass

    def stop(done: int, whole: int) -> None:
        told.append((done, whole))
        if len(told) == 3:
            raise Stop

    with pytest.raises(Stop):
        first.meet(port, progress=stop)
    first.meet(port, progress=lambda done, whole: told.append((done, whole)))
    assert all(0 < done <= whole for done, whole in told)


# -- who is not let in -----------------------------------------------------------------------------


def test_a_computer_that_was_never_enrolled_is_refused(port: int, desk: Callable[..., Desk], tmp_path: Path) -> None:
    first, stranger = desk(), Laptop(tmp_path / "stranger")
    stranger.pretend(first.laptop)
    with pytest.raises(Refused) as found:
        Desk(stranger).meet(port)
    assert not found.value.is_revoked


def test_a_revoked_computer_is_refused_and_told(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    first.meet(port)
    devices.revoke(of, first.laptop.keys.id.hex(), "stolen")
    op = first.laptop.write("case-1", name="Rosa")
    with pytest.raises(Refused) as found:
        first.meet(port)
    assert found.value.is_revoked
    assert not headquarters_has(of, op)


def test_a_computer_that_is_revoked_during_its_visit_gets_nothing_more(
    of: Office, port: int, desk: Callable[..., Desk]
) -> None:
    first, second = desk("first"), desk("second")
    second.laptop.write("case-1", note=("long_text", text(200_000)))
    second.meet(port)

    def revoke(*_: int) -> None:
        if not devices.trust(of).is_revoked(first.laptop.keys.id):
            devices.revoke(of, first.laptop.keys.id.hex(), "")

    first.laptop.write("case-2", note=("long_text", text(200_000)))
    with pytest.raises(Refused):
        first.meet(port, progress=revoke)


def test_a_greeting_is_good_once(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    manifest = msgspec.structs.replace(first.laptop.exchange.offer().manifest, bundle=b"12345678")
    opening = bundle.opening(manifest, lambda _: b"", first.laptop.keys, first.card)
    with client(of, port) as wire:
        challenge = wire.post("/hello", content=hello(first, b"", opening))
        assert challenge.status_code == 401
        greeting = hello(first, challenge.content, opening)
        good = wire.post("/hello", content=greeting)
        assert good.status_code == 200
        again = wire.post("/hello", content=greeting)
        assert again.status_code == 401
        assert again.content == msgspec.msgpack.decode(good.content, type=Welcome).challenge


def hello(desk: Desk, challenge: bytes, opening: bytes, keys: identity.Identity | None = None) -> bytes:
    said = Hello(b"n" * 16, challenge, b"", opening)
    proof = identity.prove(greeted(said), keys or desk.laptop.keys)
    return canonical(msgspec.structs.replace(said, proof=proof))


def client(of: Office, port: int) -> httpx2.Client:
    context = ssl.create_default_context(cadata=of.card.certificate)
    context.check_hostname = False
    context.verify_flags = ssl.VERIFY_X509_PARTIAL_CHAIN
    return httpx2.Client(base_url=f"https://127.0.0.1:{port}{LINE}", verify=context, trust_env=False)


def test_a_recorded_opening_is_no_greeting_of_somebody_else(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first, second = desk("first"), desk("second")
    manifest = msgspec.structs.replace(first.laptop.exchange.offer().manifest, bundle=b"12345678")
    opening = bundle.opening(manifest, lambda _: b"", first.laptop.keys, first.card)
    with client(of, port) as wire:
        assert wire.post("/hello", content=hello(first, b"", opening, second.laptop.keys)).status_code == 403


def test_a_pass_that_was_not_given_opens_nothing(of: Office, port: int) -> None:
    with client(of, port) as wire:
        for told in ("", "00" * 16, "no hex"):
            headers = {VISIT_HEADER: told}
            assert wire.post("/missing", content=b"\x91\x90", headers=headers).status_code == 401
            assert wire.put(f"/piece/{'0' * 64}/0/1", content=b"x", headers=headers).status_code == 401
            assert wire.get(f"/piece/{'0' * 64}", headers=headers).status_code == 401
            assert wire.post("/commit", content=b"x", headers=headers).status_code == 401


def test_another_headquarters_is_not_ours(desk: Callable[..., Desk], tmp_path: Path) -> None:
    first = desk()
    other, _ = office.create(tmp_path / "other", "Other", PASSWORD, cost=CHEAP, now=lambda: START)
    with served(other) as port, pytest.raises(NotHeadquarters):
        first.meet(port)
    other.close()


def test_who_has_only_the_certificate_is_not_headquarters(
    of: Office, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    """The welcome is signed too: the key of the line alone does not make a headquarters."""
    first = desk()
    other, _ = office.create(tmp_path / "other", "Other", PASSWORD, cost=CHEAP, now=lambda: START)
    keys = certificate.LineKeys(of.secrets.line_key, of.secrets.line_certificate)
    with served(other, keys) as port, pytest.raises((NotHeadquarters, Refused)):
        first.meet(port)
    other.close()


def test_nobody_there_and_nonsense_addresses(desk: Callable[..., Desk]) -> None:
    first = desk()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(LineDown):
        first.meet(port)
    for address in ("", "http://x", "a b", "https://x/path", "x:notaport"):
        with pytest.raises(LineDown), Line(address, first.card, first.reader, Memory()) as visit:
            visit.greet(first.laptop.exchange.offer().manifest, first.inbox)


def test_a_server_of_another_version_is_told_apart(of: Office, port: int) -> None:
    with client(of, port) as wire:
        assert wire.get(f"https://127.0.0.1:{port}/2/hello").status_code == 426
    assert issubclass(OtherVersion, Exception)


# -- what is not taken -----------------------------------------------------------------------------


@contextmanager
def passed(of: Office, port: int, desk: Desk) -> Iterator[tuple[httpx2.Client, dict[str, str]]]:
    """Give a client and the pass of a device that has greeted."""
    manifest = msgspec.structs.replace(desk.laptop.exchange.offer().manifest, bundle=b"12345678", tips=())
    opening = bundle.opening(manifest, lambda _: b"", desk.laptop.keys, desk.card)
    with client(of, port) as wire:
        challenge = wire.post("/hello", content=hello(desk, b"", opening)).content
        answer = wire.post("/hello", content=hello(desk, challenge, opening)).content
        yield wire, {VISIT_HEADER: msgspec.msgpack.decode(answer, type=Welcome).token.hex()}


def test_requests_out_of_bounds_are_refused(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first = desk()
    name = "a" * 64
    with passed(of, port, first) as (wire, headers):
        assert wire.post("/hello", content=b"nonsense").status_code == 400
        assert wire.post("/missing", content=b"nonsense", headers=headers).status_code == 400
        assert (
            wire.post("/missing", content=canonical(Asked(((b"n", 1),) * 10_001)), headers=headers).status_code == 400
        )
        assert wire.put(f"/piece/{name}/0/1", content=bytes(PART_BYTES + 1), headers=headers).status_code == 413
        assert wire.put(f"/piece/{name}/0/2", content=b"short", headers=headers).status_code == 400
        assert wire.put(f"/piece/{name}/1/1", content=b"x", headers=headers).status_code == 400
        assert wire.put(f"/piece/{name}/0/{MOST_PIECE_BYTES}", content=b"x", headers=headers).status_code == 400
        assert wire.put("/piece/..%2Fx/0/1", content=b"x", headers=headers).status_code in {400, 404, 426}
        assert wire.get(f"/piece/{name}", headers=headers).status_code == 404
        assert wire.post("/commit", content=b"nonsense", headers=headers).status_code == 400


def test_a_commit_without_its_pieces_or_with_others_is_refused(
    of: Office, port: int, desk: Callable[..., Desk]
) -> None:
    first = desk()
    piece = Piece("ops", b"n" * 32, 5000, 9000, 3)
    manifest = first.laptop.exchange.offer().manifest
    manifest = msgspec.structs.replace(manifest, bundle=b"12345678", tips=(), pieces=(piece,))
    opening = bundle.opening(manifest, lambda _: b"", first.laptop.keys, first.card)
    with passed(of, port, first) as (wire, headers):
        assert wire.post("/commit", content=opening, headers=headers).status_code == 409
        assert wire.put(f"/piece/{piece.name.hex()}/0/1", content=bytes(5000), headers=headers).status_code == 201
        assert wire.post("/commit", content=opening, headers=headers).status_code == 409
        assert (
            wire.post("/missing", content=canonical(Asked(((piece.name, 5000),))), headers=headers).content
            == b"\x91\x91\x91\x00"
        )


def test_a_device_cannot_commit_what_another_one_signed(of: Office, port: int, desk: Callable[..., Desk]) -> None:
    first, second = desk("first"), desk("second")
    manifest = msgspec.structs.replace(second.laptop.exchange.offer().manifest, bundle=b"12345678", tips=())
    opening = bundle.opening(manifest, lambda _: b"", second.laptop.keys, second.card)
    with passed(of, port, first) as (wire, headers):
        assert wire.post("/commit", content=opening, headers=headers).status_code == 403


def test_too_many_requests_are_put_off() -> None:
    time = [0.0]
    rates = Rates(3, 0.5, now=lambda: time[0])
    for _ in range(3):
        rates.check("one")
    with pytest.raises(Answer) as found:
        rates.check("one")
    assert (found.value.status, found.value.headers) == (429, {"retry-after": "3"})
    rates.check("another")
    time[0] = 2
    rates.check("one")
    with pytest.raises(Answer):
        rates.check("one")


def test_a_device_that_asks_too_often_is_told_when_to_come_back(
    of: Office, desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_DEVICE_RATE", (1.0, 0.01))
    first = desk()
    first.laptop.write("case-1", note=("long_text", text(400_000)))
    with served(of) as port, pytest.raises(Busy) as found:
        first.meet(port)
    assert found.value.seconds > 10


def test_the_log_names_no_content_and_no_key(
    of: Office, port: int, desk: Callable[..., Desk], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first = desk()
    first.laptop.write("case-1", name="Rosa Quispe")
    first.meet(port)
    said = caplog.text
    assert first.laptop.keys.id.hex() in said
    for secret in ("Rosa", "case-1", first.laptop.keys.age_key, of.secrets.line_key.decode()[30:60], "127.0.0.1"):
        assert secret not in said.replace("127.0.0.1:", "") or secret == "127.0.0.1"


# -- the real program -------------------------------------------------------------------------------


def start(folder: Path) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "sync.hq", "--data", str(folder), "serve", "--host", "127.0.0.1", "--port", "0"]
    environment = os.environ | {"HQ_PASSWORD": PASSWORD.password}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    with process.stdout as said:
        return process, int(said.readline().split()[-1].rstrip("."))


def test_headquarters_may_be_killed_at_any_moment(of: Office, desk: Callable[..., Desk]) -> None:
    first = desk()
    ops = [first.laptop.write(f"case-{n}", note=("long_text", text(200_000))) for n in range(12)]
    process, port = start(of.folder)
    try:
        with pytest.raises(LineDown):
            first.meet(port, progress=lambda done, whole: process.kill() if done > whole // 2 else None)
        assert process.wait() == -signal.SIGKILL
        process, port = start(of.folder)
        sent: list[int] = []
        first.meet(port, progress=lambda done, _whole: sent.append(done))
        assert all(headquarters_has(of, op) for op in ops)
        assert max(sent) < 1_000_000  # the first half was there
    finally:
        process.terminate()
        process.wait()
