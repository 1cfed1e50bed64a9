"""Who may decide campaigns, and who comes into the admin at all."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners.models import Learner, RoleGrant
from learners.roles import grant
from tests import staff

OURS = ["campaigns:index", "campaigns:add", "campaigns:reach", "course-records:index", "course-records:add"]


def reachable(client: Client, name: str) -> bool:
    return client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OURS)
def test_a_publisher_decides_campaigns_and_keeps_records(as_pia: Client, name: str) -> None:
    assert reachable(as_pia, name)


@pytest.mark.parametrize("name", OURS)
def test_a_course_administrator_does_too(client: Client, service: SimpleNamespace, name: str) -> None:
    karin = staff.employ("Karin", service.krim)
    grant(karin, RoleGrant.Role.COURSE_ADMIN, None, timezone.now())
    client.force_login(karin)
    assert reachable(client, name)


@pytest.mark.parametrize("name", OURS)
def test_an_editor_does_not(client: Client, edvard: Learner, name: str) -> None:
    client.force_login(edvard)
    assert not reachable(client, name)


def test_an_editor_meets_no_menu_item_for_campaigns(client: Client, edvard: Learner, site: object) -> None:
    client.force_login(edvard)
    page = client.get("/admin/").content.decode()
    assert reverse("campaigns:index") not in page


@pytest.mark.parametrize("name", OURS)
def test_an_officer_does_not(client: Client, service: SimpleNamespace, name: str) -> None:
    client.force_login(service.Ola)
    assert not reachable(client, name)


def test_a_publisher_whose_role_has_ended_does_not(as_pia: Client, pia: Learner) -> None:
    RoleGrant.objects.filter(learner=pia).update(valid_to=timezone.localdate())
    assert not reachable(as_pia, "campaigns:index")


def test_a_publisher_who_has_left_does_not(as_pia: Client, pia: Learner) -> None:
    pia.employments.update(valid_to=timezone.localdate())
    assert not reachable(as_pia, "campaigns:index")


def test_the_admin_s_own_sign_in_leads_to_ours(client: Client, db: None) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert answer["Location"].startswith("/konto/login/")


@pytest.mark.parametrize("prefix", ["", "/nn"])
def test_wagtail_s_sign_in_for_private_pages_leads_to_ours(client: Client, db: None, prefix: str) -> None:
    answer = client.get(f"{prefix}/_util/login/?next=/kurs/")
    assert answer["Location"].endswith("/konto/login/?next=%2Fkurs%2F")


@pytest.mark.parametrize("address", ["/admin/password_reset/", "/admin/account/?tab=password"])
def test_no_password_is_set_in_the_admin(client: Client, pia: Learner, address: str) -> None:
    client.force_login(pia)
    assert 'type="password"' not in client.get(address).content.decode()


def test_an_officer_at_the_admin_s_door_is_not_sent_in_a_circle(client: Client, service: SimpleNamespace) -> None:
    client.force_login(service.Ola)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403


def test_nobody_deletes_a_campaign_or_a_course(client: Client, service: SimpleNamespace) -> None:
    Learner.objects.create_superuser("sjef@fagbenk.example", "en-lang-nok-frase")
    client.force_login(Learner.objects.get(email="sjef@fagbenk.example"))
    course = staff.course("MI")
    client.post(reverse("course-records:delete", args=[course.pk]))
    course.refresh_from_db()


def test_an_editor_whose_role_has_ended_edits_no_more(client: Client, edvard: Learner, site: object) -> None:
    client.force_login(edvard)
    assert client.get("/admin/pages/").status_code == 200
    RoleGrant.objects.filter(learner=edvard).update(valid_to=timezone.localdate())
    assert client.get("/admin/pages/", follow=True).status_code == 403


def test_an_editor_who_has_left_edits_no_more(client: Client, edvard: Learner, site: object) -> None:
    client.force_login(edvard)
    edvard.employments.update(valid_to=timezone.localdate())
    assert client.get("/admin/pages/", follow=True).status_code == 403


def test_one_role_that_has_ended_does_not_end_another(client: Client, edvard: Learner, site: object) -> None:
    grant(edvard, RoleGrant.Role.PUBLISHER, None, timezone.now())
    RoleGrant.objects.filter(learner=edvard, role="editor").update(valid_to=timezone.localdate())
    client.force_login(edvard)
    assert client.get("/admin/pages/").status_code == 200
    assert [group.name for group in edvard.groups.all()] == ["Moderators"]


def test_a_role_given_again_is_not_taken_for_its_ended_self(client: Client, edvard: Learner, site: object) -> None:
    RoleGrant.objects.filter(learner=edvard).update(valid_from="2020-01-01", valid_to="2021-01-01")
    grant(edvard, RoleGrant.Role.EDITOR, None, timezone.now())
    client.force_login(edvard)
    assert client.get("/admin/pages/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/", "/admin/users/", "/admin/kompetansetiltak/"])
def test_an_administrator_who_has_left_administers_no_more(
    client: Client, service: SimpleNamespace, site: object, address: str
) -> None:
    Learner.objects.filter(pk=service.Ola.pk).update(is_superuser=True)
    client.force_login(service.Ola)
    assert client.get(address).status_code == 200
    service.Ola.employments.update(valid_to=timezone.localdate())
    assert client.get(address).status_code == 403
