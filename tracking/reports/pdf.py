"""The report as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cms import typesetting

from . import sentences
from .weeks import parse
from .words import Section, Told, UnitRow

TEMPLATE = Path(__file__).with_name("report.typ")


def render(told: Told) -> bytes:
    """The PDF's bytes."""
    data = {item.name: getattr(told, item.name) for item in fields(told)}
    data |= {"labels": _labels(told), "sections": [_section(section) for section in told.sections]}
    # The week's close, not the clock: the same report makes the same file.
    return typesetting.pdf(TEMPLATE, data, parse(told.week).closes_at)


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
