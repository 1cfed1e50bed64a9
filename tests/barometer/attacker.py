"""An attacker with persons as unknowns: looks for another world that fits everything that was published.

The attacker knows who works where on every day and who is asked for what; that a completion stays; and all published
numbers. Unknown is, for every person and course, the week of the completion. A hidden number is safe where another
world fits: a few people (up to four, in small services six) completed in other weeks, no published number changes, and
the hidden one does. Not finding such a world counts as a leak, so the search errs on the strict side.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product
from typing import NamedTuple

Week = int
Unit = int
Done = tuple[Week, ...]  # by course: the week from which on it is completed (`weeks`: never)


class Cell(NamedTuple):
    """One number that may be published."""

    campaign: int
    part: str
    unit: Unit
    week: Week


FEW_CHANGES = 120  # so many can be tried three by three, to find six
Effect = frozenset[tuple[Hashable, int]]  # by how much numbers change


class Person(NamedTuple):
    """Where somebody counts, by campaign and week (the leaf unit; None: not at all), and what is secret: when done."""

    counts: tuple[tuple[Unit | None, ...], ...]
    done: Done


@dataclass(frozen=True)
class Service:
    """Everything there is to know of some campaigns over some weeks."""

    parent: Mapping[Unit, Unit | None]
    courses: tuple[Mapping[str, tuple[int, ...]], ...]  # by campaign: part -> numbers of courses
    weeks: int
    people: tuple[Person, ...]

    def above(self, unit: Unit | None) -> Iterator[Unit]:
        while unit is not None:
            yield unit
            unit = self.parent[unit]

    def cells_of(self, counts: tuple[tuple[Unit | None, ...], ...]) -> Iterator[tuple[Cell, tuple[int, ...]]]:
        """The cells where somebody counts, with the courses that each asks for."""
        for campaign, places in enumerate(counts):
            for week, leaf in enumerate(places):
                for unit in self.above(leaf):
                    for part, courses in self.courses[campaign].items():
                        yield Cell(campaign, part, unit, week), courses

    @cached_property
    def numbers(self) -> dict[Cell, tuple[int, int]]:
        """(counted, completed) of every cell with anybody."""
        found: dict[Cell, list[int]] = defaultdict(lambda: [0, 0])
        for person in self.people:
            for cell, courses in self.cells_of(person.counts):
                found[cell][0] += 1
                found[cell][1] += all(person.done[c] <= cell.week for c in courses)
        return {cell: (some[0], some[1]) for cell, some in found.items()}


class _Change(NamedTuple):
    """One person of a kind completed at other times."""

    person: Person
    done: Done
    seen: Effect
    unseen: Mapping[Hashable, int]


class Attacker:
    """What can be found out from the cells that are not `hidden`."""

    def __init__(self, service: Service, hidden: Collection[Cell]) -> None:
        self.service, self.hidden = service, set(hidden)
        self.there = Counter(service.people)
        self.changes = list(self._changes())
        self.by_effect: dict[Effect, list[_Change]] = defaultdict(list)
        for change in self.changes:
            self.by_effect[change.seen].append(change)

    def _changes(self) -> Iterator[_Change]:
        times = range(self.service.weeks + 1)
        for person in self.there:
            cells = list(self.service.cells_of(person.counts))
            for done in product(times, repeat=len(person.done)):
                if done == person.done:
                    continue
                seen: dict[Hashable, int] = {}
                unseen: dict[Hashable, int] = {}
                for cell, courses in cells:
                    step = all(done[c] <= cell.week for c in courses) - all(
                        person.done[c] <= cell.week for c in courses
                    )
                    if step:
                        (unseen if cell in self.hidden else seen)[cell] = step
                # What is known of the single person: done or not, by course and week.
                for course, (was, now) in enumerate(zip(person.done, done, strict=True)):
                    for week in range(min(was, now), min(max(was, now), self.service.weeks)):
                        unseen[person.counts, course, week] = 1 if now < was else -1
                if unseen:
                    yield _Change(person, done, frozenset(seen.items()), unseen)

    def finds_out(self, secret: Hashable) -> bool:
        """Whether the secret (a hidden cell, or (counts, course, week) of the people who count alike) has one value."""
        first = [change for change in self.changes if secret in change.unseen]
        return not (
            any(self._fits(secret, (one,)) for one in first if not one.seen)
            or any(
                self._fits(secret, (one, other)) for one in first for other in self.by_effect.get(minus(one.seen), ())
            )
            or any(
                self._fits(secret, (one, two, three))
                for one in first
                for two in self.changes
                for three in self.by_effect.get(minus(plus(one.seen, two.seen)), ())
            )
            or self._four(secret, first)
            or (len(self.changes) <= FEW_CHANGES and self._six(secret))
        )

    def _four(self, secret: Hashable, first: Collection[_Change]) -> bool:
        for one, two in product(first, self.changes):
            wanted = minus(plus(one.seen, two.seen))
            for three, four in self._pairs.get(wanted, ()):
                if self._fits(secret, (one, two, three, four)):
                    return True
        return False

    @cached_property
    def _pairs(self) -> dict[Effect, list[tuple[_Change, _Change]]]:
        found: dict[Effect, list[tuple[_Change, _Change]]] = defaultdict(list)
        for one, two in combinations_with_replacement(self.changes, 2):
            found[plus(one.seen, two.seen)].append((one, two))
        return found

    def _six(self, secret: Hashable) -> bool:
        return any(
            self._fits(secret, (*some, *others))
            for effect, triples in self._triples.items()
            for some in triples
            if any(secret in one.unseen for one in some)
            for others in self._triples.get(minus(effect), ())
        )

    @cached_property
    def _triples(self) -> dict[Effect, list[tuple[_Change, _Change, _Change]]]:
        found: dict[Effect, list[tuple[_Change, _Change, _Change]]] = defaultdict(list)
        for one, two, three in combinations_with_replacement(self.changes, 3):
            found[plus(plus(one.seen, two.seen), three.seen)].append((one, two, three))
        return found

    def _fits(self, secret: Hashable, some: tuple[_Change, ...]) -> bool:
        """Whether there are so many people to change, and the secret becomes another."""
        taken = Counter(change.person for change in some)
        enough = all(self.there[person] >= number for person, number in taken.items())
        return enough and sum(change.unseen.get(secret, 0) for change in some) != 0


def plus(one: Effect, other: Effect) -> Effect:
    total = Counter(dict(one))
    for cell, step in other:
        total[cell] += step
    return frozenset((cell, step) for cell, step in total.items() if step)


def minus(effect: Effect) -> Effect:
    return frozenset((cell, -step) for cell, step in effect)
