"""An attacker who knows who works where and reads everything that is published, on random services and histories.

`ATTACKS=1000 pytest tests/barometer/test_attacker_with_persons.py` tries a thousand services (some minutes); the suite
some sixty.
What the services leave out is what the definition lets be: figures at 0 % or 100 % tell of everybody.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from courses.models import Campaign
from learners.models import Unit
from tests.barometer import organisation as org
from tests.barometer.attacker import Attacker, Cell, Person, Service
from tests.barometer.extremes import Extremes
from tracking.barometer import overlapping
from tracking.barometer.figures import figures_of_parts
from tracking.barometer.suppression import PARTNER, SMALL, View, decide, unmoved
from tracking.barometer.tree import Count, Node, Tree

ATTACKS = int(os.environ.get("ATTACKS", "40"))
SIZES = (1, 2, 3, 4, 6, 8, 12, 31)
JOBS = "AAABC"
WEEKS_KEPT = 4


def invent(rng: Random, *, campaigns: int = 1, courses: int = 1, weeks: int = 1, moves: bool = False) -> Service:
    """Regions with units of all sizes; campaigns for some of the jobs, nested or not; with `moves`, people who come,
    move and go."""
    parent: dict[int, int | None] = {0: None}
    for region in range(1, rng.randint(3, 4)):
        parent[region] = 0
    leaves = list(range(10, 10 + rng.randint(4, 9)))
    parent |= {leaf: rng.choice([unit for unit in parent if 0 < unit < 10]) for leaf in leaves}
    asked = [
        set(rng.sample("ABC", rng.choice([1, 2, 2, 3]))) if campaigns > 1 else set("ABC") for _ in range(campaigns)
    ]
    parts = [_parts(list(range(courses)) if n == 0 or rng.random() < 0.5 else [0]) for n in range(campaigns)]
    eager = [rng.choice([0.3, 0.5, 0.7]) for _ in range(courses)]
    people = []
    for leaf in leaves:
        for _ in range(rng.choice(SIZES)):
            path: list[int | None] = _path(rng, leaf, leaves, weeks) if moves else [leaf] * weeks
            job = rng.choice(JOBS)
            counts = tuple(tuple(unit if job in jobs else None for unit in path) for jobs in asked)
            done = tuple(rng.choice([0, rng.randrange(weeks)]) if rng.random() < some else weeks for some in eager)
            if any(unit is not None for places in counts for unit in places):
                people.append(Person(counts, done))
    return Service(parent, tuple(parts), weeks, tuple(people))


def _parts(courses: list[int]) -> dict[str, tuple[int, ...]]:
    each: dict[str, tuple[int, ...]] = {f"course-{number}": (number,) for number in courses}
    return {"all": tuple(courses), **each} if len(courses) > 1 else each


def _path(rng: Random, leaf: int, leaves: list[int], weeks: int) -> list[int | None]:
    """Where somebody works, week by week; one in a dozen comes, goes or moves."""
    if rng.random() > 0.08:
        return [leaf] * weeks
    turn, other = rng.randrange(weeks), rng.choice([None, None, *leaves])
    first, last = (leaf, other) if rng.random() < 0.6 else (None, leaf)
    return [first if week < turn else last for week in range(weeks)]


def trees(service: Service, campaign: int, week: int) -> dict[str, Tree]:
    found: dict[str, dict[int, Node]] = {part: {} for part in service.courses[campaign]}
    for part, tree in found.items():
        for unit, parent in service.parent.items():
            if numbers := service.numbers.get(Cell(campaign, part, unit, week)):
                tree[unit] = Node(f"U{unit:02}", parent, Count(*numbers))
    return dict(found)


def hidden_cells(service: Service) -> set[Cell]:
    """What the platform's rules hide, campaign by campaign and week by week, as `barometer.hiding` keeps it."""
    hidden: set[Cell] = set()
    for campaign in range(len(service.courses)):
        history: list[dict[str, dict[int, str]]] = []
        before: dict[View, Tree] = {}
        for week in range(service.weeks):
            own = trees(service, campaign, week)
            views = {("now", part): tree for part, tree in own.items()}
            kept, partners = _memory(history[-WEEKS_KEPT:])
            for older in range(campaign):
                for part, tree in trees(service, older, week).items():
                    if part in own and _meet(service, older, campaign):
                        others = {unit: node.count for unit, node in tree.items()}
                        views[f"now {older}", part] = overlapping.difference(own[part], others)
                        there = {cell.unit for cell in hidden if (cell[0], cell[1], cell[3]) == (older, part, week)}
                        kept[part] |= overlapping.alike(own[part], others, there)
            if history:
                for part, units in unmoved(before, views, history[-1]).items():
                    kept[part] |= units
            before = {("now", part): tree for part, tree in own.items()}
            history.append(decide(views, kept, partners))
            hidden |= {Cell(campaign, part, unit, week) for part, units in history[-1].items() for unit in units}
    return hidden


