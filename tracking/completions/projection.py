"""The projection: keep Completion equal to what the statements say, for one learner or for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
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


def times_taken_back(registration: UUID) -> int:
    """How often a completion of the attempt was closed again, so that its next statement has another id."""
    taken = Completion.objects.filter(registration=registration, known_to__isnull=False)
    return taken.values("statement_id").distinct().count()


def completed_on(learner_id: int, courses: Iterable[int]) -> dict[int, dict[UUID, dt.date]]:
    """The first day of each standing completion, by course id and registration; the newest last."""
    rows = Completion.objects.filter(learner=learner_id, version__course__in=list(courses), known_to=None)
    found: dict[int, dict[UUID, dt.date]] = {}
    for course, registration, day in rows.order_by("completed_on").values_list(
        "version__course", "registration", "completed_on"
    ):
        found.setdefault(course, {})[registration] = day
    return found


@transaction.atomic
def refresh(learner_id: int, course: Course) -> dt.date | None:
    """Make the learner's completions of `course` what the statements say; the first day that changed, if any."""
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
        _settle(_of_the_known(course), wanted)
        total += len(wanted)
    return total


def differences() -> list[str]:
    """Where the stored completions differ from what the statements say, one line a row ("-" stored, "+" missing)."""
    found = []
    for course in Course.objects.order_by("code"):
        stored = {_said(row) for row in _of_the_known(course)}
        wanted = _wanted(course)
        found += [f"- {course.code} {row}" for row in stored - wanted] + [
            f"+ {course.code} {row}" for row in wanted - stored
        ]
    return found


def _of_the_known(course: Course) -> QuerySet[Completion]:
    """The completions that statements still lead to: those of a person who has been erased stay as they are."""
    return Completion.objects.filter(version__course=course, learner__erased_on=None)


def _wanted(course: Course, learner_id: int | None = None) -> set[Derived]:
    versions = list(course.versions.order_by("number"))
    names = None if learner_id is None else people.names_ever(learner_id)
    rows = query.about(
        activities.course_iri(course.code),
        accounts=names,
        verbs=[vocabulary.COMPLETED],
        home_page=settings.XAPI_BASE,
    )
    links = people.links(names)
    satisfying = [s for row in rows for s in _satisfying(row, course, versions, links.get(row.account, []))]
    if learner_id is not None:
        satisfying = [one for one in satisfying if one.learner_id == learner_id]
    return derive(satisfying, {version.pk: version.validity_months for version in versions})


def _satisfying(
    row: query.Row, course: Course, versions: list[CourseVersion], links: Iterable[people.Link]
) -> Iterator[Satisfying]:
    """For each whose statement it is, or was before records were merged: known of them while it was theirs."""
    statement = row.statement
    version = _version(statement, course, versions, oslo_day(min(row.timestamp, row.stored)))
    if version is None or statement.get("result", {}).get("completion") is False:
        return
    for link in links:
        stored = max(row.stored, link.since or row.stored)
        ends = [end for end in (row.voided_at, link.until) if end is not None]
        if not ends or min(ends) > stored:
            yield Satisfying(
                learner_id=link.learner_id,
                version_id=version.pk,
                registration=row.registration or WITHOUT_REGISTRATION,
                statement_id=row.statement_id,
                timestamp=min(row.timestamp, row.stored),
                stored=stored,
                voided_at=min(ends, default=None),
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


def _settle(stored: Iterable[Completion], wanted: set[Derived]) -> dt.date | None:
    rows = {_said(row): row.pk for row in stored}
    gone = [pk for said, pk in rows.items() if said not in wanted]
    new = wanted - set(rows)
    now = timezone.now()
    Completion.objects.filter(pk__in=gone).delete()
    Completion.objects.bulk_create(
        [Completion(**{name: getattr(said, name) for name in FIELDS}, written_at=now) for said in new], batch_size=500
    )
    return min((said.completed_on for said in wanted ^ set(rows)), default=None)


def _said(row: Completion) -> Derived:
    return Derived(**{name: getattr(row, name) for name in FIELDS})
