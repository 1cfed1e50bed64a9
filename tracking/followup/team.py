"""A leader's team on a day: names, required courses, done or not done. Nothing of scores, attempts or times of day.

The team of a unit are those whom the barometer counts there: for each campaign, the people whom their posting places in
the unit or in one below it that has no leader of its own. So the counts are the barometer's, person by person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from courses.models import Campaign, Course
from learners.models import Learner, Unit
from learners.policy import team_unit_ids

from ..barometer import validity
from ..barometer.duties import due_date
from ..barometer.facts import Facts, load
from ..barometer.standing import (
    COUNTED,
    EXEMPT,
    FAR,
    IN_GRACE,
    ON_LEAVE,
    Person,
    Standing,
    long_leaves,
    memberships,
    standing,
)

# The letters that sort after z.
_LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


@dataclass(frozen=True)
class Asked:
    """What one campaign asks of one person, and the day on which each course was completed (None: not done).

    `whole`: all that it asks for is done, which may be a programme with more in it than courses.
    """

    campaign: Campaign
    status: str  # a class of barometer.standing
    done: Mapping[int, dt.date | None]  # by course id
    whole: bool
    due: dt.date = FAR  # the person's own date; FAR: none while away until further notice

    @property
    def completed(self) -> bool:
        """Whether no course is left to take."""
        return all(self.done.values())


@dataclass
class Member:
    """One of the team, with all that is asked."""

    learner: Learner
    asked: list[Asked] = field(default_factory=list)
    away: bool = False
    back_on: dt.date | None = None  # None while away: until further notice

    @property
    def waits(self) -> bool:
        """Counts, and has something that is not done."""
        return any(one.status == COUNTED and not one.completed for one in self.asked)

    @property
    def new(self) -> bool:
        return any(one.status == IN_GRACE and not one.completed for one in self.asked)

    def cell(self, course: Course, on: dt.date | None = None) -> Cell:
        """How it is with one course: done wherever it is asked for, else the first that is not. `on`: then a date that
        lies before it is told."""
        here = [one for one in self.asked if course.pk in one.done]
        if not here:
            return Cell("not_asked")
        done = [one.done[course.pk] for one in here]
        if all(done):
            return Cell("done", max(day for day in done if day))
        left = [one for one in here if not one.done[course.pk]]
        for status in (EXEMPT, ON_LEAVE, IN_GRACE):
            if all(one.status == status for one in left):
                return Cell(status)
        due = min(one.due for one in left if one.status == COUNTED)
        return Cell("overdue", due) if on and due < on else Cell("left")


@dataclass(frozen=True)
class Cell:
    """A person and a course: "done" on a day, "left", "overdue" since a day, "not_asked", or why it is not asked for
    just now: "exempt", "on_leave", "in_grace"."""

    state: str
    on: dt.date | None = None


@dataclass(frozen=True)
class TeamCampaign:
    """One campaign's exact counts for the team, as the barometer's first bar: all that is asked, by the same person."""

    campaign: Campaign
    counted: int
    completed: int
    on_leave: int
    in_grace: int
    exempt: int

    @property
    def share(self) -> float | None:
        return self.completed / self.counted if self.counted else None


@dataclass(frozen=True)
class Team:
    """`members` by family name; `courses` in the order in which the campaigns ask for them."""

    unit: Unit
    on: dt.date
    members: list[Member]
    courses: list[Course]
    campaigns: list[TeamCampaign]

    @property
    def has_all(self) -> bool:
        """Whether everybody who counts has done all that is asked, programmes too."""
        return all(count.completed == count.counted for count in self.campaigns)

    @property
    def waiting(self) -> list[Member]:
        return [member for member in self.members if member.waits]


def team(unit: Unit, on: dt.date) -> Team:
    """The team of `unit`'s leader as of the end of the day `on`; the caller has asked `policy.units_led_by`."""
    units = team_unit_ids(unit, on)
    campaigns = list(Campaign.objects.filter(start__lte=on).order_by("deadline", "slug"))
    members: dict[int, Member] = {}
    counts = []
    for campaign in campaigns:
        asked = _asked(campaign, units, on)
        if asked:
            counts.append(_count(campaign, [one for _person, one in asked]))
        for person, one in asked:
            member = members.setdefault(person.learner_id, Member(Learner(pk=person.learner_id)))
            member.asked.append(one)
            _set_away(member, person, on)
    courses = Course.objects.in_bulk({pk for member in members.values() for one in member.asked for pk in one.done})
    return Team(unit, on, _named(members), _in_order(courses, counts), counts)


def _asked(campaign: Campaign, units: set[int], on: dt.date) -> list[tuple[Person, Asked]]:
    facts = load(campaign, units)
    rules, accepted = facts.rules(None), facts.accepted_on(on, None)
    found = []
    for person in facts.people.values():
        members = memberships(person, rules, None)
        here = _standing(facts, person, members, on, accepted)
        if here and here.unit_id in units:
            done = {pk: _done_on(facts, person, pk, accepted, on) for pk in facts.courses}
            due = due_date(campaign, members, long_leaves(person.leaves, None), on)
            found.append((person, Asked(campaign, here.status, done, facts.whole <= here.done, due)))
    return found


def _standing(facts: Facts, person: Person, members: list, on: dt.date, accepted: frozenset[int]) -> Standing | None:
    start, grace = facts.campaign.start, facts.campaign.grace_days
    return standing(
        person, members, on, None,
        campaign_start=start, grace_days=grace, accepted=accepted, renewals=facts.renewals,
    )  # fmt: skip


def _done_on(facts: Facts, person: Person, course_id: int, accepted: frozenset[int], on: dt.date) -> dt.date | None:
    """The first day of the completion that counts on the day."""
    spans = validity.spans(person.done, course_id, None, accepted, facts.renewals)
    return min((start for start, end in spans if start <= on < end), default=None)


def _count(campaign: Campaign, asked: list[Asked]) -> TeamCampaign:
    classes = [one.status for one in asked]
    return TeamCampaign(
        campaign=campaign,
        counted=classes.count(COUNTED),
        completed=sum(one.status == COUNTED and one.whole for one in asked),
        on_leave=classes.count(ON_LEAVE),
        in_grace=classes.count(IN_GRACE),
        exempt=classes.count(EXEMPT),
    )


def _set_away(member: Member, person: Person, on: dt.date) -> None:
    """Away as the barometer has it: a long absence, with its dates and without a reason."""
    for start, end in long_leaves(person.leaves, None):
        if start <= on < end:
            member.away, member.back_on = True, None if end == FAR else end


def _named(members: Mapping[int, Member]) -> list[Member]:
    wanted = Learner.objects.only("given_name", "family_name", "opaque_id", "language", "email")
    learners = wanted.in_bulk(list(members))
    for pk, member in members.items():
        member.learner = learners[pk]
    return sorted(members.values(), key=lambda member: _sort_key(member.learner))


def _sort_key(learner: Learner) -> tuple[str, str, int]:
    family, given = (name.casefold().translate(_LAST) for name in (learner.family_name, learner.given_name))
    return family, given, learner.pk


def _in_order(courses: Mapping[int, Course], counts: Iterable[TeamCampaign]) -> list[Course]:
    ordered: dict[int, Course] = {}
    for count in counts:
        for row in count.campaign.requirements.all():
            if row.course_id in courses:
                ordered.setdefault(row.course_id, courses[row.course_id])
    return list(ordered.values())
