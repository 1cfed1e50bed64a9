"""The stored counts: what was known then and now, corrections, freshness, and that a part of them is as good as all."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import IntegrityError

from courses.models import AcceptedVersion, Campaign, Course, CourseVersion
from learners import facts as recorded
from learners.models import Learner, Unit
from tests.barometer import organisation as org
from tracking.barometer import cells, freshness, refreshing
from tracking.barometer.models import Cell, CellDay
from tracking.clock import known_until

pytestmark = pytest.mark.django_db
SUNDAY = org.FIRST_SUNDAY
CUTOFF = known_until(SUNDAY)


@pytest.fixture
def service() -> org.Service:
    return org.service(OSLO=5, TROMSO=4)


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def campaign(course: Course) -> Campaign:
    return org.campaign(course)


def counts(
    campaign: Campaign, unit: str, on: dt.date = SUNDAY, known: str = "now", part: str = "mi"
) -> tuple[int, ...]:
    """(counted, completed, on leave, in grace, exempt) as computed just now."""
    cells.compute(campaign, [(on, known)])
    cell = Cell.objects.filter(campaign=campaign, unit__code=unit, on=on, known=known, part=part).first()
    return (cell.counted, cell.completed, cell.on_leave, cell.in_grace, cell.exempt) if cell else (0, 0, 0, 0, 0)


def test_part_time_is_one_person(service: org.Service, campaign: Campaign) -> None:
    learner = org.employ(service.units["BODO"])
    learner.postings.update(percent=20)
    assert counts(campaign, "BODO")[0] == 1


def test_two_postings_are_counted_once(service: org.Service, campaign: Campaign) -> None:
    org.post(service.people["OSLO"][0], service.units["TROMSO"], primary=False)
    assert counts(campaign, "KRIM")[0] == 9
    assert counts(campaign, "TROMSO")[0] == 4


def test_leavers_suspended_and_second_accounts_are_not_counted(service: org.Service, campaign: Campaign) -> None:
    leaver = org.employ(service.units["BODO"], until=dt.date(2026, 9, 10))
    Learner.objects.filter(pk=leaver.pk).update(is_active=False)
    Learner.objects.create(given_name="Second", family_name="Account")
    assert counts(campaign, "BODO")[0] == 0
    assert counts(campaign, "KRIM")[0] == 9


def test_a_locked_account_of_somebody_employed_still_counts(service: org.Service, campaign: Campaign) -> None:
    Learner.objects.filter(pk=service.people["OSLO"][0].pk).update(is_active=False)
    assert counts(campaign, "OSLO")[0] == 5


def test_a_leavers_earlier_dates_do_not_change(service: org.Service, campaign: Campaign) -> None:
    job = service.people["OSLO"][0].employments.get()
    recorded.end(job, dt.date(2026, 9, 30), org.noon(dt.date(2026, 9, 28)))
    assert counts(campaign, "OSLO")[0] == 5
    assert counts(campaign, "OSLO", dt.date(2026, 10, 1))[0] == 4


def test_transferred_people_are_not_missing(service: org.Service, campaign: Campaign, course: Course) -> None:
    learner = service.people["OSLO"][0]
    org.complete(learner, course, org.START)
    recorded.end(learner.postings.get(), dt.date(2026, 9, 20), org.noon(dt.date(2026, 9, 18)))
    org.post(learner, service.units["BODO"], dt.date(2026, 9, 21))
    after = dt.date(2026, 9, 27)
    assert counts(campaign, "OSLO", after)[:2] == (4, 0)
    assert counts(campaign, "BODO", after)[:2] == (1, 1)
    assert counts(campaign, "KRIM", after)[:2] == (9, 1)


def test_part_time_leave_counts_all_along(service: org.Service, campaign: Campaign) -> None:
    org.away(service.people["OSLO"][0], org.START, None, full=False)
    assert counts(campaign, "OSLO") == (5, 0, 0, 0, 0)


def test_an_exemption_counts_when_somebody_else_approved_it(service: org.Service, campaign: Campaign) -> None:
    first, second, third = service.people["OSLO"][:3]
    org.exempt(first, campaign, org.START, org.DEADLINE)
    org.exempt(second, campaign, org.START, org.DEADLINE, approved=False)
    alone = org.exempt(third, campaign, org.START, org.DEADLINE)
    alone.approved_by = alone.proposed_by
    alone.save()
    assert counts(campaign, "OSLO") == (4, 0, 0, 0, 1)


def test_an_exemption_without_an_end_does_not_hold(service: org.Service, campaign: Campaign) -> None:
    org.exempt(service.people["OSLO"][0], campaign, org.START, None)
    assert counts(campaign, "OSLO")[4] == 0


def test_a_completion_known_before_six_the_next_morning_was_known_then(
    service: org.Service, campaign: Campaign, course: Course
) -> None:
    early, late = service.people["OSLO"][:2]
    org.complete(early, course, SUNDAY, known=CUTOFF - dt.timedelta(seconds=1))
    org.complete(late, course, SUNDAY, known=CUTOFF)
    assert counts(campaign, "OSLO", known="then")[1] == 1
    assert counts(campaign, "OSLO", known="now")[1] == 2


def test_a_correction_changes_what_is_known_now_and_not_what_was(service: org.Service, campaign: Campaign) -> None:
    posting = service.people["OSLO"][0].postings.get()
    recorded.correct(posting, CUTOFF + dt.timedelta(days=3), unit_id=service.units["BODO"].pk)
    assert counts(campaign, "OSLO", known="then")[0] == 5
    assert counts(campaign, "OSLO", known="now")[0] == 4
    assert counts(campaign, "BODO", known="now")[0] == 1


def test_a_moved_unit_counts_where_it_was_known_to_stand(service: org.Service, campaign: Campaign) -> None:
    tromso, south = service.units["TROMSO"], service.units["SOR"]
    place = tromso.places.get()
    recorded.correct(place, CUTOFF + dt.timedelta(days=1), parent_id=south.pk, path="/KRIM/SOR/TROMSO/")
    assert counts(campaign, "NORD", known="then")[0] == 4
    assert counts(campaign, "SOR", known="now")[0] == 9


def test_who_is_moved_below_the_audiences_unit_enters_on_that_day(service: org.Service, course: Course) -> None:
    campaign = org.campaign(course, slug="nord")
    campaign.audiences.update(units=["NORD"])
    moves = dt.date(2026, 10, 5)
    place = service.units["OSLO"].places.get()
    recorded.correct(place, CUTOFF, valid_to=moves)
    org.UnitPlace.objects.create(
        unit=place.unit, parent=service.units["NORD"], path="/KRIM/NORD/OSLO/", valid_from=moves, known_from=CUTOFF
    )
    assert counts(campaign, "OSLO", moves - dt.timedelta(days=1)) == (0, 0, 0, 0, 0)
    assert counts(campaign, "OSLO", moves) == (0, 0, 0, 5, 0)
    assert counts(campaign, "OSLO", moves + dt.timedelta(days=90)) == (5, 0, 0, 0, 0)


def test_a_tree_that_came_after_the_start_makes_nobody_a_newcomer(service: org.Service, course: Course) -> None:
    campaign = org.campaign(course, slug="nord")
    campaign.audiences.update(units=["NORD"])
    org.UnitPlace.objects.update(valid_from=org.START + dt.timedelta(days=3))
    assert counts(campaign, "TROMSO") == (4, 0, 0, 0, 0)


def test_a_version_accepted_later_counts_from_its_day(service: org.Service, campaign: Campaign, course: Course) -> None:
    second = CourseVersion.objects.create(course=course, number=2, published_on=org.START)
    learner = service.people["OSLO"][0]
    org.complete(learner, course, org.START, number=2)
    assert counts(campaign, "OSLO")[1] == 0
    later = dt.date(2026, 9, 21)
    AcceptedVersion.objects.create(campaign=campaign, version=second, valid_from=later, known_from=org.noon(later))
    assert counts(campaign, "OSLO")[1] == 0
    assert counts(campaign, "OSLO", later)[1] == 1


def test_a_share_above_a_hundred_per_cent_cannot_be_stored(service: org.Service, campaign: Campaign) -> None:
    with pytest.raises(IntegrityError):
        Cell.objects.create(
            campaign=campaign, part="mi", unit=service.units["OSLO"], on=SUNDAY, known="now",
            counted=1, completed=2, computed_at=CUTOFF,
        )  # fmt: skip


def snapshot(campaign: Campaign) -> set[tuple[object, ...]]:
    fields = ("part", "unit__code", "on", "known", *cells.COUNTS)
    return set(Cell.objects.filter(campaign=campaign).values_list(*fields))


@pytest.mark.parametrize("seed", range(5))
def test_recounting_the_touched_units_gives_what_recounting_everything_gives(seed: int) -> None:
    rng = random.Random(seed)
    service = org.service(OSLO=6, TROMSO=5, BODO=3, NORD_STAB=2)
    courses = [org.course("MI"), org.course("PED")]
    campaign = org.campaign(*courses)
    days = [(dt.date(2026, 9, 20), "now"), (dt.date(2026, 10, 4), "now")]
    cells.compute(campaign, days)
    people = [learner for some in service.people.values() for learner in some]
    for learner in rng.sample(people, 4):
        org.complete(learner, rng.choice(courses), dt.date(2026, 9, rng.randint(8, 30)))
        cells.compute_units(campaign, cells.touched_by([learner.pk]), days)
    piecemeal = snapshot(campaign)
    cells.compute(campaign, days)
    assert piecemeal == snapshot(campaign)


def test_a_completion_moves_its_unit_region_and_country_by_one(
    service: org.Service, campaign: Campaign, course: Course
) -> None:
    at = org.noon(dt.date(2026, 9, 16))
    cells.refresh(campaign, at)
    org.complete(service.people["TROMSO"][0], course, at.date())
    refreshing.refresh_after_completion(service.people["TROMSO"][0].pk, course.pk, at.date(), at)
    today = Cell.objects.filter(campaign=campaign, on=at.date(), known="now")
    assert dict(today.values_list("unit__code", "completed")) == {
        "KRIM": 1,
        "NORD": 1,
        "TROMSO": 1,
        "SOR": 0,
        "OSLO": 0,
    }


def test_the_first_completion_of_a_day_finds_the_day_counted(
    service: org.Service, campaign: Campaign, course: Course
) -> None:
    at = org.noon(dt.date(2026, 9, 16))
    org.complete(service.people["TROMSO"][0], course, at.date())
    refreshing.refresh_after_completion(service.people["TROMSO"][0].pk, course.pk, at.date(), at)
    assert Cell.objects.get(campaign=campaign, on=at.date(), unit__code="KRIM").completed == 1


def test_refresh_counts_sundays_both_ways_today_and_the_deadline(service: org.Service, campaign: Campaign) -> None:
    cells.refresh(campaign, org.noon(dt.date(2026, 9, 22)))
    days = set(CellDay.objects.filter(campaign=campaign).values_list("on", "known"))
    sundays = {dt.date(2026, 9, 13), dt.date(2026, 9, 20)}
    assert days == {(day, known) for day in sundays for known in ("then", "now")} | {
        (dt.date(2026, 9, 22), "now"), (org.DEADLINE, "now"),
    }  # fmt: skip


@pytest.fixture
def settled(service: org.Service, campaign: Campaign) -> dt.datetime:
    """Counted, and long enough ago that nothing is on its way any more."""
    at = org.noon(dt.date(2026, 9, 22))
    cells.refresh(campaign, at)
    CellDay.objects.update(fresh_at=dt.datetime(2026, 9, 22, 12, tzinfo=dt.UTC))
    return at


def test_what_nothing_has_touched_is_not_counted_again(campaign: Campaign, settled: dt.datetime) -> None:
    assert cells.refresh(campaign, settled) == 0


def test_a_correction_of_a_day_makes_it_and_later_days_stale(
    service: org.Service, campaign: Campaign, settled: dt.datetime
) -> None:
    org.employ(service.units["BODO"], dt.date(2026, 9, 20), known=settled + dt.timedelta(hours=1))
    stale = freshness.stale(campaign, freshness.marks(campaign))
    assert stale == {(dt.date(2026, 9, 20), "now"), (dt.date(2026, 9, 22), "now"), (org.DEADLINE, "now")}


def test_a_late_part_of_a_leave_touches_the_days_before_it(
    service: org.Service, campaign: Campaign, settled: dt.datetime
) -> None:
    org.away(service.people["OSLO"][0], dt.date(2026, 9, 21), None, known=settled + dt.timedelta(hours=1))
    assert (dt.date(2026, 9, 13), "now") in freshness.stale(campaign, freshness.marks(campaign))


def test_what_was_stored_before_the_close_and_read_after_it_was_known_then(
    service: org.Service, campaign: Campaign, course: Course, settled: dt.datetime
) -> None:
    row = org.complete(service.people["OSLO"][0], course, SUNDAY, known=CUTOFF - dt.timedelta(minutes=1))
    row.written_at = settled + dt.timedelta(minutes=1)
    row.save()
    assert (SUNDAY, "then") in freshness.stale(campaign, freshness.marks(campaign))


def test_what_was_stored_after_the_close_leaves_that_days_then_alone(
    service: org.Service, campaign: Campaign, course: Course, settled: dt.datetime
) -> None:
    org.complete(service.people["OSLO"][0], course, SUNDAY, known=settled + dt.timedelta(minutes=1))
    stale = freshness.stale(campaign, freshness.marks(campaign))
    assert (SUNDAY, "now") in stale
    assert (SUNDAY, "then") not in stale


def test_a_changed_campaign_is_counted_again(campaign: Campaign, settled: dt.datetime) -> None:
    campaign.grace_days = 30
    campaign.save()
    assert cells.refresh(campaign, settled) == 6


def test_a_day_somebody_asked_for_once_is_dropped_when_it_is_stale(
    service: org.Service, campaign: Campaign, settled: dt.datetime
) -> None:
    asked = (dt.date(2026, 9, 16), "now")
    cells.ensure(campaign, [asked])
    CellDay.objects.update(fresh_at=dt.datetime(2026, 9, 22, 12, tzinfo=dt.UTC))
    org.employ(service.units["BODO"], dt.date(2026, 9, 15), known=settled + dt.timedelta(hours=1))
    cells.refresh(campaign, settled)
    assert not CellDay.objects.filter(on=asked[0]).exists()
    assert Unit.objects.count() == 8
