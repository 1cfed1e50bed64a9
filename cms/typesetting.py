"""typst sets our papers and turns our drawings into pictures. Few processes need it, so it is imported in use."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

if TYPE_CHECKING:
    import typst

MOST_TRIES = 3  # typst names all that it cannot show at once; what stands in its place has been shown before
NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
CODE = re.compile(r"\\u\{([0-9a-f]+)\}")
log = structlog.get_logger("fagbenk.typesetting")
# A page as large as what it shows; the drawing comes in as data, so nothing in it can become markup.
PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""


@cache
def fonts() -> typst.Fonts:
    """Inter, collected into the state folder; without it typst takes a font that the machine has."""
    import typst

    folder = settings.VAR_DIR / "fonts"
    if not any(folder.glob("Inter-*.ttf")):
        log.warning("fonts_missing", folder=str(folder), advice="Run `make run` once.")
    return typst.Fonts(font_paths=[str(folder)] if folder.is_dir() else [])


def pdf(template: Path, told: dict[str, Any], at: dt.datetime) -> bytes:
    """A tagged PDF (PDF/UA-1); typst refuses what would not be one, as a picture without words.

    What is told goes in as data, so no text in it can become markup. The same data and moment make the same file.
    A character that no font here has stands as a question mark: one name must not keep the paper from everybody.
    """
    import typst

    text = json.dumps(told, ensure_ascii=False)
    for _again in range(MOST_TRIES):
        try:
            return _compiled(template, text, at)
        except typst.TypstError as error:
            missing = _without_a_font(error.diagnostic)
            if not missing:
                raise
            log.warning("characters_without_a_font", number=len(missing))
            for character in missing:
                text = text.replace(character, "?").replace(json.dumps(character)[1:-1], "?")
    return _compiled(template, text, at)


def _without_a_font(said: str) -> set[str]:
    """The characters that typst names in its errors, where it writes some as \\u{7}."""
    texts = (CODE.sub(lambda code: chr(int(code[1], 16)), text) for text in NO_FONT.findall(said))
    return {character for text in texts for character in text if not (character.isascii() and character.isprintable())}


def _compiled(template: Path, told: str, at: dt.datetime) -> bytes:
    import typst

    return typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(),
        sys_inputs={"told": told},
        format="pdf",
        pdf_standards=["1.7", "ua-1"],
        timestamp=int(at.timestamp()),
    )


def png(svg: str, ppi: float = 144) -> bytes:
    """The SVG as a PNG with two pixels to its unit."""
    import typst

    found = typst.compile(PICTURE, format="png", ppi=ppi, sys_inputs={"svg": svg}, font_paths=fonts())
    assert isinstance(found, bytes)  # noqa: S101 - one page
    return found
