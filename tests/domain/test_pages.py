from __future__ import annotations

import pytest

from clinic_app.domain.pages import read_pages, say_pages
from clinic_app.errors import InputError


@pytest.mark.parametrize(
    ("text", "pages", "said"),
    [
        ("1-3, 7", (1, 2, 3, 7), "1-3, 7"),
        (" 1 – 3 ; 7 ", (1, 2, 3, 7), "1-3, 7"),
        ("5", (5,), "5"),
        ("5 4 3", (3, 4, 5), "3-5"),
        ("7,7,", (7,), "7"),
        ("2-2, 4", (2, 4), "2, 4"),
    ],
)
def test_pages_as_people_write_them(text: str, pages: tuple[int, ...], said: str) -> None:
    assert read_pages(text, 9) == pages
    assert say_pages(pages) == said
    assert read_pages(said, 9) == pages


@pytest.mark.parametrize("text", ["", "0", "9-12", "x", "3-1", "1--3", "1-3-5", "10", "٣"])
def test_what_names_no_pages_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        read_pages(text, 9)
    assert error.value.params["last"] == 9
