from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from sync import identity
from sync.errors import BadRecord
from sync.identity import BadSignature, NewerFormat, new_identity
from sync.wire import Certificate, Enrolment, Request, Revocations, SignedTip, Tip
from tests.sync.bundles import MADE, SCOPE, STREAM, World

WORLD = World()


def request_() -> Request:
    device = WORLD.first
    request = Request(
        device=device.id,
        name="mostrador 1",
        clinic="Clínica del Valle",
        place="mx",
        sign_key=device.verify_key,
        recipient=device.recipient,
        streams=(STREAM,),
        made=MADE,
    )
    return identity.sign(request, device)


def test_keys_are_kept_and_read_again() -> None:
    mine = new_identity()
    assert identity.unpack_identity(identity.pack_identity(mine)) == mine
    assert mine.sign_key.hex() not in repr(mine)
    assert mine.age_key not in repr(mine)
    assert len(mine.inbox_key()) == 32
    with pytest.raises(BadRecord):
        identity.unpack_identity(identity.pack_identity(mine)[:-1])
    with pytest.raises(BadRecord):
        identity.unpack_identity(msgspec.msgpack.encode([mine.id, b"short", mine.age_key]))


def test_a_signature_holds_for_its_struct_and_key_only() -> None:
    request = request_()
    identity.verify(request, WORLD.first.verify_key)
    with pytest.raises(BadSignature):
        identity.verify(request, WORLD.second.verify_key)
    with pytest.raises(BadSignature):
        identity.verify(msgspec.structs.replace(request, name="another"), WORLD.first.verify_key)


def test_a_signature_of_one_kind_of_struct_is_none_of_another() -> None:
    tip = SignedTip(STREAM, SCOPE, WORLD.first.id, 1, b"h" * 32)
    content = identity.unsigned(tip)
    signature = identity.sign_bytes(Request, content, WORLD.first)
    with pytest.raises(BadSignature):
        identity.verify(msgspec.structs.replace(tip, signature=signature), WORLD.first.verify_key)


def test_a_tip_that_was_signed_with_a_manifest_is_checked_without_it() -> None:
    tip = SignedTip(STREAM, SCOPE, WORLD.first.id, 7, b"h" * 32)
    content = b"the bytes of a manifest"
    signature = identity.sign_together(tip, content, WORLD.first)
    whole = identity.with_signature(tip, signature, content)
    identity.check_tip(whole, WORLD.first.verify_key)
    for other in (
        msgspec.structs.replace(whole, seq=8),
        msgspec.structs.replace(whole, signature=whole.signature[:-1] + b"\0"),
        msgspec.structs.replace(whole, signature=signature),
    ):
        with pytest.raises(BadSignature):
            identity.check_tip(other, WORLD.first.verify_key)
    with pytest.raises(BadRecord):
        identity.check_tip(msgspec.structs.replace(whole, signature=b""), WORLD.first.verify_key)
    with pytest.raises(BadSignature):
        identity.verify_together(tip, b"another manifest", signature, WORLD.first.verify_key)


# -- cards ------------------------------------------------------------------------------------------


def enrolment() -> Enrolment:
    return Enrolment(headquarters=WORLD.card, certificate=WORLD.certificate(WORLD.first))


@pytest.mark.parametrize("card", [request_(), enrolment(), WORLD.card], ids=lambda card: type(card).__name__)
def test_a_card_is_a_small_text_that_says_what_it_is(card: Any) -> None:  # noqa: ANN401 - cards of all kinds
    content = identity.write_card(card)
    head = content.decode().splitlines()[0]
    assert re.fullmatch(r"clinic (request|enrolment|headquarters) 1: (mostrador 1|mostrador|Centro)", head)
    assert all(len(line) <= 76 for line in content.decode().splitlines())
    assert identity.read_card(content, type(card)) == card


