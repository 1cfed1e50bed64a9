"""The figures that people and machines get: reads what is stored of a campaign, unit, day and part."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from courses.gatherings import seats
from courses.models import Campaign, Course
from learners.models import ImportRun, Unit, UnitPlace

from ..clock import known_until, last_sunday, oslo_day
from ..completions import following
from ..completions.models import Cursor
from ..exceptions import BadQuery
from . import bridge, cells, comparison, days, forecast, offered, suppression
from .counting import sunday_before
from .crossing import ALL, PROGRAMME
from .days import PublishedDay
from .models import Cell
from .parts import asked_courses, bars_of, course_in, courses_of
from .published import Bar, Figure, Group, Shown, TrendPoint
from .tree import Count

# So many units can be told apart in one picture; where there are more, those directly below stand for them.
MOST_UNITS = 150


def root_unit(on: dt.date) -> Unit:
    """The whole service."""
    place = UnitPlace.objects.on(on).known().filter(parent=None).select_related("unit").order_by("pk").first()
    if place is None:
        raise Unit.DoesNotExist("There are no units.")
    return place.unit


def figure(
    campaign: Campaign,
    unit: Unit | None,
    on: dt.date | None,
    known: str,
    part: str | None,
    at: dt.datetime,
    *,
    deep: bool = False,
) -> Figure:
    """The figure for the moment `at`; `deep`: with the units two levels down, by region.

    Raises BadQuery for a day, part or `known` that cannot be honoured.
    """
    courses = courses_of(campaign)
    asked_on, part = _checked(campaign, courses, on, known, part, at)
    builder = _builder(campaign, courses, unit, asked_on, known, [part], at)
    found = builder.build(part)
    return replace(found, groups=builder.groups(part, found)) if deep else found


def figures_of_parts(
    campaign: Campaign, unit: Unit | None, on: dt.date | None, known: str, at: dt.datetime
) -> list[Figure]:
    """The figures of all parts in order, as `figure` gives them; what they share is read once."""
    courses = courses_of(campaign)
    asked_on, _part = _checked(campaign, courses, on, known, None, at)
    parts = list(bars_of(campaign, courses)) or [ALL]
    builder = _builder(campaign, courses, unit, asked_on, known, parts, at)
    return [builder.build(part) for part in parts]


def _checked(
    campaign: Campaign, courses: Sequence[Course], on: dt.date | None, known: str, part: str | None, at: dt.datetime
) -> tuple[dt.date, str]:
    today = oslo_day(at)
    if known not in ("then", "now"):
        raise BadQuery(_("“known” must be “then” or “now”."))
    if on and on > today:
        raise BadQuery(_("“on” lies in the future."))
    if on and on < campaign.start:
        raise BadQuery(_("“on” lies before the campaign's start, %(day)s.") % {"day": campaign.start.isoformat()})
    parts = bars_of(campaign, courses)
    if part is not None and part not in parts:
        raise BadQuery(_("“part” must be one of: %(parts)s.") % {"parts": ", ".join(parts)})
    return on or today, part or next(iter(parts), ALL)


def _builder(
    campaign: Campaign,
    courses: Sequence[Course],
    unit: Unit | None,
    on: dt.date,
    known: str,
    parts: Sequence[str],
    at: dt.datetime,
) -> _Builder:
    root = root_unit(on)
    unit = unit or root
    stored = days.prepare(campaign, on, at)
    today, sunday = days.read(campaign, on, known, at, unit)
    weeks = [day for day in (last_sunday(on), last_sunday(on) - dt.timedelta(weeks=1)) if day >= campaign.start]
    views = {day: "now" if known_until(day) > at else known for day in weeks}
    spread = {day.on: day.spread for day in stored if views.get(day.on) == day.known}
    return _Builder(
        campaign=campaign,
        courses={course.code.lower(): course for course in courses},
        unit=unit,
        root=root,
        known=known,
        at=at,
        today=today,
        sunday=sunday,
        own_rows=_own_rows(campaign, unit, parts, on),
        weeks=_Weeks(campaign, root, views, parts, spread),
        ages=_ages(),
    )


def _ages() -> tuple[dt.datetime | None, dt.datetime | None]:
    """Until when people and statements have been received; one query, where anything has been read."""
    imported = ImportRun.objects.filter(succeeded=True).order_by("-finished_at").values("finished_at")[:1]
    read = Cursor.objects.filter(name=following.NAME).values_list(Subquery(imported), "moved_at").first()
    return read or (imported.values_list("finished_at", flat=True).first(), None)


Rows = Mapping[tuple[str, dt.date, str], Cell]  # (part, on, known) -> a unit's cell


def _own_rows(campaign: Campaign, unit: Unit, parts: Sequence[str], on: dt.date) -> Rows:
    """The unit's cells of the Sundays until `on`, and of the deadline."""
    wanted = [*cells.sundays(campaign, on), campaign.deadline]
    rows = Cell.objects.filter(campaign=campaign, unit=unit, part__in=parts, on__in=wanted)
    rows = rows.only("part", "on", "known", "counted", "completed", "hidden")
    return {(cell.part, cell.on, cell.known): cell for cell in rows}


