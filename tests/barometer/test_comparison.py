"""Units beside the country: wide limits, two weeks in a row, ten persons, and nothing from chance."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from tests.barometer import organisation as org
from tracking.barometer.comparison import AHEAD, BEHIND, Yardstick, named, spreads, yardstick
from tracking.barometer.figures import figure
from tracking.barometer.tree import Count, Node, Tree

ROOT = 0
COUNTRY = Yardstick(0.5, 1.0)


def tree_of(leaves: list[Count]) -> Tree:
    below = {n: Node(f"U{n}", ROOT, count) for n, count in enumerate(leaves, 1)}
    whole = Count(sum(c.counted for c in leaves), sum(c.completed for c in leaves))
    return {ROOT: Node("KRIM", None, whole), **below}


def spread_of(leaves: list[Count]) -> float | None:
    return spreads({("now", "mi"): tree_of(leaves)}, {}).get("now", {}).get("mi")


def test_the_limits_are_those_of_998_in_a_thousand() -> None:
    low, high = COUNTRY.limits(100)
    assert (round(low, 3), round(high, 3)) == (0.345, 0.655)


def test_limits_stay_within_zero_and_one() -> None:
    low, high = Yardstick(0.9, 2.0).limits(10)
    assert (round(low, 3), high) == (0.314, 1.0)


def test_a_unit_beyond_the_limits_is_ahead_or_behind() -> None:
    assert [COUNTRY.place(Count(100, n)) for n in (30, 40, 60, 70)] == [BEHIND, None, None, AHEAD]


def test_fewer_than_ten_persons_are_never_named() -> None:
    assert COUNTRY.place(Count(9, 0)) is None


def test_one_week_names_nobody() -> None:
    far, near = Count(100, 90), Count(100, 60)
    assert named([(far, COUNTRY), (far, COUNTRY)]) == AHEAD
    assert named([(far, COUNTRY), (near, COUNTRY)]) is None
    assert named([(far, COUNTRY), (Count(100, 5), COUNTRY)]) is None
    assert named([(far, COUNTRY), (None, COUNTRY)]) is None


def test_units_that_differ_more_than_chance_widen_the_limits() -> None:
    assert spread_of([Count(100, n) for n in (20, 35, 50, 65, 80)]) == pytest.approx(3.0 / 0.6745)
    assert spread_of([Count(100, n) for n in (49, 50, 51, 50, 50)]) == 1.0


def test_one_outlier_does_not_hide_itself_by_widening_the_limits() -> None:
    leaves = [Count(100, n) for n in (60, 61, 59, 62, 58, 60, 5)]
    stick = yardstick(tree_of(leaves)[ROOT].count, spread_of(leaves))
    assert stick
    assert stick.place(leaves[-1]) == BEHIND


def test_few_units_or_a_country_at_nothing_are_not_compared() -> None:
    assert spread_of([Count(100, 50)] * 4) is None
    assert spread_of([Count(100, 0)] * 6) is None


def test_chance_alone_names_hardly_anybody() -> None:
    rng, found, units = Random(7), 0, 0
    for _ in range(100):
        weeks = []
        leaves = [Count(n := rng.randint(10, 120), sum(rng.random() < 0.4 for _ in range(n))) for _ in range(30)]
        stick = yardstick(tree_of(leaves)[ROOT].count, spread_of(leaves))
        weeks.append(stick)
        found += sum(stick is not None and stick.place(count) is not None for count in leaves)
        units += len(leaves)
    assert found / units < 0.005


@pytest.mark.django_db
def test_a_unit_far_behind_for_two_weeks_is_named_on_the_barometer() -> None:
    course = org.course("MI")
    campaign = org.campaign(course)
    service = org.service(OSLO=60, TROMSO=60, BODO=60, NORD_STAB=60, SOR_STAB=60)
    late = dt.date(2026, 9, 19)
    for code in ("OSLO", "TROMSO", "NORD-STAB", "SOR-STAB"):
        for n, learner in enumerate(service.people[code][:40]):
            org.complete(learner, course, org.START if n < 36 else late)
    for learner in service.people["BODO"][:5]:
        org.complete(learner, course, org.START)
    at = org.noon(dt.date(2026, 9, 22))
    for sunday, expected in ((dt.date(2026, 9, 13), None), (dt.date(2026, 9, 20), BEHIND)):
        found = figure(campaign, service.units["NORD"], sunday, "now", None, at)
        assert {shown.code: shown.stands for shown in found.units} == {
            "TROMSO": None, "BODO": expected, "NORD-STAB": None,
        }  # fmt: skip
