"""How a member stands with a piece of work: what is handed in, what was said of it, and by when it is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from learners.models import Learner
from learners.policy import has_left

from ..models import Assessment, Cohort, CohortMember, Handin, Part, Work

DRAFT, WAITS, AGAIN, PASSED = "draft", "waits", "again", "passed"


@dataclass(frozen=True)
class Standing:
    """`state`: a draft, handed in and waiting, to be handed in again, or passed. `due`: None without a date."""

    work: Work | None
    newest: Handin | None
    assessment: Assessment | None
    due: dt.date | None

    @property
    def state(self) -> str:
        if self.newest is None:
            return DRAFT
        if self.assessment is None:
            return WAITS
        return PASSED if self.assessment.passed else AGAIN

    def is_over(self, on: dt.date) -> bool:
        """Whether the date to hand in is over."""
        return self.due is not None and self.due < on


def due_of(part: Part, cohort: Cohort, work: Work | None, assessed: bool) -> dt.date | None:
    """The date that the teacher gave this member; else the class's, which is for the first time only."""
    if work and work.due_on:
        return work.due_on
    if assessed or part.due_days is None:
        return None
    return cohort.starts + dt.timedelta(days=part.due_days)


def standing(member: CohortMember, part: Part) -> Standing:
    return of_members([member], part)[member.pk]


def of_members(members: Iterable[CohortMember], part: Part) -> dict[int, Standing]:
    """By member id; a constant number of queries."""
    asked = list(members)
    works = {one.member_id: one for one in Work.objects.filter(part=part, member__in=[one.pk for one in asked])}
    newest = {
        one.work_id: one
        for one in Handin.objects.filter(work__in=[work.pk for work in works.values()]).order_by("number")
    }
    said = {
        one.handin_id: one
        for one in Assessment.objects.filter(handin__in=[one.pk for one in newest.values()], known_to=None)
    }
    return {one.pk: _standing(one, part, works.get(one.pk), newest, said) for one in asked}


def _standing(
    member: CohortMember, part: Part, work: Work | None, newest: dict[int, Handin], said: dict[int, Assessment]
) -> Standing:
    last = newest.get(work.pk) if work else None
    assessment = said.get(last.pk) if last else None
    return Standing(work, last, assessment, due_of(part, member.cohort, work, assessment is not None))


def may_read(reader: Learner, cohort: Cohort, on: dt.date) -> bool:
    """Who reads what members of the class hand in: those who teach it today, and nobody else of whatever role."""
    if not reader.is_active or has_left(reader, on):
        return False
    return cohort.teachers.filter(learner=reader).exists()
