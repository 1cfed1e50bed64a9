"""A small attacker: every world that fits what was published over some Sundays; each hidden number keeps two values.

The persons are the unknowns: the attacker knows who works where, that a completion stays, and all that is published of
the country and its units. Units' numbers follow from persons', so it is enough to walk through how many have completed.
"""

from __future__ import annotations

import random
from itertools import product

import pytest

from tracking.barometer import suppression
from tracking.barometer.suppression import KEPT, PARTNER, SMALL, View, decide, unmoved
from tracking.barometer.tree import Count, Node, Tree

ROOT = 0
Week = dict[int, int]  # completed by unit
WEEKS_KEPT = 4


def tree_of(sizes: dict[int, int], done: Week) -> Tree:
    below = {unit: Node(f"U{unit}", ROOT, Count(size, done[unit])) for unit, size in sizes.items()}
    return {ROOT: Node("KRIM", None, Count(sum(sizes.values()), sum(done.values()))), **below}


def decided(sizes: dict[int, int], weeks: list[Week]) -> list[dict[int, str]]:
    """What each Sunday hides, with the memory of the four before it."""
    history: list[dict[int, str]] = []
    before: dict[View, Tree] = {}
    for done in weeks:
        recent = history[-WEEKS_KEPT:]
        kept = {unit for one in recent for unit, why in one.items() if why == SMALL}
        partners = {unit for one in recent for unit, why in one.items() if why == PARTNER}
        now = {("now", "mi"): tree_of(sizes, done)}
        kept |= unmoved(before, now, {"mi": history[-1]}).get("mi", set()) if history else set()
        history.append(decide(now, {"mi": kept}, {"mi": partners})["mi"])
        before = now
    return history


def worlds(sizes: dict[int, int], done: Week, hidden: dict[int, str]) -> list[Week]:
    """All completed by unit that agree with what one Sunday shows."""
    unknown = [unit for unit in sizes if unit in hidden]
    if ROOT in hidden:
        free = [dict(zip(sizes, some, strict=True)) for some in product(*(range(n + 1) for n in sizes.values()))]
        return free
    rest = sum(done[unit] for unit in unknown)
    shown = {unit: done[unit] for unit in sizes if unit not in hidden}
    some = product(*(range(sizes[unit] + 1) for unit in unknown))
    return [{**shown, **dict(zip(unknown, one, strict=True))} for one in some if sum(one) == rest]


def random_service(rng: random.Random) -> tuple[dict[int, int], list[Week]]:
    sizes = {unit: rng.choice([1, 2, 3, 4, 6, 8, 12, 31]) for unit in range(1, rng.randint(3, 5))}
    done: Week = dict.fromkeys(sizes, 0)
    weeks = []
    for _ in range(6):
        done = {unit: min(size, done[unit] + rng.choice([0, 0, 1, 2, size // 4])) for unit, size in sizes.items()}
        weeks.append(done)
    return sizes, weeks


@pytest.mark.parametrize("seed", range(150))
def test_one_sunday_leaves_each_hidden_number_two_values(seed: int) -> None:
    sizes, weeks = random_service(random.Random(seed))
    for done, hidden in zip(weeks, decided(sizes, weeks), strict=True):
        if sum(done.values()) in (0, sum(sizes.values())):
            continue
        fitting = worlds(sizes, done, hidden)
        for unit in set(hidden) - {ROOT}:
            assert len({world[unit] for world in fitting}) > 1, (sizes, done, hidden)


def grows(before: Week, after: Week) -> bool:
    return all(before[unit] <= after[unit] for unit in before)


@pytest.mark.parametrize("seed", range(60))
def test_a_unit_hidden_for_its_size_keeps_two_values_over_several_sundays(seed: int) -> None:
    sizes, weeks = random_service(random.Random(1000 + seed))
    sizes = {unit: min(size, 12) for unit, size in sizes.items()}
    weeks = [{unit: min(n, sizes[unit]) for unit, n in done.items()} for done in weeks]
    history = decided(sizes, weeks)
    whole = sum(sizes.values())
    span = [n for n, done in enumerate(weeks) if 0 < sum(done.values()) < whole]
    options = [worlds(sizes, weeks[n], history[n]) for n in span]
    if any(len(some) > 4000 for some in options):
        pytest.skip("too many worlds to walk through")
    forward = _reachable(options)
    backward = [*reversed(_reachable([*reversed(options)], backwards=True))]
    for n, ahead, behind in zip(span, forward, backward, strict=True):
        fitting = [world for world in ahead if world in behind]
        for unit, why in history[n].items():
            if unit != ROOT and why == SMALL and history[-1].get(unit) == SMALL:
                assert len({world[unit] for world in fitting}) > 1, (sizes, weeks, history, n, unit)


def _reachable(options: list[list[Week]], backwards: bool = False) -> list[list[Week]]:
    """The worlds of each Sunday that some world of the Sunday before (or after) leads to."""
    found: list[list[Week]] = []
    for some in options:
        if not found:
            found.append(some)
            continue
        last = found[-1]
        found.append([w for w in some if any(grows(w, v) if backwards else grows(v, w) for v in last)])
    return found


def test_a_unit_that_becomes_showable_stays_hidden_four_more_weeks() -> None:
    sizes = {1: 8, 2: 40, 3: 12}
    weeks = [{1: done, 2: 10 + done, 3: 5} for done in (2, 3, 3, 3, 3, 4)]
    reasons = [one.get(1) for one in decided(sizes, weeks)]
    assert reasons == [SMALL, KEPT, KEPT, KEPT, KEPT, None]


def test_it_stays_hidden_longer_where_a_quiet_week_would_tell_of_the_one_before() -> None:
    sizes = {1: 8, 2: 40, 3: 12}
    told = [{1: 2, 2: 11, 3: 5}, *({1: 3, 2: 11 + week, 3: 5} for week in range(8))]
    moved = [*told[:7], {1: 3, 2: 17, 3: 6}, {1: 3, 2: 18, 3: 6}]
    assert [one.get(1) for one in decided(sizes, told)] == [SMALL, *[KEPT] * 8], "1 and 3 have no more than before"
    assert [one.get(1) for one in decided(sizes, moved)] == [SMALL, *[KEPT] * 6, None, None]


def test_the_attacker_finds_a_lone_hidden_unit() -> None:
    assert {world[1] for world in worlds({1: 4, 2: 40}, {1: 2, 2: 20}, {1: SMALL})} == {2}
    assert suppression.may_stand_alone(Count(40, 20))
