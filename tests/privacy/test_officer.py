"""The privacy officer's pages: found, seen, erased after a second confirmation; for no other role."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from learners import roles
from learners.models import Learner, Look, RoleGrant
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> SimpleNamespace:
    settings.ERASED_FILE = str(tmp_path / "erased.jsonl")
    halden = staff.unit("HALDEN")
    people = {name: staff.employ(name, halden) for name in ("Samira", "Siri", "Ola")}
    roles.grant(people["Samira"], RoleGrant.Role.PRIVACY, None, timezone.now())
    roles.grant(people["Siri"], RoleGrant.Role.SYSTEM, None, timezone.now())
    return SimpleNamespace(**people)


def at(name: str, learner: Learner) -> str:
    return reverse(name, args=[learner.opaque_id])


def test_the_officer_finds_a_person_and_the_look_is_entered(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Samira)
    assert "Ola Dal" in client.get(reverse("privacy-search"), {"q": "ola"}).content.decode()
    assert client.get(at("privacy-person", house.Ola)).status_code == 200
    assert Look.objects.filter(seen=house.Ola, viewer=house.Samira, place="privacy", role="privacy").count() == 1


def test_nothing_is_erased_without_the_name_written_once_more(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Samira)
    page = client.post(at("privacy-erase", house.Ola), {"name": "Oda Dal"})
    assert page.status_code == 200 and "Ingenting er slettet" in page.content.decode()
    assert client.post(at("privacy-erase", house.Ola), {"name": " ola  dal "}).status_code == 302
    assert Learner.objects.get(pk=house.Ola.pk).erased_on
    assert client.get(at("privacy-person", house.Ola)).status_code == 404


@pytest.mark.parametrize("who", ["Siri", "Ola"])
@pytest.mark.parametrize("name", ["privacy-person", "privacy-erase"])
def test_no_other_role_comes_in(client: Client, house: SimpleNamespace, who: str, name: str) -> None:
    client.force_login(getattr(house, who))
    assert client.get(at(name, house.Samira)).status_code != 200
    client.post(at(name, house.Samira), {"name": "Samira Dal"})
    assert not Learner.objects.get(pk=house.Samira.pk).erased_on


def test_the_officer_edits_no_page_and_sees_no_people_page(client: Client, house: SimpleNamespace) -> None:
    client.force_login(house.Samira)
    assert client.get("/admin/").status_code == 200
    for door in ("/admin/users/", "/admin/kompetansetiltak/", reverse("roles")):
        assert client.get(door).status_code != 200, door
