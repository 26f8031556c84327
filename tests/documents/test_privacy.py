from __future__ import annotations

import pytest

from clinic_app.documents.privacy import Gate

GATE = Gate("Ana María de la Ximénez", "Girasol", "951 555 01 02")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Soy ANA  MARIA de la\nXimenez.", "Soy Girasol."),
        ("Me dijo: ximénez, vete", "Me dijo: …, vete"),
        ("Ximénez-Ana", "…-…"),
        ("la Anatomía", "la Anatomía"),
        ("Marca al (951) 555-0102 hoy", "Marca al (… hoy"),
        ("İstanbul ß Ximénez", "İstanbul ß …"),
        ("", ""),
    ],
)
def test_told_texts_lose_the_name_and_the_phone(typed: str, printed: str) -> None:
    assert GATE.narrative(typed) == printed


def test_a_firm_keeps_a_word_of_the_name_but_not_the_whole_name() -> None:
    assert GATE.field("Empacadora Ximénez") == "Empacadora Ximénez"
    assert GATE.field("Ana María de la Ximénez y socios") == "Girasol y socios"


def test_decomposed_letters_are_found_too() -> None:
    assert GATE.narrative("Xime\u0301nez") == "…"


def test_words_of_the_alias_stay() -> None:
    assert Gate("Ana Girasol", "Girasol", "").narrative("Girasol y Ana") == "Girasol y …"


def test_without_anything_to_hide_texts_stay_as_typed() -> None:
    assert Gate("", "…", "12345").narrative("Ana e\u0301 12345") == "Ana e\u0301 12345"
