"""What is published of one campaign, unit, day and part: plain values, suppressed for everybody alike.

Every page, file and mail is made from a `Figure`, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation

from courses.models import Campaign, Course
from learners.models import Unit

from .bridge import Bridge
from .comparison import Yardstick
from .crossing import is_half
from .forecast import Forecast
from .rule import RULE_VERSION


class Counts:
    """Persons; None where they are hidden."""

    counted: int | None
    completed: int | None

    @property
    def share(self) -> float | None:
        """As a fraction; None where it is hidden, or nobody counts."""
        return self.completed / self.counted if self.counted and self.completed is not None else None


@dataclass(frozen=True)
class Shown(Counts):
    """One unit's counts, and the day they are from."""

    code: str
    name: str
    counted: int | None
    completed: int | None
    suppressed: bool
    on: dt.date
    # "ahead" or "behind" the country's mean two weeks in a row (barometer.comparison).
    stands: str | None = None


@dataclass(frozen=True)
class TrendPoint(Counts):
    on: dt.date
    counted: int | None
    completed: int | None
    suppressed: bool


@dataclass(frozen=True)
class Bar(Counts):
    """One part's counts of the same unit and day; `course`: that it, or half of it, is about (None: all, or more)."""

    part: str
    course: Course | None
    counted: int | None
    completed: int | None


@dataclass(frozen=True)
class Group:
    """A unit directly below and the units directly below that."""

    unit: Shown
    units: tuple[Shown, ...]


@dataclass(frozen=True)
class Figure:
    """Everything that the barometer says of one unit on one day. Shares are fractions; hidden numbers are None."""

    campaign: Campaign
    part: str
    bars: tuple[Bar, ...]
    unit: Unit
    country: bool
    as_of: dt.date
    asked_on: dt.date
    known: str
    own: Shown
    in_audience: int | None
    not_counted: int | None
    on_leave: int | None
    in_grace: int | None
    exempt: int | None
    done_not_counted: Mapping[str, int] | None  # "of whom done" by class, for the country only
    completed_in_audience: int | None
    people_received_at: dt.datetime | None
    statements_received_at: dt.datetime | None
    forecast: Forecast | None
    pace: float | None
    trend: tuple[TrendPoint, ...]
    units: tuple[Shown, ...]
    bridge: Bridge | None
    yardstick: Yardstick | None  # of the last Sunday
    groups: tuple[Group, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(bar.part for bar in self.bars)

    @property
    def bar(self) -> Bar:
        """The figure's own among the bars."""
        own = Bar(self.part, None, self.own.counted, self.own.completed)
        return next((bar for bar in self.bars if bar.part == self.part), own)

    @property
    def courses(self) -> int:
        """How many courses the campaign asks for."""
        return sum(bar.course is not None and not is_half(bar.part) for bar in self.bars)

    @property
    def target_reached(self) -> bool:
        """Decided on counts, never on a rounded share."""
        completed, counted = self.own.completed, self.own.counted
        if not counted or completed is None:
            return False
        return completed * 1000 >= int(self.campaign.target * 1000) * counted

    @property
    def last_sunday(self) -> TrendPoint | None:
        """The Sunday before the figure's day, where it is shown."""
        before = [point for point in self.trend if point.on < self.as_of and point.on.isoweekday() == 7]
        return before[-1] if before and not before[-1].suppressed else None

    @property
    def change_since_last_week(self) -> int | None:
        """Persons more (or fewer) than on the Sunday before; None where one of the two is not shown."""
        if self.last_sunday is None or self.last_sunday.completed is None or self.own.completed is None:
            return None
        return self.own.completed - self.last_sunday.completed


def version_of(told: object) -> str:
    """A name for what is told in the reader's language and how: other values, words or templates have another name, so
    that what a cache holds of a page under it is never old, after an upgrade either."""
    return hashlib.sha256(pickle.dumps((told, translation.get_language(), _making()))).hexdigest()


@cache
def _making() -> str:
    """A name for what makes a page of a figure: templates, translations and code."""
    whole = hashlib.sha256()
    for folder, pattern in (("templates", "*.html"), ("templates", "*.svg"), ("locale", "*.mo"), ("tracking", "*.py")):
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
            whole.update(path.read_bytes())
    return whole.hexdigest()


def as_json(figure: Figure) -> dict[str, Any]:
    """The barometer's JSON (docs/barometer.md)."""
    own, campaign = figure.own, figure.campaign
    told = figure.forecast
    return {
        "campaign": {
            "slug": campaign.slug,
            "title": campaign.title,
            "deadline": campaign.deadline.isoformat(),
            "target": float(campaign.target),
        },
        "unit": {"code": figure.unit.code, "name": figure.unit.name},
        "as_of": figure.as_of.isoformat(),
        "known": figure.known,
        "rule_version": RULE_VERSION,
        "in_audience": figure.in_audience,
        "counted": own.counted,
        "completed": own.completed,
        "not_counted": figure.not_counted,
        "on_leave": figure.on_leave,
        "in_grace": figure.in_grace,
        "exempt": figure.exempt,
        "share": own.share,
        "suppressed": own.suppressed,
        "people_received_at": _moment(figure.people_received_at),
        "statements_received_at": _moment(figure.statements_received_at),
        "forecast": {"low": told.low, "high": told.high, "needed_per_week": told.needed_per_week} if told else None,
        "trend": [{"on": p.on.isoformat(), **_numbers(p)} for p in figure.trend],
        "units": [{"code": u.code, "name": u.name, **_numbers(u)} for u in figure.units],
    }


def _numbers(shown: Shown | TrendPoint) -> dict[str, Any]:
    return {
        "counted": shown.counted,
        "completed": shown.completed,
        "share": shown.share,
        "suppressed": shown.suppressed,
    }


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else None
