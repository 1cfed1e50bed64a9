"""Why a unit's counts differ from last Sunday's: one cause a person, as pure functions of where the person stood.

A cause is the person's, the same at every unit: so a parent's flows are the sum of its children's.
Source: docs/barometer.md, "The bridge".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from .standing import COUNTED, EXEMPT, ON_LEAVE, Person, Standing, Thing
from .tree import Tree, children_of

JOINED, LEFT, MOVED, AUDIENCE = "joined", "left", "moved", "audience"
LEAVE, EXEMPTION, GRACE = "leave", "exemption", "grace"
COMPLETED, EXPIRED = "completed", "expired"
CAUSES = (JOINED, LEFT, MOVED, AUDIENCE, LEAVE, EXEMPTION, GRACE, COMPLETED, EXPIRED)
FEWEST = 3  # persons; fewer are not told of below the country


class Flow(NamedTuple):
    """Of one cause: how many persons, and what they add to `counted` and `completed`."""

    persons: int
    counted: int
    completed: int

    def plus(self, other: Flow) -> Flow:
        return Flow(*(mine + its for mine, its in zip(self, other, strict=True)))


Flows = dict[str, Flow]
NONE = Flow(0, 0, 0)


def cause(person: Person, was: Standing | None, now: Standing | None, days: tuple[dt.date, dt.date],
          before: dt.datetime | None) -> str:  # fmt: skip
    """Why the person counts on one of the two days only, or elsewhere: the first that fits."""
    if was is None or now is None:
        first, last = (any(e.start <= on < e.end and e.known.at(before) for e in person.employments) for on in days)
        if first != last:
            return LEFT if first else JOINED
        return MOVED if _posts(person, days[0], before) != _posts(person, days[1], before) else AUDIENCE
    if was.unit_id != now.unit_id:
        return MOVED
    return {ON_LEAVE: LEAVE, EXEMPT: EXEMPTION}.get(was.status if now.status == COUNTED else now.status, GRACE)


def _posts(person: Person, on: dt.date, before: dt.datetime | None) -> set[tuple[int, str]]:
    return {(p.unit_id, p.position) for p in person.posts if p.start <= on < p.end and p.known.at(before)}


def of(
    was: Standing | None, now: Standing | None, asked: Collection[Thing], why: str
) -> Iterator[tuple[int, str, Flow]]:
    """(leaf unit, cause, flow) of one person in one part; `why` is `cause` where it is needed."""
    before, after = was is not None and was.status == COUNTED, now is not None and now.status == COUNTED
    had = int(was is not None and set(asked) <= was.done)
    has = int(now is not None and set(asked) <= now.done)
    if was and before and (not after or not now or was.unit_id != now.unit_id):
        yield was.unit_id, why, Flow(1, -1, -had)
    if now and after and not before:
        yield now.unit_id, why, Flow(1, 1, has)
    if was and now and before and after:
        if was.unit_id != now.unit_id:
            yield now.unit_id, why, Flow(1, 1, had)
        if had != has:
            yield now.unit_id, COMPLETED if has else EXPIRED, Flow(1, 0, has - had)


def changed(was: Standing | None, now: Standing | None) -> bool:
    """Whether the person adds to any flow."""
    counts = [one is not None and one.status == COUNTED for one in (was, now)]
    return any(counts) and was != now


def add(some: Flows, name: str, flow: Flow) -> None:
    some[name] = some.get(name, NONE).plus(flow)


def total(many: Iterable[Mapping[str, Collection[int]]]) -> Flows:
    """The sum, from flows as they are stored."""
    found: Flows = {}
    for one in many:
        for name, numbers in one.items():
            add(found, name, Flow(*numbers))
    return found


def may_be_told(name: str, flow: Flow) -> bool:
    """Whether a flow may stand by itself below the country: of nobody or of three and more, and of those who came or
    went neither all nor none had completed."""
    if not flow.persons:
        return True
    enough = flow.persons >= FEWEST and all(n == 0 or abs(n) >= FEWEST for n in flow[1:])
    return enough and (name in (COMPLETED, EXPIRED) or 0 < abs(flow.completed) < flow.persons)


def told(tree: Tree, flows: Mapping[int, Flows], hidden: Collection[int]) -> dict[int, list[str]]:
    """The causes that each shown unit tells of by itself: the country all, below it those that leave nothing small to
    be found as the difference between a parent and its children."""
    children = children_of(tree)
    found = {unit: list(CAUSES) for unit in children.get(None, []) if unit not in hidden}
    todo = list(found)
    while todo:
        parent = todo.pop()
        below = children.get(parent, [])
        shown = [unit for unit in below if unit not in hidden]
        found |= {unit: [] for unit in shown}
        for name in CAUSES:
            for unit in _open(name, below, shown, flows, name in found[parent]):
                found[unit].append(name)
        todo += shown
    return found


def _open(
    name: str, below: Collection[int], shown: Collection[int], flows: Mapping[int, Flows], parent_tells: bool
) -> set[int]:
    of_unit = {unit: flows.get(unit, {}).get(name, NONE) for unit in below}
    tells = {unit for unit in shown if may_be_told(name, of_unit[unit])}
    rest = [flow for unit, flow in of_unit.items() if unit not in tells and flow.persons]
    for unit in sorted(tells, key=lambda unit: (of_unit[unit].persons, unit)):
        if not parent_tells or not rest or (len(rest) > 1 and may_be_told(name, total_of(rest))):
            break
        if of_unit[unit].persons:
            tells.discard(unit)
            rest.append(of_unit[unit])
    return tells


def total_of(some: Iterable[Flow]) -> Flow:
    found = NONE
    for flow in some:
        found = found.plus(flow)
    return found
