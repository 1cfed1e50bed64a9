"""Exemptions: proposed by a leader, approved by somebody else, for a while; each step is a fact that stays.

A proposal is an Exemption that nobody has approved. It holds from the day it is approved, so that no earlier figure
changes, and ends by itself, or earlier where somebody who may decide it says so and why.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from learners.facts import close, correct
from learners.models import Learner

from .exceptions import NotExempt
from .models import Campaign, Exemption

OSLO = ZoneInfo("Europe/Oslo")
LONGEST = dt.timedelta(days=366)


def open_proposals() -> QuerySet[Exemption]:
    """Those that wait for somebody to approve or refuse them."""
    return Exemption.objects.known().filter(approved_by=None, refused_by=None)


def approved_on(on: dt.date) -> QuerySet[Exemption]:
    """Those that hold on the day."""
    return Exemption.objects.on(on).known().exclude(approved_by=None)


@transaction.atomic
def propose(
    campaign: Campaign, learner: Learner, reason: str, last_day: dt.date, by: Learner, at: dt.datetime
) -> Exemption:
    """`by`, who leads the learner (the caller has asked), proposes an exemption until and including `last_day`.

    Raises NotExempt for oneself, an end that is past or more than a year off, an unknown reason, or where there is
    one already.
    """
    today = at.astimezone(OSLO).date()
    if by == learner:
        raise NotExempt("own")
    if reason not in Exemption.Reason.values:
        raise NotExempt("reason")
    if not today <= last_day <= today + LONGEST:
        raise NotExempt("end")
    Learner.objects.select_for_update().get(pk=learner.pk)  # two proposals at once: the second sees the first
    there = {"campaign": campaign, "learner": learner}
    if open_proposals().filter(**there).exists() or approved_on(today).filter(**there).exists():
        raise NotExempt("there")
    dated = {"valid_from": today, "valid_to": last_day + dt.timedelta(days=1), "known_from": at}
    return Exemption.objects.create(**there, **dated, reason=reason, proposed_by=by)


@transaction.atomic
def approve(proposal: Exemption, by: Learner, at: dt.datetime) -> Exemption:
    """The exemption holds from today on. Raises NotExempt for one's own, and where it is over or decided already;
    whether `by` may decide it at all, the caller has asked."""
    today = at.astimezone(OSLO).date()
    current = _open(proposal, by)
    if current.valid_to is None or current.valid_to <= today:
        raise NotExempt("over")
    return correct(current, at, approved_by=by, valid_from=max(current.valid_from, today))


@transaction.atomic
def refuse(proposal: Exemption, by: Learner, at: dt.datetime) -> Exemption:
    """Nothing changes for the learner, and who refused is kept. Raises NotExempt as `approve`."""
    return correct(_open(proposal, by), at, refused_by=by)


@transaction.atomic
def withdraw(proposal: Exemption, by: Learner, at: dt.datetime) -> None:
    """The one who proposed it takes it back. Raises NotExempt for others, and where it is decided already."""
    current = open_proposals().select_for_update().filter(pk=proposal.pk, proposed_by=by).first()
    if current is None:
        raise NotExempt("decided")
    close(current, at)


@transaction.atomic
def end_early(exemption: Exemption, why: str, by: Learner, at: dt.datetime) -> Exemption:
    """It holds no more from today on; the days before stay as they were. Raises NotExempt for one's own, for an unknown
    reason, and where it does not hold today; whether `by` may decide it at all, the caller has asked."""
    today = at.astimezone(OSLO).date()
    current = approved_on(today).select_for_update().filter(pk=exemption.pk).first()
    if current is None:
        raise NotExempt("ended")
    if by.pk == current.learner_id:
        raise NotExempt("own")
    if why not in Exemption.EndReason.values:
        raise NotExempt("reason")
    return correct(current, at, valid_to=today, ended_by=by, ended_why=why)


def _open(proposal: Exemption, by: Learner) -> Exemption:
    current = open_proposals().select_for_update().filter(pk=proposal.pk).first()
    if current is None:
        raise NotExempt("decided")
    if by.pk in (current.proposed_by_id, current.learner_id):
        raise NotExempt("own")
    return current
