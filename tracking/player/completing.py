"""When a course is completed: by its e-learning, or, where it asks for both, by the e-learning and a gathering."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from courses.models import Course, Gathering
from learners.models import Learner

from .. import occasions, statements
from ..barometer import refreshing
from ..clock import OSLO, oslo_day
from ..completions import achievements
from ..completions import projection as completions
from ..completions.models import Achievement, Completion
from ..identities import activities, people
from ..lrs import query
from . import attempts, programmes
from .models import Attempt

log = logging.getLogger("fagbenk")


def elearning_is_done(attempt: Attempt, here: statements.Setting, at: dt.datetime) -> bool:
    """Every lesson and the quiz are done; returns whether the course is completed by it."""
    course = attempt.version.course
    if not course.needs_gathering(oslo_day(at)):
        return _complete(attempt, here, at)
    attempts.tell(statements.elearning_completed(here, at))
    achievements.refresh(attempt.learner_id, activities.elearning_iri(course.code))
    barometer_follows_on_commit(attempt.learner_id, course, at)
    gathering = attended_gathering(attempt.learner_id, course)
    return _complete(attempt, here, at, gathering) if gathering else False


def attended_gathering(learner_id: int, course: Course) -> str:
    """The IRI of a gathering of the course that the learner was at for long enough; empty: none."""
    iris = {activities.gathering_iri(slug) for slug in course.gatherings.values_list("slug", flat=True)}
    achieved = achievements.achieved([learner_id], iris)
    return min((iri for _learner, iri in achieved), default="")


@transaction.atomic
def complete_blended(learner_id: int, course: Course, at: dt.datetime) -> bool:
    """The course is completed if nothing is left of it; `at`: when the gathering was, or the rule changed.

    Dated then, or on the day of the e-learning where that came later. Again: no change.
    """
    attempt, done = _elearning_done(learner_id, course)
    if attempt is None or done is None or completions.has_completed(attempt.registration):
        return False
    gathering = attended_gathering(learner_id, course)
    if course.needs_gathering(oslo_day(at)) and not gathering:
        return False
    if done.completed_on > oslo_day(at):
        at = dt.datetime.combine(done.completed_on, dt.time(12), OSLO).astimezone(dt.UTC)
    return _complete(attempt, _setting(attempt), at, gathering)


def _elearning_done(learner_id: int, course: Course) -> tuple[Attempt | None, Achievement | None]:
    """The newest attempt whose own e-learning is done, and that. What was told from outside is of no attempt here: it
    goes with the newest."""
    mine = Attempt.objects.filter(learner=learner_id, version__course=course).select_related("version__course")
    some = list(mine.order_by("-version__number", "-number"))
    done = achievements.standing_by_registration(learner_id, activities.elearning_iri(course.code))
    for attempt in some:
        if attempt.registration in done:
            return attempt, done[attempt.registration]
    return next(iter(some), None), next(iter(done.values()), None)


def complete_missing(at: dt.datetime) -> int:
    """Complete the courses of which nothing is left: where e-learning has come to suffice; returns how many."""
    blended = Course.objects.filter(gathering_from__lte=oslo_day(at))
    total = 0
    for course in blended:
        done = Achievement.objects.filter(activity=activities.elearning_iri(course.code), known_to=None)
        rest = done.exclude(registration__in=_standing(course).values("registration"))
        total += sum(complete_blended(pk, course, at) for pk in sorted(set(rest.values_list("learner_id", flat=True))))
    return total


def take_back(learner_id: int, gathering: Gathering, by: Learner, at: dt.datetime) -> None:
    """The learner was not at the gathering after all: what rested on it is voided, unless something else carries it."""
    course = gathering.course
    if course is None or attended_gathering(learner_id, course):
        return
    iri = activities.gathering_iri(gathering.slug)
    for row in _standing(course).filter(learner=learner_id):
        told = query.get(row.statement_id)
        others = told.statement.get("context", {}).get("contextActivities", {}).get("other", []) if told else []
        if any(other["id"] == iri for other in others):
            attempts.tell(occasions.voided(row.statement_id, people.account_name(by), at))
    completions.refresh(learner_id, course)
    barometer_follows_on_commit(learner_id, course, at)


def _standing(course: Course) -> QuerySet[Completion]:
    return Completion.objects.filter(version__course=course, known_to=None)


def _complete(attempt: Attempt, here: statements.Setting, at: dt.datetime, gathering: str = "") -> bool:
    """Said again, it is the same statement; said anew after it was voided, it is another."""
    before = completions.times_taken_back(attempt.registration)
    attempts.tell(statements.completed(here, at, resting_on=gathering, again=before))
    completions.refresh(attempt.learner_id, attempt.version.course)
    programmes.settle_learner(attempt.learner_id, at)
    barometer_follows_on_commit(attempt.learner_id, attempt.version.course, at)
    return True


def _setting(attempt: Attempt) -> statements.Setting:
    """The statement's setting outside a visit."""
    version, learner = attempt.version, attempt.learner
    return statements.Setting(
        account=people.account_name(learner),
        registration=str(attempt.registration),
        session="",
        course_code=version.course.code,
        course_title=version.course.title_in(learner.language),
        version=version.number,
        language=learner.language,
    )


def barometer_follows_on_commit(learner_id: int, course: Course, at: dt.datetime) -> None:
    """Once it is stored: something of the course was done, or taken back, on the day of `at`."""
    transaction.on_commit(lambda: _barometer_follows(learner_id, course, at))


def _barometer_follows(learner_id: int, course: Course, at: dt.datetime) -> None:
    """Bring today's figures along at once.

    The completion is stored whatever happens here: a task mends what is missing.
    """
    try:
        refreshing.refresh_after_completion(learner_id, course.pk, oslo_day(at), at)
    except DatabaseError:
        log.exception("The barometer did not follow a completion.")
