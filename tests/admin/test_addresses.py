"""An address that is left empty: who is quicker than the page's script, or has none, gets it from the title."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Campaign, Cohort, Gathering, Programme
from learners.models import Learner, RoleGrant
from learners.roles import grant
from tests import staff
from tracking.barometer.models import YearlySeries

from .test_campaigns import form

TITLE = "Å spørre godt 2030"


@pytest.fixture
def desk(as_pia: Client, pia: Learner) -> Client:
    for role in (RoleGrant.Role.COURSE_ADMIN, RoleGrant.Role.TEACHER):
        grant(pia, role, None, timezone.now())
    return as_pia


def rows(*names: str) -> dict[str, str]:
    return {f"{name}-{count}_FORMS": "0" for name in names for count in ("TOTAL", "INITIAL")}


def programme() -> Programme:
    return Programme.objects.create(slug="vbu", title="VBU", hours=10)


def kinds() -> dict[str, Any]:
    """By the admin's address of a kind of record: its model, and what a browser sends beside title and address."""
    days = {"starts": "01.02.2030", "ends": "01.12.2030"}
    gathering = {
        "state": "draft", "seats": "20", "least_percent": "80", "cancel_days": "7", "answer_hours": "48",
        "course": staff.course("HMS").pk, **rows("sessions", "teachers", "materials"),
    }  # fmt: skip
    return {
        "kompetansetiltak": (Campaign, form(staff.course("MI"))),
        "programmer": (Programme, {"hours": "10", **rows("parts", "choices")}),
        "kull": (Cohort, {"programme": programme().pk, **days, **rows("teachers")}),
        "samlinger": (Gathering, gathering),
        "serier": (YearlySeries, {"target": "90"}),
    }


@pytest.mark.parametrize("kind", ["kompetansetiltak", "programmer", "kull", "samlinger", "serier"])
def test_a_record_without_an_address_gets_it_from_its_title_and_keeps_it(desk: Client, kind: str) -> None:
    model, fields = kinds()[kind]
    for wanted in ("a-sporre-godt-2030", "a-sporre-godt-2030-2"):
        answer = desk.post(f"/admin/{kind}/new/", fields | {"title": TITLE, "slug": ""})
        assert answer.status_code == 302, answer.context["form"].errors
        assert model.objects.filter(slug=wanted, title=TITLE).exists()
    refused = desk.post(f"/admin/{kind}/new/", fields | {"title": "!!!", "slug": ""})
    assert list(refused.context["form"].errors) == ["slug"]
    untitled = desk.post(f"/admin/{kind}/new/", fields | {"title": "", "slug": ""})
    assert list(untitled.context["form"].errors) == ["title"]


def test_an_emptied_address_stays_as_it_was(desk: Client, pia: Learner) -> None:
    on = timezone.localdate()
    cohort = Cohort.objects.create(
        slug="kull-a", title="Kull A", programme=programme(), starts=on, ends=on + dt.timedelta(days=9)
    )
    sent = {"title": "Kull B", "slug": "", "programme": cohort.programme_id, "starts": on, "ends": cohort.ends}
    assert desk.post(f"/admin/kull/edit/{cohort.pk}/", sent | rows("teachers")).status_code == 302
    cohort.refresh_from_db()
    assert (cohort.slug, cohort.title) == ("kull-a", "Kull B")
