"""The bridge: from last Sunday's figure to this one, one cause a person, and nothing told of few below the country."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from django.db import transaction

from courses.models import Audience, Campaign, Course
from learners import facts as recorded
from tests.barometer import histories
from tests.barometer import organisation as org
from tracking.barometer.bridge import Bridge
from tracking.barometer.figures import figure
from tracking.clock import known_until

pytestmark = pytest.mark.django_db
FIRST, SECOND = dt.date(2026, 9, 13), dt.date(2026, 9, 20)
AT = org.noon(dt.date(2026, 9, 24))
Steps = dict[str, tuple[int, int]]


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def campaign(course: Course) -> Campaign:
    return org.campaign(course, grace_days=7)


@pytest.fixture
def service(campaign: Campaign, course: Course) -> org.Service:
    made = org.service(OSLO=60, TROMSO=40, BODO=40)
    for code in ("OSLO", "TROMSO", "BODO"):
        for learner in made.people[code][:20]:
            org.complete(learner, course, org.START)
    return made


def bridge(campaign: Campaign, service: org.Service, code: str = "KRIM", known: str = "now") -> Bridge:
    found = figure(campaign, service.units[code], SECOND, known, None, AT).bridge
    assert found is not None
    return found


def steps(found: Bridge) -> Steps:
    return {step.cause: (step.counted, step.completed) for step in found.steps}


def test_a_week_in_which_nothing_happened_has_no_steps(campaign: Campaign, service: org.Service) -> None:
    found = bridge(campaign, service)
    assert (found.since, found.opening, found.steps, found.closing) == (FIRST, (140, 60), (), (140, 60))


def test_each_person_has_one_cause_and_carries_the_completion(
    campaign: Campaign, service: org.Service, course: Course
) -> None:
    oslo, day = service.people["OSLO"], dt.date(2026, 9, 16)
    recorded.end(oslo[0].employments.get(), day, org.LONG_AGO + dt.timedelta(days=1))
    recorded.end(oslo[0].postings.get(), day, org.LONG_AGO + dt.timedelta(days=1))
    org.away(oslo[1], day, None)
    org.exempt(oslo[50], campaign, day, org.DEADLINE)
    org.employ(service.units["OSLO"], since=org.START + dt.timedelta(days=3))  # new: a week's grace, over on the 17th
    org.complete(oslo[51], course, day)
    assert steps(bridge(campaign, service)) == {
        "left": (-1, -1), "leave": (-1, -1), "exemption": (-1, 0), "grace": (1, 0), "completed": (0, 1),
    }  # fmt: skip


def test_who_moves_and_completes_in_one_week_is_told_of_in_both_units(
    campaign: Campaign, service: org.Service, course: Course
) -> None:
    for learner in service.people["TROMSO"][18:22]:
        recorded.end(learner.postings.get(), dt.date(2026, 9, 15), org.LONG_AGO + dt.timedelta(days=1))
        org.post(learner, service.units["BODO"], dt.date(2026, 9, 16))
    for learner in service.people["TROMSO"][20:23]:
        org.complete(learner, course, dt.date(2026, 9, 17))
    assert steps(bridge(campaign, service)) == {"completed": (0, 3)}
    assert steps(bridge(campaign, service, "NORD")) == {"completed": (0, 3)}
    assert steps(bridge(campaign, service, "BODO"))["other"] == (4, 4)  # two of the four had completed before


def test_a_change_of_the_audience_is_no_persons_move(campaign: Campaign, service: org.Service) -> None:
    first = Audience.objects.get(campaign=campaign)
    recorded.end(first, dt.date(2026, 9, 15), org.LONG_AGO + dt.timedelta(days=1))
    Audience.objects.create(
        campaign=campaign, positions=[org.OFFICER], units=["SOR"], valid_from=dt.date(2026, 9, 16),
        known_from=org.LONG_AGO,
    )  # fmt: skip
    assert steps(bridge(campaign, service)) == {"audience": (-80, -40)}


def test_what_came_late_is_a_restatement_of_last_sunday(
    campaign: Campaign, service: org.Service, course: Course
) -> None:
    late = known_until(FIRST) + dt.timedelta(hours=1)
    org.complete(service.people["OSLO"][30], course, FIRST, known=late)
    for known in ("then", "now"):
        found = bridge(campaign, service, known=known)
        assert (found.opening, steps(found), found.closing) == ((140, 60), {"restated": (0, 1)}, (140, 61))


def test_what_came_after_the_weeks_close_restates_only_what_is_known_now(
    campaign: Campaign, service: org.Service, course: Course
) -> None:
    org.complete(service.people["OSLO"][30], course, FIRST, known=known_until(SECOND) + dt.timedelta(hours=1))
    assert steps(bridge(campaign, service, known="then")) == {}
    assert steps(bridge(campaign, service, known="now")) == {"restated": (0, 1)}


def test_below_the_country_few_persons_are_other_changes(campaign: Campaign, service: org.Service) -> None:
    for learner in service.people["OSLO"][19:21]:
        org.away(learner, dt.date(2026, 9, 16), None)
    assert steps(bridge(campaign, service)) == {"leave": (-2, -1)}
    assert steps(bridge(campaign, service, "OSLO")) == {"other": (-2, -1)}


def test_three_persons_and_more_are_told_of_where_they_are_not_alike(campaign: Campaign, service: org.Service) -> None:
    for learner in service.people["TROMSO"][14:22]:
        org.away(learner, dt.date(2026, 9, 16), None)
    for learner in service.people["BODO"][14:22]:
        org.away(learner, dt.date(2026, 9, 16), None)
    assert steps(bridge(campaign, service, "NORD")) == {"leave": (-16, -12)}
    assert steps(bridge(campaign, service, "BODO")) == {"leave": (-8, -6)}


def test_a_siblings_few_are_not_the_difference_between_a_region_and_another_unit(
    campaign: Campaign, service: org.Service
) -> None:
    for learner in service.people["TROMSO"][14:22]:
        org.away(learner, dt.date(2026, 9, 16), None)
    org.away(service.people["BODO"][0], dt.date(2026, 9, 16), None)
    assert steps(bridge(campaign, service, "NORD")) == {"leave": (-9, -7)}
    assert steps(bridge(campaign, service, "TROMSO")) == {"other": (-8, -6)}


def test_a_unit_moved_in_the_tree_brings_its_people(campaign: Campaign, service: org.Service) -> None:
    place = service.units["BODO"].places.get()
    recorded.end(place, dt.date(2026, 9, 15), org.LONG_AGO + dt.timedelta(days=1))
    org.UnitPlace.objects.create(
        unit=place.unit, parent=service.units["SOR"], path="/KRIM/SOR/BODO/", valid_from=dt.date(2026, 9, 16),
        known_from=org.LONG_AGO,
    )  # fmt: skip
    found = bridge(campaign, service, "SOR")
    assert (found.opening, steps(found), found.closing) == ((60, 20), {"other": (40, 20)}, (100, 40))


def test_the_first_week_has_no_bridge(campaign: Campaign, service: org.Service) -> None:
    assert figure(campaign, None, FIRST, "now", None, AT).bridge is None


def test_a_hidden_unit_has_no_bridge(campaign: Campaign, service: org.Service) -> None:
    service.fill("SOR-STAB", 4)
    assert figure(campaign, service.units["SOR-STAB"], SECOND, "now", None, AT).bridge is None


@pytest.mark.parametrize("seed", range(12))
def test_the_parts_add_up_exactly_on_random_histories(seed: int) -> None:
    rng = Random(seed)
    with transaction.atomic():
        campaign = histories.write(rng)
        at = org.noon(dt.date(2026, 12, 9))
        for on in (histories.day(rng, 7, 90), dt.date(2026, 11, 29)):
            for known in ("then", "now"):
                found = figure(campaign, None, on, known, None, at).bridge
                if found:
                    for n in (0, 1):
                        added = sum((step.counted, step.completed)[n] for step in found.steps)
                        assert found.opening[n] + added == found.closing[n]
        transaction.set_rollback(True)
