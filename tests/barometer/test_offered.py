"""A programme's places offered beside those who have completed it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client

from courses.models import Cohort, CohortMember, Programme
from learners.models import Learner
from tests.barometer import organisation as org
from tracking.barometer import offered
from tracking.completions.models import Achievement
from tracking.identities.activities import programme_iri

pytestmark = pytest.mark.django_db
SUNDAY = dt.date(2026, 9, 20)
AT = org.noon(dt.date(2026, 9, 23))


@pytest.fixture
def people() -> list[Learner]:
    return org.service(OSLO=40).people["OSLO"]


@pytest.fixture
def cohort() -> Cohort:
    programme = Programme.objects.create(slug="vbu", title="VBU")
    return Cohort.objects.create(
        programme=programme, slug="k1", title="Kull 1", starts=org.START, ends=dt.date(2027, 6, 1)
    )


def join(cohort: Cohort, learner: Learner, on: dt.date = org.START, left: dt.date | None = None) -> None:
    CohortMember.objects.create(
        cohort=cohort, learner=learner, joined_at=org.noon(on), left_at=org.noon(left) if left else None
    )


def finish(learner: Learner, on: dt.date = SUNDAY) -> None:
    Achievement.objects.create(
        learner=learner, activity=programme_iri("vbu"), registration=uuid.uuid4(), statement_id=uuid.uuid4(),
        completed_on=on, known_from=org.noon(on), written_at=org.noon(on),
    )  # fmt: skip


def test_offered_and_completed_stand_side_by_side(client: Client, cohort: Cohort, people: list[Learner]) -> None:
    for learner in people[:24]:
        join(cohort, learner)
    for learner in people[:9]:
        finish(learner)
    finish(people[30])  # was never in a class
    found = offered.programmes(AT)
    assert [(one.offered, one.completed, one.on) for one in found] == [(24, 9, SUNDAY)]


def test_a_place_given_up_was_offered_all_the_same_and_nobody_counts_twice(
    cohort: Cohort, people: list[Learner]
) -> None:
    for learner in people[:12]:
        join(cohort, learner, left=dt.date(2026, 9, 15))
        join(cohort, learner, dt.date(2026, 9, 16))
    assert [one.offered for one in offered.programmes(AT)] == [12]


def test_what_has_happened_since_sunday_waits_for_the_next_one(cohort: Cohort, people: list[Learner]) -> None:
    for learner in people[:12]:
        join(cohort, learner)
    for learner in people[:4]:
        finish(learner)
    finish(people[5], SUNDAY + dt.timedelta(days=1))
    join(cohort, people[20], SUNDAY + dt.timedelta(days=1))
    assert [(one.offered, one.completed) for one in offered.programmes(AT)] == [(12, 4)]


@pytest.mark.parametrize(("places", "done", "shown"), [(4, 2, (None, None)), (12, 2, (12, None)), (12, 11, (12, None))])
def test_few_people_are_not_told_of(
    cohort: Cohort, people: list[Learner], places: int, done: int, shown: tuple[int | None, int | None]
) -> None:
    for number, learner in enumerate(people[:places]):
        join(cohort, learner)
        if number < done:
            finish(learner)
    assert [(one.offered, one.completed) for one in offered.programmes(AT)] == [shown]


def test_the_barometers_first_page_says_both(client: Client, cohort: Cohort, people: list[Learner]) -> None:
    for learner in people[:24]:
        join(cohort, learner)
    for learner in people[:9]:
        finish(learner)
    page = " ".join(client.get("/en/barometer/").content.decode().split())
    assert "<strong>24</strong> have been offered a place. 9 of them have completed." in page
