"""The figure of a unit on a day: which day it shows, and what it tells of those who do not count."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from courses.models import AcceptedVersion, Campaign, CampaignCourse, Course
from learners import facts as recorded
from tests.barometer import organisation as org
from tests.gatherings.cast import gathering
from tracking.barometer import cells, figures, hiding
from tracking.barometer.figures import Figure, figure
from tracking.barometer.models import Cell, Hidden
from tracking.clock import oslo_day
from tracking.exceptions import BadQuery

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.date(2026, 9, 23)
AT = org.noon(WEDNESDAY)
LAST_SUNDAY = dt.date(2026, 9, 20)


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def campaign(course: Course) -> Campaign:
    return org.campaign(course)


@pytest.fixture
def service(campaign: Campaign, course: Course) -> org.Service:
    """40 in Oslo, 15 of whom are done; 12 in Tromsø and 12 in Bodø, 5 of whom are done."""
    made = org.service(OSLO=40, TROMSO=12, BODO=12)
    for code, number in (("OSLO", 15), ("TROMSO", 5), ("BODO", 5)):
        for learner in made.people[code][:number]:
            org.complete(learner, course, org.START)
    return made


def shown(service: org.Service, code: str | None = None, at: dt.datetime = AT, **asked: object) -> Figure:
    unit = service.units[code] if code else None
    values = {"on": None, "known": "now", "part": None} | asked
    return figure(Campaign.objects.get(), unit, at=at, **values)  # type: ignore[arg-type]


def test_a_large_unit_is_followed_from_day_to_day(service: org.Service, course: Course) -> None:
    org.complete(service.people["OSLO"][20], course, WEDNESDAY)
    found = shown(service, "OSLO")
    assert (found.as_of, found.own.completed, found.change_since_last_week) == (WEDNESDAY, 16, 1)


def test_a_unit_under_thirty_shows_sundays_figures_in_mid_week(service: org.Service, course: Course) -> None:
    org.complete(service.people["TROMSO"][6], course, WEDNESDAY)
    found = shown(service, "TROMSO")
    assert (found.as_of, found.asked_on, found.own.completed) == (LAST_SUNDAY, WEDNESDAY, 5)


def test_the_list_of_units_says_the_same_as_the_units_own_pages(service: org.Service, course: Course) -> None:
    org.complete(service.people["TROMSO"][6], course, WEDNESDAY)
    for code in ("KRIM", "NORD", "SOR"):
        for row in shown(service, code).units:
            own = shown(service, row.code).own
            assert (row.counted, row.completed, row.on) == (own.counted, own.completed, own.on)


def test_a_unit_under_thirty_is_hidden_before_the_first_sunday(service: org.Service) -> None:
    early = org.noon(dt.date(2026, 9, 9))
    assert shown(service, "TROMSO", at=early).own.suppressed


def test_before_the_start_there_is_a_country_without_a_trend(service: org.Service, campaign: Campaign) -> None:
    found = shown(service, at=org.noon(dt.date(2026, 9, 1)))
    assert found.as_of == dt.date(2026, 9, 1)
    assert len(found.trend) == 1


def test_a_day_before_the_start_is_refused(service: org.Service) -> None:
    with pytest.raises(BadQuery):
        shown(service, on=dt.date(2026, 9, 6))


def test_tomorrow_is_refused(service: org.Service) -> None:
    with pytest.raises(BadQuery):
        shown(service, on=WEDNESDAY + dt.timedelta(days=1))


def test_the_trend_is_the_sundays_since_the_start_and_the_day_itself(service: org.Service) -> None:
    assert [point.on for point in shown(service).trend] == [org.FIRST_SUNDAY, LAST_SUNDAY, WEDNESDAY]


def test_hidden_stays_hidden_under_both_values_of_known(service: org.Service, course: Course) -> None:
    # Known then, Bodø had four people too few to be shown; what came later would make it showable.
    for learner in service.people["BODO"][:8]:
        learner.postings.update(known_from=org.noon(dt.date(2026, 9, 22)))
    for known in ("then", "now"):
        assert shown(service, "BODO", on=LAST_SUNDAY, known=known).own.suppressed


def test_the_hidden_unit_has_a_partner_in_the_country_it_hides_from(service: org.Service, campaign: Campaign) -> None:
    for learner in service.people["BODO"][4:]:
        learner.employments.update(valid_to=org.START)
    rows = {row.code: row.suppressed for row in shown(service, "NORD").units}
    assert rows == {"TROMSO": True, "BODO": True}


def test_a_decision_stays_when_the_unit_grows_within_the_week(service: org.Service, campaign: Campaign) -> None:
    for learner in service.people["BODO"][4:]:
        learner.employments.update(valid_to=org.START)
    assert shown(service, "BODO").own.suppressed
    for learner in service.people["BODO"][4:]:
        learner.employments.update(valid_to=None)
    cells.compute(campaign, [(LAST_SUNDAY, "now"), (LAST_SUNDAY, "then")])
    assert shown(service, "BODO").own.suppressed


def test_a_unit_comes_to_be_shown_only_after_a_week_that_told_something_new(campaign: Campaign, course: Course) -> None:
    """Tromsø is large enough from the second Sunday on; until October ends nobody more completes in the region."""
    made = org.service(OSLO=40, TROMSO=12, BODO=12)
    done = [("OSLO", 15, org.START), ("TROMSO", 2, org.START), ("BODO", 5, org.START)]
    for code, number, on in done:
        for learner in made.people[code][:number]:
            org.complete(learner, course, on)
    org.complete(made.people["TROMSO"][2], course, org.FIRST_SUNDAY + dt.timedelta(days=2))
    org.complete(made.people["BODO"][6], course, dt.date(2026, 10, 27))
    sundays = [org.FIRST_SUNDAY + dt.timedelta(weeks=week) for week in range(8)]
    at = org.noon(sundays[-1] + dt.timedelta(days=3))
    hidden = [shown(made, "TROMSO", at=at, on=sunday).own.suppressed for sunday in sundays]
    assert hidden == [True] * 7 + [False], "five for its size, two because the week was quiet"


def test_a_week_that_hides_nothing_is_decided_once(service: org.Service, campaign: Campaign) -> None:
    cells.refresh(campaign, AT)
    assert hiding.decide_weeks(campaign, WEDNESDAY) == 2
    assert hiding.decide_weeks(campaign, WEDNESDAY) == 0
    assert not Hidden.objects.exists()


def test_classes_are_told_for_the_country_only(service: org.Service) -> None:
    org.away(service.people["OSLO"][0], org.START, None)
    country, region = shown(service), shown(service, "SOR")
    assert (country.on_leave, country.done_not_counted) == (1, {"on_leave": 1, "in_grace": 0, "exempt": 0})
    assert (country.completed_in_audience, country.in_audience) == (25, 64)
    assert region.on_leave is None


def test_below_the_country_few_who_do_not_count_hide_the_audience_too(service: org.Service) -> None:
    org.away(service.people["OSLO"][0], org.START, None)
    region = shown(service, "SOR")
    assert (region.own.counted, region.in_audience, region.not_counted) == (39, None, None)


def test_an_untold_sum_is_not_the_remainder_of_told_ones(service: org.Service) -> None:
    for learner in service.people["OSLO"][:6]:
        org.away(learner, org.START, None)
    org.away(service.people["TROMSO"][0], org.START, None)
    assert shown(service, "SOR").not_counted is None
    assert shown(service).not_counted == 7


def test_the_target_is_reached_by_counts_and_not_by_a_rounded_share(service: org.Service, course: Course) -> None:
    Campaign.objects.update(target="0.5")
    for learner in service.people["OSLO"][15:21]:
        org.complete(learner, course, WEDNESDAY)
    assert shown(service).own.completed == 31
    assert not shown(service).target_reached
    org.complete(service.people["OSLO"][30], course, WEDNESDAY)
    cells.compute(Campaign.objects.get(), [(WEDNESDAY, "now")])
    assert shown(service).target_reached


def test_a_unit_without_an_audience_is_neither_listed_nor_told_of(service: org.Service) -> None:
    assert [row.code for row in shown(service, "NORD").units] == ["BODO", "TROMSO"]
    assert shown(service, "NORD-STAB").own.suppressed


def test_units_stand_in_alphabetical_order_with_own_staff_last(service: org.Service) -> None:
    assert [figures.collation(name) for name in ("Åna", "Østfold", "Ærfugl", "Zoo")] == sorted(
        (figures.collation(name) for name in ("Åna", "Østfold", "Ærfugl", "Zoo")), reverse=True
    )
    service.fill("SOR-STAB", 12)
    service.units["SOR-STAB"].name = "A first name"
    service.units["SOR-STAB"].save()
    assert [row.code for row in shown(service, "SOR").units] == ["OSLO", "SOR-STAB"]


def test_the_parts_stand_side_by_side_with_all_of_them_first(service: org.Service, course: Course) -> None:
    campaign = Campaign.objects.get()
    other = org.course("PED")
    CampaignCourse.objects.create(campaign=campaign, course=other)
    AcceptedVersion.objects.create(
        campaign=campaign, version=other.versions.get(), valid_from=org.START, known_from=org.LONG_AGO
    )
    org.complete(service.people["OSLO"][0], other, org.START)
    found = shown(service)
    assert [(bar.part, bar.completed) for bar in found.bars] == [("all", 1), ("mi", 25), ("ped", 1)]
    assert found.part == "all"


def test_a_forecast_made_late_is_the_one_made_in_time(service: org.Service, course: Course) -> None:
    for week in range(4):
        org.complete(service.people["OSLO"][20 + week], course, org.START + dt.timedelta(days=7 * week))
    sunday = dt.date(2026, 10, 4)
    in_time = shown(service, "OSLO", org.noon(dt.date(2026, 10, 5)), on=sunday, known="then").forecast
    # On Wednesday it becomes known that some leave before the deadline; then everything is counted anew.
    for learner in service.people["OSLO"][30:37]:
        recorded.end(learner.employments.get(), dt.date(2027, 1, 31), org.noon(dt.date(2026, 10, 7)))
    org.cells_anew()
    later = org.noon(dt.date(2026, 10, 12))
    assert in_time is not None
    assert shown(service, "OSLO", later, on=sunday, known="then").forecast == in_time
    assert shown(service, "OSLO", later, on=sunday, known="now").forecast != in_time


def test_a_forecast_known_then_knows_of_those_who_leave_before_the_deadline(
    service: org.Service, campaign: Campaign
) -> None:
    for learner in service.people["OSLO"][30:37]:
        recorded.end(learner.employments.get(), dt.date(2027, 1, 31), org.noon(LAST_SUNDAY))
    cells.compute(campaign, [(LAST_SUNDAY, "then")])
    cell = Cell.objects.get(unit__code="OSLO", known="then")
    assert (cell.counted, cell.due) == (40, 33)


def test_the_forecast_of_a_course_with_a_gathering_ends_where_the_seats_do(client: Client) -> None:
    course = org.course("MI")
    campaign = org.campaign(course)
    for number, learner in enumerate(org.service(OSLO=100).people["OSLO"][:60]):
        org.complete(learner, course, org.START + dt.timedelta(days=number // 2))
    at = org.noon(org.START + dt.timedelta(weeks=7))
    free = figure(campaign, None, None, "now", None, at).forecast
    course.gathering_from = org.START
    course.save()
    hall = gathering(slug="mi-dag", course=course, seats=5, starts=org.noon(org.DEADLINE - dt.timedelta(days=30)))
    few = figure(campaign, None, None, "now", None, at).forecast
    assert free and few and free.seats is None
    assert (few.high, few.seats) == (0.65, 5)
    page = client.get(f"/en/barometer/{campaign.slug}/", {"on": oslo_day(at).isoformat()}).content.decode()
    assert "It will be at most 65% by then." in " ".join(page.split())
    assert "forecast at most 65%" in page
    hall.seats = None
    hall.save()
    assert figure(campaign, None, None, "now", None, at).forecast == free
