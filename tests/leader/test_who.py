"""Who may be reminded: those who are there and have something left, and nobody else."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from courses.models import Exemption
from learners.models import Leave
from tests import staff
from tracking.barometer.duties import duties
from tracking.followup.who import to_remind

DAY = dt.date(2026, 11, 18)
START, DEADLINE = dt.date(2026, 9, 1), dt.date(2027, 1, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def halden() -> SimpleNamespace:
    """Lars leads; Ola and Oda are asked for MI and pedagogy."""
    unit = staff.unit("HALDEN")
    mi, ped = staff.course("MI"), staff.course("PED")
    asked = staff.campaign("grunn", [mi, ped], START, DEADLINE, positions=["VERKSBETJENT"])
    lars, ola, oda = staff.employ("Lars", unit, "LEDER"), staff.employ("Ola", unit), staff.employ("Oda", unit)
    return SimpleNamespace(unit=unit, mi=mi, ped=ped, asked=asked, lars=lars, ola=ola, oda=oda)


def test_who_has_something_left_is_reminded_of_just_that(halden: SimpleNamespace) -> None:
    staff.complete(halden.ola, halden.mi, START)
    (left,) = to_remind(DAY)[halden.ola.pk]
    assert [course.code for course in left.courses] == ["PED"]
    assert left.due == DEADLINE


def test_who_is_done_is_left_alone(halden: SimpleNamespace) -> None:
    for course in (halden.mi, halden.ped):
        staff.complete(halden.ola, course, START)
    assert set(to_remind(DAY)) == {halden.oda.pk}


def test_a_leaver_is_left_alone_from_the_day_after_the_last(halden: SimpleNamespace) -> None:
    halden.ola.employments.update(valid_to=DAY)
    assert halden.ola.pk in to_remind(DAY - dt.timedelta(days=1))
    assert halden.ola.pk not in to_remind(DAY)


@pytest.mark.parametrize("days", [2, 400])
def test_who_is_away_on_the_day_is_left_alone_however_short_it_is(halden: SimpleNamespace, days: int) -> None:
    staff.on_leave(halden.ola, DAY, DAY + dt.timedelta(days=days))
    assert set(to_remind(DAY)) == {halden.oda.pk}


def test_who_is_away_part_of_the_time_is_at_work(halden: SimpleNamespace) -> None:
    staff.on_leave(halden.ola, DAY)
    Leave.objects.update(full_time=False)
    assert halden.ola.pk in to_remind(DAY)


def test_the_exempt_and_those_who_are_not_asked_are_left_alone(halden: SimpleNamespace) -> None:
    Exemption.objects.create(
        campaign=halden.asked, learner=halden.ola, reason="duties", proposed_by=halden.lars, approved_by=halden.oda,
        valid_from=START, valid_to=DEADLINE, known_from=staff.TOLD,
    )  # fmt: skip
    assert set(to_remind(DAY)) == {halden.oda.pk}


def test_who_may_not_sign_in_or_has_no_address_is_left_alone(halden: SimpleNamespace) -> None:
    type(halden.ola).objects.filter(pk=halden.ola.pk).update(is_active=False)
    type(halden.ola).objects.filter(pk=halden.oda.pk).update(email=None)
    assert to_remind(DAY) == {}


def test_a_newcomer_has_the_own_date_and_is_marked_as_new(halden: SimpleNamespace) -> None:
    nora = staff.employ("Nora", halden.unit, since=DEADLINE - dt.timedelta(days=10))
    (left,) = to_remind(DEADLINE)[nora.pk]
    assert (left.in_grace, left.due) == (True, DEADLINE + dt.timedelta(days=80))


def test_dates_are_those_that_the_person_sees(halden: SimpleNamespace) -> None:
    staff.on_leave(halden.ola, dt.date(2026, 9, 10), dt.date(2026, 11, 10))
    found = to_remind(DAY)
    for learner in (halden.ola, halden.oda):
        assert [left.due for left in found[learner.pk]] == [duty.due for duty in duties(learner.pk, DAY)]


def test_the_number_of_queries_does_not_grow_with_the_people(
    halden: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    for number in range(15):
        staff.employ(f"Person{number}", halden.unit)
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        assert len(to_remind(DAY, {halden.unit.pk})) == 17
