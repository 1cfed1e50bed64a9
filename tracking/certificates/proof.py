"""What somebody has earned, the certificates of it, and whether one is genuine.

Nothing is made for anybody who has not asked: neither an upgrade nor a look at a page issues certificates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.models import Course, CoursePage, Programme
from learners.models import Learner

from ..completions.models import Achievement, Completion
from ..identities import activities
from .models import Certificate, PriorLearning

LANGUAGES = ("nb", "nn")


@dataclass(frozen=True)
class Earned:
    """A completion that stands. `titles` by language; `course`: None for a programme."""

    statement_id: UUID
    titles: dict[str, str]
    completed_on: dt.date
    valid_until: dt.date | None = None
    version: int | None = None
    hours: Decimal | None = None
    course: Course | None = None
    outcomes: dict[str, list[str]] = field(default_factory=dict)  # of a programme; a course's stand on its pages

    def title_in(self, language: str) -> str:
        return self.titles.get(language) or self.titles["nb"]


@dataclass(frozen=True)
class Verdict:
    """What anybody may know of a certificate: what stands on it, and whether it still holds."""

    certificate: Certificate
    holds: bool
    revoked: bool
    expired: bool


def earned(learner: Learner) -> list[Earned]:
    """Every completion of the learner's that stands and was not done elsewhere, the newest first."""
    rows = Completion.objects.filter(learner=learner, known_to=None).select_related("version__course")
    rows = rows.exclude(statement_id__in=PriorLearning.objects.filter(learner=learner).values("statement_id"))
    found = [
        Earned(
            statement_id=row.statement_id,
            titles={language: row.version.course.title_in(language) for language in LANGUAGES},
            completed_on=row.completed_on,
            valid_until=row.valid_until,
            version=row.version.number,
            hours=row.version.course.hours,
            course=row.version.course,
        )
        for row in rows
    ]
    found += _programmes(learner)
    return sorted(found, key=lambda one: (-one.completed_on.toordinal(), one.titles["nb"]))


def _programmes(learner: Learner) -> list[Earned]:
    """The programmes that the learner has completed."""
    programmes = {activities.programme_iri(one.slug): one for one in Programme.objects.all()}
    rows = Achievement.objects.filter(learner=learner, activity__in=programmes, known_to=None)
    return [
        Earned(
            statement_id=row.statement_id,
            titles={language: programmes[row.activity].title_in(language) for language in LANGUAGES},
            completed_on=row.completed_on,
            hours=programmes[row.activity].hours,
            outcomes={language: programmes[row.activity].outcomes_in(language) for language in LANGUAGES},
        )
        for row in rows
    ]


@transaction.atomic
def certificate(learner: Learner, one: Earned, at: dt.datetime) -> Certificate:
    """The certificate of what was earned: made the first time, the same ever after."""
    found = Certificate.objects.filter(statement_id=one.statement_id).first()
    if found:
        return found
    fields = {name: getattr(one, name) for name in ("completed_on", "valid_until", "version", "hours")}
    made, _created = Certificate.objects.get_or_create(
        statement_id=one.statement_id,
        defaults={"learner": learner, "texts": _texts(one), "made_at": at, **fields},
    )
    return made


def _texts(one: Earned) -> dict[str, Any]:
    outcomes = _outcomes(one.course) if one.course else one.outcomes
    return {
        language: {"title": one.title_in(language), "outcomes": outcomes.get(language) or outcomes.get("nb", [])}
        for language in LANGUAGES
    }


def _outcomes(course: Course) -> dict[str, list[str]]:
    pages = CoursePage.objects.live().filter(course=course, locale__language_code__in=LANGUAGES)
    return {page.locale.language_code: page.outcome_list for page in pages.select_related("locale")}


def verify(code: str, on: dt.date) -> Verdict | None:
    """The certificate with this code, as it stands on the day; None: there is none."""
    found = Certificate.objects.filter(code=code.strip().lower()).select_related("learner").first()
    if found is None:
        return None
    same = {"statement_id": found.statement_id, "known_to": None}
    stands = Completion.objects.filter(**same).exists() or Achievement.objects.filter(**same).exists()
    revoked = found.revoked_at is not None or not stands
    expired = found.valid_until is not None and found.valid_until <= on
    return Verdict(found, holds=not revoked and not expired, revoked=revoked, expired=expired)


def revoke(found: Certificate, by: Learner, reason: str, at: dt.datetime) -> bool:
    """`by` takes the certificate back, for one of the listed reasons; taken back before: nothing changes.

    Raises ValueError for another reason.
    """
    if reason not in Certificate.Reason.values:
        raise ValueError(f"{reason!r} is no reason.")
    rows = Certificate.objects.filter(pk=found.pk, revoked_at=None)
    return bool(rows.update(revoked_at=at, revoked_by=by, reason=reason))
