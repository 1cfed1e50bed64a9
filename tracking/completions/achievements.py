"""Statements -> achievements: a course's e-learning, gatherings, programmes and their parts; as for completions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.models import Course, CourseVersion, Gathering, Part, Programme
from learners.models import Learner

from .. import vocabulary
from ..identities import activities, people
from ..lrs import query
from .derive import Derived, Satisfying, derive
from .models import Achievement

SAID = tuple(field.name for field in fields(Derived) if field.name not in ("version_id", "valid_until"))


def achieved(learner_ids: Collection[int], iris: Collection[str]) -> dict[tuple[int, str], dt.date]:
    """The day on which each learner achieved each activity, by (learner id, IRI); what does not stand is left out."""
    rows = Achievement.objects.filter(learner__in=list(learner_ids), activity__in=list(iris), known_to=None)
    return {(row.learner_id, row.activity): row.completed_on for row in rows.order_by("-completed_on", "pk")}


def standing(learner_id: int, iri: str) -> Achievement | None:
    """The achievement that stands, the first one."""
    rows = Achievement.objects.filter(learner=learner_id, activity=iri, known_to=None)
    return rows.order_by("completed_on", "pk").first()


def standing_by_registration(learner_id: int, iri: str) -> dict[UUID, Achievement]:
    """The achievements that stand, by their registrations, the first one first."""
    rows = Achievement.objects.filter(learner=learner_id, activity=iri, known_to=None)
    found: dict[UUID, Achievement] = {}
    for row in rows.order_by("completed_on", "pk"):
        found.setdefault(row.registration, row)
    return found


def standing_for(registration: UUID, iri: str) -> Achievement | None:
    """The one that stands of a registration."""
    return Achievement.objects.filter(registration=registration, activity=iri, known_to=None).first()


def times_taken_back(registration: UUID, iri: str) -> int:
    """How often it was closed again, so that its next statement has another id."""
    taken = Achievement.objects.filter(registration=registration, activity=iri, known_to__isnull=False)
    return taken.values("statement_id").distinct().count()


def some_taken_back(learner_id: int, iris: Collection[str]) -> bool:
    """Whether one of the activities was achieved once and is so no more."""
    mine = Achievement.objects.filter(learner=learner_id, activity__in=list(iris))
    standing_ones = set(mine.filter(known_to=None).values_list("activity", flat=True))
    return any(iri not in standing_ones for iri in mine.exclude(known_to=None).values_list("activity", flat=True))


@transaction.atomic
def refresh(learner_id: int, iri: str) -> bool:
    """Make the learner's achievements of `iri` what the statements say; whether anything changed."""
    Learner.objects.select_for_update().filter(pk=learner_id).first()
    return _settle(iri, learner_id)


def refresh_all(learner_id: int) -> None:
    """Everything that the learner may have achieved: after two records of one person have become one, or two again."""
    for iri in sorted(known()):
        refresh(learner_id, iri)


@transaction.atomic
def rebuild() -> int:
    """Make all achievements what the statements say; returns how many rows stand."""
    for iri in sorted(known()):
        _settle(iri)
    return Achievement.objects.count()


def differences() -> list[str]:
    """Where the stored achievements differ from what the statements say, one line a row."""
    found = []
    for iri in sorted(known()):
        stored = {_said(row) for row in Achievement.objects.filter(activity=iri)}
        wanted = _wanted(iri)
        found += [f"- {iri} {row}" for row in stored - wanted] + [f"+ {iri} {row}" for row in wanted - stored]
    return found


def known() -> set[str]:
    """The IRIs that may have been achieved: those of the records, and those that have rows."""
    courses = {activities.elearning_iri(code) for code in Course.objects.values_list("code", flat=True)}
    gatherings = {activities.gathering_iri(slug) for slug in Gathering.objects.values_list("slug", flat=True)}
    slugs = Programme.objects.values_list("slug", flat=True)
    parts = Part.objects.filter(kind__in=(Part.Kind.WORK, Part.Kind.PRACTICE)).values_list("programme__slug", "key")
    programmes = {activities.programme_iri(slug) for slug in slugs}
    programmes |= {activities.programme_part_iri(slug, str(key)) for slug, key in parts}
    return courses | gatherings | programmes | set(Achievement.objects.values_list("activity", flat=True).distinct())


def _settle(iri: str, learner_id: int | None = None) -> bool:
    wanted = _wanted(iri, learner_id)
    stored = Achievement.objects.filter(activity=iri)
    rows = {_said(row): row.pk for row in (stored if learner_id is None else stored.filter(learner=learner_id))}
    gone, new = [pk for said, pk in rows.items() if said not in wanted], wanted - set(rows)
    now = timezone.now()
    Achievement.objects.filter(pk__in=gone).delete()
    Achievement.objects.bulk_create(_row(said, iri, now) for said in new)
    return bool(gone or new)


def _wanted(iri: str, learner_id: int | None = None) -> set[Derived]:
    names = None if learner_id is None else people.names_of([learner_id])
    verbs = [vocabulary.COMPLETED, vocabulary.ATTENDED]
    rows = query.about(iri, accounts=names, verbs=verbs, home_page=settings.XAPI_BASE)
    learners = people.learners_by_name(names)
    return derive(_satisfying(rows, learners, _versions(iri)), {})


def _versions(iri: str) -> dict[str, int]:
    """The ids of the versions of the course whose e-learning it is, by their IRIs; none for anything else."""
    if not activities.is_elearning(iri):
        return {}
    rows = CourseVersion.objects.select_related("course").filter(course__code=activities.course_of_elearning(iri))
    return {activities.version_iri(row.course.code, row.number): row.pk for row in rows}


def _satisfying(rows: Iterable[query.Row], learners: dict[str, int], versions: dict[str, int]) -> list[Satisfying]:
    return [
        Satisfying(
            learner_id=learners[row.account],
            version_id=_version(row.statement, versions),
            registration=row.registration or UUID(int=0),
            statement_id=row.statement_id,
            timestamp=row.timestamp,
            stored=row.stored,
            voided_at=row.voided_at,
        )
        for row in rows
        if row.account in learners and row.statement.get("result", {}).get("completion") is not False
    ]


def _version(statement: dict[str, Any], versions: dict[str, int]) -> int:
    """The version that the statement names; 0: none."""
    grouping = statement.get("context", {}).get("contextActivities", {}).get("grouping", [])
    named = [activity.get("id") for activity in ([grouping] if isinstance(grouping, dict) else grouping)]
    return next((versions[iri] for iri in named if iri in versions), 0)


def _row(said: Derived, iri: str, now: dt.datetime) -> Achievement:
    values = {name: getattr(said, name) for name in SAID}
    return Achievement(activity=iri, version_id=said.version_id or None, written_at=now, **values)


def _said(row: Achievement) -> Derived:
    values = {name: getattr(row, name) for name in SAID}
    return Derived(version_id=row.version_id or 0, valid_until=None, **values)
