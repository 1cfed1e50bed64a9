"""How one person is counted, and why: for the person, in words and dates that can be checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from courses.models import Campaign
from learners.models import Unit

from ..barometer.duties import due_date
from ..barometer.facts import Facts, load
from ..barometer.standing import (
    EXEMPT,
    FAR,
    IN_GRACE,
    ON_LEAVE,
    Member,
    Person,
    entry,
    long_leaves,
    membership_on,
    memberships,
    moved_by_leave,
    standing,
)

OUTSIDE = "outside"


@dataclass(frozen=True)
class Counting:
    """One campaign. `status`: a class of barometer.standing, or "outside" the audience; `completed` of its `courses`;
    `is_done`: all that it asks for, which may be a whole programme. `since`, `until`: of the leave,
    the exemption or the grace that keeps the person out of the figures; None as `until`: until further notice."""

    campaign: Campaign
    status: str
    unit: Unit | None
    completed: int
    courses: int
    is_done: bool
    since: dt.date | None = None
    until: dt.date | None = None
    due: dt.date | None = None


def countings(learner_id: int, on: dt.date) -> list[Counting]:
    """Every campaign that runs on the day, as the barometer counts the person there."""
    running = Campaign.objects.filter(start__lte=on).exclude(successors__start__lte=on)
    found = [_counting(load(campaign, None, [learner_id]), learner_id, on) for campaign in running]
    units = Unit.objects.in_bulk({unit_id for _one, unit_id in found if unit_id})
    order = [_with_unit(one, units.get(unit_id)) for one, unit_id in found]
    return sorted(order, key=lambda one: (one.status == OUTSIDE, one.campaign.deadline, one.campaign.slug))


def _with_unit(one: Counting, unit: Unit | None) -> Counting:
    return replace(one, unit=unit)


def _counting(facts: Facts, learner_id: int, on: dt.date) -> tuple[Counting, int | None]:
    campaign, person = facts.campaign, facts.people.get(learner_id, Person(learner_id))
    members = memberships(person, facts.rules(None), None)
    here = standing(
        person, members, on, None, campaign_start=campaign.start, grace_days=campaign.grace_days,
        accepted=facts.accepted_on(on, None), renewals=facts.renewals,
    )  # fmt: skip
    wanted = facts.courses
    if here is None:
        return Counting(campaign, OUTSIDE, None, 0, len(wanted), is_done=False), None
    since, until = _span(person, members, campaign, here.status, on)
    due = due_date(campaign, members, long_leaves(person.leaves, None), on)
    place = membership_on(members, on)
    told = Counting(
        campaign, here.status, None, len(wanted & here.done), len(wanted), is_done=facts.whole <= here.done,
        since=since, until=until, due=None if due == FAR else due,
    )  # fmt: skip
    return told, place.unit_id if place else None


def _span(
    person: Person, members: list[Member], campaign: Campaign, status: str, on: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    if status == EXEMPT:
        spans = [(e.start, e.end) for e in person.exemptions if e.start <= on < e.end and e.known.at(None)]
    elif status == ON_LEAVE:
        spans = [(start, end) for start, end in long_leaves(person.leaves, None) if start <= on < end]
    elif status == IN_GRACE:
        entered = entry(members, campaign.start) or campaign.start
        days = dt.timedelta(days=campaign.grace_days)
        spans = [(entered, moved_by_leave(entered, entered + days, long_leaves(person.leaves, None)))]
    else:
        return None, None
    start, end = max(spans, key=lambda span: span[1])
    return start, None if end == FAR else end
