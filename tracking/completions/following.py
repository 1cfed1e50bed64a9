"""Follow the record store: completions for statements that came from outside, read once, in commit order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import connection, transaction

from courses.models import Course

from .. import vocabulary
from ..identities import activities, people
from ..lrs import query
from . import achievements, projection
from .models import Cursor

NAME = "completions"
BATCH = 500


Changed = tuple[int, Course, dt.date]  # learner id, course, the first day that is not what it was


def follow(at: dt.datetime, *, wait: bool = False) -> list[Changed]:
    """Read what is newer than the cursor; returns whose completions changed, and since which day.

    One reader at a time: who finds another one at it leaves it to that one, or waits for it. `moved_at` says until when
    everything that was stored has been read: `at` at the log's end, else when the newest that was read was stored.
    """
    Cursor.objects.get_or_create(name=NAME)
    changed: list[Changed] = []
    while True:
        with transaction.atomic():
            cursor = _held_alone(wait)
            if cursor is None:
                return changed
            rows, cursor.position = query.after(cursor.position, BATCH, home_page=settings.XAPI_BASE)
            for learner_id, iri in _achieved(rows):
                achievements.refresh(learner_id, iri)
            for learner_id, course in _touched(rows):
                if since := projection.refresh(learner_id, course):
                    changed.append((learner_id, course, since))
            cursor.moved_at = _read_until(cursor, rows, at)
            cursor.save()
        if len(rows) < BATCH:
            return changed


def _held_alone(wait: bool) -> Cursor | None:
    """None where somebody else has it. On SQLite the transaction itself has nobody beside it."""
    rows = Cursor.objects.filter(name=NAME)
    skip = connection.features.has_select_for_update_skip_locked and not wait
    return rows.select_for_update(skip_locked=skip).first()


def _read_until(cursor: Cursor, rows: list[query.Row], at: dt.datetime) -> dt.datetime:
    if len(rows) < BATCH:
        return at
    newest = min(at, max(row.stored for row in rows))
    return max(newest, cursor.moved_at) if cursor.moved_at else newest


def read_until(at: dt.datetime) -> dt.datetime | None:
    """The moment that the oldest statement which is not read yet was stored; None where all are read."""
    position = Cursor.objects.filter(name=NAME).values_list("position", flat=True).first() or ""
    rows, _position = query.after(position, 1)
    return min((row.stored for row in rows if row.stored <= at), default=None)


def oldest_unread(before: dt.datetime) -> dt.datetime | None:
    """As `read_until`, where that is earlier than `before`; the log is not looked into where the follower's own mark
    says that it was read later than that."""
    moved_at = Cursor.objects.filter(name=NAME).values_list("moved_at", flat=True).first()
    return None if moved_at and moved_at >= before else read_until(before)


def _touched(rows: list[query.Row]) -> list[tuple[int, Course]]:
    """The learners and courses that statements may complete, or whose completion they may void."""
    told = [row for row in [*rows, *_voided(rows)] if row.verb == vocabulary.COMPLETED and row.account]
    if not told:
        return []
    courses = {activities.course_iri(course.code): course for course in Course.objects.all()}
    learners = people.learners_by_name({row.account for row in told})
    pairs = {(learners.get(row.account), row.statement["object"].get("id")) for row in told}
    return [(learner, courses[iri]) for learner, iri in pairs if learner and iri in courses]


def _achieved(rows: list[query.Row]) -> set[tuple[int, str]]:
    """The learners and activities that statements may be an achievement of, or whose achievement they may void."""
    verbs = {vocabulary.COMPLETED, vocabulary.ATTENDED}
    told = [(r.account, r.statement["object"].get("id", "")) for r in [*rows, *_voided(rows)] if r.verb in verbs]
    told = [(account, iri) for account, iri in told if account and activities.is_achievement(iri)]
    learners = people.learners_by_name({account for account, _iri in told}) if told else {}
    return {(learners[account], iri) for account, iri in told if account in learners}


def _voided(rows: Iterable[query.Row]) -> Iterator[query.Row]:
    """The statements that the voiding ones among `rows` void."""
    for row in rows:
        if row.verb == vocabulary.VOIDED:
            target = query.get(row.statement["object"]["id"], home_page=settings.XAPI_BASE)
            if target:
                yield target
