"""Counting on random histories: classes add up, children sum to the parent, piece by piece equals the whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.models import AcceptedVersion, Audience, Campaign
from tracking.barometer.cells import COUNTS
from tracking.barometer.counting import Counted, Counter, Counts, flows_rolled_up, rolled_up, sunday_before
from tracking.barometer.facts import Facts, Place
from tracking.barometer.standing import FAR, Done, Known, Person, Post, Span
from tracking.clock import known_until

START = dt.date(2026, 9, 7)
LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ROOT, NORTH, SOUTH, TROMSO, BODO, OSLO = range(1, 7)
LEAVES = (TROMSO, BODO, OSLO)
PARENTS = {ROOT: None, NORTH: ROOT, SOUTH: ROOT, TROMSO: NORTH, BODO: NORTH, OSLO: SOUTH}
PARTS = {"all": frozenset({1, 2}), "mi": frozenset({1}), "ped": frozenset({2})}

days = st.integers(-400, 200).map(lambda n: START + dt.timedelta(days=n))
moments = st.integers(0, 200).map(lambda n: dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=n))


@st.composite
def knowns(draw: st.DrawFn) -> Known:
    start = draw(st.one_of(st.just(LONG_AGO), moments))
    end = draw(st.one_of(st.none(), moments))
    return Known(start, end if end and end > start else None)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(days)
    length = draw(st.one_of(st.none(), st.integers(1, 400)))
    return Span(start, start + dt.timedelta(days=length) if length else FAR, draw(knowns()))


@st.composite
def posts(draw: st.DrawFn) -> Post:
    unit = draw(st.sampled_from(LEAVES))
    return Post(*draw(spans()), unit, f"U{unit}", draw(st.sampled_from(["OFFICER", "CLERK"])), draw(st.booleans()))


@st.composite
def completions(draw: st.DrawFn) -> Done:
    course = draw(st.sampled_from([1, 2]))
    return Done(*draw(spans()), course, course * 10 + draw(st.integers(0, 1)))


@st.composite
def people(draw: st.DrawFn) -> dict[int, Person]:
    return {
        pk: Person(
            pk,
            employments=draw(st.lists(spans(), min_size=1, max_size=2)),
            posts=draw(st.lists(posts(), min_size=1, max_size=3)),
            leaves=draw(st.lists(spans(), max_size=2)),
            exemptions=draw(st.lists(spans(), max_size=1)),
            done=draw(st.lists(completions(), max_size=3)),
        )
        for pk in range(draw(st.integers(0, 8)))
    }


def facts(everybody: dict[int, Person]) -> Facts:
    campaign = Campaign(pk=1, slug="x", start=START, deadline=START + dt.timedelta(days=300), grace_days=90)
    dated = {"valid_from": START, "known_from": LONG_AGO}
    places = [Place(unit, parent, "/", dt.date.min, FAR, Known(LONG_AGO, None)) for unit, parent in PARENTS.items()]
    return Facts(
        campaign, PARTS, everybody, places,
        [Audience(positions=["OFFICER"], units=[], **dated)],
        [AcceptedVersion(version_id=version, **dated) for version in (10, 20)],
    )  # fmt: skip


def day_and_moment(day: tuple[dt.date, str]) -> tuple[dt.date, dt.datetime | None]:
    return day[0], known_until(day[0]) if day[1] == "then" else None


def whole_service(everybody: dict[int, Person], day: tuple[dt.date, str]) -> Counts:
    counted: Counted = Counter(facts(everybody)).day(day)
    return rolled_up(counted.counts, facts(everybody).tree(*day_and_moment(day)))


asked = st.tuples(st.integers(0, 200).map(lambda n: START + dt.timedelta(days=n)), st.sampled_from(["then", "now"]))


@settings(max_examples=150, deadline=None)
@given(people(), asked)
def test_a_share_never_leaves_zero_to_one_and_nobody_is_counted_twice(
    everybody: dict[int, Person], day: tuple[dt.date, str]
) -> None:
    total = whole_service(everybody, day)
    for part in PARTS:
        cell = total.get((part, ROOT), {})
        assert cell.get("completed", 0) <= cell.get("counted", 0)
        assert sum(cell.get(name, 0) for name in ("counted", "on_leave", "in_grace", "exempt")) <= len(everybody)
        for name in ("on_leave", "in_grace", "exempt"):
            assert cell.get(f"done_{name}", 0) <= cell.get(name, 0)


@settings(max_examples=150, deadline=None)
@given(people(), asked)
def test_children_sum_to_the_parent_and_classes_are_the_same_in_every_part(
    everybody: dict[int, Person], day: tuple[dt.date, str]
) -> None:
    total = whole_service(everybody, day)
    for part in PARTS:
        for parent in (ROOT, NORTH, SOUTH):
            for name in COUNTS:
                below = sum(total.get((part, u), {}).get(name, 0) for u, above in PARENTS.items() if above == parent)
                assert below == total.get((part, parent), {}).get(name, 0)
        for name in ("counted", "on_leave", "in_grace", "exempt"):
            assert total.get((part, ROOT), {}).get(name, 0) == total.get(("all", ROOT), {}).get(name, 0)


@settings(max_examples=150, deadline=None)
@given(people(), asked, st.sampled_from(LEAVES))
def test_counting_only_those_ever_posted_to_a_unit_gives_the_units_counts(
    everybody: dict[int, Person], day: tuple[dt.date, str], unit: int
) -> None:
    whole = facts(everybody)
    some = replace(
        whole, people={pk: person for pk, person in everybody.items() if any(p.unit_id == unit for p in person.posts)}
    )
    counted, few = Counter(whole).day(day), Counter(some).day(day)
    for name in ("counts", "flows", "base"):
        mine, its = getattr(counted, name), getattr(few, name)
        assert {k: v for k, v in mine.items() if k[1] == unit} == {k: v for k, v in its.items() if k[1] == unit}


@settings(max_examples=150, deadline=None)
@given(people(), st.integers(0, 200).map(lambda n: START + dt.timedelta(days=n)))
def test_a_day_that_nothing_was_recorded_after_is_the_same_then_and_now(
    everybody: dict[int, Person], on: dt.date
) -> None:
    cutoff = known_until(on)
    for person in everybody.values():
        for name in ("employments", "posts", "leaves", "exemptions", "done"):
            kept = [f for f in getattr(person, name) if f.known.start < cutoff and (f.known.end or LONG_AGO) < cutoff]
            setattr(person, name, kept)
    present = {pk: person for pk, person in everybody.items() if person.posts}
    counter = Counter(facts(present))
    then, now = counter.day((on, "then")), counter.day((on, "now"))
    assert (then.counts, then.flows) == (now.counts, now.flows)


@settings(max_examples=150, deadline=None)
@given(people(), asked)
def test_last_sunday_and_the_flows_since_add_up_to_the_day_in_every_unit(
    everybody: dict[int, Person], day: tuple[dt.date, str]
) -> None:
    whole = facts(everybody)
    sunday = sunday_before(day[0])
    counter = Counter(whole)
    if sunday < START or day[1] == "now":
        before = counter.day((sunday, "now")).counts if sunday >= START else {}
    counted = counter.day(day)
    if sunday < START:
        assert not counted.flows
        return
    tree = whole.tree(*day_and_moment(day))
    base = rolled_up(counted.base if day[1] == "then" else before, tree)
    flows, total = flows_rolled_up(counted.flows, tree), rolled_up(counted.counts, tree)
    for key in {*base, *flows, *total}:
        for n, name in ((1, "counted"), (2, "completed")):
            since = sum(flow[n] for flow in flows.get(key, {}).values())
            assert base.get(key, {}).get(name, 0) + since == total.get(key, {}).get(name, 0)
