"""How far somebody is in a programme: a pure function, tried on examples and on random programmes."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Choice, Part
from courses.programmes import progress

DAY = dt.date(2026, 3, 2)


def part(pk: int, group: str = "", after_previous: bool = False, due_days: int | None = None) -> Part:
    return Part(pk=pk, kind="work", title=f"Del {pk}", group=group, after_previous=after_previous, due_days=due_days)


def days(*parts: int) -> dict[int, dt.date]:
    return {pk: DAY + dt.timedelta(days=pk) for pk in parts}


def test_two_of_four_electives_are_enough_and_more_count_no_further() -> None:
    parts = [part(1), *(part(n, "A") for n in (2, 3, 4, 5))]
    choices = [Choice(group="A", least=2)]
    assert progress(parts, choices, days(1, 2), DAY).done == 2
    whole = progress(parts, choices, days(1, 2, 3, 4), DAY)
    assert (whole.done, whole.needed, whole.complete, whole.share) == (3, 3, True, 1.0)


def test_only_electives_complete_nothing_without_what_is_required() -> None:
    parts = [part(1), part(2, "A"), part(3, "A")]
    assert not progress(parts, [Choice(group="A", least=1)], days(2, 3), DAY).complete


def test_a_group_without_a_rule_asks_for_one() -> None:
    assert progress([part(1, "A"), part(2, "A")], [], days(2), DAY).complete


def test_a_part_opens_when_the_one_before_it_is_done() -> None:
    parts = [part(1), part(2, after_previous=True), part(3)]
    assert [state.is_open for state in progress(parts, [], {}, DAY).parts] == [True, False, True]
    assert [state.is_open for state in progress(parts, [], days(1), DAY).parts] == [True, True, True]
    assert progress(parts, [], days(2), DAY).parts[1].is_open, "what is done is done"


def test_dates_are_relative_to_the_start_of_the_class() -> None:
    (state,) = progress([part(1, due_days=14)], [], {}, DAY).parts
    assert state.due == DAY + dt.timedelta(days=14)
    assert [state.is_late(state.due), state.is_late(state.due + dt.timedelta(days=1))] == [False, True]
    assert progress([part(1, due_days=14)], [], {}, None).parts[0].due is None


def test_it_is_completed_on_the_day_of_the_last_part_that_was_needed() -> None:
    parts = [part(1), part(2, "A"), part(9, "A")]
    assert progress(parts, [], days(1, 2, 9), DAY).last_done_on == DAY + dt.timedelta(days=2)


def test_an_empty_programme_is_never_complete() -> None:
    assert not progress([], [], {}, DAY).complete


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    groups=st.lists(st.sampled_from(["", "A", "B"]), max_size=8),
    least=st.integers(1, 9),
    done=st.sets(st.integers(0, 7)),
    more=st.integers(0, 7),
)
def test_shares_lie_between_0_and_1_and_doing_more_never_lowers_them(
    groups: list[str], least: int, done: set[int], more: int
) -> None:
    parts = [part(n, group) for n, group in enumerate(groups)]
    choices = [Choice(group="A", least=least)]
    here = {n for n in done if n < len(parts)}
    before = progress(parts, choices, days(*here), DAY)
    after = progress(parts, choices, days(*here | ({more} if more < len(parts) else set())), DAY)
    assert 0 <= before.share <= after.share <= 1
    assert before.needed == after.needed
