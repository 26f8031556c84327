from __future__ import annotations

import io
from itertools import pairwise

import pytest
from PIL import Image

from clinic_app.documents.exhibits import jpegs, pictures
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import WHOLE, Box, Media, Trouble
from tests.documents.exhibits import conftest as files

ROOM = (1500, 1100)


def corner() -> Image.Image:
    """White, its upper left corner black."""
    image = Image.new("RGB", (300, 400), "white")
    image.paste((0, 0, 0), (0, 0, 100, 100))
    return image


@pytest.mark.parametrize(("orientation", "black"), [(1, (10, 10)), (3, (290, 390)), (6, (390, 10)), (8, (10, 290))])
def test_a_photo_stands_as_it_was_held(orientation: int, black: tuple[int, int]) -> None:
    page = pictures.page(files.jpeg(corner(), orientation), Media.JPEG, 1, ROOM)
    assert page.size == ((300, 400) if orientation in {1, 3} else (400, 300))
    assert files.grey_at(page, black) < 30
    assert sum(count for value, count in enumerate(page.histogram()) if value < 100) == pytest.approx(10_000, rel=0.02)


def test_a_large_photo_is_made_small_enough_and_a_small_one_is_left() -> None:
    large = files.jpeg(Image.new("L", (4000, 3000), 200).convert("RGB"))
    assert pictures.page(large, Media.JPEG, 1, ROOM).size == (1467, 1100)
    assert pictures.page(files.jpeg(corner()), Media.JPEG, 1, ROOM).size == (300, 400)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_grey(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (60, 40), 30_000 if mode == "I;16" else None) if mode == "I;16" else corner().convert(mode)
    page = pictures.page(files.saved(image, kind), Media.TIFF if kind == "TIFF" else Media.PNG, 1, ROOM)
    assert page.mode == "L"
    if mode == "I;16":
        assert page.getpixel((5, 5)) == pytest.approx(117, abs=2)
    else:
        assert files.grey_at(page, (5, 5)) <= 2
        assert files.grey_at(page, (200, 300)) >= 253


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    assert pictures.page(files.saved(clear, "PNG"), Media.PNG, 1, ROOM).getextrema() == (255, 255)


def test_a_long_screenshot_is_cut_into_pages_that_overlap() -> None:
    parts = pictures.slices(1080, 9000)
    assert parts[0][0] == 0
    assert parts[-1][1] == 9000
    assert all(top < before for (_top, before), (top, _bottom) in pairwise(parts))
    assert all(bottom - top <= 2200 for top, bottom in parts)
    long = Image.new("L", (100, 1000), 255)
    long.paste(0, (0, 990, 100, 1000))
    content = files.saved(long, "PNG")
    count = pictures.page_count(content, Media.PNG)
    assert count == len(pictures.slices(100, 1000)) > 1
    assert (
        pictures.page(content, Media.PNG, count, ROOM).getpixel(
            (50, -1 + pictures.page(content, Media.PNG, count, ROOM).height)
        )
        == 0
    )
    with pytest.raises(CannotPrint):
        pictures.page(content, Media.PNG, count + 1, ROOM)


def test_each_frame_of_a_scan_is_a_page() -> None:
    frames = [Image.new("L", (40, 40), value) for value in (10, 120, 240)]
    content = files.saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert [pictures.page(content, Media.TIFF, number, ROOM).getpixel((5, 5)) for number in (1, 2, 3)] == [10, 120, 240]
    with pytest.raises(CannotPrint):
        pictures.page(content, Media.TIFF, 4, ROOM)


def test_a_photo_of_a_telephone_is_read() -> None:
    page = pictures.page(files.heic(corner()), Media.HEIC, 1, ROOM)
    assert (page.size, page.mode) == ((300, 400), "L")
    assert files.grey_at(page, (10, 10)) < 40


@pytest.mark.parametrize(
    ("content", "media", "why"),
    [
        (files.jpeg()[:9_000], Media.JPEG, Trouble.DAMAGED),
        (files.bomb_png(), Media.PNG, Trouble.TOO_MANY_PIXELS),
        (files.jpeg(), Media.PNG, Trouble.DAMAGED),
        (b"\xff\xd8\xff" + bytes(500), Media.JPEG, Trouble.DAMAGED),
    ],
)
def test_a_bad_picture_is_refused_with_its_reason(content: bytes, media: Media, why: Trouble) -> None:
    with pytest.raises(CannotPrint) as error:
        pictures.page(content, media, 1, ROOM)
    assert error.value.why is why


def test_a_bomb_is_refused_in_bounded_memory() -> None:
    import tracemalloc  # noqa: PLC0415 - measured here alone

    bomb = files.bomb_png()
    tracemalloc.start()
    with pytest.raises(CannotPrint):
        pictures.page_count(bomb, Media.PNG)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_black_places_cover_what_they_touch_and_nothing_else() -> None:
    image = Image.new("L", (100, 200), 255)
    done = pictures.blacked_out(image, (Box(1, 0, 0, WHOLE // 2, WHOLE // 4), Box(1, 9_950, 9_950, WHOLE, WHOLE)))
    assert done.getpixel((0, 0)) == done.getpixel((49, 49)) == done.getpixel((99, 199)) == 0
    assert done.getpixel((50, 49)) == done.getpixel((49, 50)) == done.getpixel((98, 199)) == 255
    assert image.getextrema() == (255, 255)


def test_a_printed_jpeg_tells_nothing() -> None:
    page = pictures.page(files.jpeg(), Media.JPEG, 1, ROOM)
    made = pictures.jpeg(page, 60)
    assert files.SECRET.encode() not in made
    assert files.CAMERA.encode() not in made
    assert not Image.open(io.BytesIO(made)).getexif()
    assert jpegs.bare(made) == jpegs.bare(jpegs.bare(made))


def test_a_jpeg_is_bared_without_a_changed_pixel() -> None:
    content = files.jpeg()
    bare = jpegs.bare(content)
    assert files.SECRET.encode() in content
    assert files.SECRET.encode() not in bare
    assert Image.open(io.BytesIO(bare)).tobytes() == Image.open(io.BytesIO(content)).tobytes()
    assert jpegs.bare(b"no jpeg") == b"no jpeg"
    assert jpegs.bare(content[:3]) == content[:3]
