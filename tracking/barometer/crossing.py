"""Whether parts together give away what one of them hides: "all of the courses" is bound to each course's own count.

Who completed all of k courses is at most the smallest of the courses' counts, and at least their sum less (k - 1) times
those who count. A hidden number is safe where another world fits all that is published: one completion moved from one
hidden sibling to another, in one part or in several at once.

A programme and the halves of a blended course are bound to the other parts in more ways than that: there siblings are
hidden alike in all parts, and whole people may change places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

from .tree import Count, Tree

ALL, PROGRAMME = "all", "programme"
ELEARNING, GATHERING = ".elearning", ".gathering"  # what the names of a course's halves end in
# More courses than so are not tried out together; siblings are then rather hidden alike.
MOST = 4
World = Mapping[str, Count]  # one unit's counts by part


def is_half(part: str) -> bool:
    return part.endswith((ELEARNING, GATHERING))


def is_achieved(part: str) -> bool:
    """Whether the part is no course, nor several."""
    return part == PROGRAMME or is_half(part)


def keeps_secrets(
    trees: Mapping[str, Tree], parent: int, units: Sequence[int], hidden: Mapping[str, Collection[int]]
) -> bool:
    """Whether every hidden number of the siblings `units` keeps a second possible value.

    `trees` and `hidden` are by part. A parent at 0 % or 100 % tells of all below it, and is let be.
    """
    if any(map(is_achieved, trees)):
        return len({frozenset(set(units) & set(hidden[part])) for part in trees}) == 1
    worlds = {unit: {part: tree[unit].count for part, tree in trees.items() if unit in tree} for unit in units}
    if all(set(units) & set(hidden[part]) == set(units) & set(hidden[ALL]) for part in trees if ALL in trees):
        return True  # the same people are behind every part's remainder: any two of them may change places
    return all(
        _has_another_value(worlds, unit, part, hidden)
        for part, tree in trees.items()
        if parent in tree and 0 < tree[parent].count.completed < tree[parent].count.counted
        for unit in units
        if unit in hidden[part] and unit in tree and tree[unit].count.counted
    )


def _has_another_value(
    worlds: Mapping[int, World], unit: int, part: str, hidden: Mapping[str, Collection[int]]
) -> bool:
    for other in worlds:
        if other == unit or other not in hidden[part]:
            continue
        for moved in _moves(part, list(worlds[unit])):
            if all(p in worlds[other] and unit in hidden[p] and other in hidden[p] for p in moved):
                for step in (1, -1):
                    if _fits(worlds[unit], moved, step) and _fits(worlds[other], moved, -step):
                        return True
    return False


def _moves(part: str, parts: Sequence[str]) -> Iterator[Collection[str]]:
    """Of which parts a person's completions may change at once."""
    courses = [one for one in parts if one not in (ALL, part)][:MOST]
    yield (part,)
    for number in range(len(courses) + 1):
        for some in combinations(courses, number):
            if ALL in parts:
                yield {part, ALL, *some}


def _fits(world: World, moved: Collection[str], step: int) -> bool:
    done = {part: count.completed + (step if part in moved else 0) for part, count in world.items()}
    counted = next(iter(world.values())).counted
    if any(not 0 <= number <= counted for number in done.values()):
        return False
    courses = [number for part, number in done.items() if part != ALL]
    least = max(0, sum(courses) - (len(courses) - 1) * counted)
    return ALL not in done or least <= done[ALL] <= min(courses)
