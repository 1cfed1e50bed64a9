"""Who is asked what they think: those who have completed a course here, and those who were at a gathering."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, Q

from courses import evaluating
from courses.models import Answered, Attendance, Course, Gathering
from learners.models import Learner

from ..completions.models import Completion
from .models import Attempt


def was_there(subject: Course | Gathering, learner: Learner) -> bool:
    """Whether the learner has taken the course here (not elsewhere) and completed it, or attended."""
    if isinstance(subject, Gathering):
        there = Attendance.objects.filter(registration__gathering=subject, known_to=None, minutes__gt=0)
        return there.filter(registration__learner=learner).exists()
    taken = Attempt.objects.filter(learner=learner, version__course=subject)
    done = Completion.objects.filter(learner=learner, version__course=subject, known_to=None)
    return taken.exists() and done.exists()


def is_asked(subject: Course | Gathering, learner: Learner, at: dt.datetime) -> bool:
    if not evaluating.is_open(subject, at) or not was_there(subject, learner):
        return False
    return not evaluating.has_answered(subject, learner)


def asked(learner: Learner, at: dt.datetime) -> list[Course | Gathering]:
    """What the learner may still evaluate, courses first; a constant number of queries."""
    answered = Answered.objects.filter(learner=learner)
    here = Attempt.objects.filter(learner=learner).values("version__course")
    done = Completion.objects.filter(learner=learner, known_to=None).values("version__course")
    there = Attendance.objects.filter(registration__learner=learner, known_to=None, minutes__gt=0)
    courses = Course.objects.filter(pk__in=here).filter(pk__in=done)
    courses = courses.exclude(pk__in=answered.exclude(evaluation__course=None).values("evaluation__course"))
    held = Q(sessions__cancelled=False)
    ends = {"begun": Max("sessions__starts", filter=held), "ended": Max("sessions__ends", filter=held)}
    gatherings = Gathering.objects.filter(pk__in=there.values("registration__gathering")).annotate(**ends)
    gatherings = gatherings.filter(begun__lte=at, ended__gt=at - evaluating.OPEN)
    gatherings = gatherings.exclude(pk__in=answered.exclude(evaluation__gathering=None).values("evaluation__gathering"))
    return [*courses.order_by("title", "pk"), *gatherings.order_by("-pk")]