class _Weeks:
    """The last two Sundays of the units that are compared: what is shown of them beside the country's."""

    def __init__(
        self,
        campaign: Campaign,
        root: Unit,
        views: Mapping[dt.date, str],
        parts: Sequence[str],
        spread: Mapping[dt.date, Mapping[str, float]],
    ) -> None:
        self.campaign, self.root, self.views, self.parts, self.spread = campaign, root, views, parts, spread
        self._counts: dict[tuple[str, int, dt.date], Count] = {}
        self._at_hand: set[int] = set()

    def read(self, units: Collection[int]) -> None:
        """Have these units' Sundays at hand, and the country's."""
        wanted = {self.root.pk, *units} - self._at_hand
        if not wanted or not self.views:
            return
        self._at_hand |= wanted
        views = {"on__in": list(self.views), "known__in": set(self.views.values())}
        rows = Cell.objects.filter(campaign=self.campaign, part__in=self.parts, unit__in=wanted, hidden=False, **views)
        for part, unit, on, known, counted, completed in rows.values_list(
            "part", "unit", "on", "known", "counted", "completed"
        ):
            count = Count(counted, completed)
            if known == self.views[on] and suppression.may_stand_alone(count):
                self._counts[part, unit, on] = count

    def yardstick(self, part: str, on: dt.date) -> comparison.Yardstick | None:
        country = self._counts.get((part, self.root.pk, on))
        return comparison.yardstick(country, self.spread.get(on, {}).get(part))

    def stands(self, part: str, unit: int) -> str | None:
        """Ahead or behind, two weeks in a row."""
        if len(self.views) < 2 or unit == self.root.pk:
            return None
        return comparison.named((self._counts.get((part, unit, on)), self.yardstick(part, on)) for on in self.views)


