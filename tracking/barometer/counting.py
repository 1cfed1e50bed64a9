"""Count a campaign's people by part and unit for a day, and why the counts differ from last Sunday's: no storing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from ..clock import known_until, last_sunday
from . import flows
from .facts import Facts, Place
from .flows import Flows
from .freshness import Day
from .standing import COUNTED, Done, Member, Person, Post, SingledOut, Span, Standing, memberships, standing, tally

Counts = dict[tuple[str, int], dict[str, int]]  # (part, unit id) -> count by name
View = tuple[dt.date, dt.datetime | None]  # a day, and the moment before which facts count as known (None: now)


def moment_of(day: Day) -> dt.datetime | None:
    return known_until(day[0]) if day[1] == "then" else None


def sunday_before(on: dt.date) -> dt.date:
    """The last Sunday before the day, which its bridge starts from."""
    return last_sunday(on - dt.timedelta(days=1))


@dataclass
class Counted:
    """A day's numbers by (part, leaf unit): counts, flows since last Sunday, and, for `then`, what last Sunday (`base`)
    and the deadline (`due`) looked like at the day's close."""

    counts: Counts = field(default_factory=dict)
    flows: dict[tuple[str, int], Flows] = field(default_factory=dict)
    base: Counts = field(default_factory=dict)
    due: dict[int, int] = field(default_factory=dict)

    def add(self, other: Counted) -> None:
        """The numbers of other people."""
        for mine, its in ((self.counts, other.counts), (self.base, other.base)):
            for key, numbers in its.items():
                some = mine.setdefault(key, {})
                for name, number in numbers.items():
                    some[name] = some.get(name, 0) + number
        for key, found in other.flows.items():
            for name, flow in found.items():
                flows.add(self.flows.setdefault(key, {}), name, flow)
        for unit, number in other.due.items():
            self.due[unit] = self.due.get(unit, 0) + number


class Counter:
    """Counts days of one campaign from its facts; what days share is worked out once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._members: dict[tuple[int, object], list[Member]] = {}
        self._latest = {person.learner_id: _latest(person) for person in facts.people.values()}
        self._newest: tuple[View, dict[int, Standing]] | None = None

    def day(self, day: Day) -> Counted:
        """Counts at the leaves of the tree."""
        on, before = day[0], moment_of(day)
        sunday = sunday_before(on)
        was = self.standings((sunday, before)) if sunday >= self.facts.campaign.start else None
        now = self.standings((on, before))
        if before is None:
            self._newest = ((on, before), now)  # next Sunday's flows start from it
        found = Counted(counts=tally(now.values(), self.facts.parts))
        if was is not None:
            found.flows = self._flows(was, now, (sunday, on), before)
            if before:
                found.base = _brief(tally(was.values(), self.facts.parts))
        if before and on < self.facts.campaign.deadline:
            found.due = _counted(self.standings((self.facts.campaign.deadline, before)).values())
        return found

    def standings(self, view: View) -> dict[int, Standing]:
        """Everybody in the audience on a day, by learner."""
        if self._newest and self._newest[0] == view:
            return self._newest[1]
        on, before = view
        campaign, rules = self.facts.campaign, tuple(self.facts.rules(before))
        accepted = self.facts.accepted_on(on, before)
        found = {}
        for pk, person in self.facts.people.items():
            # Nothing about the person was recorded since: what was known then is what is known now.
            known = before if before and before <= self._latest[pk] else None
            members = self._memberships(person, rules, known)
            stands = standing(
                person, members, on, known,
                campaign_start=campaign.start, grace_days=campaign.grace_days, accepted=accepted,
                renewals=self.facts.renewals,
            )  # fmt: skip
            if stands:
                found[pk] = stands
        return found

    def _memberships(self, person: Person, rules: tuple, known: dt.datetime | None) -> list[Member]:
        key = (person.learner_id, (rules, known))
        if key not in self._members:
            self._members[key] = memberships(person, rules, known)
        return self._members[key]

    def _flows(
        self,
        was: Mapping[int, Standing],
        now: Mapping[int, Standing],
        days: tuple[dt.date, dt.date],
        before: dt.datetime | None,
    ) -> dict[tuple[str, int], Flows]:
        found: dict[tuple[str, int], Flows] = {}
        for pk in was.keys() | now.keys():
            one, other = was.get(pk), now.get(pk)
            if not flows.changed(one, other):
                continue
            why = flows.cause(self.facts.people[pk], one, other, days, before)
            for part, asked in self.facts.parts.items():
                for unit, name, flow in flows.of(one, other, asked, why):
                    flows.add(found.setdefault((part, unit), {}), name, flow)
        return found


def _latest(person: Person) -> dt.datetime:
    spans = chain(person.employments, person.leaves, person.exemptions, person.led)
    facts = chain[Span | Post | Done | SingledOut](spans, person.posts, person.done, person.singled)
    known = [fact.known for fact in facts]
    return max(max(one.start, one.end or one.start) for one in known)


def _brief(counts: Counts) -> Counts:
    names = ("counted", "completed")
    return {key: {name: some[name] for name in names if name in some} for key, some in counts.items()}


def _counted(standings: Iterable[Standing]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for one in standings:
        if one.status == COUNTED:
            found[one.unit_id] += 1
    return found


def above(unit: int | None, tree: Mapping[int, Place]) -> Iterable[int]:
    """The unit and all above it."""
    while unit is not None:
        yield unit
        unit = tree[unit].parent_id if unit in tree else None


def rolled_up(leaves: Counts, tree: Mapping[int, Place]) -> Counts:
    """The counts of every unit with all below it."""
    total: Counts = defaultdict(lambda: defaultdict(int))  # type: ignore[arg-type]
    for (part, leaf), counts in leaves.items():
        for unit in above(leaf, tree):
            for name, number in counts.items():
                total[part, unit][name] += number
    return total


def due_rolled_up(leaves: Mapping[int, int], tree: Mapping[int, Place]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for leaf, number in leaves.items():
        for unit in above(leaf, tree):
            total[unit] += number
    return total


def flows_rolled_up(leaves: Mapping[tuple[str, int], Flows], tree: Mapping[int, Place]) -> dict[tuple[str, int], Flows]:
    total: dict[tuple[str, int], Flows] = {}
    for (part, leaf), some in leaves.items():
        for unit in above(leaf, tree):
            for name, flow in some.items():
                flows.add(total.setdefault((part, unit), {}), name, flow)
    return total
