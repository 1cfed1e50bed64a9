"""Who counts on a day: a pure function from dated facts to each person's class.

All intervals are half-open [start, end) in Oslo days; `None` as an end means "until further notice".
Source: docs/barometer.md, "Who counts".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import validity
from .validity import Done, Known, Renewal, Thing

__all__ = ["Done", "Known", "Renewal", "Thing"]
FAR = dt.date.max
BEGINNING = dt.date.min
LONG_LEAVE = 30  # days
RETURN_WITHIN = dt.timedelta(days=180)
COUNTED, ON_LEAVE, IN_GRACE, EXEMPT = "counted", "on_leave", "in_grace", "exempt"


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


class SingledOut(NamedTuple):
    """A person taken into the audience by name, or out of it."""

    start: dt.date
    end: dt.date
    known: Known
    taken_in: bool


@dataclass
class Person:
    """All facts about one learner that a campaign's figure rests on."""

    learner_id: int
    employments: list[Span] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    leaves: list[Span] = field(default_factory=list)
    exemptions: list[Span] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    led: list[Span] = field(default_factory=list)
    singled: list[SingledOut] = field(default_factory=list)


class AudienceRule(NamedTuple):
    """A decided audience: position codes and unit ids (empty: all); `leaders`: only those who lead a unit.

    `deadline`: its own, where it is a stage of the campaign; FAR: the campaign's.
    """

    start: dt.date
    end: dt.date
    positions: frozenset[str]
    units: frozenset[int] | None  # with all below them, as the tree is between start and end; None: all
    leaders: bool = False
    deadline: dt.date = FAR


class Member(NamedTuple):
    """In the audience from `start` to before `end`, through a posting."""

    start: dt.date
    end: dt.date
    rank: tuple[bool, dt.date, str]  # which posting counts when there are several: primary, oldest, unit code
    unit_id: int
    deadline: dt.date = FAR  # of the stage; FAR: the campaign's


class Standing(NamedTuple):
    """One person in the audience on a day."""

    learner_id: int
    unit_id: int
    status: str
    done: frozenset[Thing]


def memberships(person: Person, rules: Sequence[AudienceRule], before: dt.datetime | None) -> list[Member]:
    """When and through which posting the person is in the audience, as known just before `before`."""
    employments = [e for e in person.employments if e.known.at(before)]
    outs = [one for one in person.singled if not one.taken_in and one.known.at(before)]
    found: list[Member] = []
    for post in person.posts:
        if not post.known.at(before):
            continue
        rank = (not post.primary, post.start, post.unit_code)
        for first, last, deadline in _asked(person, post, rules, before):
            for job in employments:
                start, end = max(post.start, first, job.start), min(post.end, last, job.end)
                spans = _outside(start, end, outs) if outs else [(start, end)]
                found += [Member(a, b, rank, post.unit_id, deadline) for a, b in spans if a < b]
    return found


def _asked(
    person: Person, post: Post, rules: Sequence[AudienceRule], before: dt.datetime | None
) -> Iterator[tuple[dt.date, dt.date, dt.date]]:
    """When the audience asks for the posting, and the stage's deadline; the posting's own dates are not looked at."""
    for rule in rules:
        if (rule.positions and post.position not in rule.positions) or (
            rule.units is not None and post.unit_id not in rule.units
        ):
            continue
        if not rule.leaders:
            yield rule.start, rule.end, rule.deadline
            continue
        for led in person.led:
            if led.known.at(before):
                yield max(rule.start, led.start), min(rule.end, led.end), rule.deadline
    for one in person.singled:
        if one.taken_in and one.known.at(before):
            yield one.start, one.end, FAR


def _outside(start: dt.date, end: dt.date, outs: Sequence[SingledOut]) -> list[tuple[dt.date, dt.date]]:
    """What is left of [start, end) without `outs`."""
    left = [(start, end)]
    for out in outs:
        left = [
            piece for a, b in left for piece in ((a, min(b, out.start)), (max(a, out.end), b)) if piece[0] < piece[1]
        ]
    return left


def membership_on(members: Sequence[Member], on: dt.date) -> Member | None:
    """The membership that places the person on a day."""
    return min((m for m in members if m.start <= on < m.end), key=lambda m: m.rank, default=None)


def deadline_on(members: Sequence[Member], on: dt.date) -> dt.date:
    """The earliest deadline of a stage that the person is in on the day; FAR: the campaign's own."""
    return min((m.deadline for m in members if m.start <= on < m.end), default=FAR)


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
    renewals: Mapping[int, Renewal] | None = None,
) -> Standing | None:
    """The person's place and class on a day; None outside the audience. The class is the first that fits."""
    here = membership_on(members, on)
    if here is None:
        return None
    done = validity.done_on(person.done, on, before, accepted, renewals or {})
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


def tally(
    standings: Iterable[Standing], parts: Mapping[str, frozenset[Thing]]
) -> dict[tuple[str, int], dict[str, int]]:
    """Counts by (part, unit id); a part is done when all that it asks for is, by the same person."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for person in standings:
        for part, asked in parts.items():
            cell = counts.setdefault((part, person.unit_id), {})
            cell[person.status] = cell.get(person.status, 0) + 1
            if asked <= person.done:
                name = "completed" if person.status == COUNTED else f"done_{person.status}"
                cell[name] = cell.get(name, 0) + 1
    return counts
