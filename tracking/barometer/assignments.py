"""An assignment: one person's duty within a campaign, as a history: what, since when, why.

It is derived from the same facts by the same rule as the figures, so that the two cannot differ, and there is nothing
to bring up to date when people or units move (docs/decisions, "Assignments are derived").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from courses.models import Campaign
from learners.models import Unit

from . import validity
from .duties import due_date
from .facts import Facts, load
from .parts import with_requirements
from .standing import EXEMPT, FAR, IN_GRACE, ON_LEAVE, Member, Person, entry, long_leaves, memberships, moved_by_leave
from .standing import standing as standing_on


@dataclass(frozen=True)
class Episode:
    """From `start` to before `end` (FAR: until further notice) nothing changed. `status`: a class of
    barometer.standing, None outside the audience; `done`: all that the campaign asks for; `why`: what happened on the
    first day."""

    start: dt.date
    end: dt.date
    status: str | None
    unit_id: int | None
    done: bool
    due: dt.date | None
    why: tuple[str, ...] = ()

    def same(self, other: Episode) -> bool:
        return (self.status, self.unit_id, self.done, self.due) == (other.status, other.unit_id, other.done, other.due)


@dataclass(frozen=True)
class Assignment:
    """A campaign's history with one person, the oldest first; the units by id."""

    campaign: Campaign
    episodes: list[Episode]
    units: dict[int, Unit]

    @property
    def now(self) -> Episode:
        return self.episodes[-1]


def assignments(learner_id: int, on: dt.date) -> list[Assignment]:
    """Every campaign that has asked something of the person until the day, the newest first."""
    found = []
    for campaign in with_requirements(Campaign.objects.filter(start__lte=on)):
        facts = load(campaign, learners=[learner_id])
        for person in facts.people.values():
            history = episodes(facts, person, on)
            if any(one.status for one in history):
                found.append((campaign, history))
    units = Unit.objects.in_bulk({one.unit_id for _campaign, some in found for one in some if one.unit_id})
    return [Assignment(campaign, some, units) for campaign, some in found]


def episodes(facts: Facts, person: Person, until: dt.date) -> list[Episode]:
    """The person's history in the campaign from its start to the end of the day `until`, as it is known now; empty
    where there is none. It begins on the first day in the audience."""
    view = _View(facts, person)
    found: list[Episode] = []
    for day in view.turns(until):
        here = view.at(day)
        if not found and here.status is None:
            continue
        if found and found[-1].same(here):
            continue
        if found:
            found[-1] = replace(found[-1], end=day)
        found.append(replace(here, why=view.why(found[-1] if found else None, here)))
    return found


class _View:
    """One person's facts, as known now."""

    def __init__(self, facts: Facts, person: Person) -> None:
        self.facts, self.person, self.campaign = facts, person, facts.campaign
        self.members: list[Member] = memberships(person, facts.rules(None), None)
        self.leaves = long_leaves(person.leaves, None)
        self.entered = entry(self.members, self.campaign.start)

    def at(self, day: dt.date) -> Episode:
        """How it stands on the day; its end and reason are not known yet."""
        campaign = self.campaign
        here = standing_on(
            self.person, self.members, day, None,
            campaign_start=campaign.start, grace_days=campaign.grace_days,
            accepted=self.facts.accepted_on(day, None), renewals=self.facts.renewals,
        )  # fmt: skip
        if here is None:
            return Episode(day, FAR, None, None, False, None)
        due = None if here.status == EXEMPT else due_date(campaign, self.members, self.leaves, day)
        return Episode(day, FAR, here.status, here.unit_id, self.facts.whole <= here.done, due)

    def turns(self, until: dt.date) -> list[dt.date]:
        """The days from the campaign's start on which anything may change."""
        days = {self.campaign.start, *self._dates()}
        return sorted(day for day in days if self.campaign.start <= day <= until)

    def _dates(self) -> Iterator[dt.date]:
        for member in self.members:
            yield from (member.start, member.end)
        for span in (*self.leaves, *((e.start, e.end) for e in self.person.exemptions if e.known.at(None))):
            yield from span
        if self.entered:
            yield moved_by_leave(self.entered, self.entered + dt.timedelta(days=self.campaign.grace_days), self.leaves)
        yield from self._dates_of_completions()

    def _dates_of_completions(self) -> Iterator[dt.date]:
        accepted = [row for row in self.facts.accepted if row.known_to is None]
        turns = {row.valid_from for row in accepted} | {row.valid_to for row in accepted if row.valid_to}
        yield from turns
        for day in turns | {self.campaign.start}:
            counts = self.facts.accepted_on(day, None)
            for one in self.facts.whole:
                for span in validity.spans(self.person.done, one, None, counts, self.facts.renewals):
                    yield from span

    def why(self, before: Episode | None, now: Episode) -> tuple[str, ...]:
        """What happened on the first day of `now`."""
        if before is None or before.status is None:
            return (self._entered(now.start, first=before is None),)
        if now.status is None:
            return (self._left(now.start),)
        found = []
        if before.unit_id != now.unit_id:
            found.append("unit")
        if before.status != now.status:
            found.append(_changed(before.status, now.status))
        if before.done != now.done:
            found.append("completed" if now.done else "expired")
        return tuple(found) or ("date",)

    def _entered(self, day: dt.date, first: bool) -> str:
        if first and day == self.campaign.start:
            return "start"
        if any(one.taken_in and one.start == day for one in self._known(self.person.singled)):
            return "named"
        if any(one.start == day for one in self._known(self.person.employments)):
            return "joined"
        if any(one.start == day for one in self._known(self.person.posts)):
            return "posted"
        return "audience"

    def _left(self, day: dt.date) -> str:
        if any(one.end == day for one in self._known(self.person.employments)):
            return "left"
        if any(one.start == day and not one.taken_in for one in self._known(self.person.singled)):
            return "named_out"
        if any(one.end == day for one in self._known(self.person.posts)):
            return "moved_away"
        return "audience_out"

    @staticmethod
    def _known(rows: Iterable) -> Iterator:
        return (row for row in rows if row.known.at(None))


def _changed(before: str, now: str) -> str:
    if now == EXEMPT:
        return "exempt"
    if before == EXEMPT:
        return "exemption_ended"
    if now == ON_LEAVE:
        return "leave"
    return "back" if before == ON_LEAVE else "grace_ended" if before == IN_GRACE else "new"
