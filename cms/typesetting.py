"""The fonts that typst, which sets our papers and turns our drawings into pictures, finds on this machine."""

from __future__ import annotations

from functools import cache

import structlog
import typst
from django.conf import settings

log = structlog.get_logger("fagbenk.typesetting")
# A page as large as what it shows; the drawing comes in as data, so nothing in it can become markup.
PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""


@cache
def fonts() -> typst.Fonts:
    """Inter, collected into the state folder; without it typst takes a font that the machine has."""
    folder = settings.VAR_DIR / "fonts"
    if not any(folder.glob("Inter-*.ttf")):
        log.warning("fonts_missing", folder=str(folder), advice="Run `make run` once.")
    return typst.Fonts(font_paths=[str(folder)] if folder.is_dir() else [])


def png(svg: str, ppi: float = 144) -> bytes:
    """The SVG as a PNG with two pixels to its unit."""
    found = typst.compile(PICTURE, format="png", ppi=ppi, sys_inputs={"svg": svg}, font_paths=fonts())
    assert isinstance(found, bytes)  # noqa: S101 - one page
    return found
