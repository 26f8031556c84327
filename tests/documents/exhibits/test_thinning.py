from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw

from clinic_app.documents.exhibits.thinning import thinned
from clinic_app.domain.exhibits import Tone
from tests.documents.exhibits import conftest as files


def screen(ground: int, bar: int, ink: int, size: tuple[int, int] = (700, 1400)) -> Image.Image:
    image = Image.new("L", size, ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 110), fill=bar)
    draw.text((40, 20), "Capataz", font=files.letters(60), fill=255)
    for line in range(12):
        draw.text((60, 180 + line * 90), "Mañana no vengas", font=files.letters(44), fill=ink)
    return image


def test_a_photographed_paper_becomes_white_with_dark_letters() -> None:
    photo = files.paper_photo().convert("L")
    done = thinned(photo, Tone.GREY)
    inside = done.crop((120, 160, 780, 1050))
    counts = inside.histogram()
    total = inside.width * inside.height
    assert counts[255] > 0.75 * total, "the paper is white"
    assert sum(counts[:80]) > 0.02 * total, "the letters are dark"
    assert files.darkness(done) < 0.25 * files.darkness(photo)


def test_the_table_around_the_paper_is_faint_and_not_gone() -> None:
    done = thinned(files.paper_photo().convert("L"), Tone.GREY)
    rim = done.crop((0, 200, 60, 1000))
    assert files.darkness(rim) < 0.25
    assert files.darkest(rim) < 255


def test_one_bit_is_black_and_white() -> None:
    done = thinned(files.paper_photo().convert("L"), Tone.ONE_BIT)
    assert done.mode == "1"
    assert 0.01 < files.darkness(done) < 0.2


def test_as_it_is_stays_as_it_is() -> None:
    photo = files.paper_photo()
    assert thinned(photo, Tone.AS_IS) is photo


@pytest.mark.parametrize("tone", [Tone.GREY, Tone.ONE_BIT])
def test_white_letters_on_a_dark_bar_stay_readable(tone: Tone) -> None:
    bar = thinned(screen(229, 80, 20), tone).convert("L").crop((20, 10, 500, 100))
    assert 255 - files.darkest(bar) - files.darkest(ImageChops.invert(bar)) > 60
    ink = sum(1 for value in bar.tobytes() if abs(value - files.grey_at(bar, (470, 80))) > 50)
    assert 800 < ink < 12_000, "letters, not a patch"


def test_a_dark_screen_is_turned_round() -> None:
    night = thinned(screen(11, 32, 233), Tone.GREY)
    assert files.darkness(night) < 0.15
    assert files.darkest(night) < 80


def test_a_photo_of_a_place_becomes_lighter_and_keeps_its_shapes() -> None:
    scene = Image.radial_gradient("L").resize((640, 480))
    scene = ImageChops.add(scene, Image.effect_noise(scene.size, 60), 1.4, -60)
    done = thinned(scene, Tone.GREY)
    assert files.darkness(done) < 0.8 * files.darkness(scene)
    assert files.darkest(done) < 140


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 2), (15, 15)])
@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("tone", list(Tone))
def test_the_smallest_and_thinnest_pictures_go_through(size: tuple[int, int], value: int, tone: Tone) -> None:
    assert thinned(Image.new("L", size, value), tone).size == size