@dataclass(frozen=True)
class _Builder:
    campaign: Campaign
    courses: Mapping[str, Course]
    unit: Unit
    root: Unit
    known: str
    at: dt.datetime
    today: PublishedDay
    sunday: PublishedDay | None
    own_rows: Rows
    weeks: _Weeks
    ages: tuple[dt.datetime | None, dt.datetime | None]

    @property
    def country(self) -> bool:
        return self.unit.pk == self.root.pk

    def day_of(self, part: str, cell: Cell | None) -> PublishedDay | None:
        """The day whose figure the unit shows: where few count, or it is hidden in mid-week, the last Sunday."""
        if cell and self.today.is_large(cell.unit_id) and not cell.hidden:
            return self.today
        return self.sunday

    def build(self, part: str) -> Figure:
        day = self.day_of(part, self.today.cell(part, self.unit.pk))
        below = day.below(self.unit.pk) if day else []
        self.weeks.read([self.unit.pk, *(unit.pk for unit in below)])
        own = self.shown(part, self.unit, day)
        cell = day.shown(part, self.unit.pk) if day else None
        told = cell if cell and cell.sum_shown else None
        classes = told if self.country else None
        trend = self.trend(part, own)
        return Figure(
            campaign=self.campaign,
            part=part,
            bars=self.bars(day),
            unit=self.unit,
            country=self.country,
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
            completed_in_audience=_completed_in_audience(told, self.country),
            people_received_at=self.ages[0],
            statements_received_at=self.ages[1],
            forecast=self.forecast(part, own, cell, trend),
            pace=None if own.suppressed else forecast.pace(_weekly(trend)),
            trend=trend,
            units=self.in_order(part, below, day),
            bridge=self.bridge(part, cell),
            yardstick=self.weeks.yardstick(part, last_sunday(own.on)),
        )

    def shown(self, part: str, unit: Unit, day: PublishedDay | None) -> Shown:
        cell = day.shown(part, unit.pk) if day else None
        on = day.on if day else self.today.on
        if cell is None:
            return Shown(unit.code, unit.name, None, None, True, on)
        return Shown(unit.code, unit.name, cell.counted, cell.completed, False, on, self.weeks.stands(part, unit.pk))

    def bars(self, day: PublishedDay | None) -> tuple[Bar, ...]:
        found = []
        for part in bars_of(self.campaign, self.courses.values()):
            cell = day.shown(part, self.unit.pk) if day else None
            counts = (cell.counted, cell.completed) if cell else (None, None)
            found.append(Bar(part, course_in(part, self.courses), *counts))
        return tuple(found)

    def trend(self, part: str, own: Shown) -> tuple[TrendPoint, ...]:
        """The Sundays since the start, and the figure's day; of a hidden unit no numbers."""
        sundays = [day for day in cells.sundays(self.campaign, own.on) if day < own.on]
        points = [_point(day, None if own.suppressed else self.own_cell(part, day)) for day in sundays]
        return (*points, TrendPoint(own.on, own.counted, own.completed, own.suppressed))

    def own_cell(self, part: str, on: dt.date, known: str | None = None) -> Cell | None:
        """The unit's cell of a Sunday; as known now where the day is not closed yet."""
        found = self.own_rows.get((part, on, known or self.known))
        return found or self.own_rows.get((part, on, "now"))

    def bridge(self, part: str, cell: Cell | None) -> bridge.Bridge | None:
        """From the Sunday before the figure's day; None in a campaign's first week and where a side is not shown."""
        if cell is None:
            return None
        since = sunday_before(cell.on)
        opening, base = self.own_cell(part, since, "then"), self.own_cell(part, since, "now")
        if since < self.campaign.start or not opening or not base or not days.stands(opening):
            return None
        if cell.known == "then":
            known = Count(cell.base_counted or 0, cell.base_completed or 0)
        else:
            known = Count(base.counted, base.completed)
        return bridge.bridge(since, Count(opening.counted, opening.completed), known, cell, country=self.country)

    def forecast(
        self, part: str, own: Shown, cell: Cell | None, trend: tuple[TrendPoint, ...]
    ) -> forecast.Forecast | None:
        if cell is None or own.counted is None or own.completed is None:
            return None
        deadline = self.own_rows.get((part, self.campaign.deadline, "now"))
        due = cell.due if cell.known == "then" else deadline.counted if deadline else None
        if due is None:
            return None
        counts = {"counted": own.counted, "completed": own.completed, "counted_then": due}
        until, target = self.campaign.deadline, float(self.campaign.target)
        if part == PROGRAMME:  # completed class by class: the pace of six weeks says nothing
            places = self.places(own.on)
            return None if places is None else forecast.by_classes(own.on, until, target, **counts, places=places)
        seats = self.seats(part, own.on)
        return forecast.forecast(_weekly(trend), own.on, until, target, **counts, seats=seats)

    def places(self, on: dt.date) -> int | None:
        """How many have a place in a class of the programme that ends by the deadline; of the whole service only."""
        programme = self.campaign.programme
        return offered.places_left(programme, on, self.campaign.deadline) if programme and self.country else None

    def seats(self, part: str, on: dt.date) -> int | None:
        """For how many there is room in the gatherings that the part needs until the deadline; None: for everybody."""
        deadline = self.campaign.deadline
        needed = [course for course in asked_courses(part, self.courses) if course.needs_gathering(deadline)]
        return min((room for one in needed if (room := seats.room(one, on, deadline)) is not None), default=None)

    def in_order(self, part: str, units: Iterable[Unit], day: PublishedDay | None) -> tuple[Shown, ...]:
        """Units with anybody in the audience as shown on their own days: in alphabetical order, own staff last."""
        rows = []
        for unit in units:
            own_day = day if day is self.sunday else self.day_of(part, self.today.cell(part, unit.pk))
            rows.append((unit.kind == Unit.Kind.STAFF, self.shown(part, unit, own_day)))
        return tuple(shown for _last, shown in sorted(rows, key=lambda row: (row[0], collation(row[1].name))))

    def groups(self, part: str, figure: Figure) -> tuple[Group, ...]:
        """The units directly below with those below them; none where there are none, or too many to be told apart."""
        day = self.day_of(part, self.today.cell(part, self.unit.pk))
        regions = {unit.pk for unit in day.below(self.unit.pk)} if day else set()
        deeper = self.below_all(part, figure.as_of, regions).values_list("unit")[: MOST_UNITS + 1]
        if not regions or not 0 < len(deeper) <= MOST_UNITS:
            return ()
        return _Deeper(self, part, figure, regions).groups()

    def below_all(self, part: str, on: dt.date, units: Collection[int]) -> QuerySet[Cell]:
        """The cells of a day directly below any of the units."""
        known = "now" if known_until(on) > self.at else self.known
        return Cell.objects.filter(campaign=self.campaign, part=part, on=on, known=known, parent__in=units)


@dataclass(frozen=True)
class _Deeper:
    """The units two levels down."""

    above: _Builder
    part: str
    figure: Figure
    regions: Collection[int]

    def groups(self) -> tuple[Group, ...]:
        today = self.day(self.figure.asked_on)
        sunday = today
        if last_sunday(today.on) != today.on:
            sunday = self.day(last_sunday(today.on))
        builder = replace(self.above, today=today, sunday=sunday)
        day = today if self.figure.as_of == today.on else sunday
        by_region: dict[str, list[Unit]] = defaultdict(list)
        for cell in day.cells.get(self.part, {}).values():
            by_region[cell.parent.code if cell.parent else ""].append(cell.unit)
        self.above.weeks.read([unit.pk for some in by_region.values() for unit in some])
        return tuple(
            Group(shown, builder.in_order(self.part, by_region.get(shown.code, []), day)) for shown in self.figure.units
        )

    def day(self, on: dt.date) -> PublishedDay:
        rows = self.above.below_all(self.part, on, self.regions).select_related("unit", "parent")
        return PublishedDay(on, {self.part: {cell.unit_id: cell for cell in rows if cell.in_audience}})


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
