"""Thinning: a photographed paper becomes white paper with dark letters, a screen or a photo becomes light.

The light on a photographed page is uneven: what its paper looks like is estimated around each place,
and each pixel is told by how much darker it is than that. Nothing vanishes in grey: light letters on
dark stay light on grey, and what lies around a paper is faint, not gone.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath, ImageOps

from clinic_app.domain.exhibits import Tone

_SMALL: Final = 180  # pixels of the longer side on which light and dark areas are found
_AROUND: Final = 9  # of those pixels: wider than letters are thick, smaller than a shadow
_BRIGHT: Final = 0.85  # of the pixels around, the one at this place is taken for paper
_PAPER: Final = 0.55  # share of the page that must look like paper
_NEAR: Final = 0.80  # as bright as its surroundings, at least, is paper
_DARK: Final = 70  # a surrounding darker than this is no paper
_BAND: Final = 256  # rows at a time: what dividing needs grows with it
_BLACK_AT: Final = 0.30  # darker than this share of the paper is black
_WHITE_AT: Final = 0.86  # lighter than this is white
_INK_AT: Final = 0.68  # for black and white: darker is ink
_LIGHTEN: Final = 0.62  # how much of a photo's darkness is printed
_SOLID: Final = 0.42  # darker than this share of the paper over more than letters is a dark area
_GREYED: Final = 0.45  # how much of a dark area's darkness is printed
_FAINT: Final = 0.2  # how much of what lies around a paper is printed
_BIN: Final = 4  # greys so near each other are one flat colour
_FLAT_COLOURS: Final = 6
_FLAT: Final = 0.6  # share of the page in so few colours: drawn by a computer, or scanned clean
_NIGHT: Final = 110  # a screen darker than this on average shows light letters on dark


def thinned(image: Image.Image, tone: Tone) -> Image.Image:
    """Return a grey picture as it is printed: grey, or with pixels of one bit."""
    if tone is Tone.AS_IS:
        return image
    if _is_screen(image):
        return _screen(image, tone)
    light = _light(image)
    if tone is Tone.ONE_BIT:
        return _ink(_without_table(_against(image, light), image, light))
    if _is_paper(image, light):
        return _without_table(_against(image, light).point(_levels()), image, light)
    return ImageOps.autocontrast(image, cutoff=(0.5, 2)).point(_lighter(_LIGHTEN))


def _screen(image: Image.Image, tone: Tone) -> Image.Image:
    """Return a picture of flat colours: its ground white, letters dark, dark areas greyed or turned round."""
    if sum(value * count for value, count in enumerate(image.histogram())) < _NIGHT * image.width * image.height:
        image = ImageOps.invert(image)
    ground = max(_common(image), 140)
    flat = image.point([min(255, round(value * 255 / (ground * 0.97))) for value in range(256)])
    solid = _solid(flat, 255).resize(image.size, Image.Resampling.NEAREST)
    if tone is Tone.ONE_BIT:
        turned = ImageOps.invert(image)
        return Image.composite(_ink(_against(turned, _light(turned))), _ink(flat), solid)
    return Image.composite(flat.point(_lighter(_GREYED)), flat.point(_levels()), solid)


def _is_screen(image: Image.Image) -> bool:
    counts = image.histogram()
    bins = sorted((sum(counts[at : at + _BIN]) for at in range(0, 256, _BIN)), reverse=True)
    return sum(bins[:_FLAT_COLOURS]) >= _FLAT * image.width * image.height


def _common(image: Image.Image) -> int:
    """Return the most common of the lighter greys."""
    counts = image.histogram()
    return max(range(128, 256), key=counts.__getitem__)


def _ink(flat: Image.Image) -> Image.Image:
    ink = round(255 * _INK_AT)
    return flat.point([255 if value > ink else 0 for value in range(256)]).convert("1", dither=Image.Dither.NONE)


def _light(image: Image.Image) -> Image.Image:
    """Return how bright the paper is around each place, as a small picture."""
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX, reducing_gap=None)
    rank = round((_AROUND**2 - 1) * _BRIGHT)
    return small.filter(ImageFilter.RankFilter(_AROUND, rank)).filter(ImageFilter.GaussianBlur(_AROUND / 2))


def _is_paper(image: Image.Image, light: Image.Image) -> bool:
    """Say whether the picture shows a paper: most of it as bright as what is around, and not dark."""
    small = image.resize(light.size, Image.Resampling.BOX)
    near = _divided(small, light).point([255 * (value > 255 * _NEAR) for value in range(256)])
    lit = light.point([255 * (value > _DARK) for value in range(256)])
    both = ImageChops.darker(near, lit)
    return both.histogram()[255] >= _PAPER * both.width * both.height


def _against(image: Image.Image, light: Image.Image) -> Image.Image:
    """Return each pixel as a share of the light around it, 255 for all of it."""
    whole = light.resize(image.size, Image.Resampling.BILINEAR)
    flat = Image.new("L", image.size)
    for top in range(0, image.height, _BAND):
        band = (0, top, image.width, min(top + _BAND, image.height))
        flat.paste(_divided(image.crop(band), whole.crop(band)), band)
    return flat


def _divided(image: Image.Image, light: Image.Image) -> Image.Image:
    found = ImageMath.lambda_eval(
        lambda of: of["convert"](of["min"](of["a"] * 255 / of["max"](of["b"], 1), 255), "L"), a=image, b=light
    )
    assert isinstance(found, Image.Image)
    return found


def _without_table(flat: Image.Image, image: Image.Image, light: Image.Image) -> Image.Image:
    """Return the page with what lies around the paper faint, which would cost the most toner, and dark areas grey."""
    dark = _solid(image, _percentile(light, 0.8))
    if dark.getbbox() is None:
        return flat
    # A dark rim all around joins what is dark at the edges; only what touches it is no part of the paper.
    rim = ImageOps.expand(dark, 1, fill=255)
    ImageDraw.floodfill(rim, (0, 0), 128)
    marked = ImageOps.crop(rim, 1)
    table = marked.point([255 * (value == 128) for value in range(256)])  # noqa: PLR2004 - the fill above
    inside = marked.point([255 * (value == 255) for value in range(256)])  # noqa: PLR2004 - what the fill left
    for area, kept in ((table, flat.point(_lighter(_FAINT))), (inside, image.point(_lighter(_GREYED)))):
        soft = area.filter(ImageFilter.MaxFilter(3)).resize(image.size, Image.Resampling.BILINEAR)
        flat = Image.composite(kept, flat, soft)
    return flat


def _solid(image: Image.Image, paper: int) -> Image.Image:
    """Return where more than letters is dark against the paper, as a small picture of 0 and 255."""
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX, reducing_gap=None)
    dark = small.filter(ImageFilter.MedianFilter(5)).point([255 * (value < paper * _SOLID) for value in range(256)])
    return dark.filter(ImageFilter.MaxFilter(_AROUND)).filter(ImageFilter.MinFilter(_AROUND))  # letters leave holes


def _percentile(image: Image.Image, share: float) -> int:
    wanted, seen = share * image.width * image.height, 0
    for value, count in enumerate(image.histogram()):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _levels() -> list[int]:
    """Return the curve that makes paper white and letters black, straight between."""
    low, high = 255 * _BLACK_AT, 255 * _WHITE_AT
    return [round(255 * min(1.0, max(0.0, (value - low) / (high - low)))) for value in range(256)]


def _lighter(kept: float) -> list[int]:
    return [round(255 - (255 - value) * kept) for value in range(256)]
