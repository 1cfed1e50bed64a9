"""Who counts on a day: a pure function from dated facts to each person's class.

All intervals are half-open [start, end) in Oslo days; `None` as an end means "until further notice".
Source: docs/barometer.md, "Who counts".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

FAR = dt.date.max
BEGINNING = dt.date.min
LONG_LEAVE = 30  # days
RETURN_WITHIN = dt.timedelta(days=180)
COUNTED, ON_LEAVE, IN_GRACE, EXEMPT = "counted", "on_leave", "in_grace", "exempt"


class Known(NamedTuple):
    """When a fact was known; `None` as an end: still."""

    start: dt.datetime
    end: dt.datetime | None

    def at(self, before: dt.datetime | None) -> bool:
        """Whether the fact was known just before the moment `before` (None: is known now)."""
        if before is None:
            return self.end is None
        return self.start < before and (self.end is None or self.end >= before)


class Span(NamedTuple):
    start: dt.date
    end: dt.date
    known: Known


class Post(NamedTuple):
    start: dt.date
    end: dt.date
    known: Known
    unit_id: int
    unit_code: str
    position: str
    primary: bool


class Done(NamedTuple):
    """A completion: of which course version, from when until before when."""

    start: dt.date
    end: dt.date
    known: Known
    course_id: int
    version_id: int


@dataclass
class Person:
    """All facts about one learner that a campaign's figure rests on."""

    learner_id: int
    employments: list[Span] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    leaves: list[Span] = field(default_factory=list)
    exemptions: list[Span] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)


class AudienceRule(NamedTuple):
    """A decided audience: position codes and unit ids (empty: all)."""

    start: dt.date
    end: dt.date
    positions: frozenset[str]
    units: frozenset[int] | None  # with all below them, as the tree is between start and end; None: all


class Member(NamedTuple):
    """In the audience from `start` to before `end`, through a posting."""

    start: dt.date
    end: dt.date
    rank: tuple[bool, dt.date, str]  # which posting counts when there are several: primary, oldest, unit code
    unit_id: int


class Standing(NamedTuple):
    """One person in the audience on a day."""

    learner_id: int
    unit_id: int
    status: str
    done: frozenset[int]  # course ids


def memberships(person: Person, rules: Sequence[AudienceRule], before: dt.datetime | None) -> list[Member]:
    """When and through which posting the person is in the audience, as known just before `before`."""
    found = []
    employments = [e for e in person.employments if e.known.at(before)]
    for post in person.posts:
        if not post.known.at(before):
            continue
        rank = (not post.primary, post.start, post.unit_code)
        for rule in rules:
            if (rule.positions and post.position not in rule.positions) or (
                rule.units is not None and post.unit_id not in rule.units
            ):
                continue
            for job in employments:
                start, end = max(post.start, rule.start, job.start), min(post.end, rule.end, job.end)
                if start < end:
                    found.append(Member(start, end, rank, post.unit_id))
    return found


def membership_on(members: Sequence[Member], on: dt.date) -> Member | None:
    """The membership that places the person on a day."""
    return min((m for m in members if m.start <= on < m.end), key=lambda m: m.rank, default=None)


def entry(members: Sequence[Member], campaign_start: dt.date) -> dt.date | None:
    """The day on which the person first entered the audience after the campaign's start; None where they never did.

    A transfer inside the audience, or a return within 180 days, is no entry.
    """
    last_end: dt.date | None = None
    for member in sorted(members):
        returns = last_end is not None and (last_end == FAR or member.start - last_end <= RETURN_WITHIN)
        if not returns and member.start > campaign_start:
            return member.start
        last_end = member.end if last_end is None else max(last_end, member.end)
    return None


def long_leaves(spans: Iterable[Span], before: dt.datetime | None) -> list[tuple[dt.date, dt.date]]:
    """Absences of 30 days or more, after joining those at most a day apart."""
    joined: list[tuple[dt.date, dt.date]] = []
    for span in sorted((s for s in spans if s.known.at(before)), key=lambda s: (s.start, s.end)):
        if joined and (joined[-1][1] == FAR or (span.start - joined[-1][1]).days <= 1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return [(start, end) for start, end in joined if end == FAR or (end - start).days >= LONG_LEAVE]


def moved_by_leave(start: dt.date, end: dt.date, leaves: Sequence[tuple[dt.date, dt.date]]) -> dt.date:
    """`end`, later by the leave days that fall between `start` and it (and those that fall in the days so added)."""
    moved = end
    for away, back in leaves:
        overlap_start = max(away, start)
        if overlap_start < moved and back > overlap_start:
            if back == FAR:
                return FAR
            moved += back - overlap_start
    return moved


def standing(
    person: Person,
    members: Sequence[Member],
    on: dt.date,
    before: dt.datetime | None,
    *,
    campaign_start: dt.date,
    grace_days: int,
    accepted: Collection[int],
) -> Standing | None:
    """The person's place and class on a day; None outside the audience. The class is the first that fits."""
    here = membership_on(members, on)
    if here is None:
        return None
    done = frozenset(
        d.course_id for d in person.done if d.version_id in accepted and d.start <= on < d.end and d.known.at(before)
    )
    return Standing(
        person.learner_id, here.unit_id, _status(person, members, on, before, campaign_start, grace_days), done
    )


def _status(
    person: Person,
    members: Sequence[Member],
    on: dt.date,
    before: dt.datetime | None,
    campaign_start: dt.date,
    grace_days: int,
) -> str:
    if any(e.start <= on < e.end and e.known.at(before) for e in person.exemptions):
        return EXEMPT
    leaves = long_leaves(person.leaves, before) if person.leaves else []
    if any(start <= on < end for start, end in leaves):
        return ON_LEAVE
    entered = entry(members, campaign_start)
    if entered is not None and entered <= on:
        end = moved_by_leave(entered, entered + dt.timedelta(days=grace_days), leaves)
        if on < end:
            return IN_GRACE
    return COUNTED


def tally(standings: Iterable[Standing], parts: Mapping[str, frozenset[int]]) -> dict[tuple[str, int], dict[str, int]]:
    """Counts by (part, unit id); a part is done when all its courses are, by the same person."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for person in standings:
        for part, courses in parts.items():
            cell = counts.setdefault((part, person.unit_id), {})
            cell[person.status] = cell.get(person.status, 0) + 1
            if courses <= person.done:
                name = "completed" if person.status == COUNTED else f"done_{person.status}"
                cell[name] = cell.get(name, 0) + 1
    return counts
