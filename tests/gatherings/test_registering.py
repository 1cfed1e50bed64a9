"""Seats, the waiting list, offers with a time to answer, and the rules for giving up."""

from __future__ import annotations

import datetime as dt

import pytest

from courses.exceptions import RegistrationRefused
from courses.gatherings import mine, registering, seats
from courses.models import Cohort, CohortMember, Gathering, Programme, Registration
from learners.models import Learner

from . import cast
from .cast import AT, DAY, HOUR

pytestmark = pytest.mark.django_db
State = Registration.State


def states(gathering: Gathering) -> list[str]:
    """In the order in which they registered."""
    return list(gathering.registrations.order_by("pk").values_list("state", flat=True))


def everybody(gathering: Gathering, learners: list[Learner]) -> None:
    for learner in learners:
        registering.register(gathering, learner, learner, AT)


def test_26_register_for_24_seats_and_two_wait() -> None:
    gathering = cast.gathering()
    everybody(gathering, cast.people(26))
    assert states(gathering) == ["seat"] * 24 + ["waiting"] * 2
    found = seats.seats_of([gathering])[gathering.pk]
    assert (found.taken, found.free, found.waiting, found.share) == (24, 0, 2, 1.0)


def test_the_first_in_the_line_is_offered_the_seat_that_somebody_gives_up() -> None:
    gathering, learners = cast.gathering(seats=2), cast.people(4)
    everybody(gathering, learners)
    registering.give_up(gathering, learners[0], AT)
    assert states(gathering) == ["cancelled", "seat", "offered", "waiting"]
    assert gathering.registrations.get(learner=learners[2]).answer_by == AT + 48 * HOUR
    registering.accept(gathering, learners[2], AT + HOUR)
    assert states(gathering) == ["cancelled", "seat", "seat", "waiting"]


def test_an_offer_that_nobody_answers_goes_to_the_next() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(3)
    everybody(gathering, learners)
    registering.give_up(gathering, learners[0], AT)
    assert registering.settle_all(AT + 48 * HOUR) == 0, "the last minute is still in time"
    assert registering.settle_all(AT + 49 * HOUR) == 2
    assert states(gathering) == ["cancelled", "lapsed", "offered"]
    assert registering.settle_all(AT + 49 * HOUR) == 0
    with pytest.raises(RegistrationRefused, match="no_offer"):
        registering.accept(gathering, learners[1], AT + 49 * HOUR)


def test_an_offer_that_is_over_cannot_be_taken_even_before_somebody_has_looked() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(2)
    everybody(gathering, learners)
    registering.give_up(gathering, learners[0], AT)
    with pytest.raises(RegistrationRefused, match="offer_is_over"):
        registering.accept(gathering, learners[1], AT + 49 * HOUR)


def test_an_offer_ends_with_the_start_and_close_to_it_the_seat_is_given_at_once() -> None:
    gathering, learners = cast.gathering(seats=1, cancel_days=0), cast.people(3)
    start = AT + 30 * DAY
    everybody(gathering, learners)
    registering.give_up(gathering, learners[0], start - 20 * HOUR)
    assert gathering.registrations.get(learner=learners[1]).answer_by == start
    registering.give_up(gathering, learners[1], start - HOUR)
    assert states(gathering) == ["cancelled", "cancelled", "seat"]


def test_without_hours_to_answer_who_waits_gets_the_seat_at_once() -> None:
    gathering, learners = cast.gathering(seats=1, answer_hours=0), cast.people(2)
    everybody(gathering, learners)
    registering.give_up(gathering, learners[0], AT)
    assert states(gathering) == ["cancelled", "seat"]


def test_more_seats_are_given_to_those_who_wait_in_order() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(4)
    everybody(gathering, learners)
    Gathering.objects.filter(pk=gathering.pk).update(seats=3)
    registering.settle(gathering, AT)
    assert states(gathering) == ["seat", "offered", "offered", "waiting"]


def test_nobody_new_passes_those_who_wait() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(3)
    everybody(gathering, learners[:2])
    Gathering.objects.filter(pk=gathering.pk).update(seats=2)
    registering.register(gathering, learners[2], learners[2], AT)
    assert states(gathering) == ["seat", "waiting", "waiting"]


def test_registering_twice_is_one_registration_and_after_giving_up_one_goes_to_the_end_of_the_line() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(2)
    everybody(gathering, [learners[0], learners[0], learners[1]])
    assert states(gathering) == ["seat", "waiting"]
    registering.give_up(gathering, learners[0], AT)
    registering.register(gathering, learners[0], learners[0], AT)
    assert states(gathering) == ["cancelled", "offered", "waiting"]


@pytest.mark.parametrize(
    ("fields", "at", "reason"),
    [
        ({"state": "draft"}, AT, "not_open"),
        ({"state": "cancelled"}, AT, "not_open"),
        ({"opens_on": dt.date(2026, 2, 3)}, AT, "too_early"),
        ({"closes_on": dt.date(2026, 2, 1)}, AT, "too_late"),
        ({}, AT + 31 * DAY, "begun"),
    ],
)
def test_registration_keeps_its_dates(fields: dict, at: dt.datetime, reason: str) -> None:
    gathering, (one,) = cast.gathering(**fields), cast.people(1)
    with pytest.raises(RegistrationRefused, match=reason):
        registering.register(gathering, one, one, at)
    assert states(gathering) == []


