"""typst sets our papers and turns our drawings into pictures. Few processes need it, so it is imported in use."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

if TYPE_CHECKING:
    import typst

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
    """
    import typst

    return typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
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
