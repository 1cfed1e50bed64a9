"""The class before the present one in the demo's VBU: those who have done all of its parts, and so the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from courses.models import Cohort, CohortMember, Part, Programme
from learners.models import Learner
from tracking import occasions, vocabulary
from tracking.identities import activities

from .calendar import moment
from .gatherings import Hall
from .plans import Plan

COURSES = ("MI", "MILJO", "PED", "PROD")
SIZE = 18
WEEKS_BEFORE = 38  # it began so long before the present class
CONFIRMED = (Part.Kind.WORK, Part.Kind.PRACTICE)
Doer = occasions.Doer


def who(plans: Sequence[Plan], officers: Sequence[Learner]) -> dict[Learner, dt.date]:
    """The first of `officers` who have completed all the courses, with the day of the last one."""
    days: dict[int, dict[str, dt.date]] = {}
    for plan in plans:
        if plan.passes and plan.code in COURSES:
            days.setdefault(plan.person.learner.pk, {})[plan.code] = plan.visits[-1][0]
    able = [one for one in officers if len(days.get(one.pk, {})) == len(COURSES)]
    return {one: max(days[one.pk].values()) for one in able[:SIZE]}


def graduate(hall: Hall, programme: Programme, began: dt.date, done: Mapping[Learner, dt.date]) -> None:
    """The class, its gatherings, and what they have done; the present class `began` then. What lies before the demo's
    beginning was told on its first day."""
    starts = began - dt.timedelta(weeks=WEEKS_BEFORE)
    name = str(starts.year) if starts.year != began.year else f"våren {starts.year}"
    cohort, members = hall.begin(programme, f"{starts:%Y-%m}", name, starts, list(done))
    before = len(hall.told)
    parts = list(programme.parts.all())
    _gather(hall, cohort, [part for part in parts if part.kind == Part.Kind.GATHERING], list(done))
    _confirm(hall, programme, [part for part in parts if part.kind in CONFIRMED], members, cohort.ends)
    first = moment(hall.calendar.start, dt.time(9))
    hall.told[before:] = [(told, max(at, first)) for told, at in hall.told[before:]]
    _complete(hall, programme, members, cohort.ends, done)


def _gather(hall: Hall, cohort: Cohort, parts: Sequence[Part], learners: Sequence[Learner]) -> None:
    last = cohort.ends - dt.timedelta(days=4)
    for number, part in enumerate(parts, 1):
        day = min(cohort.starts + dt.timedelta(days=max((part.due_days or 0) - 5, 0)), last)
        gathering = hall.gathering(
            f"{cohort.slug}-{number}", day, (part.title, part.title_nn), cohort=cohort, part=part, seats=SIZE,
            place="KRUS, Lillestrøm",
        )  # fmt: skip
        hall.attend(gathering, hall.fill(gathering, learners, days_before=1), absent=0)


def _confirm(
    hall: Hall, programme: Programme, parts: Sequence[Part], members: Sequence[CohortMember], ends: dt.date
) -> None:
    """Work and practice, confirmed some weeks before the end."""
    at = moment(ends - dt.timedelta(weeks=5), dt.time(12))
    for part in parts:
        iri = activities.programme_part_iri(programme.slug, str(part.key))
        what = occasions.Thing(iri, vocabulary.MODULE, f"{programme.title}: {part.title}")
        for member in members:
            told = occasions.completed(
                _doer(member), what, at, parent=activities.programme_iri(programme.slug),
                told_by=str(hall.teacher.opaque_id),
            )  # fmt: skip
            hall.told.append((told, at))


def _complete(
    hall: Hall, programme: Programme, members: Sequence[CohortMember], ends: dt.date, done: Mapping[Learner, dt.date]
) -> None:
    """The programme, on the day of the last part."""
    what = occasions.Thing(activities.programme_iri(programme.slug), vocabulary.PROGRAMME, programme.title)
    last_gathering = ends - dt.timedelta(days=4)
    for member in members:
        at = moment(max(done[member.learner], last_gathering), dt.time(23))
        hall.told.append((occasions.completed(_doer(member), what, at), at))


def _doer(member: CohortMember) -> Doer:
    return Doer(str(member.learner.opaque_id), str(member.registration))
