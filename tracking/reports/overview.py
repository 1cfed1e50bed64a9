"""The weeks of one unit as a list: the unfinished one, the reports, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.models import Learner, Unit

from ..clock import oslo_day
from . import sentences
from .exceptions import NoReport
from .making import campaigns_of, measured
from .models import WeeklyReport
from .own_team import all_as_read_by
from .schedule import LOOK_BACK, state
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


def overview(unit: Unit, reader: Learner, at: dt.datetime) -> Overview:
    """The reports of `unit` as of the moment `at`, the newest first, each with what it says to the reader."""
    newest = newest_closed(at)
    return Overview(
        _unfinished(newest, at), tuple(_lines(unit, newest, reader, oslo_day(at))), state(at) == "late", newest
    )


def _unfinished(newest: Week, at: dt.datetime) -> Week | None:
    week = newest.before(-1)
    try:
        campaigns_of(week, min(week.sunday, oslo_day(at)))
    except NoReport:
        return None
    return week


def _lines(unit: Unit, newest: Week, reader: Learner, on: dt.date) -> list[Line]:
    stored = WeeklyReport.objects.filter(unit=unit).defer("behind").order_by("-week")[:SHOWN]
    contents = all_as_read_by(reader, list(stored), unit, on)
    said = {week: sentences.headline(content["campaigns"][0], content) for week, content in contents.items()}
    # A unit that nobody manages has reports as soon as somebody asks: the last weeks are offered.
    offered = measured(newest.before(n) for n in range(LOOK_BACK))
    weeks = {parse(name) for name in said} | set(offered)
    return [Line(week, said.get(week.name, "")) for week in sorted(weeks, reverse=True)]
