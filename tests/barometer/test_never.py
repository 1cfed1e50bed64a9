"""What must never happen to a figure; each line hurts users of other systems."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from courses.models import Campaign, Course
from tests.barometer import organisation as org
from tracking.barometer import cells
from tracking.barometer.figures import figure
from tracking.barometer.models import Cell

pytestmark = pytest.mark.django_db
SUNDAY = "2026-09-20"


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def service(course: Course) -> org.Service:
    made = org.service(OSLO=40, TROMSO=35)
    org.campaign(course)
    for learner in made.people["OSLO"][:29] + made.people["TROMSO"][:7]:
        org.complete(learner, course, dt.date(2026, 9, 8))
    return made


def test_a_share_never_differs_between_page_list_and_machines(client: Client, service: org.Service) -> None:
    told = client.get("/barometer/grunnkurs.json", {"on": SUNDAY}).json()
    for row in [told["unit"] | told, *told["units"]]:
        own = client.get("/barometer/grunnkurs.json", {"on": SUNDAY, "unit": row["code"]}).json()
        page = client.get("/en/barometer/grunnkurs/", {"on": SUNDAY, "unit": row["code"]}).content.decode()
        assert (own["counted"], own["completed"], own["share"]) == (row["counted"], row["completed"], row["share"])
        assert f"<strong>{own['completed']} of {own['counted']}</strong>" in page
        assert f"{int(own['share'] * 100)}%" in page


def test_the_last_point_of_the_trend_is_the_figure_itself(client: Client, service: org.Service) -> None:
    told = client.get("/barometer/grunnkurs.json", {"on": SUNDAY}).json()
    assert told["trend"][-1] == {"on": SUNDAY} | {k: told[k] for k in ("counted", "completed", "share", "suppressed")}


def test_no_hundred_per_cent_without_a_completion_behind_it(client: Client, service: org.Service) -> None:
    # Everybody in Tromsø is on leave: nobody counts, and that is no share at all.
    for learner in service.people["TROMSO"]:
        org.away(learner, org.START, None)
    told = client.get("/barometer/grunnkurs.json", {"on": SUNDAY, "unit": "TROMSO"}).json()
    assert (told["share"], told["suppressed"]) == (None, True)


def test_a_completion_outside_the_audience_never_adds_to_the_share(service: org.Service, course: Course) -> None:
    clerk = org.employ(service.units["OSLO"], job="CLERK")
    org.complete(clerk, course, org.START)
    found = figure(Campaign.objects.get(), None, dt.date(2026, 9, 20), "now", None, org.noon(dt.date(2026, 9, 22)))
    assert (found.own.completed, found.own.counted) == (36, 75)


def test_the_same_completion_sent_again_is_not_counted_twice(service: org.Service, course: Course) -> None:
    for learner in service.people["OSLO"][:29]:
        org.complete(learner, course, dt.date(2026, 9, 9))
    found = figure(Campaign.objects.get(), None, dt.date(2026, 9, 20), "now", None, org.noon(dt.date(2026, 9, 22)))
    assert found.own.completed == 36


def test_a_rebuilt_figure_is_the_same_figure(service: org.Service) -> None:
    fields = ("part", "unit__code", "on", "known", *cells.COUNTS)
    campaign, at = Campaign.objects.get(), org.noon(dt.date(2026, 9, 22))
    cells.refresh(campaign, at)
    first = set(Cell.objects.values_list(*fields))
    org.cells_anew()
    cells.refresh(campaign, at)
    assert set(Cell.objects.values_list(*fields)) == first


def test_more_than_one_in_twenty_exempt_is_said_in_the_headline(client: Client, service: org.Service) -> None:
    for learner in service.people["OSLO"][30:34]:
        org.exempt(learner, Campaign.objects.get(), org.START, org.DEADLINE)
    page = " ".join(client.get("/en/barometer/grunnkurs/", {"on": SUNDAY}).content.decode().split())
    assert "4 of the 75 in the audience are exempt." in page
