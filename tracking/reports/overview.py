"""The weeks of one unit as a list: the unfinished one, the reports, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.models import Unit

from . import sentences
from .making import first_week
from .models import WeeklyReport
from .schedule import has_campaigns, state
from .weeks import Week, newest_closed, parse

SHOWN = 60  # weeks


@dataclass(frozen=True)
class Line:
    """One week in the list; `headline` is empty where the report has not been asked for yet."""

    week: Week
    headline: str


@dataclass(frozen=True)
class Overview:
    unfinished: Week | None
    lines: tuple[Line, ...]
    late: bool
    newest: Week


def overview(unit: Unit, at: dt.datetime) -> Overview:
    """The reports of `unit` as of the moment `at`, the newest first."""
    newest = newest_closed(at)
    now = newest.before(-1)
    return Overview(now if has_campaigns(now) else None, tuple(_lines(unit, newest)), state(at) == "late", newest)


def _lines(unit: Unit, newest: Week) -> list[Line]:
    stored = WeeklyReport.objects.filter(unit=unit).defer("behind").order_by("-week")[:SHOWN]
    said = {report.week: sentences.headline(report.content["campaigns"][0], report.content) for report in stored}
    weeks = {parse(name) for name in said}
    first = first_week()
    # A unit that nobody manages has reports as soon as somebody asks: the last weeks are offered.
    offered = {newest.before(n) for n in range(8)} if first else set()
    weeks |= {week for week in offered if first and week >= first and has_campaigns(week)}
    return [Line(week, said.get(week.name, "")) for week in sorted(weeks, reverse=True)]
