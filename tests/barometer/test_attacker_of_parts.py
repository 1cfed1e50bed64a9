"""The same attacker before a campaign of two courses: every world that fits what all three bars show of one Sunday."""

from __future__ import annotations

import random
from functools import reduce

import pytest

from tracking.barometer.suppression import decide
from tracking.barometer.tree import Count, Node, Tree

ROOT = 0
PARTS = ("mi", "ped", "all")
Done = tuple[int, int, int]  # how many have completed each part


def possible(size: int) -> list[Done]:
    """Every way in which `size` people may have completed two courses."""
    return [
        (mi, ped, both)
        for mi in range(size + 1)
        for ped in range(size + 1)
        for both in range(max(0, mi + ped - size), min(mi, ped) + 1)
    ]


def plus(one: Done, other: Done) -> Done:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def tree_of(sizes: dict[int, int], done: dict[int, Done], part: int) -> Tree:
    below = {unit: Node(f"U{unit}", ROOT, Count(size, done[unit][part])) for unit, size in sizes.items()}
    whole = Count(sum(sizes.values()), sum(some[part] for some in done.values()))
    return {ROOT: Node("KRIM", None, whole), **below}


def fits(seen: Done, world: Done, shown: list[bool]) -> bool:
    return all(not told or seen[n] == world[n] for n, told in enumerate(shown))


def values_left(sizes: dict[int, int], done: dict[int, Done], hidden: dict[str, set[int]], unit: int, part: int) -> int:
    """How many values the attacker cannot rule out for a unit's part."""
    options = {
        u: [w for w in possible(size) if fits(done[u], w, [u not in hidden[p] for p in PARTS])]
        for u, size in sizes.items()
    }
    total = reduce(plus, done.values())
    others: set[Done] = {(0, 0, 0)}
    for u in sizes:
        if u != unit:
            others = {plus(have, world) for have in others for world in options[u]}
    left = [w for w in options[unit] if (total[0] - w[0], total[1] - w[1], total[2] - w[2]) in others]
    return len({world[part] for world in left})


def random_service(rng: random.Random) -> tuple[dict[int, int], dict[int, Done]]:
    sizes = {unit: rng.choice([1, 2, 4, 6, 7, 9]) for unit in range(1, rng.randint(3, 5))}
    eager = rng.random()
    done = {}
    for unit, size in sizes.items():
        people = [(rng.random() < eager, rng.random() < eager) for _ in range(size)]
        done[unit] = (sum(m for m, _ in people), sum(p for _, p in people), sum(m and p for m, p in people))
    return sizes, done


@pytest.mark.parametrize("seed", range(500))
def test_no_part_gives_away_what_another_hides(seed: int) -> None:
    sizes, done = random_service(random.Random(seed))
    trees = {part: tree_of(sizes, done, n) for n, part in enumerate(PARTS)}
    decided = decide({("now", part): tree for part, tree in trees.items()}, {}, {})
    hidden = {part: set(units) for part, units in decided.items()}
    if any(ROOT in units for units in hidden.values()):
        return  # the whole country is hidden
    for n, part in enumerate(PARTS):
        count = trees[part][ROOT].count
        if 0 < count.completed < count.counted:
            for unit in hidden[part]:
                assert values_left(sizes, done, hidden, unit, n) > 1, (sizes, done, hidden, unit, part)
