"""Roles are given and ended with dates, by somebody who may; Wagtail's rights follow."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import roles
from learners.exceptions import RoleRefused
from learners.models import Learner, Look, RoleGrant
from learners.policy import administers, holds, roles_to_give, units_led_by
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
Role = RoleGrant.Role
DAY = dt.timedelta(days=1)


@pytest.fixture
def house() -> SimpleNamespace:
    """Siri administers the system, Karin the courses; Ola and Oda are officers at Halden."""
    krim = staff.unit("KRIM", kind="service")
    halden = staff.unit("HALDEN", krim)
    people = {name: staff.employ(name, halden) for name in ("Siri", "Karin", "Ola", "Oda")}
    roles.grant(people["Siri"], Role.SYSTEM, None, timezone.now())
    roles.grant(people["Karin"], Role.COURSE_ADMIN, None, timezone.now())
    return SimpleNamespace(krim=krim, halden=halden, today=timezone.localdate(), now=timezone.now(), **people)


def form(role: str, house: SimpleNamespace, **fields: str) -> dict[str, str]:
    return {"role": role, "since": house.today.strftime("%d.%m.%Y"), **fields}


def address(learner: Learner) -> str:
    return reverse("role-person", args=[learner.opaque_id])


def test_an_administrator_gives_a_role_and_is_named_as_the_giver(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Siri)
    answer = client.post(address(house.Ola), form(Role.MANAGEMENT, house, unit="HALDEN"))
    assert answer.status_code == 302, answer.context["form"].errors
    held = RoleGrant.objects.get(learner=house.Ola)
    assert (held.role, held.unit, held.decided_by) == (Role.MANAGEMENT, house.halden, house.Siri)
    assert "Siri Dal" in client.get(address(house.Ola)).content.decode()


@pytest.mark.parametrize(("role", "acting"), [("leader", False), ("acting_leader", True)])
def test_a_leader_is_named_by_hand_with_dates(client: Client, house: SimpleNamespace, role: str, acting: bool) -> None:
    client.force_login(house.Siri)
    until = (house.today + 14 * DAY).strftime("%d.%m.%Y")
    client.post(address(house.Ola), form(role, house, unit="HALDEN", last_day=until))
    assert units_led_by(house.Ola, house.today + 14 * DAY) == [house.halden]
    assert units_led_by(house.Ola, house.today + 15 * DAY) == []
    assert house.Ola.leaderships.get().acting is acting


def test_the_page_says_who_it_was_seen_by(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Siri)
    client.get(address(house.Ola))
    client.get(reverse("roles"), {"q": "Oda"})
    looked = Look.objects.filter(viewer=house.Siri, place="roles", role=Role.SYSTEM)
    assert {house.Ola.pk, house.Oda.pk} <= set(looked.values_list("seen_id", flat=True))


@pytest.mark.parametrize("who", ["Ola", "Karin"])
def test_who_may_give_what(client: Client, house: SimpleNamespace, who: str) -> None:
    giver = getattr(house, who)
    client.force_login(giver)
    given = set()
    for role in ("leader", *Role.values):
        client.post(address(house.Oda), form(role, house, unit="HALDEN" if role in ("leader", "local_leader") else ""))
        if RoleGrant.objects.filter(learner=house.Oda, role=role).exists() or house.Oda.leaderships.exists():
            given.add(role)
    assert given == roles_to_give(giver, house.today) == ({"editor", "teacher"} if who == "Karin" else set())


def test_nobody_but_an_administrator_gives_oneself_a_role(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Karin)
    client.post(address(house.Karin), form(Role.EDITOR, house))
    assert not holds(house.Karin, {Role.EDITOR}, house.today)


def test_a_course_administrator_ends_no_role_that_is_not_theirs_to_give(client: Client, house: SimpleNamespace) -> None:
    held = RoleGrant.objects.get(learner=house.Siri)
    client.force_login(house.Karin)
    client.post(reverse("role-end", args=["rolle", held.pk]), {"last_day": "01.01.2026"})
    assert administers(house.Siri, house.today)


def test_a_role_that_is_ended_opens_nothing_at_the_next_request(client: Client, house: SimpleNamespace) -> None:
    held = roles.grant(house.Ola, Role.EDITOR, None, house.now)
    theirs = Client()
    theirs.force_login(house.Ola)
    assert theirs.get("/admin/").status_code == 200
    client.force_login(house.Siri)
    yesterday = (house.today - DAY).strftime("%d.%m.%Y")
    answer = client.post(reverse("role-end", args=["rolle", held.pk]), {"last_day": yesterday})
    assert answer.status_code == 302
    assert theirs.get("/admin/").status_code != 200
    assert {row.decided_by for row in house.Ola.role_grants.filter(known_to=None)} == {house.Siri}


def test_a_role_from_tomorrow_opens_the_door_tomorrow(house: SimpleNamespace) -> None:
    roles.grant(house.Ola, Role.EDITOR, None, house.now, since=house.today + DAY)
    assert not Group.objects.filter(user=house.Ola).exists()
    assert roles.settle_all(house.today + DAY) == 1
    assert Group.objects.get(user=house.Ola).name == "Editors"
    assert roles.settle_all(house.today + DAY) == 0


@pytest.mark.parametrize(
    ("role", "unit", "days"),
    [("leader", None, 0), (Role.LOCAL_LEADER, None, 0), (Role.EDITOR, "HALDEN", 0), (Role.MANAGEMENT, "HALDEN", -1)],
)
def test_what_cannot_be_is_refused(house: SimpleNamespace, role: str, unit: str | None, days: int) -> None:
    last_day = house.today + days * DAY if days else None
    with pytest.raises(RoleRefused):
        roles.give(house.Ola, role, house.halden if unit else None, house.now, house.Siri, house.today, last_day)


def test_a_unit_has_one_local_leader_at_a_time(house: SimpleNamespace) -> None:
    roles.grant(house.Ola, Role.LOCAL_LEADER, house.halden, house.now, last_day=house.today + 9 * DAY)
    with pytest.raises(RoleRefused, match="Ola"):
        roles.grant(house.Oda, Role.LOCAL_LEADER, house.halden, house.now, since=house.today + 5 * DAY)
    roles.grant(house.Oda, Role.LOCAL_LEADER, house.halden, house.now, since=house.today + 10 * DAY)


# --- The last administrator -------------------------------------------------------------------------------------------
def test_the_last_administrator_s_role_cannot_be_ended(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Siri)
    held = RoleGrant.objects.get(learner=house.Siri)
    answer = client.post(reverse("role-end", args=["rolle", held.pk]), {"last_day": "01.01.2026"})
    assert answer.status_code == 200
    assert "siste systemadministratoren" in answer.content.decode()
    assert administers(house.Siri, house.today)


def test_nor_can_they_be_shut_out(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Siri)
    fields = {"email": house.Siri.email, "first_name": "Siri", "last_name": "Dal"}  # no is_active
    client.post(reverse("wagtailusers_users:edit", args=[house.Siri.pk]), fields)
    assert Learner.objects.get(pk=house.Siri.pk).is_active


def test_one_who_is_about_to_end_does_not_count_as_another(house: SimpleNamespace) -> None:
    roles.grant(house.Ola, Role.SYSTEM, None, house.now, last_day=house.today + DAY)
    with pytest.raises(RoleRefused):
        roles.end(RoleGrant.objects.get(learner=house.Siri), house.today, house.now, house.Siri)


def test_with_another_one_it_can_be_ended(house: SimpleNamespace) -> None:
    roles.grant(house.Ola, Role.SYSTEM, None, house.now)
    roles.end(RoleGrant.objects.get(learner=house.Siri), house.today - DAY, house.now, house.Ola)
    house.Siri.refresh_from_db()
    assert not house.Siri.is_superuser and not administers(house.Siri, house.today)


def test_the_first_administrator_gets_the_role_too(db: None) -> None:
    first = Learner.objects.create_superuser("forste@fagbenk.example", "en-lang-nok-frase")
    assert administers(first, timezone.localdate())


# --- Only the page of roles gives rights ------------------------------------------------------------------------------
def test_the_people_page_makes_nobody_an_administrator_or_an_editor(client: Client, house: SimpleNamespace) -> None:
    roles.grant(house.Oda, Role.EDITOR, None, house.now)
    client.force_login(house.Siri)
    editors = Group.objects.get(name="Editors")
    names = {"first_name": "O", "last_name": "Dal", "is_active": "on", "is_superuser": "on", "groups": [editors.pk]}
    for one in (house.Ola, house.Oda):
        client.post(reverse("wagtailusers_users:edit", args=[one.pk]), {"email": one.email, **names})
        one.refresh_from_db()
    assert not house.Ola.is_superuser
    assert not house.Ola.groups.exists()
    assert house.Oda.groups.get() == editors


def test_rights_are_not_given_by_the_dozen(client: Client, house: SimpleNamespace) -> None:
    roles.grant(house.Oda, Role.EDITOR, None, house.now)
    client.force_login(house.Siri)
    at = reverse("wagtail_bulk_action", args=["learners", "learner", "assign_role"])
    client.post(f"{at}?id={house.Ola.pk}&next=/admin/users/", {"role": Group.objects.get(name="Editors").pk})
    assert not house.Ola.groups.exists()