def test_the_days_of_registration_are_oslos() -> None:
    gathering, (one,) = cast.gathering(closes_on=dt.date(2026, 2, 2)), cast.people(1)
    with pytest.raises(RegistrationRefused, match="too_late"):
        registering.register(gathering, one, one, dt.datetime(2026, 2, 2, 23, 30, tzinfo=dt.UTC))
    registering.register(gathering, one, one, dt.datetime(2026, 2, 2, 22, 30, tzinfo=dt.UTC))


def test_a_seat_is_kept_after_the_last_day_to_give_it_up_but_a_place_in_the_line_is_not() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(2)
    everybody(gathering, learners)
    late = AT + 24 * DAY
    with pytest.raises(RegistrationRefused, match="seat_is_kept"):
        registering.give_up(gathering, learners[0], late)
    registering.give_up(gathering, learners[1], late)
    registering.give_up(gathering, learners[0], late, by_teacher=True)
    assert states(gathering) == ["cancelled", "cancelled"]


def test_those_who_teach_give_a_seat_beyond_the_number() -> None:
    gathering, learners = cast.gathering(seats=1), cast.people(2)
    everybody(gathering, learners)
    registering.place(gathering, learners[1], learners[0], AT)
    assert states(gathering) == ["seat", "seat"]
    assert seats.seats_of([gathering])[gathering.pk].free == 0


def test_the_elearning_comes_first() -> None:
    gathering, (one,) = cast.gathering(course=cast.blended()), cast.people(1)
    with pytest.raises(RegistrationRefused, match="elearning_first"):
        registering.register(gathering, one, one, AT)


def test_clashes_are_seen_and_touching_ends_are_none() -> None:
    (one,) = cast.people(1)
    first = cast.gathering("a", starts=AT + 10 * DAY, hours=3)
    same = cast.gathering("b", starts=AT + 10 * DAY + 2 * HOUR, hours=3)
    after = cast.gathering("c", starts=AT + 10 * DAY + 3 * HOUR, hours=3)
    registering.register(first, one, one, AT)
    assert [s.gathering for s in mine.clashes(same, [one.pk])[one.pk]] == [first]
    assert mine.clashes(after, [one.pk]) == {}
    assert mine.clashes(first, [one.pk]) == {}, "not with itself"


def test_who_waits_for_a_seat_and_how_many_seats_are_lacking() -> None:
    course = cast.blended()
    gathering, learners = cast.gathering(seats=1, course=None), cast.people(4)
    everybody(gathering, learners)
    Gathering.objects.update(course=course)
    waits = {(learner.pk, course.pk) for learner in learners[1:]}
    assert seats.waiting_for_a_seat([learner.pk for learner in learners], AT) == waits
    assert seats.seats_lacking([course], AT) == {course.pk: 3}
    cast.gathering("mer", seats=2, course=course)
    assert seats.seats_lacking([course], AT) == {course.pk: 1}
    assert seats.seats_lacking([course], AT + 60 * DAY) == {course.pk: 0}, "what is over lacks nothing"


# --- Whoever has left the service -------------------------------------------------------------------------------------
def leaves(learner: Learner, first_day_without: dt.date) -> None:
    learner.employments.update(valid_to=first_day_without)


def test_whoever_has_left_gets_no_seat_by_any_door_and_employment_on_the_day_decides() -> None:
    gathering, (ola, eva) = cast.gathering(seats=1), cast.people(2)
    everybody(gathering, [eva])
    leaves(ola, AT.date())
    assert registering.refusal(gathering, ola, AT) == "left"
    for door in (registering.register, registering.place):
        with pytest.raises(RegistrationRefused, match="left"):
            door(gathering, ola, ola, AT)
    leaves(ola, AT.date() + DAY)
    assert registering.register(gathering, ola, ola, AT).state == State.WAITING, "the last day is a day of work"
    registering.give_up(gathering, eva, AT)
    leaves(ola, AT.date())
    with pytest.raises(RegistrationRefused, match="left"):
        registering.accept(gathering, ola, AT)


def test_the_seat_that_somebody_gives_up_passes_those_who_have_left() -> None:
    gathering, learners = cast.gathering(seats=2), cast.people(5)
    everybody(gathering, learners)
    leaves(learners[2], AT.date())
    registering.give_up(gathering, learners[0], AT)
    assert states(gathering) == ["cancelled", "seat", "cancelled", "offered", "waiting"]
    leaves(learners[3], AT.date())
    leaves(learners[1], AT.date())
    assert registering.settle_all(AT) == 2
    assert states(gathering) == ["cancelled", "seat", "cancelled", "cancelled", "offered"], "a seat is the teachers'"
    assert registering.settle_all(AT) == 0


def test_a_class_s_gathering_has_seats_for_those_who_are_still_there() -> None:
    programme = Programme.objects.create(slug="vbu", title="VBU")
    cohort = Cohort.objects.create(
        programme=programme, slug="k", title="K", starts=AT.date(), ends=AT.date() + 300 * DAY
    )
    people = cast.people(3)
    for one in people:
        CohortMember.objects.create(cohort=cohort, learner=one, joined_at=AT)
    leaves(people[0], AT.date())
    gathering = cast.gathering(cohort=cohort)
    assert registering.seat_class(gathering, people[1], AT) == 2
    assert not gathering.registrations.filter(learner=people[0]).exists()
