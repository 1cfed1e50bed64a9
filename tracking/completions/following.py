"""Follow the record store: completions for statements that came from outside, read once, in commit order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import transaction

from courses.models import Course

from .. import vocabulary
from ..identities import activities, people
from ..lrs import query
from . import projection
from .models import Cursor

NAME = "completions"
BATCH = 500


def follow(at: dt.datetime) -> list[tuple[int, Course]]:
    """Read what is newer than the cursor; returns the (learner id, course) whose completions changed."""
    changed: list[tuple[int, Course]] = []
    while True:
        with transaction.atomic():
            cursor, _ = Cursor.objects.select_for_update().get_or_create(name=NAME)
            rows, cursor.position = query.after(cursor.position, BATCH, home_page=settings.XAPI_BASE)
            changed += [touched for touched in _touched(rows) if projection.refresh(touched[0], touched[1])]
            cursor.moved_at = at
            cursor.save()
        if len(rows) < BATCH:
            return changed


def _touched(rows: list[query.Row]) -> list[tuple[int, Course]]:
    """The learners and courses that statements may complete, or whose completion they may void."""
    told = [row for row in [*rows, *_voided(rows)] if row.verb == vocabulary.COMPLETED and row.account]
    if not told:
        return []
    courses = {activities.course_iri(course.code): course for course in Course.objects.all()}
    learners = people.learners_by_name({row.account for row in told})
    pairs = {(learners.get(row.account), row.statement["object"].get("id")) for row in told}
    return [(learner, courses[iri]) for learner, iri in pairs if learner and iri in courses]


def _voided(rows: Iterable[query.Row]) -> Iterator[query.Row]:
    """The statements that the voiding ones among `rows` void."""
    for row in rows:
        if row.verb == vocabulary.VOIDED:
            target = query.get(row.statement["object"]["id"], home_page=settings.XAPI_BASE)
            if target:
                yield target
