"""A directory's groups, and the roles that an administrator here has tied them to."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from .changes import Changes
from .models import DirectoryGroup, DirectoryMember, Learner, RoleGrant
from .roles import grant

OSLO = ZoneInfo("Europe/Oslo")


def all_groups() -> QuerySet[DirectoryGroup]:
    return DirectoryGroup.objects.prefetch_related("members__learner").order_by("created_at", "pk")


def give(group: DirectoryGroup, learners: list[Learner], at: dt.datetime) -> None:
    """The group's role, where it has one, from today."""
    for learner in learners if group.role else []:
        grant(learner, group.role, group.unit, at)


def take(group: DirectoryGroup, learners: list[Learner], at: dt.datetime) -> None:
    """The role ends today, unless another group of the same role has the learner too."""
    if not group.role or not learners:
        return
    others = DirectoryMember.objects.filter(group__role=group.role, group__unit=group.unit).exclude(group=group)
    kept = set(others.values_list("learner_id", flat=True))
    today, changes = at.astimezone(OSLO).date(), Changes()
    held = RoleGrant.objects.known().filter(role=group.role, unit=group.unit, learner__in=learners)
    for row in held.exclude(learner__in=kept):
        changes.end(row, today)
    changes.apply(at)
