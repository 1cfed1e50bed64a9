"""The figures that people and machines get: one campaign, unit, day and part, suppressed for everybody alike.

Every page, file and mail is made from a `Figure`, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from courses.models import Campaign, Course
from learners.models import ImportRun, Unit, UnitPlace

from ..clock import oslo_day
from ..completions.models import Cursor
from ..exceptions import BadQuery
from . import cells, days, forecast, hiding
from .days import PublishedDay
from .facts import ALL, parts_of
from .models import Cell
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


@dataclass(frozen=True)
class TrendPoint(Counts):
    on: dt.date
    counted: int | None
    completed: int | None
    suppressed: bool


@dataclass(frozen=True)
class Bar(Counts):
    """One part's counts of the same unit and day; `course` is None for all of them by the same person."""

    part: str
    course: Course | None
    counted: int | None
    completed: int | None


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
    forecast: forecast.Forecast | None
    pace: float | None
    trend: tuple[TrendPoint, ...]
    units: tuple[Shown, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(bar.part for bar in self.bars)

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


def root_unit(on: dt.date) -> Unit:
    """The whole service."""
    place = UnitPlace.objects.on(on).known().filter(parent=None).select_related("unit").order_by("pk").first()
    if place is None:
        raise Unit.DoesNotExist("There are no units.")
    return place.unit


def figure(
    campaign: Campaign, unit: Unit | None, on: dt.date | None, known: str, part: str | None, at: dt.datetime
) -> Figure:
    """The figure for the moment `at`. Raises BadQuery for a day, part or `known` that cannot be honoured."""
    asked_on, part = _checked(campaign, on, known, part, at)
    root = root_unit(asked_on)
    days.prepare(campaign, asked_on, at)
    today = days.read(campaign, asked_on, known, at)
    return _Builder(
        campaign, part, unit or root, root, known, today, days.sunday_of(campaign, today, known, at)
    ).build()


def _checked(
    campaign: Campaign, on: dt.date | None, known: str, part: str | None, at: dt.datetime
) -> tuple[dt.date, str]:
    today = oslo_day(at)
    if known not in ("then", "now"):
        raise BadQuery(_("“known” must be “then” or “now”."))
    if on and on > today:
        raise BadQuery(_("“on” lies in the future."))
    if on and on < campaign.start:
        raise BadQuery(_("“on” lies before the campaign's start, %(day)s.") % {"day": campaign.start.isoformat()})
    parts = parts_of(campaign)
    if part is not None and part not in parts:
        raise BadQuery(_("“part” must be one of: %(parts)s.") % {"parts": ", ".join(parts)})
    return on or today, part or next(iter(parts), ALL)


@dataclass(frozen=True)
class _Builder:
    campaign: Campaign
    part: str
    unit: Unit
    root: Unit
    known: str
    today: PublishedDay
    sunday: PublishedDay | None

    def day_of(self, part: str, unit: int) -> PublishedDay | None:
        """The day whose figure the unit shows: where few count, or it is hidden in mid-week, the last Sunday."""
        if self.today.is_large(unit) and unit not in self.today.hidden.get(part, ()):
            return self.today
        return self.sunday

    def build(self) -> Figure:
        day = self.day_of(self.part, self.unit.pk)
        own = self.shown(self.unit, day)
        cell = day.shown(self.part, self.unit.pk) if day else None
        country = self.unit.pk == self.root.pk
        told = cell if day and self.unit.pk in day.sums_shown else None
        classes = told if country else None
        trend = self.trend(own)
        return Figure(
            campaign=self.campaign,
            part=self.part,
            bars=self.bars(day),
            unit=self.unit,
            country=country,
            as_of=own.on,
            asked_on=self.today.on,
            known=self.known,
            own=own,
            in_audience=told.in_audience if told else None,
            not_counted=told.not_counted if told else None,
            on_leave=classes.on_leave if classes else None,
            in_grace=classes.in_grace if classes else None,
            exempt=classes.exempt if classes else None,
            done_not_counted=classes.done_not_counted if classes else None,
            completed_in_audience=_completed_in_audience(told, country),
            people_received_at=ImportRun.objects.filter(succeeded=True).aggregate(Max("finished_at"))[
                "finished_at__max"
            ],
            statements_received_at=Cursor.objects.filter(name="completions").values_list("moved_at", flat=True).first(),
            forecast=self.forecast(own, cell, trend),
            pace=None if own.suppressed else forecast.pace(_weekly(trend)),
            trend=trend,
            units=self.children(day),
        )

    def shown(self, unit: Unit, day: PublishedDay | None) -> Shown:
        cell = day.shown(self.part, unit.pk) if day else None
        on = day.on if day else self.today.on
        if cell is None:
            return Shown(unit.code, unit.name, None, None, True, on)
        return Shown(unit.code, unit.name, cell.counted, cell.completed, False, on)

    def bars(self, day: PublishedDay | None) -> tuple[Bar, ...]:
        courses = {r.course.code.lower(): r.course for r in self.campaign.requirements.select_related("course")}
        parts = [ALL, *courses] if len(courses) > 1 else [*courses]
        found = []
        for part in parts:
            cell = day.shown(part, self.unit.pk) if day else None
            found.append(Bar(part, courses.get(part), cell.counted if cell else None, cell.completed if cell else None))
        return tuple(found)

    def trend(self, own: Shown) -> tuple[TrendPoint, ...]:
        """The Sundays since the start, and the figure's day; of a hidden unit no numbers."""
        sundays = [day for day in cells.sundays(self.campaign, own.on) if day < own.on]
        rows = Cell.objects.filter(campaign=self.campaign, part=self.part, unit=self.unit, on__in=sundays)
        # "now" sorts before "then", so that "then" wins where it is asked for and its day is closed.
        by_day = {cell.on: cell for cell in rows.filter(known__in=["now", self.known]).order_by("on", "known")}
        hidden = hiding.hidden_sundays(self.campaign, self.part, self.unit)
        points = [_point(day, None if own.suppressed or day in hidden else by_day.get(day)) for day in sundays]
        return (*points, TrendPoint(own.on, own.counted, own.completed, own.suppressed))

    def forecast(self, own: Shown, cell: Cell | None, trend: tuple[TrendPoint, ...]) -> forecast.Forecast | None:
        if cell is None or own.counted is None or own.completed is None:
            return None
        due = cell.due if cell.known == "then" else self.counted_at_deadline()
        if due is None:
            return None
        return forecast.forecast(
            _weekly(trend), own.on, self.campaign.deadline, float(self.campaign.target),
            counted=own.counted, completed=own.completed, counted_then=due,
        )  # fmt: skip

    def counted_at_deadline(self) -> int | None:
        """As known now."""
        rows = Cell.objects.filter(campaign=self.campaign, part=self.part, unit=self.unit, on=self.campaign.deadline)
        return rows.filter(known="now").values_list("counted", flat=True).first()

    def children(self, day: PublishedDay | None) -> tuple[Shown, ...]:
        """The direct children with anybody in the audience, in alphabetical order, own staff last."""
        if day is None:
            return ()
        below = [pk for pk, node in day.tree.items() if node.parent_id == self.unit.pk]
        units = Unit.objects.filter(pk__in=below)
        rows = [(unit.kind == Unit.Kind.STAFF, self.shown(unit, self.child_day(unit.pk, day))) for unit in units]
        return tuple(shown for _last, shown in sorted(rows, key=lambda row: (row[0], collation(row[1].name))))

    def child_day(self, unit: int, day: PublishedDay) -> PublishedDay | None:
        return day if day is self.sunday else self.day_of(self.part, unit)


def collation(name: str) -> str:
    """A key that sorts Norwegian names: Æ, Ø, Å after Z, whatever the database."""
    return name.casefold().translate(str.maketrans("æäøöå", "{{||}"))


def _point(on: dt.date, cell: Cell | None) -> TrendPoint:
    if cell is None or not days.stands(cell):
        return TrendPoint(on, None, None, True)
    return TrendPoint(on, cell.counted, cell.completed, False)


def _weekly(trend: tuple[TrendPoint, ...]) -> list[int]:
    return [point.completed for point in trend if point.on.isoweekday() == 7 and point.completed is not None]


def _completed_in_audience(told: Cell | None, country: bool) -> int | None:
    """Below the country only where everybody counts: it would tell of those who do not."""
    if told is None or (told.not_counted and not country):
        return None
    return told.completed + sum(told.done_not_counted.values())


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
