"""What the running campaigns ask of one learner: few queries, however many people and campaigns there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courses.models import Audience, Campaign, Exemption
from learners.models import Employment, Leave, Posting

from .facts import Facts, approved_exemptions, places
from .standing import EXEMPT, FAR, Known, Person, Post, Span, entry, long_leaves, memberships, moved_by_leave, standing


@dataclass(frozen=True)
class Duty:
    """A campaign that the learner is in the audience of, with the learner's own due date."""

    campaign: Campaign
    course_ids: tuple[int, ...]
    due: dt.date
    status: str  # a class of barometer.standing


def duties(learner_id: int, on: dt.date) -> list[Duty]:
    """The campaigns running on `on` that ask something of the learner; the exempt are asked nothing."""
    running = list(Campaign.objects.filter(start__lte=on).prefetch_related("requirements"))
    person = _person(learner_id)
    exemptions = approved_exemptions().filter(learner=learner_id, known_to=None)
    audiences = list(Audience.objects.known().filter(campaign__in=running))
    tree = places() if any(a.units for a in audiences) else []
    found = []
    for campaign in running:
        person.exemptions = [_span(e) for e in exemptions if e.campaign_id == campaign.pk]
        mine = [a for a in audiences if a.campaign_id == campaign.pk]
        duty = _duty(Facts(campaign, {}, {learner_id: person}, tree, mine, []), person, on)
        if duty:
            found.append(duty)
    return sorted(found, key=lambda d: (d.due, d.campaign.slug))


def _duty(facts: Facts, person: Person, on: dt.date) -> Duty | None:
    campaign = facts.campaign
    members = memberships(person, facts.rules(None), None)
    here = standing(
        person, members, on, None, campaign_start=campaign.start, grace_days=campaign.grace_days, accepted=()
    )
    if here is None or here.status == EXEMPT:
        return None
    leaves = long_leaves(person.leaves, None)
    entered = entry(members, campaign.start)
    due = moved_by_leave(entered or campaign.start, campaign.deadline, leaves)
    if entered:
        due = max(due, moved_by_leave(entered, entered + dt.timedelta(days=campaign.grace_days), leaves))
    return Duty(campaign, tuple(r.course_id for r in campaign.requirements.all()), due, here.status)


def _person(learner_id: int) -> Person:
    posts = Posting.objects.known().filter(learner=learner_id).select_related("unit", "position")
    return Person(
        learner_id,
        employments=[_span(e) for e in Employment.objects.known().filter(learner=learner_id)],
        posts=[Post(*_span(p), p.unit_id, p.unit.code, p.position.code, p.primary) for p in posts],
        leaves=[_span(x) for x in Leave.objects.known().filter(learner=learner_id, full_time=True)],
    )


def _span(fact: Employment | Posting | Leave | Exemption) -> Span:
    return Span(fact.valid_from, fact.valid_to or FAR, Known(fact.known_from, fact.known_to))
