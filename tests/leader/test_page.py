"""The page at /leder/: who comes in, and that nobody sees a name outside the own team."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from learners.models import Leadership
from tests import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> SimpleNamespace:
    """Two prisons in one region: Lars leads Halden (Ola, Oda), Berta leads Berg (Bo); Ragna leads the region."""
    today = timezone.localdate()
    krim = staff.unit("KRIM", kind="service")
    region = staff.unit("OST", krim, kind="region")
    own, halden, berg = (
        staff.unit("OST-STAB", region, kind="staff"),
        staff.unit("HALDEN", region),
        staff.unit("BERG", region),
    )
    people = {name: staff.employ(name, halden) for name in ("Lars", "Ola", "Oda")}
    people |= {name: staff.employ(name, berg) for name in ("Berta", "Bo")}
    people["Ragna"] = staff.employ("Ragna", own)
    staff.lead(people["Lars"], halden)
    staff.lead(people["Berta"], berg)
    staff.lead(people["Ragna"], region)
    mi = staff.course("MI")
    staff.campaign("mi", [mi], today - dt.timedelta(days=30), today + dt.timedelta(days=30))
    return SimpleNamespace(krim=krim, region=region, halden=halden, berg=berg, mi=mi, **people)


def page(client: Client, who: object, query: str = "") -> tuple[int, str]:
    client.force_login(who)  # type: ignore[arg-type]
    answer = client.get(f"/leder/{query}")
    return answer.status_code, answer.content.decode()


def test_a_leader_sees_the_own_team_and_nobody_else(client: Client, service: SimpleNamespace) -> None:
    status, text = page(client, service.Lars)
    assert status == 200
    assert all(f"{name} Dal" in text for name in ("Lars", "Ola", "Oda"))
    assert not any(f"{name} Dal" in text for name in ("Berta", "Bo", "Ragna"))


@pytest.mark.parametrize("code", ["BERG", "OST", "KRIM", "TULL", "halden"])
def test_another_unit_is_refused_whether_it_exists_or_not(client: Client, service: SimpleNamespace, code: str) -> None:
    status, text = page(client, service.Lars, f"?unit={code}")
    assert status == 403
    assert "Bo Dal" not in text


def test_a_region_s_leader_sees_no_names_of_a_prison_that_has_a_leader(
    client: Client, service: SimpleNamespace
) -> None:
    status, text = page(client, service.Ragna)
    assert status == 200
    assert "Ola Dal" not in text
    assert page(client, service.Ragna, "?unit=HALDEN")[0] == 403


def test_a_region_s_leader_sees_the_units_of_a_campaign_that_asks_none_of_the_own_staff(
    client: Client, service: SimpleNamespace
) -> None:
    today = timezone.localdate()
    month = dt.timedelta(days=30)
    staff.campaign("prisons", [service.mi], today - month, today + month, units=["HALDEN", "BERG"])
    text = page(client, service.Ragna)[1]
    assert 'href="/barometer/prisons/?unit=OST"' in text
    assert 'href="/barometer/mi/?unit=OST"' in text
    assert "/barometer/prisons/" not in page(client, service.Oda)[1]


def test_an_officer_gets_a_friendly_refusal(client: Client, service: SimpleNamespace) -> None:
    status, text = page(client, service.Ola)
    assert status == 403
    assert "Oda Dal" not in text


def test_who_has_not_signed_in_is_asked_to(client: Client, service: SimpleNamespace) -> None:
    answer = client.get("/leder/?unit=HALDEN")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/login/?next=/leder/")


def test_a_leader_who_has_moved_loses_access_at_the_next_request(client: Client, service: SimpleNamespace) -> None:
    assert page(client, service.Lars)[0] == 200
    Leadership.objects.filter(learner=service.Lars).update(valid_to=timezone.localdate())
    assert client.get("/leder/").status_code == 403


def test_a_leader_who_has_left_loses_access_at_the_next_request(client: Client, service: SimpleNamespace) -> None:
    assert page(client, service.Lars)[0] == 200
    service.Lars.employments.update(valid_to=timezone.localdate())
    assert client.get("/leder/").status_code == 403


def test_a_leadership_that_was_corrected_away_gives_no_access(client: Client, service: SimpleNamespace) -> None:
    Leadership.objects.filter(learner=service.Lars).update(known_to=timezone.now())
    assert page(client, service.Lars)[0] == 403


def test_who_acts_for_the_leader_sees_the_team_while_it_lasts(client: Client, service: SimpleNamespace) -> None:
    acting = staff.lead(service.Oda, service.halden, acting=True)
    assert "Ola Dal" in page(client, service.Oda)[1]
    Leadership.objects.filter(pk=acting.pk).update(valid_to=timezone.localdate())
    assert client.get("/leder/").status_code == 403


def test_who_leads_two_units_may_choose(client: Client, service: SimpleNamespace) -> None:
    staff.lead(service.Lars, service.berg)
    assert "Bo Dal" in page(client, service.Lars, "?unit=BERG")[1]
    assert "Bo Dal" not in page(client, service.Lars, "?unit=HALDEN")[1]


@pytest.mark.parametrize(("name", "in_menu"), [("Lars", True), ("Ola", False)])
def test_the_menu_has_the_team_for_those_who_lead_one(
    client: Client, service: SimpleNamespace, name: str, in_menu: bool
) -> None:
    client.force_login(getattr(service, name))
    assert ('href="/leder/"' in client.get("/min-laering/").content.decode()) is in_menu


def test_an_unknown_parameter_is_refused(client: Client, service: SimpleNamespace) -> None:
    assert page(client, service.Lars, "?name=Bo")[0] == 400


def test_the_page_is_kept_by_no_cache(client: Client, service: SimpleNamespace) -> None:
    client.force_login(service.Lars)
    assert client.get("/leder/")["Cache-Control"] == "private, no-store"


def test_no_time_of_day_and_no_score_is_on_the_page(client: Client, service: SimpleNamespace) -> None:
    staff.complete(service.Ola, service.mi, timezone.localdate() - dt.timedelta(days=3))
    text = page(client, service.Lars)[1]
    assert "12:00" not in text
    assert "data-done" in text


@pytest.mark.parametrize("language", ["", "/nn", "/en", "/se"])
def test_the_page_is_there_in_every_language(client: Client, service: SimpleNamespace, language: str) -> None:
    client.force_login(service.Lars)
    assert client.get(f"{language}/leder/").status_code == 200
