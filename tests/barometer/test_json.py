"""GET /barometer/<campaign>.json: its keys, what it hides, what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from learners.models import Learner
from tests.barometer import organisation as org

pytestmark = pytest.mark.django_db
URL = "/barometer/grunnkurs.json"


@pytest.fixture
def service() -> org.Service:
    """45 officers in Oslo of whom 20 have completed, 12 in Tromsø of whom 5, 4 in Bodø of whom 2."""
    made = org.service(OSLO=45, TROMSO=12, BODO=4)
    course = org.course("MI")
    org.campaign(course)
    for code, number in (("OSLO", 20), ("TROMSO", 5), ("BODO", 2)):
        for learner in made.people[code][:number]:
            org.complete(learner, course, org.START)
    return made


def asked(client: Client, **query: Any) -> Any:
    return client.get(URL, query).json()


def test_the_keys_are_those_that_are_promised(client: Client, service: org.Service) -> None:
    said = asked(client)
    assert list(said) == [
        "campaign", "unit", "as_of", "known", "rule_version", "in_audience", "counted", "completed", "not_counted",
        "on_leave", "in_grace", "exempt", "share", "suppressed", "people_received_at", "statements_received_at",
        "forecast", "trend", "units",
    ]  # fmt: skip
    assert said["campaign"] == {"slug": "grunnkurs", "title": "Grunnkurs", "deadline": "2027-06-30", "target": 0.9}
    assert said["unit"] == {"code": "KRIM", "name": "Unit KRIM"}
    assert list(said["trend"][0]) == ["on", "counted", "completed", "share", "suppressed"]
    assert list(said["units"][0]) == ["code", "name", "counted", "completed", "share", "suppressed"]


def test_both_counts_stand_beside_the_unrounded_share(client: Client, service: org.Service) -> None:
    said = asked(client)
    assert (said["completed"], said["counted"], said["share"]) == (27, 61, 27 / 61)


def test_an_unknown_unit_is_not_found(client: Client, service: org.Service) -> None:
    answer = client.get(URL, {"unit": "NOWHERE"})
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("day", ["2999-01-01", "2026-02-30", "yesterday", "20261101", ""])
def test_a_bad_or_future_date_is_refused(client: Client, service: org.Service, day: str) -> None:
    answer = client.get(URL, {"on": day})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_unknown_parameter_is_refused_by_name(client: Client, service: org.Service) -> None:
    answer = client.get(URL, {"uint": "OSLO"})
    assert answer.status_code == 400
    assert "uint" in answer.json()["error"]


@pytest.mark.parametrize("query", ["known=maybe", "part=xyz", "unit=OSLO&unit=BODO"])
def test_a_value_that_cannot_be_honoured_is_refused(client: Client, service: org.Service, query: str) -> None:
    assert client.get(f"{URL}?{query}").status_code == 400


def test_an_unknown_campaign_is_not_found(client: Client, service: org.Service) -> None:
    assert client.get("/barometer/nothing.json").status_code == 404


def test_a_campaign_that_is_not_public_is_for_signed_in_people(client: Client, service: org.Service) -> None:
    org.campaign(org.course("PED"), slug="internal", public=False)
    assert client.get("/barometer/internal.json").status_code == 403
    client.force_login(Learner.objects.create_user("charlie@example.org"))
    answer = client.get("/barometer/internal.json")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_a_second_look_at_the_same_figure_costs_no_second_copy(client: Client, service: org.Service) -> None:
    first = client.get(URL)
    assert client.get(URL, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_hidden_unit_is_named_without_numbers(client: Client, service: org.Service) -> None:
    rows = {row["code"]: row for row in asked(client, unit="NORD", on="2026-09-13")["units"]}
    assert rows["BODO"] == {
        "code": "BODO", "name": "Unit BODO", "counted": None, "completed": None, "share": None, "suppressed": True,
    }  # fmt: skip


def test_a_hidden_units_own_figure_is_null_throughout(client: Client, service: org.Service) -> None:
    said = asked(client, unit="BODO", on="2026-09-20")
    assert said["suppressed"] is True
    for name in (
        "in_audience",
        "counted",
        "completed",
        "not_counted",
        "on_leave",
        "in_grace",
        "exempt",
        "share",
        "forecast",
    ):
        assert said[name] is None
    assert all(point["suppressed"] and point["counted"] is None for point in said["trend"])


def test_a_small_unit_shows_sundays_figures_in_mid_week(client: Client, service: org.Service) -> None:
    org.complete(service.people["TROMSO"][6], service_course(), dt.date(2026, 9, 15))
    org.employ(service.units["BODO"])
    said = asked(client, unit="TROMSO", on="2026-09-16")
    assert said["as_of"] == "2026-09-13" or said["suppressed"]


def service_course() -> Any:
    from courses.models import Course

    return Course.objects.get()
