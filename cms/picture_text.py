"""Text in pictures: whether it can be read at all, as far as that can be measured (WCAG 2.2, 1.4.3). Pure.

In a drawing (SVG) the text's own colours are known, and what they can stand on. In a photograph nobody but a person
sees what is text: what is measured is the most that light and dark differ, in the whole picture and from place to
place. Whatever is said to be too little here, is too little wherever in the picture the text stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, BinaryIO

from PIL import Image, ImageColor

Colour = tuple[int, int, int]
ENOUGH, LARGE = 4.5, 3.0  # of normal text, and of large: below the latter no text is readable
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
TILES = 16  # places across and down that are looked at by themselves
WIDEST = 960  # pixels: as wide as a lesson shows it
FLAT = 1.2  # a place with less contrast has nothing in it
EXTREMES = 0.01  # the share of pixels at either end that may be noise
SHAPES = {"rect", "circle", "ellipse", "path", "polygon"}
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_RULE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_FILL = re.compile(r"(?:^|;)\s*fill\s*:\s*([^;]+)")


@dataclass(frozen=True)
class Legibility:
    """`most`: the contrast that the picture's text has at best; `weak`: the share of places with less than enough,
    among those that have something in them (0 for a drawing, whose colours are known)."""

    most: float
    weak: float = 0.0


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour[:3])]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


# --- Drawings ---------------------------------------------------------------------------------------------------------
def of_drawing(svg: str) -> Legibility | None:
    """The worst of the drawing's texts, each on the ground that suits it best; None for a drawing without text."""
    reader = _Drawing(dict(_RULE.findall(" ".join(_STYLE.findall(svg)))))
    reader.feed(svg)
    reader.close()
    if not reader.texts:
        return None
    return Legibility(min(max(contrast(text, ground) for ground in reader.grounds) for text in reader.texts))


class _Drawing(HTMLParser):
    """The colours of a drawing's texts, and of what they can stand on: its shapes, and the page."""

    def __init__(self, rules: dict[str, str]) -> None:
        super().__init__()
        self.rules = rules
        self.texts: set[Colour] = set()
        self.grounds: set[Colour] = {WHITE}
        self.inherited: list[Colour] = [BLACK]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self.inherited.append(self._colour(dict(attrs))[0])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        colour, is_filled = self._colour(dict(attrs))
        if tag in ("text", "tspan"):
            self.texts.add(colour)
        elif tag in SHAPES and is_filled:
            self.grounds.add(colour)

    def handle_endtag(self, tag: str) -> None:
        if len(self.inherited) > 1:
            self.inherited.pop()

    def _colour(self, named: dict[str, str | None]) -> tuple[Colour, bool]:
        """Its own colour, its class's or the one it inherits; and whether it is filled at all."""
        of_classes = ";".join(self.rules.get(name, "") for name in (named.get("class") or "").split())
        said = [named.get("fill") or "", *_FILL.findall(of_classes), *_FILL.findall(named.get("style") or "")]
        last = next((one.strip() for one in reversed(said) if one.strip()), "")
        try:
            return ImageColor.getrgb(last)[:3], True
        except ValueError:
            return self.inherited[-1], last != "none"


# --- Photographs ------------------------------------------------------------------------------------------------------
def of_photograph(file: BinaryIO) -> Legibility | None:
    """What light and dark differ by at most, and where it is too little; None where the file is no picture."""
    try:
        with Image.open(file) as opened:
            opened.thumbnail((WIDEST, WIDEST), Image.Resampling.NEAREST)
            seen = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    picture = Image.alpha_composite(Image.new("RGBA", seen.size, WHITE), seen).convert("RGB")
    places = [found for found in map(_span, _tiles(picture)) if found >= FLAT]
    weak = sum(found < ENOUGH for found in places) / len(places) if places else 1.0
    return Legibility(_span(picture), weak)


def _tiles(picture: Image.Image) -> Iterable[Image.Image]:
    width, height = (max(side // TILES, 8) for side in picture.size)
    for left in range(0, picture.width, width):
        for top in range(0, picture.height, height):
            yield picture.crop((left, top, min(left + width, picture.width), min(top + height, picture.height)))


def _span(picture: Image.Image) -> float:
    """The contrast between the lightest and the darkest of a picture, but for noise."""
    coarse = picture.point(lambda value: value | 3 if value > 127 else value & 0xFC)  # white stays white
    pixels = picture.width * picture.height
    colours: Any = coarse.getcolors(pixels)  # never None: there are no more colours than pixels
    counted = sorted((_luminance(colour), number) for number, colour in colours)
    noise = EXTREMES * pixels
    return (_first(reversed(counted), noise) + 0.05) / (_first(counted, noise) + 0.05)


def _first(counted: Iterable[tuple[float, int]], noise: float) -> float:
    """The first luminance that more than `noise` pixels reach."""
    passed = 0
    for luminance, number in counted:
        passed += number
        if passed > noise:
            return luminance
    return 0.0
