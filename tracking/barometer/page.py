"""What the barometer's page shows besides the figure: the way up, links, the form, and what the counts amount to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils import translation

from learners.models import Unit, UnitPlace

from .figures import Figure, Shown
from .rule import RULE_VERSION

# Above this part of the audience exempt, the headline says so.
MANY_EXEMPT = 0.05


def context(figure: Figure, query: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    """The template's context; `query` is what was asked for, kept in every link."""
    own, last = figure.own, figure.last_sunday
    return {
        "figure": figure,
        "own": own,
        "campaign": figure.campaign,
        "title": figure.campaign.title_in(translation.get_language() or "nb"),
        "course": next((bar.course for bar in figure.bars if bar.part == figure.part), None),
        "courses": sum(bar.course is not None for bar in figure.bars),
        "way_up": _way_up(figure.unit, figure.asked_on, query),
        "is_today": figure.as_of == today,
        "is_sunday": figure.as_of.isoweekday() == 7,
        "change": figure.change_since_last_week,
        "fewer": -(figure.change_since_last_week or 0),
        "last_share": last.share if last else None,
        "forecast_low": figure.forecast.low if figure.forecast else None,
        "forecast_high": figure.forecast.high if figure.forecast else None,
        "over": figure.campaign.deadline < figure.as_of,
        "pace": max(figure.pace or 0, 0),
        "left_out": _left_out(figure),
        "many_exempt": bool(figure.exempt and figure.in_audience and figure.exempt > MANY_EXEMPT * figure.in_audience),
        "bars": [{"bar": bar, "link": _link(query, part=bar.part)} for bar in figure.bars],
        "rows": [_row(figure, unit, query) for unit in figure.units if not unit.suppressed],
        "not_shown": [unit.name for unit in figure.units if unit.suppressed],
        "rule_version": RULE_VERSION,
        "query": query,
        "query_string": urlencode(query),
        "today": today,
    }


def _row(figure: Figure, unit: Shown, query: Mapping[str, str]) -> dict[str, Any]:
    return {"unit": unit, "link": _link(query, unit=unit.code), "older": unit.on != figure.as_of}


def _link(query: Mapping[str, str], **changed: str) -> str:
    return "?" + urlencode({**query, **changed})


def _way_up(unit: Unit, on: dt.date, query: Mapping[str, str]) -> list[dict[str, str]]:
    """The units above, from the root; the root's link asks for no unit."""
    place = UnitPlace.objects.on(on).known().filter(unit=unit).first()
    codes = place.path.strip("/").split("/")[:-1] if place else []
    names = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    rest = {name: value for name, value in query.items() if name != "unit"}
    return [
        {"name": names[code], "link": _link(rest, unit=code) if number else _link(rest)}
        for number, code in enumerate(codes)
        if code in names
    ]


def _left_out(figure: Figure) -> list[tuple[str, int, int]]:
    """(class, persons, of whom done) for the classes that do not count; the country only."""
    numbers = {"on_leave": figure.on_leave, "in_grace": figure.in_grace, "exempt": figure.exempt}
    done = figure.done_not_counted or {}
    return [(name, number, done.get(name, 0)) for name, number in numbers.items() if number]
