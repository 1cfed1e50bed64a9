"""My learning: what is asked of the reader, what is begun, what is completed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Campaign, CohortMember, Course, CoursePage, Programme
from courses.programmes import Progress
from courses.way import Way, all_courses, pages_in_language, ways
from learners.models import Learner
from learners.policy import policy

from .barometer.duties import CourseDuty, duties
from .barometer.standing import FAR, IN_GRACE, ON_LEAVE
from .completions.models import Completion
from .player import programmes
from .player.port import PlayerPort


@dataclass(frozen=True)
class MyCourse:
    """A course with the reader's way through it; without a page in the reader's language it cannot be opened."""

    course: Course
    page: CoursePage | None
    way: Way | None
    completed_on: dt.date | None

    @property
    def begun(self) -> bool:
        return self.way is not None and self.way.progress.begun


@dataclass(frozen=True)
class MyProgramme:
    """A programme with how far the reader is in it; `member` of a class, where there is a place."""

    programme: Programme
    progress: Progress
    completed_on: dt.date | None
    member: CohortMember | None

    @property
    def next_course(self) -> int | None:
        """The course that is the next part, where that is one."""
        following = None if self.completed_on else self.progress.next
        return following.part.course_id if following else None


@dataclass(frozen=True)
class Assignment:
    """What one campaign asks of the reader. `due` is the reader's own date; None: on leave until further notice.

    Where it asks for a programme, that is the duty: the `courses` are parts of it, and not told of one by one.
    """

    campaign: Campaign
    due: dt.date | None
    courses: list[MyCourse]
    on_leave: bool
    new: bool
    programme: MyProgramme | None = None

    @property
    def left(self) -> list[MyCourse]:
        return [] if self.programme else [one for one in self.courses if not one.completed_on]

    @property
    def is_done(self) -> bool:
        return not self.left and (self.programme is None or self.programme.completed_on is not None)


@require_safe
@policy("signed_in")
def my_learning(request: HttpRequest) -> HttpResponse:
    """The reader's own page; nobody else's can be asked for."""
    today = timezone.localdate()
    learner = cast(Learner, request.user)
    mine = _my_courses(learner)
    assignments = _assignments(learner, mine, today)
    whole = [one.programme for one in assignments if one.programme]
    asked = {one.course.pk for assignment in assignments for one in assignment.courses}
    asked |= {state.part.course_id for one in whole for state in one.progress.parts if state.part.course_id}
    left = {one.course.pk: one for assignment in assignments for one in assignment.left}
    begun = [one for pk, one in mine.items() if pk not in asked and one.begun and not one.completed_on]
    ahead = [mine[one.next_course] for one in whole if one.next_course and one.next_course not in left]
    context = {
        "assignments": assignments,
        "left": len(left),
        "programmes_left": len({one.programme.pk for one in whole if not one.completed_on}),
        "due": min((a.due for a in assignments if a.left and a.due), default=None),
        "today": today,
        "first": next((one for one in sorted([*left.values(), *ahead, *begun], key=_urgency) if one.page), None),
        "begun": begun,
        "completions": _completions(learner, mine),
    }
    return render(request, "tracking/my_learning.html", context)


def _urgency(one: MyCourse) -> bool:
    """Begun before not begun; within each, the order of what is due."""
    return not one.begun


def _my_courses(learner: Learner) -> dict[int, MyCourse]:
    """Every course by id."""
    courses = all_courses()
    progress = PlayerPort().progress(learner, courses)
    pages = pages_in_language(courses)
    found = ways(list(pages.values()), progress)
    return {
        course.pk: MyCourse(course, pages.get(course.pk), found.get(course.pk), progress[course.pk].completed_on)
        for course in courses
    }


def _assignments(learner: Learner, mine: dict[int, MyCourse], today: dt.date) -> list[Assignment]:
    asked = duties(learner.pk, today)
    asked_for = _my_programmes(learner, [duty.campaign for duty in asked])
    return [
        Assignment(
            campaign=duty.campaign,
            due=None if duty.due == FAR else duty.due,
            courses=[_asked(mine[one.take], one) for one in duty.courses],
            on_leave=duty.status == ON_LEAVE,
            new=duty.status == IN_GRACE,
            programme=asked_for.get(duty.campaign.programme_id),
        )
        for duty in asked
    ]


def _my_programmes(learner: Learner, campaigns: list[Campaign]) -> dict[int | None, MyProgramme]:
    """The programmes that the campaigns ask for, by id."""
    wanted = Programme.objects.filter(pk__in={one.programme_id for one in campaigns if one.programme_id})
    found: dict[int | None, MyProgramme] = {}
    for programme in wanted:
        places = CohortMember.objects.filter(learner=learner, left_at=None, cohort__programme=programme)
        member = places.select_related("cohort").order_by("-cohort__starts").first()
        starts = member.cohort.starts if member else None
        progress = programmes.of_learners(programme, [learner.pk], starts)[learner.pk]
        done = programmes.completed(programme, [learner.pk]).get(learner.pk)
        found[programme.pk] = MyProgramme(programme, progress, done, member)
    return found


def _asked(mine: MyCourse, asked: CourseDuty) -> MyCourse:
    """The course as the campaign sees it: run out, or to be renewed within 90 days, is left to do."""
    return replace(mine, completed_on=None if asked.left else asked.done_on)


def _completions(learner: Learner, mine: dict[int, MyCourse]) -> list[dict[str, object]]:
    """The standing completions, newest first, with the pages that have their receipts."""
    rows = Completion.objects.filter(learner=learner, known_to=None).select_related("version")
    return [{"completion": row, "mine": mine[row.version.course_id]} for row in rows.order_by("-completed_on", "-pk")]
