"""The figures that people and machines get: one campaign, unit, day and part, suppressed for everybody alike.

Every page, file and mail is made from a `Figure`, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from courses.models import Campaign
from learners.models import ImportRun, Unit, UnitPlace

from ..clock import known_until, last_sunday, oslo_day
from ..completions.models import Cursor
from ..exceptions import BadQuery
from . import cells, forecast, hiding, suppression
from .facts import ALL, parts_of
from .models import Cell
from .rule import RULE_VERSION


@dataclass(frozen=True)
class Shown:
    """One unit's counts; the numbers are None where they are hidden."""

    code: str
    name: str
    counted: int | None
    completed: int | None
    suppressed: bool

    @property
    def share(self) -> float | None:
        return self.completed / self.counted if self.counted and self.completed is not None else None


@dataclass(frozen=True)
class TrendPoint:
    on: dt.date
    counted: int | None
    completed: int | None
    suppressed: bool

    @property
    def share(self) -> float | None:
        return self.completed / self.counted if self.counted and self.completed is not None else None


@dataclass(frozen=True)
class Figure:
    """Everything that the barometer says of one unit on one day. Shares are fractions; hidden numbers are None."""

    campaign: Campaign
    part: str
    parts: tuple[str, ...]
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
    def target_reached(self) -> bool:
        """Decided on counts, never on a rounded share."""
        own = self.own
        return own.completed is not None and own.counted is not None and own.counted > 0 and (
            own.completed * 1000 >= int(self.campaign.target * 1000) * own.counted
        )

    @property
    def change_since_last_week(self) -> int | None:
        """Persons more (or fewer) than on the Sunday before; None where one of the two is not shown."""
        before = [point for point in self.trend if point.on <= self.as_of - dt.timedelta(days=1) and point.on.isoweekday() == 7]
        if not before or before[-1].completed is None or self.own.completed is None:
            return None
        return self.own.completed - before[-1].completed


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
    unit = unit or root
    as_of = asked_on
    on_the_day = _cells(campaign, part, as_of, known, at)
    if _count(on_the_day.get(unit.pk)).counted < suppression.LARGE and last_sunday(as_of) >= campaign.start:
        # Small units: only Sundays' figures; in between, the last Sunday's, dated so.
        as_of = last_sunday(as_of)
        on_the_day = _cells(campaign, part, as_of, known, at)
    return _build(campaign, part, unit, root, as_of, asked_on, known, on_the_day, at)


def _checked(campaign: Campaign, on: dt.date | None, known: str, part: str | None, at: dt.datetime) -> tuple[dt.date, str]:
    today = oslo_day(at)
    day = on or max(today, campaign.start)
    if known not in ("then", "now"):
        raise BadQuery("known must be “then” or “now”.")
    if on and (on > today or on < campaign.start):
        raise BadQuery("on must lie between the campaign's start and today.")
    parts = parts_of(campaign)
    chosen = part or next(iter(parts), ALL)
    if part and part not in parts:
        raise BadQuery("part must be one of: " + ", ".join(parts) + ".")
    return day, chosen


def _cells(campaign: Campaign, part: str, on: dt.date, known: str, at: dt.datetime) -> dict[int, Cell]:
    """The cells of a day, by unit id; computed now where nobody has asked for that day before."""
    if known == "then" and known_until(on) > at:
        known = "now"  # the day is not closed: what was known then is what is known now
    rows = Cell.objects.filter(campaign=campaign, on=on, known=known)
    if not rows.exists():
        cells.compute(campaign, [(on, known)])
    return {cell.unit_id: cell for cell in rows.filter(part=part)}


def _count(cell: Cell | None) -> suppression.Count:
    return suppression.Count(cell.counted, cell.completed) if cell else suppression.Count(0, 0)