def _memory(recent: Iterable[dict[str, dict[int, str]]]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    kept: dict[str, set[int]] = defaultdict(set)
    partners: dict[str, set[int]] = defaultdict(set)
    for week in recent:
        for part, units in week.items():
            kept[part] |= {unit for unit, why in units.items() if why == SMALL}
            partners[part] |= {unit for unit, why in units.items() if why == PARTNER}
    return kept, partners


def _meet(service: Service, one: int, other: int) -> bool:
    return any(any(person.counts[one]) and any(person.counts[other]) for person in service.people)


def let_be(service: Service, hidden: set[Cell]) -> bool:
    """Whether a shown figure, or the difference between two, is at 0 % or 100 %: then everybody there is told of."""
    people = _people_of(service)
    shown = [cell for cell in service.numbers if cell not in hidden]
    if any(service.numbers[cell][1] in (0, service.numbers[cell][0]) for cell in shown):
        return True
    for cell in shown:
        for other in range(cell.campaign):
            twin = cell._replace(campaign=other)
            if twin in service.numbers and twin not in hidden and people[twin] != people[cell]:
                more = service.numbers[cell][1] - service.numbers[twin][1]
                if more in (len(people[cell] - people[twin]), -len(people[twin] - people[cell])):
                    return True
    return False


def _people_of(service: Service) -> dict[Cell, set[int]]:
    found: dict[Cell, set[int]] = defaultdict(set)
    for number, person in enumerate(service.people):
        for cell, _courses in service.cells_of(person.counts):
            found[cell].add(number)
    return found


def secrets(service: Service, hidden: set[Cell]) -> list[Cell]:
    """The hidden numbers that must keep two values: not of those under a unit at 0 % or 100 %, nor the number of the
    very people whose figure another campaign shows, or two others together."""
    people = _people_of(service)
    told: dict[tuple[str, int], set[frozenset[int]]] = defaultdict(set)
    for cell in service.numbers:
        if cell not in hidden:
            told[cell.part, cell.week].add(frozenset(people[cell]))
    found = []
    for cell in sorted(hidden & set(service.numbers)):
        above = [service.numbers[cell._replace(unit=unit)] for unit in list(service.above(cell.unit))[1:]]
        whole = any(completed in (0, counted) for counted, completed in above)
        if above and not whole and not _told(frozenset(people[cell]), told[cell.part, cell.week]):
            found.append(cell)
    return found


def _told(group: frozenset[int], shown: set[frozenset[int]]) -> bool:
    """Whether a figure is shown of exactly these people, or of two groups that together are these."""
    return group in shown or any(some < group and group - some in shown for some in shown)


KINDS: dict[str, dict[str, Any]] = {
    "one course over five weeks": {"weeks": 5},
    "one course over nine weeks": {"weeks": 9},  # units that were hidden come to be shown
    "two courses and both together": {"courses": 2},
    "two campaigns": {"campaigns": 2},
    "two campaigns over three weeks": {"campaigns": 2, "weeks": 3},
    "two campaigns of two courses": {"campaigns": 2, "courses": 2},
}
# Here a sum or difference of figures may be at an end of what it can be (`extremes`), which tells of everybody in it.
HARDER: dict[str, dict[str, Any]] = {
    "people come, move and go": {"weeks": 4, "moves": True},
    "three campaigns across each other": {"campaigns": 3},
}


def found_out(kind: str, seed: int, how: dict[str, Any]) -> list[Cell]:
    """What the attacker finds out of a random service."""
    service = invent(Random(f"{kind} {seed}"), **how)
    hidden = hidden_cells(service)
    if let_be(service, hidden):
        return []
    attacker = Attacker(service, hidden)
    return [cell for cell in secrets(service, hidden) if attacker.finds_out(cell)]


@pytest.mark.parametrize("seed", range(ATTACKS // len(KINDS)))
@pytest.mark.parametrize("kind", KINDS)
def test_no_hidden_number_follows_from_what_is_shown(kind: str, seed: int) -> None:
    assert found_out(kind, seed, KINDS[kind]) == []


@pytest.mark.parametrize("kind", HARDER)
def test_where_people_move_or_three_campaigns_cross_only_sums_at_an_end_tell(kind: str) -> None:
    tries = max(ATTACKS // 2, 60)
    leaking = {seed for seed in range(tries) if found_out(kind, seed, HARDER[kind])}
    at_an_end = {seed for seed in leaking if _has_extremes(kind, seed)}
    assert leaking - at_an_end == set()
    assert len(at_an_end) <= tries * 0.03


@pytest.mark.parametrize("kind", HARDER)
def test_sums_at_an_end_are_no_excuse_for_most_services(kind: str) -> None:
    assert sum(_has_extremes(kind, seed) for seed in range(60)) < 30


def _has_extremes(kind: str, seed: int) -> bool:
    service = invent(Random(f"{kind} {seed}"), **HARDER[kind])
    return Extremes(service, hidden_cells(service)).exist()


def test_units_come_to_be_shown_in_the_long_histories() -> None:
    """Else the attacks on them would try nothing that the short ones do not."""
    shown_again = 0
    for seed in range(40):
        service = invent(Random(f"one course over nine weeks {seed}"), weeks=9)
        hidden = hidden_cells(service)
        later = {cell: cell._replace(week=cell.week + 1) for cell in hidden}
        shown_again += sum(then in service.numbers and then not in hidden for then in later.values())
    assert shown_again > 10


def test_a_quiet_week_tells_of_the_one_who_left() -> None:
    stayed = [Person(((10, 10),), (0 if n % 2 else 2,)) for n in range(40)]
    for done, leaves in ((0, None), (0, 10)):
        service = Service({0: None, 10: 0}, ({"mi": (0,)},), 2, (*stayed, Person(((10, leaves),), (done,))))
        assert Extremes(service, set()).exist() is (leaves is None)


def test_the_attacker_finds_the_lone_hidden_unit() -> None:
    people = [Person(((10,),), (0 if n < 2 else 1,)) for n in range(4)]
    people += [Person(((11,),), (0 if n < 20 else 1,)) for n in range(40)]
    service = Service({0: None, 10: 0, 11: 0}, ({"mi": (0,)},), 1, tuple(people))
    assert Attacker(service, {Cell(0, "mi", 10, 0)}).finds_out(Cell(0, "mi", 10, 0))
    both = {Cell(0, "mi", 10, 0), Cell(0, "mi", 11, 0)}
    assert not Attacker(service, both).finds_out(Cell(0, "mi", 10, 0))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_neither_does_it_from_the_figures_as_they_are_published(seed: int) -> None:
    """The same attack on what pages and files are made from: two campaigns, the second for more jobs and courses."""
    rng = Random(seed)
    service, hidden = _recorded(rng)
    if not let_be(service, hidden):
        attacker = Attacker(service, hidden)
        assert [cell for cell in secrets(service, hidden) if attacker.finds_out(cell)] == []
    assert hidden, "nothing was hidden: there was nothing to attack"


def _recorded(rng: Random) -> tuple[Service, set[Cell]]:
    """A service in the database, the same for the attacker, and the cells that no figure shows."""
    courses = [org.course("MI"), org.course("PED")]
    campaigns = [
        org.campaign(courses[0], slug="betjenter"),
        org.campaign(*courses, slug="alle", positions=rng.choice([(), ("CLERK",), (org.OFFICER, "CLERK")])),
    ]
    made = org.service()
    asked = [{org.OFFICER}, {"LEADER", org.OFFICER, "CLERK"} if not (own := _positions(campaigns[1])) else own]
    people, ids = [], {code: unit.pk for code, unit in made.units.items()}
    for code in ("TROMSO", "BODO", "NORD-STAB", "OSLO", "SOR-STAB"):
        for _ in range(rng.choice([2, 6, 9, 20, 33])):
            job = rng.choice([org.OFFICER, org.OFFICER, "CLERK", "LEADER"])
            done = tuple(rng.choice([0, 1, 2]) for _ in courses)
            learner = org.employ(made.units[code], job=job)
            for course, week in zip(courses, done, strict=True):
                if week < 2:
                    org.complete(learner, course, org.START + dt.timedelta(weeks=week))
            counts = tuple(((ids[code],) * 2 if job in jobs else (None,) * 2) for jobs in asked)
            if any(places[0] for places in counts):
                people.append(Person(counts, done))
    above = {"KRIM": None, "NORD": "KRIM", "SOR": "KRIM", "OSLO": "SOR", "SOR-STAB": "SOR"}
    parent = {pk: ids.get(above.get(code, "NORD") or "") for code, pk in ids.items()}
    parts: tuple[dict[str, tuple[int, ...]], ...] = ({"mi": (0,)}, {"all": (0, 1), "mi": (0,), "ped": (1,)})
    service = Service(parent, parts, 2, tuple(people))
    shown = {
        (number, unit.pk, week): _shown(campaign, unit, week)
        for number, campaign in enumerate(campaigns)
        for unit in made.units.values()
        for week in range(2)
    }
    numbers = {cell: shown[cell.campaign, cell.unit, cell.week][cell.part] for cell in service.numbers}
    assert all(seen is None or seen == service.numbers[cell] for cell, seen in numbers.items())
    return service, {cell for cell, seen in numbers.items() if seen is None}


def _positions(campaign: Campaign) -> set[str]:
    return set(campaign.audiences.get().positions)


def _shown(campaign: Campaign, unit: Unit, week: int) -> dict[str, tuple[int | None, int | None] | None]:
    """What the figures show of a unit, by part: (counted, completed), the same in both states of knowledge."""
    sunday, at = org.FIRST_SUNDAY + dt.timedelta(weeks=week), org.noon(org.FIRST_SUNDAY + dt.timedelta(days=9))
    now, then = (
        {
            one.part: None if one.own.suppressed else (one.own.counted, one.own.completed)
            for one in figures_of_parts(campaign, unit, sunday, known, at)
        }
        for known in ("now", "then")
    )
    assert now == then
    return now
