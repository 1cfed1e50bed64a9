"""The report as a tagged PDF (PDF/UA-1), typeset by typst, which refuses a picture without words."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path

import structlog
import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import sentences
from .weeks import parse
from .words import Section, Told, UnitRow

TEMPLATE = Path(__file__).with_name("report.typ")
log = structlog.get_logger("fagbenk.reports")


def render(told: Told) -> bytes:
    """The PDF's bytes. What is told goes in as data, so no text in it can become markup."""
    data = {item.name: getattr(told, item.name) for item in fields(told)}
    data |= {"labels": _labels(told), "sections": [_section(section) for section in told.sections]}
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["1.7", "ua-1"],
        # The week's close, not the clock: the same report makes the same file.
        timestamp=int(parse(told.week).closes_at.timestamp()),
    )


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "sentence": section.sentence,
        "rows": [asdict(row) for row in section.rows],
        "parts": section.parts,
        "notes": section.notes,
        "bridge": [asdict(step) for step in section.bridge],
        "compared": section.compared,
        "rule": _svg(section),
        "alt": section.alt,
        "units": [_unit(row) for row in section.units],
    }


def _unit(row: UnitRow) -> dict[str, object]:
    return {"name": row.name, "cells": [asdict(cell) for cell in row.cells], "rule": _svg(row)}


def _svg(drawn: Section | UnitRow) -> str:
    """The folding rule; empty where there is nothing to draw."""
    return render_to_string("components/rule_svg.html", drawn.pictures[0]).strip() if drawn.pictures else ""


def _labels(told: Told) -> dict[str, str]:
    return {
        "part": _("Course"),
        "completed": _("Completed"),
        "counted": _("Counted"),
        "share": _("Share"),
        "change": told.change_label,
        "forecast": _("Forecast"),
        "bridge": _("Since last Sunday, in persons"),
        "deadlines": _("Dates of the next four weeks"),
        "restated": _("Corrected in earlier weeks"),
        "trust": _("What is doubtful"),
        "unit": _("Unit"),
        "units": _("The units"),
        "hidden": sentences.not_shown(),
    }


@cache
def _fonts() -> typst.Fonts:
    """Inter, collected into the state folder; without it typst takes a font that the machine has."""
    folder = settings.VAR_DIR / "fonts"
    if not any(folder.glob("Inter-*.ttf")):
        log.warning(
            "fonts_missing", folder=str(folder), advice="Run `make run` once; until then PDFs have another font."
        )
    return typst.Fonts(font_paths=[str(folder)] if folder.is_dir() else [])
