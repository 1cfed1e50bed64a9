"""Who may be reminded of what: one rule for leaders' reminders and for the digest.

Nobody is reminded who has left, is away on the day, may not sign in, is exempt, has nothing left to do, or has no date.
Away is any full-time absence that covers the day: a reminder can wait until somebody is back, whether or not it is long
enough to keep them out of the figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from courses.models import Campaign, Course
from learners.models import Learner, Leave

from ..barometer.duties import Duty, duties_of
from ..barometer.standing import COUNTED, FAR, IN_GRACE


@dataclass(frozen=True)
class LeftCourse:
    """A course to take, by the person's own date; `renews`: it was completed before."""

    course: Course
    due: dt.date
    renews: bool


@dataclass(frozen=True)
class Left:
    """What one campaign still asks of one person, and the person's own date: the nearest."""

    campaign: Campaign
    items: tuple[LeftCourse, ...]
    due: dt.date
    in_grace: bool

    @property
    def courses(self) -> tuple[Course, ...]:
        return tuple(item.course for item in self.items)


def nearest(some: Iterable[Left]) -> list[LeftCourse]:
    """Each course once, with its nearest date; the nearest first."""
    found: dict[int, LeftCourse] = {}
    for item in sorted((item for left in some for item in left.items), key=lambda item: item.due):
        found.setdefault(item.course.pk, item)
    return list(found.values())


def to_remind(
    on: dt.date, units: Collection[int] | None = None, learners: Collection[int] | None = None
) -> dict[int, list[Left]]:
    """By learner id: what may be reminded of on the day, the nearest date first. A constant number of queries for each
    campaign, however many people. `units`: only those who have ever been posted there; `learners`: only those."""
    return what_is_left(duties_of(on, learners, units), on)


def what_is_left(asked: dict[int, list[Duty]], on: dt.date) -> dict[int, list[Left]]:
    """By learner id: what of the duties `asked` the people may be reminded of on the day."""
    found = {pk: [duty for duty in some if _may_be_asked(duty)] for pk, some in asked.items()}
    within = _reachable([pk for pk, some in found.items() if some], on)
    courses = Course.objects.in_bulk({one.take for some in found.values() for duty in some for one in duty.left})
    return {pk: _left(found[pk], courses) for pk in within}


def _may_be_asked(duty: Duty) -> bool:
    return bool(duty.left) and duty.status in (COUNTED, IN_GRACE) and duty.due != FAR


def _left(some: Iterable[Duty], courses: dict[int, Course]) -> list[Left]:
    return [
        Left(
            duty.campaign,
            tuple(LeftCourse(courses[one.take], one.due, one.renews) for one in duty.left),
            duty.due,
            duty.status == IN_GRACE,
        )
        for duty in some
    ]


def _reachable(learner_ids: Collection[int], on: dt.date) -> set[int]:
    """Those who may sign in, have an address, and are not away."""
    people = Learner.objects.filter(is_active=True).exclude(email=None).exclude(email="")
    away = Leave.objects.on(on).known().filter(full_time=True)
    if len(learner_ids) < MANY:
        people, away = people.filter(pk__in=learner_ids), away.filter(learner__in=learner_ids)
    reached = set(people.values_list("pk", flat=True)) - set(away.values_list("learner_id", flat=True))
    return reached & set(learner_ids)


# From so many on, reading everybody is cheaper than naming them.
MANY = 500
