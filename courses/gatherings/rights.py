"""Who may plan and run gatherings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from learners.models import Employment, Learner, Posting, RoleGrant
from learners.policy import has_left, holds_somewhere, may_decide_campaigns, team_unit_ids, units_led_by

from ..models import Gathering


def may_plan(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    """Who makes gatherings: teachers, and those who decide campaigns."""
    return may_decide_campaigns(learner, on) or holds_somewhere(learner, {RoleGrant.Role.TEACHER}, on)


def may_run(learner: Learner | AnonymousUser, gathering: Gathering, on: dt.date) -> bool:
    """Who sees who takes part, and takes the attendance: the gathering's teachers, and those who decide campaigns."""
    if may_decide_campaigns(learner, on):
        return True
    if not isinstance(learner, Learner) or not learner.is_active or has_left(learner, on):
        return False
    return gathering.teachers.filter(learner=learner).exists()


def role_of(learner: Learner, on: dt.date) -> str:
    """In which role somebody who may run a gathering looks at its people."""
    return str(RoleGrant.Role.COURSE_ADMIN if may_decide_campaigns(learner, on) else RoleGrant.Role.TEACHER)


def team_of(leader: Learner, on: dt.date) -> list[Learner]:
    """Those whom the leader may register: employed and posted in a unit that they lead today."""
    units = set().union(*(team_unit_ids(unit, on) for unit in units_led_by(leader, on)))
    if not units:
        return []
    posted = Posting.objects.on(on).known().filter(unit__in=units).values("learner")
    employed = Employment.objects.on(on).known().values("learner")
    found = Learner.objects.filter(pk__in=posted, is_active=True).filter(pk__in=employed).exclude(pk=leader.pk)
    return sorted(found, key=lambda one: (one.family_name, one.given_name, one.pk))


def within(team: Iterable[Learner], ids: Iterable[str]) -> list[Learner]:
    """Those of `team` that a form names; others are not found."""
    wanted = set(ids)
    return [learner for learner in team if str(learner.opaque_id) in wanted]
