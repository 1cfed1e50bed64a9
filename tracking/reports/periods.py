"""The table of a tertial or a year, for HR: where each campaign stood at both ends, and who completed in between.

As of the last Sunday of the period, as it was known then; a period that is not over, as of last Sunday.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.models import Campaign
from learners.models import Unit

from ..barometer.figures import figures_of_parts
from ..barometer.published import Figure, Shown
from ..clock import last_sunday
from . import weeks
from .exceptions import BadWeek, NoReport

_NAME = re.compile(r"^(\d{4})(?:-T([1-3]))?$")
MONTHS = 4  # of a tertial


@dataclass(frozen=True)
class Period:
    """A year, or its first, second or third four months."""

    year: int
    tertial: int | None

    @property
    def name(self) -> str:
        return f"{self.year}-T{self.tertial}" if self.tertial else str(self.year)

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 1 + MONTHS * (self.tertial - 1) if self.tertial else 1, 1)

    @property
    def last(self) -> dt.date:
        if self.tertial in (None, 3):
            return dt.date(self.year, 12, 31)
        return dt.date(self.year, 1 + MONTHS * self.tertial, 1) - dt.timedelta(days=1)  # type: ignore[operator]

    @property
    def title(self) -> str:
        if self.tertial:
            return _("Tertial %(number)s of %(year)s") % {"number": self.tertial, "year": self.year}
        return _("The year %(year)s") % {"year": self.year}


def parse(name: str) -> Period:
    """ "2026-T2" or "2026". Raises BadWeek."""
    match = _NAME.match(name)
    if not match or not 2015 <= int(match[1]) <= 2100:
        raise BadWeek(_("“%(name)s” is no period. Write it as 2026-T2 or 2026.") % {"name": name[:20]})
    return Period(int(match[1]), int(match[2]) if match[2] else None)


def recent(on: dt.date) -> list[Period]:
    """The tertials and years to choose from, of this year and the last, in which a campaign ran; the newest first."""
    found = [Period(year, tertial) for year in (on.year, on.year - 1) for tertial in (None, 3, 2, 1)]
    begun = [period for period in found if period.first <= last_sunday(on)]
    spans = list(Campaign.objects.values_list("start", "deadline"))
    return [period for period in begun if any(s <= period.last and e >= period.first for s, e in spans)]


@dataclass(frozen=True)
class Line:
    """One unit in one part of a campaign. None where it is hidden, or (`before`) where the campaign had not begun."""

    campaign: Campaign
    part: Figure
    unit: Shown
    before: int | None

    @property
    def gained(self) -> int | None:
        if self.unit.completed is None or self.before is None:
            return None
        return self.unit.completed - self.before


@dataclass(frozen=True)
class Table:
    period: Period
    unit: Unit
    until: dt.date
    is_over: bool
    lines: tuple[Line, ...]
    own_team: bool = False  # whether it has what is hidden from everybody but the leader

    @property
    def start(self) -> dt.date:
        """The Sunday before the period: what `before` is of."""
        return _start(self.period)


def _start(period: Period) -> dt.date:
    return last_sunday(period.first - dt.timedelta(days=1))


def table(period: Period, unit: Unit, at: dt.datetime) -> Table:
    """The period's table of `unit` and the units directly below. Raises NoReport."""
    newest = weeks.newest_closed(at).sunday
    until = min(last_sunday(period.last), newest)
    if until < period.first:
        raise NoReport(_("%(period)s has no figures yet.") % {"period": period.title})
    running = Campaign.objects.filter(start__lte=until, deadline__gte=period.first).order_by("deadline", "slug")
    lines = [line for campaign in running for line in _lines(campaign, unit, period, until, at)]
    return Table(period, unit, until, last_sunday(period.last) <= newest, tuple(lines))


def _lines(campaign: Campaign, unit: Unit, period: Period, until: dt.date, at: dt.datetime) -> list[Line]:
    start = _start(period)
    before: dict[tuple[str, str], int | None] = {}
    if campaign.start <= start:
        for figure in figures_of_parts(campaign, unit, start, "then", at):
            before |= {(figure.part, one.code): one.completed for one in (figure.own, *figure.units)}
    found = []
    for figure in figures_of_parts(campaign, unit, until, "then", at):
        for one in (figure.own, *figure.units):
            # Who began in the period began at nobody.
            earlier = before.get((figure.part, one.code)) if campaign.start <= start else 0
            found.append(Line(campaign, figure, one, earlier))
    return found


def as_json(told: Table) -> dict[str, Any]:
    """{"period", "unit", "as_of", "is_over", "lines": [{"campaign", "part", "code", "unit", "counted", "completed",
    "share", "completed_before", "suppressed"}]}; hidden numbers are null."""
    return {
        "period": told.period.name,
        "unit": {"code": told.unit.code, "name": told.unit.name},
        "as_of": told.until.isoformat(),
        "is_over": told.is_over,
        "lines": [
            {
                "campaign": line.campaign.slug,
                "part": line.part.part,
                "code": line.unit.code,
                "unit": line.unit.name,
                "counted": line.unit.counted,
                "completed": line.unit.completed,
                "share": line.unit.share,
                "completed_before": line.before,
                "suppressed": line.unit.suppressed,
            }
            for line in told.lines
        ],
    }
