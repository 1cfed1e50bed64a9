"""A teacher assesses work: what passes is confirmed as a part of the programme, and so a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.exceptions import WorkRefused
from courses.models import Assessment, Handin, Work
from courses.work import notices, standing
from learners.models import Learner

from . import programmes


@dataclass(frozen=True)
class Verdict:
    """`levels`: one of Assessment.Level for each criterion of the part, in its order. `again_by`: for what is to be
    handed in again, by when; None without a date."""

    passed: bool
    levels: Sequence[str]
    words: str
    again_by: dt.date | None = None


@transaction.atomic
def assess(handin: Handin, verdict: Verdict, by: Learner, at: dt.datetime) -> Assessment:
    """`by` says at `at` how the work is; said before of the same hand-in: that is closed, and this one stands.

    Raises WorkRefused: "newer" where something newer has been handed in, "rubric" where a criterion is left out.
    """
    work = Work.objects.select_for_update(of=("self",)).select_related(
        "member__cohort__programme", "member__learner", "part"
    ).get(pk=handin.work_id)  # fmt: skip
    found = standing.standing(work.member, work.part)
    if found.newest is None or found.newest.pk != handin.pk:
        raise WorkRefused("newer")
    rubric = work.part.rubric
    if len(verdict.levels) != len(rubric) or any(one not in Assessment.Level.values for one in verdict.levels):
        raise WorkRefused("rubric")
    Assessment.objects.filter(handin=handin, known_to=None).update(known_to=at)
    made = Assessment.objects.create(
        handin=handin, passed=verdict.passed, words=verdict.words, assessed_by=by, known_from=at,
        levels=[one | {"level": level} for one, level in zip(rubric, verdict.levels, strict=True)],
    )  # fmt: skip
    if verdict.passed:
        programmes.confirm(work.member, work.part, by, at)
    else:
        Work.objects.filter(pk=work.pk).update(due_on=verdict.again_by, due_by=by)
        programmes.take_back(work.member, work.part, by, at)
    notices.assessed(work, made, at)
    return made
