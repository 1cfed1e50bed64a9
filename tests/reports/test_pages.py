"""The reports' addresses: who may see them, what they say, and how they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from learners.facts import end
from learners.models import Employment, Leadership, RoleGrant
from tracking.clock import oslo_day
from tracking.reports.models import WeeklyReport
from tracking.reports.schedule import make_due, state
from tracking.reports.weeks import current, newest_closed

from .conftest import WEEK, Cast

pytestmark = pytest.mark.long_file
PAGE, PDF, XLSX, JSON = (f"/rapporter/2026-W40{tail}" for tail in ("/", ".pdf", ".xlsx", ".json"))


def ask(cast: Cast, who: str, address: str) -> int:
    client = Client()
    if who:
        client.force_login(cast.people[who])
    return client.get(address).status_code


@pytest.fixture
def director(cast: Cast) -> Iterator[Client]:
    client = Client()
    client.force_login(cast.people["director"])
    yield client


ACCESS = [
    ("director", "KRIM", 200), ("director", "TROMSO", 200),
    ("admin", "KRIM", 200), ("admin", "OSLO", 200),
    ("region", "NORD", 200), ("region", "TROMSO", 200), ("region", "KRIM", 403), ("region", "SOR", 403),
    ("leader", "TROMSO", 200), ("leader", "NORD", 403), ("leader", "OSLO", 403), ("leader", "KRIM", 403),
    ("sibling", "OSLO", 200), ("sibling", "TROMSO", 403),
    ("officer", "TROMSO", 403), ("officer", "KRIM", 403), ("officer", "NOWHERE", 403),
    ("", "KRIM", 302),
]  # fmt: skip


@pytest.mark.parametrize(("who", "unit", "status"), ACCESS)
def test_management_and_the_own_leader_see_a_units_report_and_nobody_else(
    cast: Cast, who: str, unit: str, status: int
) -> None:
    for address in ("/rapporter/", PAGE, XLSX, JSON):
        assert ask(cast, who, f"{address}?unit={unit}") == status, address


def test_a_signed_out_reader_is_led_to_the_sign_in_and_back(cast: Cast) -> None:
    answer = Client().get(f"{PDF}?unit=KRIM")
    assert answer.status_code == 302
    assert answer["Location"] == f"/konto/login/?next={PDF}%3Funit%3DKRIM"


def test_without_a_unit_everybody_gets_the_own_highest_one(cast: Cast) -> None:
    for who, code in (("director", "KRIM"), ("region", "NORD"), ("leader", "TROMSO"), ("admin", "KRIM")):
        client = Client()
        client.force_login(cast.people[who])
        assert client.get(JSON).json()["unit"]["code"] == code


def test_a_leader_who_has_moved_loses_access_at_the_next_request(cast: Cast) -> None:
    assert ask(cast, "leader", PAGE) == 200
    leads = Leadership.objects.get(learner=cast.people["leader"])
    end(leads, oslo_day(timezone.now()).replace(day=1), timezone.now())
    assert ask(cast, "leader", PAGE) == 403


def test_a_director_who_has_left_loses_access_at_the_next_request(cast: Cast) -> None:
    job = Employment.objects.get(learner=cast.people["director"])
    end(job, oslo_day(timezone.now()).replace(day=1), timezone.now())
    assert ask(cast, "director", PAGE) == 403


def test_a_superuser_without_the_role_of_a_system_administrator_sees_no_report(cast: Cast) -> None:
    RoleGrant.objects.filter(learner=cast.people["admin"]).delete()
    assert ask(cast, "admin", PAGE) == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/rapporter/2026-W60/", 400),
        ("/rapporter/snart/", 400),
        ("/rapporter/2026-W40/?on=2026-10-04", 400),
        ("/rapporter/2099-W01/", 404),
        ("/rapporter/2026-W36/", 404),
        ("/rapporter/2026-W40/?unit=NOWHERE", 404),
        ("/rapporter/2026-W40/?unit=", 404),
        ("/rapporter/2026-W40/?unit=%00", 404),
        ("/rapporter/2026-W40/?unit=NORD&unit=KRIM", 400),
        ("/rapporter/2026-W60.json", 400),
        ("/rapporter/2099-W01.pdf", 404),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(director: Client, address: str, status: int) -> None:
    answer = director.get(address)
    assert answer.status_code == status
    if address.endswith(".json"):
        assert answer.json()["error"]
    else:
        assert b'<p class="lead">' in answer.content


def test_the_json_is_the_frozen_content(director: Client, cast: Cast) -> None:
    answer = director.get(JSON)
    stored = WeeklyReport.objects.get(week="2026-W40", unit=cast.unit("KRIM"))
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == stored.content
    assert "behind" not in answer.json()


def test_files_carry_the_names_that_the_command_gives_them(director: Client) -> None:
    for address, name in ((PDF, "2026-W40-NORD.pdf"), (XLSX, "2026-W40-NORD.xlsx"), (JSON, "2026-W40-NORD.json")):
        assert name in director.get(f"{address}?unit=NORD")["Content-Disposition"]


def test_nothing_of_a_report_is_kept_by_a_cache(director: Client) -> None:
    for address in ("/rapporter/", PAGE, JSON):
        assert "no-store" in director.get(address)["Cache-Control"]


def test_the_list_offers_the_weeks_and_the_unfinished_one(director: Client) -> None:
    shown = director.get("/rapporter/").content.decode()
    assert f"/rapporter/{WEEK.name}/?unit=KRIM" in shown or current(timezone.now()).before(8) > WEEK
    unfinished = newest_closed(timezone.now()).before(-1)  # until Monday at 06:00 it is the week before
    assert f"/rapporter/{unfinished.name}/?unit=KRIM" in shown


def test_the_list_says_when_a_report_is_late(director: Client) -> None:
    at = timezone.now()
    expected = state(at) == "late"  # for a quarter of an hour after the close it is not
    assert ('role="alert"' in director.get("/rapporter/").content.decode()) == expected
    make_due(at)
    assert 'role="alert"' not in director.get("/rapporter/").content.decode()


def test_the_page_of_the_unfinished_week_is_marked_and_not_stored(director: Client) -> None:
    name = current(timezone.now()).name
    assert json.loads(director.get(f"/rapporter/{name}.json").content)["provisional"] is True
    assert 'data-color="info"' in director.get(f"/en/rapporter/{name}/").content.decode()
    assert not WeeklyReport.objects.filter(week=name).exists()


def test_text_from_people_is_never_markup(director: Client, cast: Cast) -> None:
    type(cast.basics).objects.update(title="<b>&amp;=cmd|'/c calc'!A1 #set text(1pt)")
    type(cast.unit("KRIM")).objects.filter(code="NORD").update(name="<script>alert(1)</script>")
    shown = director.get(PAGE).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert director.get(PDF).status_code == 200


def test_the_page_asks_the_database_as_often_for_many_weeks_and_units(
    director: Client, django_assert_max_num_queries: object
) -> None:
    director.get(PAGE)
    with django_assert_max_num_queries(23):  # type: ignore[operator]
        director.get(PAGE)
