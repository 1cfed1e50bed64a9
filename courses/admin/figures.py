"""Looking a page's figures over: whether the text in a picture can be read (cms.picture_text)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cms import picture_text
from cms.picture_text import ENOUGH, LARGE, Legibility
from cms.quality import Finding

MUCH = 0.5  # the share of places with too little contrast from which a person is asked to look


def findings(stream: Iterable[Any]) -> list[Finding]:
    """Of the figures in a page's blocks: drawings with text, and pictures whose editor says that they hold some."""
    found = []
    for block in stream:
        if block.block_type != "figure" or not block.value["image"]:
            continue
        measured = _measured(block.value["image"], block.value.get("holds_text"))
        said = measured and _said(measured)
        if measured and said:
            found.append(Finding(said, measured.most < LARGE, block.id))
    return found


def _measured(image: Any, holds_text: bool | None) -> Legibility | None:
    """None where there is no text to read, or no file."""
    try:
        with image.file.open("rb") as file:
            if image.is_svg():
                return picture_text.of_drawing(file.read().decode("utf-8", "replace"))
            return picture_text.of_photograph(file) if holds_text else None
    except OSError:
        return None


def _said(measured: Legibility) -> str:
    ratio = {"ratio": f"{measured.most:.1f}".replace(".", ","), "enough": f"{ENOUGH:.1f}".replace(".", ",")}
    if measured.most < ENOUGH:
        said = _("Text in the picture has a contrast of %(ratio)s at best; %(enough)s is what most people need.")
        return said % ratio
    if measured.weak > MUCH:
        said = _(
            "In most places of the picture light and dark differ by less than %(enough)s. Look at it from afar: can its"
            " text be read?"
        )
        return said % ratio
    return ""
