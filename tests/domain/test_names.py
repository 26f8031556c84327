from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.names import latin, sound, words


@given(st.text(max_size=30))
def test_words_are_the_same_however_their_letters_are_composed(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))
    assert words(" ".join(words(text))) == words(text)


@given(st.text(max_size=30))
def test_a_sound_has_neither_spaces_nor_accents(text: str) -> None:
    for word in words(text):
        assert words(sound(word)) in ([sound(word)], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quispe", "Kispe"),
        ("Yáñez", "Llanes"),
        ("Hernández", "Ernandes"),
        ("Jiménez", "Ximenez"),
        ("Huamán", "Guaman"),
        ("Waman", "Huaman"),
        ("Vázquez", "Basques"),
        ("ხათუნა", "Xatuna"),
        ("ქეთევან", "Qetevan"),
        ("ჩხეიძე", "Чхеидзе"),
        ("Mikheil", "მიხეილ"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert [sound(word) for word in words(one)] == [sound(word) for word in words(other)]


@pytest.mark.parametrize(("one", "other"), [("Ana", "Eva"), ("Pérez", "Pedro"), ("Nino", "Nana"), ("Miguel", "Manuel")])
def test_names_that_do_not(one: str, other: str) -> None:
    assert sound(words(one)[0]) != sound(words(other)[0])


def test_letters_of_other_alphabets_are_written_out() -> None:
    assert [latin(word) for word in words("წერეთელი Хинкали Əli")] == ["tsereteli", "khinkali", "ali"]
    assert latin("nunez") == "nunez"
