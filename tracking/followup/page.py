"""The leader's page put together: each of the team with what is done, what stands in the way, and time offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from courses.gatherings.seats import waiting_for_a_seat
from courses.models import Campaign, Course
from learners.models import Unit, UnitPlace
from learners.policy import team_unit_ids

from ..barometer.duties import running
from ..barometer.figures import Figure, Shown, figure
from ..clock import oslo_day
from . import notes, slots
from .models import Obstacle, Reminder
from .team import Cell, Member, Team, team

LATELY = dt.timedelta(days=90)  # time offered counts for so long


@dataclass(frozen=True)
class Row:
    """One of the team. `cause`: a value of Obstacle.Cause or ""; `is_noted`: by the leader, not derived. Minutes are of
    the last ninety days and to come."""

    member: Member
    cells: tuple[Cell, ...]
    cause: str
    is_noted: bool
    offered: int
    used: int
    shift: str
    reminded_on: dt.date | None
    courses: tuple[Course, ...]

    @property
    def by_course(self) -> list[tuple[Course, Cell]]:
        return list(zip(self.courses, self.cells, strict=True))

    @property
    def cause_label(self) -> str:
        return str(Obstacle.Cause(self.cause).label) if self.cause else ""


@dataclass(frozen=True)
class Page:
    team: Team
    rows: tuple[Row, ...]

    @property
    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.member.waits]

    @property
    def others(self) -> list[Row]:
        return [row for row in self.rows if not row.member.waits]

    @property
    def without_time(self) -> int:
        """How many wait whom no time has been offered."""
        return sum(not row.offered for row in self.waiting)

    @property
    def overdue(self) -> int:
        return sum(any(cell.state == "overdue" for cell in row.cells) for row in self.waiting)


@dataclass(frozen=True)
class UnitsBelow:
    """One campaign's figures of the units below that have a leader of their own: as the barometer shows them."""

    campaign: Campaign
    units: tuple[Shown, ...]


def page(unit: Unit, at: dt.datetime) -> Page:
    """The team of `unit`'s leader at the moment `at`; queries do not grow with the team."""
    on = oslo_day(at)
    found = team(unit, on)
    ids = [member.learner.pk for member in found.members]
    noted, shifts = notes.causes(ids, on), notes.shifts(unit)
    times, reminded = slots.minutes(ids, on - LATELY, at), _reminded(ids)
    waits_for = waiting_for_a_seat(ids, at)
    rows = []
    for member in found.members:
        pk = member.learner.pk
        offered, used = times.get(pk, (0, 0))
        cells = tuple(_cell(member, course, on, waits_for) for course in found.courses)
        cause = noted.get(pk) or _derived(member, cells, offered)
        told = shifts.get(pk, ""), reminded.get(pk), tuple(found.courses)
        rows.append(Row(member, cells, cause, pk in noted, offered, used, *told))
    return Page(found, tuple(rows))


def _cell(member: Member, course: Course, on: dt.date, waits_for: set[tuple[int, int]]) -> Cell:
    cell = member.cell(course, on)
    if cell.state in ("left", "overdue") and (member.learner.pk, course.pk) in waits_for:
        return Cell("seat")
    return cell


def _derived(member: Member, cells: Iterable[Cell], offered: int) -> str:
    """What stands in the way as far as the facts tell: a seat first, then time. Never the person."""
    if not member.waits:
        return ""
    left = [cell.state for cell in cells if cell.state in ("left", "overdue", "seat")]
    if left and all(state == "seat" for state in left):
        return Obstacle.Cause.WAITING_KRUS
    return "" if offered else Obstacle.Cause.NO_TIME


def _reminded(learner_ids: list[int]) -> dict[int, dt.date]:
    rows = Reminder.objects.filter(learner__in=learner_ids).order_by("sent_at").values_list("learner_id", "sent_at")
    return {pk: oslo_day(sent_at) for pk, sent_at in rows}


def units_below(unit: Unit, at: dt.datetime) -> list[UnitsBelow]:
    """What a leader of leaders sees of the units below: figures of each campaign that runs, whether or not it asks the
    own team; no names, hidden as for everybody else."""
    on = oslo_day(at)
    children = set(UnitPlace.objects.on(on).known().filter(parent=unit).values_list("unit_id", flat=True))
    if not children - team_unit_ids(unit, on):
        return []
    campaigns = running(on).order_by("deadline", "slug")
    figures: list[Figure] = [figure(campaign, unit, None, "now", None, at) for campaign in campaigns]
    return [UnitsBelow(some.campaign, some.units) for some in figures if some.units]
