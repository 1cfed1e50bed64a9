"""Prior learning: what somebody has done elsewhere, recorded by a course administrator, so that nobody retakes it.

It is a statement `completed` like any other, with an authority of its own: whoever reads the log sees that the platform
did not see it itself. Fagbenk issues no certificate of it.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.core.files.base import File
from django.db import DatabaseError, transaction

from courses.exceptions import NoVersion
from courses.models import Course
from learners.models import Learner

from .. import occasions, vocabulary
from ..barometer import refreshing
from ..clock import OSLO, oslo_day
from ..completions import projection as completions
from ..identities import activities, people
from ..lrs.clock import moment
from ..lrs.store import store
from .models import PriorLearning

log = logging.getLogger("fagbenk")


def authority() -> dict[str, object]:
    """Who vouches for it: not the platform as such."""
    return {"objectType": "Agent", "account": {"homePage": settings.XAPI_BASE, "name": "fagbenk-prior-learning"}}


@transaction.atomic
def record(
    learner: Learner, course: Course, on: dt.date, where: str, document: File | None, by: Learner, at: dt.datetime
) -> PriorLearning:
    """`by` says at `at` that the learner did on the day `on`, elsewhere, what the course's present version asks for.

    Said again for the same day: the same record. Raises NoVersion, and ValueError for a day that is yet to come.
    """
    version = course.version_on(oslo_day(at))
    if version is None:
        raise NoVersion(f"{course} has no published version.")
    if on > oslo_day(at):
        raise ValueError("The day is yet to come.")
    Learner.objects.select_for_update().filter(pk=learner.pk).first()
    stands = PriorLearning.objects.filter(learner=learner, course=course, completed_on=on, taken_back_at=None).first()
    if stands:
        return stands
    registration = uuid.uuid4()
    told = occasions.completed(
        occasions.Doer(people.account_name(learner), str(registration)),
        occasions.Thing(activities.course_iri(course.code), vocabulary.COURSE, course.title),
        min(dt.datetime.combine(on, dt.time(12), OSLO).astimezone(dt.UTC), at),
        grouping=[activities.version_iri(course.code, version.number)],
        told_by=people.account_name(by),
    )
    store([told], authority=authority(), at=moment())
    made = PriorLearning.objects.create(
        learner=learner, course=course, completed_on=on, where=where, document=document or "", recorded_by=by,
        recorded_at=at, statement_id=told["id"],
    )  # fmt: skip
    _follow(learner, course, at)
    return made


@transaction.atomic
def take_back(row: PriorLearning, by: Learner, at: dt.datetime) -> bool:
    """`by` takes it back: the statement is voided, and the row kept as the trace; taken back before: nothing."""
    changed = PriorLearning.objects.filter(pk=row.pk, taken_back_at=None).update(taken_back_at=at)
    if not changed:
        return False
    told = occasions.voided(row.statement_id, people.account_name(by), at)
    store([told], authority=authority(), at=moment())
    _follow(row.learner, row.course, at)
    return True


def _follow(learner: Learner, course: Course, at: dt.datetime) -> None:
    completions.refresh(learner.pk, course)
    transaction.on_commit(lambda: _barometer_follows(learner.pk, course.pk, at))


def _barometer_follows(learner_id: int, course_id: int, at: dt.datetime) -> None:
    """At once if it can be; a task mends what is missing."""
    try:
        refreshing.refresh_after_completion(learner_id, course_id, oslo_day(at), at)
    except DatabaseError:
        log.exception("The barometer did not follow what was done elsewhere.")
