"""An assignment's history: on every day it says what the figures say, and it says why."""

from __future__ import annotations

import datetime as dt
from random import Random
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Singled
from learners.models import Learner
from tests import staff
from tests.barometer import histories
from tests.barometer.oracle import CLASSES, Oracle, _Known
from tests.duties.conftest import DAY, DEADLINE, MONDAY
from tracking.barometer import cells
from tracking.barometer.assignments import Episode, assignments, episodes
from tracking.barometer.facts import load
from tracking.barometer.models import Cell

START = dt.date(2026, 9, 1)


def on(found: list[Episode], day: dt.date) -> tuple[str | None, int | None, bool]:
    here = [one for one in found if one.start <= day < one.end]
    assert len(here) <= 1
    return (here[0].status, here[0].unit_id, here[0].done) if here else (None, None, False)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_history_agrees_with_the_plain_reading_of_the_definition_on_every_day(seed: int) -> None:
    rng = Random(seed)
    with transaction.atomic():
        campaign = histories.write(rng)
        until = campaign.start + dt.timedelta(days=300)
        oracle = _Known(Oracle(campaign), None)
        facts = load(campaign)
        for person in facts.people.values():
            found = episodes(facts, person, until)
            for day in {campaign.start + dt.timedelta(days=rng.randint(0, 300)) for _ in range(12)}:
                verdict = oracle.verdict(person.learner_id, day)
                status, unit, done = on(found, day)
                assert status == (verdict.status if verdict else None), day
                if verdict and unit:
                    place = next(p.path for p in facts.places if p.unit_id == unit)
                    assert place.strip("/").rpartition("/")[2] == verdict.unit
                    assert done == (len(verdict.done - {"all"}) == len(oracle.oracle.courses))
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_the_four_classes_are_the_audience_also_with_exceptions_and_stages(seed: int) -> None:
    rng = Random(seed)
    with transaction.atomic():
        campaign = histories.write(rng)
        learners = list(Learner.objects.order_by("pk"))
        for learner in rng.sample(learners, min(2, len(learners))):
            Singled.objects.create(
                campaign=campaign, learner=learner, taken_in=rng.random() < 0.5, **histories.span(rng)
            )
        if rng.random() < 0.5:
            staff.lead(rng.choice(learners), histories.org.Unit.objects.get(code="NORD"), histories.day(rng))
            campaign.audiences.update(leaders=True)
        facts, day = load(campaign), histories.day(rng, 0)
        cells.compute(campaign, [(day, "now")])
        root = Cell.objects.filter(campaign=campaign, unit__code="KRIM", part=next(iter(facts.parts))).first()
        here = [on(episodes(facts, person, day), day)[0] for person in facts.people.values()]
        counted = {name: here.count(name) for name in CLASSES}
        assert {name: getattr(root, name) if root else 0 for name in CLASSES} == counted
        assert (root.in_audience if root else 0) == sum(status is not None for status in here)
        transaction.set_rollback(True)


def told(learner: Learner, until: dt.date = MONDAY) -> list[tuple[dt.date, tuple[str, ...]]]:
    (one,) = assignments(learner.pk, until)
    return [(episode.start, episode.why) for episode in one.episodes]


def test_it_says_since_when_and_why(halden: SimpleNamespace) -> None:
    staff.on_leave(halden.ola, START + 5 * DAY, START + 40 * DAY)
    staff.complete(halden.ola, halden.mi, START + 50 * DAY)
    halden.ola.employments.update(valid_to=START + 60 * DAY)
    assert told(halden.ola, START + 70 * DAY) == [
        (START, ("start",)), (START + 5 * DAY, ("leave",)), (START + 40 * DAY, ("back",)),
        (START + 50 * DAY, ("completed",)), (START + 60 * DAY, ("left",)),
    ]  # fmt: skip


def test_a_newcomer_is_new_and_then_counts(halden: SimpleNamespace) -> None:
    new = staff.employ("Nina", halden.unit, since=START + 10 * DAY)
    assert told(new, START + 200 * DAY) == [(START + 10 * DAY, ("joined",)), (START + 100 * DAY, ("grace_ended",))]


def test_a_move_within_the_audience_is_told_and_is_no_new_entry(halden: SimpleNamespace) -> None:
    bodo = staff.unit("BODO")
    halden.ola.postings.update(valid_to=START + 9 * DAY)
    staff.post(halden.ola, bodo, since=START + 9 * DAY)
    (one,) = assignments(halden.ola.pk, MONDAY)
    assert [episode.why for episode in one.episodes] == [("start",), ("unit",)]
    assert {episode.status for episode in one.episodes} == {"counted"}
    assert one.now.due == DEADLINE


def test_what_is_asked_by_name_says_so(halden: SimpleNamespace) -> None:
    Singled.objects.create(
        campaign=halden.asked, learner=halden.lars, taken_in=True, valid_from=START + 3 * DAY,
        valid_to=START + 9 * DAY, known_from=staff.TOLD,
    )  # fmt: skip
    assert told(halden.lars)[0] == (START + 3 * DAY, ("named",))
    assert told(halden.lars)[-1][0] == START + 9 * DAY


def test_nothing_is_told_of_who_was_never_asked(halden: SimpleNamespace) -> None:
    assert assignments(halden.lars.pk, MONDAY) == []
