"""What the running campaigns ask of a learner, and by when: for one in few queries, for many campaign by campaign."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from cms.common import common
from courses.models import AcceptedVersion, Audience, Campaign, Exemption, Singled
from learners.models import Employment, Leadership, Leave, Posting

from ..completions.derive import RENEWAL_WINDOW
from ..completions.models import Completion
from . import validity
from .facts import Facts, approved_exemptions, load, places, renewals_of, single_out
from .parts import with_requirements
from .standing import (
    EXEMPT,
    FAR,
    AudienceRule,
    Done,
    Known,
    Member,
    Person,
    Post,
    Span,
    deadline_on,
    entry,
    long_leaves,
    memberships,
    moved_by_leave,
    standing,
)


@dataclass(frozen=True)
class CourseDuty:
    """One course of a duty. `done_on`: first day of the completion that is valid now; `until`: when it runs out (FAR:
    never). `due`: the learner's own date. `take`: the course to take for it, which may be a shorter one to renew."""

    course_id: int
    done_on: dt.date | None
    until: dt.date
    due: dt.date
    take: int
    left: bool

    @property
    def renews(self) -> bool:
        return self.left and self.until != FAR


@dataclass(frozen=True)
class Duty:
    """A campaign that the learner is in the audience of, with the learner's own due date (FAR: none while away)."""

    campaign: Campaign
    courses: tuple[CourseDuty, ...]
    due: dt.date
    status: str  # a class of barometer.standing

    @property
    def course_ids(self) -> tuple[int, ...]:
        return tuple(one.course_id for one in self.courses)

    @property
    def left(self) -> tuple[CourseDuty, ...]:
        """What is to be done now: not completed, run out, or to be renewed within 90 days."""
        return tuple(one for one in self.courses if one.left)


def running(on: dt.date) -> QuerySet[Campaign]:
    """The campaigns that ask something on the day: begun, and no successor has taken their place."""
    begun = Campaign.objects.filter(start__lte=on).exclude(successors__start__lte=on)
    return with_requirements(begun)


def duties(learner_id: int, on: dt.date) -> list[Duty]:
    """What is asked of one learner on the day, the earliest date first; the exempt are asked nothing. A constant number
    of queries, however many people and campaigns there are."""
    campaigns = common(("running campaigns", on), lambda: list(running(on)))
    audiences, accepted = common(("asked of whom", on), lambda: _asked_of_whom(campaigns))
    person, chosen = _person(learner_id), {"campaign__in": campaigns}
    exemptions = approved_exemptions().filter(learner=learner_id, known_to=None)
    singled = list(Singled.objects.known().filter(learner=learner_id, **chosen))
    if any(a.leaders for a in audiences):
        person.led = [_span(row) for row in Leadership.objects.known().filter(learner=learner_id)]
    tree = places() if any(a.units or a.without or a.also for a in audiences) else []
    found = []
    for campaign in campaigns:
        person.exemptions = [_span(e) for e in exemptions if e.campaign_id == campaign.pk]
        person.singled = [single_out(row, campaign) for row in singled if row.campaign_id == campaign.pk]
        asked = [a for a in audiences if a.campaign_id == campaign.pk]
        counts = [a for a in accepted if a.campaign_id == campaign.pk]
        facts = Facts(campaign, {}, {learner_id: person}, tree, asked, counts, renewals_of(campaign))
        found += _duty(facts, facts.rules(None), facts.accepted_on(on, None), person, on)
    return sorted(found, key=_by_date)


def _asked_of_whom(campaigns: Collection[Campaign]) -> tuple[list[Audience], list[AcceptedVersion]]:
    chosen = {"campaign__in": campaigns}
    return list(Audience.objects.known().filter(**chosen)), list(AcceptedVersion.objects.known().filter(**chosen))


def asked_again(learner_id: int, on: dt.date) -> set[int]:
    """The courses (ids) that are asked of the learner on the day, whatever was completed before."""
    return {one.take for duty in duties(learner_id, on) for one in duty.left}


