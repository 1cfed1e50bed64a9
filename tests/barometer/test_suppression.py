"""What stays hidden of small groups: each sentence of the definition, on trees of counts."""

from __future__ import annotations

import pytest

from tracking.barometer import crossing, suppression
from tracking.barometer.suppression import KEPT, PARTNER, SMALL, decide, may_stand_alone, sums_shown
from tracking.barometer.tree import Count, Node, Tree

ROOT = 0


def tree(**counts: tuple[int, int]) -> Tree:
    """A country with one unit for each keyword ("A" is 1, "B" is 2 …), as (counted, completed)."""
    below = {number: Node(code, ROOT, Count(*counts[code])) for number, code in enumerate(sorted(counts), 1)}
    whole = Count(sum(c for c, _ in counts.values()), sum(d for _, d in counts.values()))
    return {ROOT: Node("KRIM", None, whole), **below}


def hidden(one: Tree, kept: set[int] | None = None, partners: set[int] | None = None) -> dict[str, str]:
    found = decide({("now", "mi"): one}, {"mi": kept or set()}, {"mi": partners or set()})["mi"]
    return {one[unit].code: why for unit, why in found.items()}


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        ((4, 2), False),
        ((5, 2), False),
        ((5, 3), False),
        ((6, 3), True),
        ((29, 2), False),
        ((29, 27), False),
        ((29, 26), True),
        ((30, 0), True),
        ((30, 30), True),
        ((0, 0), False),
    ],
)
def test_a_unit_is_shown_by_its_own_size_or_hidden(count: tuple[int, int], shown: bool) -> None:
    assert may_stand_alone(Count(*count)) is shown


def test_a_small_unit_takes_the_smallest_sibling_with_it() -> None:
    assert hidden(tree(A=(4, 2), B=(60, 30), C=(12, 6))) == {"A": SMALL, "C": PARTNER}


def test_hidden_siblings_together_are_ten_with_three_on_either_side() -> None:
    assert hidden(tree(A=(3, 1), B=(3, 1), C=(60, 30), D=(40, 20))) == {"A": SMALL, "B": SMALL, "D": PARTNER}
    assert hidden(tree(A=(5, 2), B=(5, 2), C=(60, 30))) == {"A": SMALL, "B": SMALL}


def test_one_hidden_unit_alone_would_be_the_remainder_and_gets_company() -> None:
    assert hidden(tree(A=(12, 6), B=(60, 30), C=(40, 20)), kept={1}) == {"A": KEPT, "C": PARTNER}


def test_where_no_sibling_helps_the_whole_breakdown_is_hidden() -> None:
    assert set(hidden(tree(A=(4, 2), B=(31, 1)))) == {"A", "B"}


def test_under_a_parent_at_zero_no_partners_are_needed() -> None:
    assert hidden(tree(A=(4, 0), B=(60, 0), C=(40, 0))) == {"A": SMALL}


def test_under_a_parent_at_a_hundred_per_cent_no_partners_are_needed() -> None:
    assert hidden(tree(A=(4, 4), B=(60, 60))) == {"A": SMALL}


def test_everything_below_a_hidden_unit_is_hidden() -> None:
    one = {
        0: Node("KRIM", None, Count(102, 50)),
        1: Node("NORD", 0, Count(8, 4)),
        2: Node("SOR", 0, Count(94, 46)),
        3: Node("TROMSO", 1, Count(8, 4)),
    }
    assert {"NORD", "SOR", "TROMSO"} == set(hidden(one, kept={1}))


def test_a_country_too_small_to_stand_alone_is_hidden_with_all_below() -> None:
    assert set(hidden(tree(A=(4, 2)))) == {"KRIM", "A"}


def test_partners_are_kept_over_time_before_smaller_ones_are_taken() -> None:
    one = tree(A=(4, 2), B=(14, 7), C=(12, 6), D=(60, 30))
    assert hidden(one, partners={2}) == {"A": SMALL, "B": PARTNER}


def test_a_partner_no_longer_needed_stays_hidden_without_being_renewed() -> None:
    one = tree(A=(5, 2), B=(5, 3), C=(12, 6), D=(60, 30))
    assert hidden(one, partners={3}) == {"A": SMALL, "B": SMALL, "C": KEPT}


def test_a_unit_small_in_one_view_is_hidden_in_both() -> None:
    then, now = tree(A=(4, 2), B=(60, 30), C=(12, 6)), tree(A=(6, 3), B=(60, 30), C=(12, 6))
    found = decide({("then", "mi"): then, ("now", "mi"): now}, {}, {})["mi"]
    assert {now[unit].code for unit in found} == {"A", "C"}


def test_a_part_shown_beside_the_others_does_not_give_them_away() -> None:
    # All ten of B have MI; who of A and B has both is then known from who has PED, unless both are hidden alike.
    trees = {
        "all": tree(A=(1, 1), B=(12, 9), C=(60, 30)),
        "mi": tree(A=(1, 1), B=(12, 9), C=(60, 40)),
        "ped": tree(A=(1, 1), B=(12, 9), C=(60, 40)),
    }
    assert not crossing.keeps_secrets(trees, ROOT, [1, 2, 3], {"all": {1, 2}, "mi": {1, 3}, "ped": {1, 3}})
    found = decide({("now", part): one for part, one in trees.items()}, {}, {})
    assert crossing.keeps_secrets(trees, ROOT, [1, 2, 3], {part: set(units) for part, units in found.items()})
    assert all(1 in units for units in found.values())


def test_below_the_country_few_who_do_not_count_are_not_told() -> None:
    assert [suppression.shows_not_counted(n) for n in (0, 1, 4, 5)] == [True, False, False, True]


def with_left_out(*numbers: int) -> Tree:
    below = {n: Node(f"U{n}", ROOT, Count(40, 20), number) for n, number in enumerate(numbers, 1)}
    return {ROOT: Node("KRIM", None, Count(40 * len(numbers), 20 * len(numbers)), sum(numbers)), **below}


def test_one_untold_sum_is_not_left_as_the_remainder() -> None:
    assert sums_shown(with_left_out(2, 9, 7), set()) == {ROOT, 2}


def test_sums_of_nobody_and_of_many_are_told() -> None:
    assert sums_shown(with_left_out(0, 9, 7), set()) == {ROOT, 1, 2, 3}
