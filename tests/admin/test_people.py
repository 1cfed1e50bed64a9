"""People in the admin: named as we name them, and never deleted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from learners.models import Learner


@pytest.fixture
def boss(client: Client, service: SimpleNamespace) -> Learner:
    """Signed in, with every right that there is."""
    made = Learner.objects.create_superuser("sjef@fagbenk.example", "en-lang-nok-frase", given_name="Siri")
    client.force_login(made)
    return made


def test_a_name_that_is_changed_in_the_admin_is_changed(
    client: Client, boss: Learner, service: SimpleNamespace
) -> None:
    address = reverse("wagtailusers_users:edit", args=[service.Ola.pk])
    assert client.get(address).context["form"]["first_name"].value() == "Ola"
    fields = {"email": service.Ola.email, "first_name": "Olav", "last_name": "Dahl", "is_active": "on"}
    answer = client.post(address, fields)
    assert answer.status_code == 302, answer.context["form"].errors
    service.Ola.refresh_from_db()
    assert str(service.Ola) == "Olav Dahl"


def test_a_person_can_be_entered(client: Client, boss: Learner) -> None:
    fields = {"email": "ny@fagbenk.example", "first_name": "Nina", "last_name": "Berg"}
    answer = client.post(reverse("wagtailusers_users:add"), fields)
    assert answer.status_code == 302, answer.context["form"].errors
    assert str(Learner.objects.get(email="ny@fagbenk.example")) == "Nina Berg"


def test_an_editor_is_not_asked_for_a_name_that_the_people_data_holds(client: Client, edvard: Learner) -> None:
    client.force_login(edvard)
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "first_name" not in page
    assert "preferred_language" in page


def test_nobody_is_deleted_one_by_one(client: Client, boss: Learner, service: SimpleNamespace) -> None:
    client.post(reverse("wagtailusers_users:delete", args=[service.Ola.pk]))
    assert Learner.objects.filter(pk=service.Ola.pk).exists()


def test_nobody_is_deleted_by_the_dozen(client: Client, boss: Learner, service: SimpleNamespace) -> None:
    address = reverse("wagtail_bulk_action", args=["learners", "learner", "delete"])
    client.post(f"{address}?id={service.Ola.pk}&next=/admin/users/")
    assert Learner.objects.filter(pk=service.Ola.pk).exists()


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailadmin_account", "wagtailusers_groups:index"])
def test_the_pages_about_people_open(client: Client, boss: Learner, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_users:add"])
def test_they_open_for_no_editor(client: Client, edvard: Learner, name: str) -> None:
    client.force_login(edvard)
    assert client.get(reverse(name)).status_code == 302