def duties_of(
    on: dt.date, learners: Collection[int] | None = None, units: Collection[int] | None = None
) -> dict[int, list[Duty]]:
    """What is asked of each of `learners` (ids), or of those ever posted to one of `units`, or of everybody on the day,
    as `duties` has it. A constant number of queries for each campaign."""
    found: dict[int, list[Duty]] = defaultdict(list)
    for campaign in running(on):
        facts = load(campaign, units, learners)
        rules, accepted = facts.rules(None), facts.accepted_on(on, None)
        for person in facts.people.values():
            found[person.learner_id] += _duty(facts, rules, accepted, person, on)
    return {pk: sorted(some, key=_by_date) for pk, some in found.items() if some}


def _by_date(duty: Duty) -> tuple[dt.date, str]:
    return duty.due, duty.campaign.slug


def _duty(facts: Facts, rules: list[AudienceRule], accepted: frozenset[int], person: Person, on: dt.date) -> list[Duty]:
    """The campaign's duty, if it has one for the person; rules and versions are the same for everybody."""
    campaign = facts.campaign
    members = memberships(person, rules, None)
    here = standing(
        person, members, on, None, campaign_start=campaign.start, grace_days=campaign.grace_days, accepted=()
    )
    if here is None or here.status == EXEMPT:
        return []
    due = due_date(campaign, members, long_leaves(person.leaves, None), on)
    courses = tuple(_course(facts, person, row.course_id, accepted, due, on) for row in campaign.requirements.all())
    open_dates = [one.due for one in courses if one.left]
    return [Duty(campaign, courses, min(open_dates, default=due), here.status)]


def due_date(campaign: Campaign, members: list[Member], leaves: list[tuple[dt.date, dt.date]], on: dt.date) -> dt.date:
    """The person's own date on the day: the campaign's or the stage's, or so many days after joining; not before the
    end of grace; later by the leave days before it."""
    entered = entry(members, campaign.start)
    joined = entered or campaign.start
    if campaign.due_days:
        return moved_by_leave(joined, joined + dt.timedelta(days=campaign.due_days), leaves)
    stage = deadline_on(members, on)
    due = moved_by_leave(joined, campaign.deadline if stage == FAR else stage, leaves)
    if entered:
        end_of_grace = entered + dt.timedelta(days=campaign.grace_days)
        due = max(due, moved_by_leave(entered, end_of_grace, leaves))
    return due


def _course(
    facts: Facts, person: Person, course_id: int, accepted: frozenset[int], due: dt.date, on: dt.date
) -> CourseDuty:
    spans = validity.spans(person.done, course_id, None, accepted, facts.renewals)
    valid = [(start, end) for start, end in spans if start <= on < end]
    ended = [end for _start, end in spans if end <= on]
    if not valid and not ended:
        return CourseDuty(course_id, None, FAR, due, course_id, left=True)
    until = max(end for _start, end in valid) if valid else max(ended)
    left = until != FAR and until - RENEWAL_WINDOW <= on
    renewal = facts.renewals.get(course_id)
    take = renewal.by_course if left and renewal and renewal.by_course else course_id
    own = moved_by_leave(until - RENEWAL_WINDOW, until, long_leaves(person.leaves, None)) if left else until
    return CourseDuty(course_id, min((start for start, _end in valid), default=None), until, own, take, left)


def _person(learner_id: int) -> Person:
    posts = Posting.objects.known().filter(learner=learner_id).select_related("unit", "position")
    return Person(
        learner_id,
        employments=[_span(e) for e in Employment.objects.known().filter(learner=learner_id)],
        posts=[Post(*_span(p), p.unit_id, p.unit.code, p.position.code, p.primary) for p in posts],
        leaves=[_span(x) for x in Leave.objects.known().filter(learner=learner_id, full_time=True)],
        done=[
            _done(row) for row in Completion.objects.filter(learner=learner_id, known_to=None).select_related("version")
        ],
    )


def _span(fact: Employment | Posting | Leave | Exemption | Leadership) -> Span:
    return Span(fact.valid_from, fact.valid_to or FAR, Known(fact.known_from, fact.known_to))


def _done(row: Completion) -> Done:
    dated = row.completed_on, row.valid_until or FAR, Known(row.known_from, row.known_to)
    return Done(*dated, row.version.course_id, row.version_id)
