"""What no rule on the size of groups can hide: a sum or difference of published figures at the least, or the most, that
it can be tells of everybody in it, as 0 % and 100 % do of a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations, product

from tests.barometer.attacker import Cell, Service


class Extremes:
    """The combinations of what is shown: a unit, or what its shown children leave over of it, in several weeks or
    campaigns at once."""

    def __init__(self, service: Service, hidden: Collection[Cell]) -> None:
        self.service, self.hidden = service, hidden
        self.people: dict[Cell, set[int]] = {}
        for number, person in enumerate(service.people):
            for cell, _courses in service.cells_of(person.counts):
                self.people.setdefault(cell, set()).add(number)

    def exist(self) -> bool:
        return any(self._quiet_weeks()) or any(self._crossings())

    def _shown(self, cell: Cell) -> bool:
        return cell in self.people and cell not in self.hidden

    def _rests(self, cells: tuple[Cell, ...]) -> Iterator[tuple[frozenset[int], ...]]:
        """The same unit's people in each of `cells`, where all are shown: whole, and without the children that are
        shown in all of them."""
        if not all(map(self._shown, cells)):
            return
        yield tuple(frozenset(self.people[cell]) for cell in cells)
        below = [unit for unit, parent in self.service.parent.items() if parent == cells[0].unit]
        open_ = [unit for unit in below if all(self._seen(cell._replace(unit=unit)) for cell in cells)]
        if 0 < len(open_) < len(below):
            yield tuple(
                frozenset(self.people[cell].difference(*(self.people.get(cell._replace(unit=u), ()) for u in open_)))
                for cell in cells
            )

    def _seen(self, cell: Cell) -> bool:
        return cell not in self.people or cell not in self.hidden

    def _done(self, person: int, cell: Cell) -> bool:
        courses = self.service.courses[cell.campaign][cell.part]
        return all(self.service.people[person].done[course] <= cell.week for course in courses)

    def _quiet_weeks(self) -> Iterator[bool]:
        """Weeks in which people came or went, and nobody completed (or everybody did)."""
        for cell in self.people:
            before = cell._replace(week=cell.week - 1)
            for was, now in self._rests((before, cell)):
                if was == now:
                    continue
                change = sum(self._done(p, cell) for p in now) - sum(self._done(p, before) for p in was)
                yield change in (-len(was - now), len(now))

    def _crossings(self) -> Iterator[bool]:
        """Figures of two or three campaigns, added or taken from each other."""
        campaigns = range(len(self.service.courses))
        for cell in [cell for cell in self.people if cell.campaign == 0]:
            for number in (2, 3):
                for some in combinations(campaigns, number):
                    for groups in self._rests(tuple(cell._replace(campaign=one) for one in some)):
                        for signs in product((1, -1), repeat=number - 1):
                            yield self._at_an_end(cell, groups, (1, *signs))

    def _at_an_end(self, cell: Cell, groups: tuple[frozenset[int], ...], signs: tuple[int, ...]) -> bool:
        weights: Counter[int] = Counter()
        for group, sign in zip(groups, signs, strict=True):
            for person in group:
                weights[person] += sign
        told = sum(weight for person, weight in weights.items() if self._done(person, cell))
        ends = {sum(w for w in weights.values() if w < 0), sum(w for w in weights.values() if w > 0)}
        return len(ends) > 1 and told in ends
