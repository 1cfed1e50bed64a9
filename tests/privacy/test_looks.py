"""Who has looked at whom: one line a week, shown to the one who was seen and to nobody else."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from learners import looks
from learners.models import Learner, Look, RoleGrant
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
TUESDAY = dt.datetime(2026, 11, 17, 9, tzinfo=dt.UTC)


@pytest.fixture
def halden() -> SimpleNamespace:
    """Lars leads Halden, where Ola and Oda work and are asked to take a course; Berit works at Berg."""
    prison, berg = staff.unit("HALDEN"), staff.unit("BERG")
    people = {name: staff.employ(name, prison) for name in ("Lars", "Ola", "Oda")}
    staff.lead(people["Lars"], prison)
    today = timezone.localdate()
    staff.campaign("mi", [staff.course()], today - dt.timedelta(days=90), today + dt.timedelta(days=9))
    return SimpleNamespace(prison=prison, Berit=staff.employ("Berit", berg), **people)


def test_looks_in_the_same_week_are_one_line(halden: SimpleNamespace) -> None:
    team = [halden.Ola, halden.Oda]
    assert looks.record(halden.Lars, team, "team", "leader", TUESDAY) == 2
    assert looks.record(halden.Lars, team, "team", "leader", TUESDAY + dt.timedelta(days=5)) == 0
    assert looks.record(halden.Lars, halden.Ola, "team", "leader", TUESDAY + dt.timedelta(days=6)) == 1
    assert [week for week, _lines in looks.by_week(halden.Ola)] == [dt.date(2026, 11, 23), dt.date(2026, 11, 16)]


def test_the_week_is_oslo_s(halden: SimpleNamespace) -> None:
    sunday_night = dt.datetime(2026, 11, 22, 22, 59, tzinfo=dt.UTC)
    assert looks.week_of(sunday_night) == dt.date(2026, 11, 16)
    assert looks.week_of(sunday_night + dt.timedelta(minutes=1)) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(("place", "role"), [("people", "leader"), ("team", "acting_leader")])
def test_another_place_or_role_is_a_line_of_its_own(halden: SimpleNamespace, place: str, role: str) -> None:
    looks.record(halden.Lars, halden.Ola, "team", "leader", TUESDAY)
    assert looks.record(halden.Lars, halden.Ola, place, role, TUESDAY) == 1


def test_nobody_looks_at_oneself(halden: SimpleNamespace) -> None:
    assert looks.record(halden.Lars, halden.Lars, "team", "leader", TUESDAY) == 0


@pytest.mark.parametrize(("place", "role"), [("attic", "leader"), ("team", "king")])
def test_a_place_or_role_without_words_is_refused(halden: SimpleNamespace, place: str, role: str) -> None:
    with pytest.raises(ValueError, match="no words"):
        looks.record(halden.Lars, halden.Ola, place, role, TUESDAY)


def test_the_leader_s_page_is_a_look_at_the_team(client: Client, halden: SimpleNamespace) -> None:
    client.force_login(halden.Lars)
    for _ in range(2):
        client.get("/leder/")
    assert {look.seen for look in Look.objects.all()} == {halden.Ola, halden.Oda}
    assert {(look.viewer, look.role, look.place) for look in Look.objects.all()} == {(halden.Lars, "leader", "team")}


def test_a_stand_in_is_shown_as_a_stand_in(client: Client, halden: SimpleNamespace) -> None:
    staff.lead(halden.Oda, halden.prison, acting=True)
    client.force_login(halden.Oda)
    client.get("/leder/")
    assert [line.role for line in looks.of(halden.Ola)] == ["fungerende leder"]


def test_the_people_pages_of_the_admin_are_a_look(client: Client, halden: SimpleNamespace) -> None:
    boss = Learner.objects.create_superuser("sjef@fagbenk.example", "en-lang-nok-frase", given_name="Siri")
    client.force_login(boss)
    client.get("/admin/users/?q=Ola")
    client.get(f"/admin/users/edit/{halden.Oda.pk}/")
    seen = {look.seen for look in Look.objects.filter(viewer=boss, place="people", role=RoleGrant.Role.SYSTEM)}
    assert halden.Oda in seen


def test_the_one_who_was_seen_reads_who_it_was(client: Client, halden: SimpleNamespace) -> None:
    looks.record(halden.Lars, halden.Ola, "team", "leader", TUESDAY)
    client.force_login(halden.Ola)
    page = client.get("/personvern/").content.decode()
    assert "Lars Dal" in page and "ledersiden" in page and "16." in page
    (line,) = client.get("/personvern/mine-data.json").json()["holdings"]["looks"]
    assert line["who"] == "Lars Dal"


@pytest.mark.parametrize("who", ["Lars", "Oda", "Berit"])
def test_others_do_not_read_it(client: Client, halden: SimpleNamespace, who: str) -> None:
    looks.record(halden.Lars, halden.Ola, "team", "leader", TUESDAY)
    client.force_login(getattr(halden, who))
    assert "ledersiden" not in client.get("/personvern/").content.decode()
    assert "Ola" not in client.get("/personvern/mine-data.json").content.decode()
