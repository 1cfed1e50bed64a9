"""What one person's weekly mail says on a day: what is left, and, for a leader, the own team's week. No words yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courses.models import Course
from learners.models import Employment, Learner, Leave, Unit
from learners.policy import units_led_by

from ..barometer.duties import duties
from .team import Member, Team, team
from .who import Left, LeftCourse, nearest, what_is_left

KIND = "digest"
WEEK = dt.timedelta(days=7)
# A date so near is not left to wait for the weekday that the person has chosen.
URGENT = dt.timedelta(days=3)


@dataclass(frozen=True)
class TeamWeek:
    """A leader's team on the day: exact, and only the own. `lately`: who completed what in the last seven days."""

    team: Team
    lately: list[tuple[Member, Course]]

    @property
    def unit(self) -> Unit:
        return self.team.unit

    @property
    def waiting(self) -> list[Member]:
        return self.team.waiting


@dataclass(frozen=True)
class Digest:
    """What there is to say to `learner` on the day `on`; `teams`: only those about which there is something to say."""

    learner: Learner
    on: dt.date
    left: list[Left]
    teams: list[TeamWeek]

    @property
    def items(self) -> list[LeftCourse]:
        return nearest(self.left)

    @property
    def urgent(self) -> list[LeftCourse]:
        return [item for item in self.items if is_urgent(item, self.on)]


def is_urgent(item: LeftCourse, on: dt.date) -> bool:
    """Whether the date is within three days, and not past."""
    return on <= item.due <= on + URGENT


def digest(learner: Learner, on: dt.date, only_urgent: bool = False) -> Digest | None:
    """What to write to `learner` on the day; None: nothing, so no mail. `only_urgent`: what cannot be stopped."""
    left = what_is_left({learner.pk: duties(learner.pk, on)}, on).get(learner.pk, [])
    if only_urgent:
        found = Digest(learner, on, left, [])
        return found if found.urgent else None
    found = Digest(learner, on, left, _teams(learner, on) if at_work(learner, on) else [])
    return found if found.left or found.teams else None


def at_work(learner: Learner, on: dt.date) -> bool:
    """Whether the learner may get a mail at all: an address, the right to sign in, employed, not away."""
    if not (learner.is_active and learner.email):
        return False
    mine = {"learner": learner}
    away = Leave.objects.on(on).known().filter(full_time=True, **mine).exists()
    return not away and Employment.objects.on(on).known().filter(**mine).exists()


def _teams(learner: Learner, on: dt.date) -> list[TeamWeek]:
    weeks = [_week(unit, on) for unit in units_led_by(learner, on)]
    return [week for week in weeks if week.waiting or week.lately]


def _week(unit: Unit, on: dt.date) -> TeamWeek:
    found = team(unit, on)
    lately = []
    for member in found.members:
        for course in found.courses:
            cell = member.cell(course)
            if cell.state == "done" and cell.on and on - WEEK < cell.on <= on:
                lately.append((member, course))
    return TeamWeek(found, lately)
