"""The projection: keep Completion equal to what the statements say, for one learner or for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.models import Course, CourseVersion
from learners.models import Learner

from .. import vocabulary
from ..clock import oslo_day
from ..identities import activities, people
from ..lrs import query
from .derive import Derived, Satisfying, derive
from .models import Completion

FIELDS = tuple(Derived.__dataclass_fields__)
WITHOUT_REGISTRATION = UUID(int=0)


def has_completed(registration: UUID) -> bool:
    """Whether the attempt has a completion that stands."""
    return Completion.objects.filter(registration=registration, known_to=None).exists()


def completed_on(learner_id: int, courses: Iterable[int]) -> dict[int, dt.date]:
    """The first day of the newest standing completion, by course id."""
    rows = Completion.objects.filter(learner=learner_id, version__course__in=list(courses), known_to=None)
    return dict(rows.order_by("completed_on").values_list("version__course", "completed_on"))


@transaction.atomic
def refresh(learner_id: int, course: Course) -> bool:
    """Make the learner's completions of `course` what the statements say; whether anything changed."""
    # One at a time for a learner: two refreshes at once would both see the other's rows missing.
    Learner.objects.select_for_update().filter(pk=learner_id).first()
    wanted = _wanted(course, learner_id)
    stored = Completion.objects.filter(learner=learner_id, version__course=course)
    return _settle(stored, wanted)


@transaction.atomic
def rebuild() -> int:
    """Make all completions what the statements say; returns how many rows stand."""
    total = 0
    for course in Course.objects.all():
        wanted = _wanted(course)
        _settle(Completion.objects.filter(version__course=course), wanted)
        total += len(wanted)
    return total


def differences() -> list[str]:
    """Where the stored completions differ from what the statements say, one line a row ("-" stored, "+" missing)."""
    found = []
    for course in Course.objects.order_by("code"):
        stored = {_said(row) for row in Completion.objects.filter(version__course=course)}
        wanted = _wanted(course)
        found += [f"- {course.code} {row}" for row in stored - wanted] + [
            f"+ {course.code} {row}" for row in wanted - stored
        ]
    return found


def _wanted(course: Course, learner_id: int | None = None) -> set[Derived]:
    versions = list(course.versions.order_by("number"))
    names = None if learner_id is None else people.names_of([learner_id])
    rows = query.about(
        activities.course_iri(course.code),
        accounts=names,
        verbs=[vocabulary.COMPLETED],
        home_page=settings.XAPI_BASE,
    )
    learners = people.learners_by_name(names)
    satisfying = [s for row in rows if (s := _satisfying(row, course, versions, learners))]
    return derive(satisfying, {version.pk: version.validity_months for version in versions})


def _satisfying(
    row: query.Row, course: Course, versions: list[CourseVersion], learners: Mapping[str, int]
) -> Satisfying | None:
    learner_id = learners.get(row.account)
    statement = row.statement
    version = _version(statement, course, versions, oslo_day(min(row.timestamp, row.stored)))
    if learner_id is None or version is None or statement.get("result", {}).get("completion") is False:
        return None
    return Satisfying(
        learner_id=learner_id,
        version_id=version.pk,
        registration=row.registration or WITHOUT_REGISTRATION,
        statement_id=row.statement_id,
        timestamp=row.timestamp,
        stored=row.stored,
        voided_at=row.voided_at,
    )


def _version(
    statement: dict[str, Any], course: Course, versions: list[CourseVersion], on: dt.date
) -> CourseVersion | None:
    """The version that the statement names, else the newest that was published on its day."""
    grouping = statement.get("context", {}).get("contextActivities", {}).get("grouping", [])
    named = {
        activities.version_number(a["id"], course.code)
        for a in ([grouping] if isinstance(grouping, dict) else grouping)
    }
    by_number = {version.number: version for version in versions}
    for number in named & set(by_number):
        return by_number[number]  # type: ignore[index]
    published = [version for version in versions if version.published_on <= on]
    return published[-1] if published else None


def _settle(stored: Iterable[Completion], wanted: set[Derived]) -> bool:
    rows = {_said(row): row.pk for row in stored}
    gone = [pk for said, pk in rows.items() if said not in wanted]
    new = wanted - set(rows)
    now = timezone.now()
    Completion.objects.filter(pk__in=gone).delete()
    Completion.objects.bulk_create(
        [Completion(**{name: getattr(said, name) for name in FIELDS}, written_at=now) for said in new], batch_size=500
    )
    return bool(gone or new)


def _said(row: Completion) -> Derived:
    return Derived(**{name: getattr(row, name) for name in FIELDS})
