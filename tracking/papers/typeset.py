"""Pages on paper: typst makes a tagged PDF (PDF/UA-1) of a template and data; no text in it can become markup."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings


def pdf(template: Path, told: dict[str, Any], at: dt.datetime) -> bytes:
    """The PDF's bytes; the same data and moment make the same file. typst refuses what would not be PDF/UA."""
    return typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["1.7", "ua-1"],
        timestamp=int(at.timestamp()),
    )


@cache
def fonts() -> typst.Fonts:
    """Inter, collected into the state folder; without it typst takes a font that the machine has."""
    folder = settings.VAR_DIR / "fonts"
    return typst.Fonts(font_paths=[str(folder)] if folder.is_dir() else [])