def _build(
    campaign: Campaign, part: str, unit: Unit, root: Unit, as_of: dt.date, asked_on: dt.date, known: str,
    day: Mapping[int, Cell], at: dt.datetime,
) -> Figure:  # fmt: skip
    nodes = hiding.nodes_of(day, as_of)
    hidden = hiding.hidden_on(campaign, part, as_of, nodes)
    cell = day.get(unit.pk)
    shown = unit.pk not in hidden and cell is not None
    country = unit.pk == root.pk
    own = _shown(unit.code, unit.name, cell, not shown and cell is not None)
    trend = _trend(campaign, part, unit, as_of, known, own)
    told = cell if shown else None
    sum_shown = bool(told) and (country or suppression.shows_not_counted(told.not_counted if told else 0))
    return Figure(
        campaign=campaign,
        part=part,
        parts=tuple(parts_of(campaign)),
        unit=unit,
        country=country,
        as_of=as_of,
        asked_on=asked_on,
        known=known,
        own=own,
        in_audience=told.in_audience if told and sum_shown else None,
        not_counted=told.not_counted if told and sum_shown else None,
        on_leave=told.on_leave if told and country else None,
        in_grace=told.in_grace if told and country else None,
        exempt=told.exempt if told and country else None,
        done_not_counted=_done_of(told) if told and country else None,
        completed_in_audience=told.completed + sum(_done_of(told).values()) if told and country else None,
        people_received_at=ImportRun.objects.filter(succeeded=True).aggregate(Max("finished_at"))["finished_at__max"],
        statements_received_at=Cursor.objects.filter(name="completions").values_list("moved_at", flat=True).first(),
        forecast=_forecast(campaign, part, unit, trend, own, as_of) if shown else None,
        pace=forecast.pace([p.completed for p in trend if p.completed is not None]) if shown else None,
        trend=trend,
        units=_children(campaign, part, unit, as_of, known, day, hidden, nodes, at),
    )


def _done_of(cell: Cell) -> dict[str, int]:
    return {"on_leave": cell.done_on_leave, "in_grace": cell.done_in_grace, "exempt": cell.done_exempt}


def _shown(code: str, name: str, cell: Cell | None, hidden: bool) -> Shown:
    if hidden:
        return Shown(code, name, None, None, True)
    count = _count(cell)
    return Shown(code, name, count.counted, count.completed, False)


def _trend(
    campaign: Campaign, part: str, unit: Unit, as_of: dt.date, known: str, own: Shown
) -> tuple[TrendPoint, ...]:
    """The Sundays since the start, and `as_of`."""
    days = [day for day in cells.sundays(campaign, as_of) if day < as_of]
    rows = Cell.objects.filter(campaign=campaign, part=part, unit=unit, on__in=days)
    # "now" sorts before "then", so that "then" wins where it is asked for and its day is closed.
    ordered = rows.filter(known__in=["now", known]).order_by("on", "known")
    hidden = hiding.hidden_sundays(campaign, part, unit)
    points = []
    for cell in {cell.on: cell for cell in ordered}.values():
        count = _count(cell)
        if cell.on in hidden or not suppression.may_stand_alone(count):
            points.append(TrendPoint(cell.on, None, None, True))
        else:
            points.append(TrendPoint(cell.on, count.counted, count.completed, False))
    return (*points, TrendPoint(as_of, own.counted, own.completed, own.suppressed))


def _forecast(
    campaign: Campaign, part: str, unit: Unit, trend: tuple[TrendPoint, ...], own: Shown, as_of: dt.date
) -> forecast.Forecast | None:
    then = Cell.objects.filter(campaign=campaign, part=part, unit=unit, on=campaign.deadline, known="now").first()
    weekly = [p.completed for p in trend if p.on.isoweekday() == 7 and p.completed is not None]
    if then is None or own.counted is None or own.completed is None:
        return None
    return forecast.forecast(
        weekly, as_of, campaign.deadline, float(campaign.target),
        counted=own.counted, completed=own.completed, counted_then=then.counted,
    )  # fmt: skip


def _children(
    campaign: Campaign, part: str, unit: Unit, as_of: dt.date, known: str, day: Mapping[int, Cell],
    hidden: set[int], nodes: Mapping[int, suppression.Node], at: dt.datetime,
) -> tuple[Shown, ...]:  # fmt: skip
    """The direct children in alphabetical order; small ones with last Sunday's figures."""
    below = [pk for pk, node in nodes.items() if node.parent_id == unit.pk]
    small = [pk for pk in below if day[pk].counted < suppression.LARGE and pk not in hidden]
    sunday = last_sunday(as_of)
    older: dict[int, Cell] = {}
    if small and as_of != sunday and sunday >= campaign.start:
        older = _cells(campaign, part, sunday, known, at)
        hidden = hidden | hiding.hidden_on(campaign, part, sunday, hiding.nodes_of(older, sunday))
    units = {u.pk: u for u in Unit.objects.filter(pk__in=below)}
    rows = [
        _shown(units[pk].code, units[pk].name, older.get(pk, day[pk]) if pk in small else day[pk], pk in hidden)
        for pk in below
    ]
    return tuple(sorted(rows, key=lambda r: (r.code.endswith("-STAB"), r.name)))


def as_json(figure: Figure) -> dict[str, Any]:
    """The barometer's JSON (docs/design.md)."""
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