def test_a_card_survives_what_mail_programs_do_to_it() -> None:
    content = identity.write_card(request_())
    assert identity.read_card(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") + b"\r\n\r\n", Request) == request_()


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", BadRecord, "not a request"),
        (b"\xff\xfe", BadRecord, "damaged"),
        (b"clinic request 1: x\n!!!", BadRecord, "damaged"),
        (b"clinic request 1: x\nAAAA", BadRecord, "damaged"),
        (b"clinic enrolment 1: x\nAAAA", BadRecord, "not a request but another card"),
        (b"clinic request 2: x\nAAAA", NewerFormat, "later"),
        (b"clinic request one: x\nAAAA", BadRecord, "not a request"),
        (b"x" * 2_000_000, BadRecord, "too large"),
    ],
)
def test_what_is_no_card_is_refused_in_words(content: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        identity.read_card(content, Request)


def test_a_card_cut_anywhere_is_refused() -> None:
    content = identity.write_card(request_())
    for end in range(0, len(content) - 2, 7):
        with pytest.raises(BadRecord):
            identity.read_card(content[:end], Request)


def test_a_forged_card_is_refused() -> None:
    forged = msgspec.structs.replace(request_(), clinic="Otra")
    with pytest.raises(BadSignature):
        identity.read_card(identity.write_card(forged), Request)
    other = identity.sign(msgspec.structs.replace(WORLD.certificate(WORLD.first), name="x"), WORLD.second)
    with pytest.raises(BadSignature):
        identity.read_card(identity.write_card(Enrolment(headquarters=WORLD.card, certificate=other)), Enrolment)


@pytest.mark.parametrize(
    "change",
    [
        {"device": b"short"},
        {"sign_key": b"k"},
        {"recipient": "age1"},
        {"recipient": "x" * 62},
        {"name": "a\nb"},
        {"name": "x" * 201},
        {"streams": (b"x",)},
    ],
)
def test_a_card_of_another_form_is_refused_though_signed(change: dict[str, object]) -> None:
    card = identity.sign(msgspec.structs.replace(request_(), **change), WORLD.first)
    with pytest.raises(BadRecord):
        identity.read_card(identity.write_card(card), Request)


# -- trust -------------------------------------------------------------------------------------------


def test_only_certificates_of_ones_own_headquarters_are_believed() -> None:
    other = World()
    trust = identity.Trust(WORLD.card)
    grown = trust.with_certificates((WORLD.certificate(WORLD.first), other.certificate(other.second)))
    assert set(grown.certificates) == {WORLD.first.id}
    assert trust.certificates == {}


def test_a_newer_certificate_takes_the_place_of_an_older_one_only() -> None:
    trust = identity.Trust(WORLD.card).with_certificates((WORLD.certificate(WORLD.first, serial=2),))
    same = trust.with_certificates((WORLD.certificate(WORLD.first, serial=1),))
    assert same.certificate(WORLD.first.id) == WORLD.certificate(WORLD.first, serial=2)


def test_a_list_of_revocations_is_headquarters_own() -> None:
    trust = WORLD.trust(WORLD.first)
    assert trust.revocations is not None
    identity.check_revocations(trust.revocations, WORLD.card)
    assert trust.is_revoked(WORLD.first.id)
    assert not trust.is_revoked(WORLD.second.id)
    forged = identity.sign(Revocations(serial=9, headquarters=WORLD.card.id), WORLD.second)
    with pytest.raises(BadSignature):
        identity.check_revocations(forged, WORLD.card)
    with pytest.raises(BadRecord):
        identity.check_revocations(trust.revocations, World().card)


def test_tips_are_sorted_and_each_stands_once() -> None:
    first, second = Tip(1, b"a" * 32), Tip(1, b"b" * 32)
    identity.check_tips((first, second))
    for wrong in ((second, first), (first, first), (Tip(0, b"a" * 32),), (Tip(1, b"a"),)):
        with pytest.raises(BadRecord):
            identity.check_tips(wrong)


# -- words -------------------------------------------------------------------------------------------


def test_six_words_that_anybody_can_say() -> None:
    words = identity.words_of_enrolment(WORLD.card, WORLD.certificate(WORLD.first))
    assert re.fullmatch(r"([bdklmnprst][aeiou]){2}( ([bdklmnprst][aeiou]){2}){5}", words)
    assert words == identity.words_of_enrolment(WORLD.card, WORLD.certificate(WORLD.first))


def test_the_words_change_with_every_key() -> None:
    said = {
        identity.words_of_enrolment(World(WORLD.headquarters).card, WORLD.certificate(WORLD.first)),
        identity.words_of_enrolment(World().card, WORLD.certificate(WORLD.first)),
        identity.words_of_enrolment(WORLD.card, WORLD.certificate(WORLD.second)),
        identity.words_of_enrolment(
            WORLD.card, msgspec.structs.replace(WORLD.certificate(WORLD.first), recipient=WORLD.second.recipient)
        ),
    }
    assert len(said) == 4


def test_the_words_never_change_between_versions() -> None:
    assert identity.words(b"headquarters", b"device") == "rate depe tari bada diri rimu"


def test_the_parts_that_are_said_cannot_run_into_each_other() -> None:
    assert identity.words(b"ab", b"c") != identity.words(b"a", b"bc")


def test_a_certificate_is_a_plain_struct() -> None:
    certificate = WORLD.certificate(WORLD.first)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(certificate), type=Certificate) == certificate
