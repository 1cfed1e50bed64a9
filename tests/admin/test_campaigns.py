"""A campaign made and changed in the admin."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.deciding import make_successor
from courses.models import AcceptedVersion, Audience, Campaign, Course, Part, Programme
from learners.models import Learner
from tests import staff

ADD = reverse("campaigns:add")


def form(course: Course, **changed: Any) -> dict[str, Any]:
    """The fields of a new campaign as the browser sends them."""
    today = timezone.localdate()
    fields = {
        "title": "MI for alle", "title_nn": "", "slug": "mi-for-alle", "public": "on",
        "start": today + dt.timedelta(days=10), "deadline": today + dt.timedelta(days=100),
        "target": "90 %", "grace_days": "90",
        "requirements-TOTAL_FORMS": "1", "requirements-INITIAL_FORMS": "0",
        "requirements-MIN_NUM_FORMS": "1", "requirements-MAX_NUM_FORMS": "1000",
        "requirements-0-course": course.pk, "requirements-0-ORDER": "1", "requirements-0-id": "",
        "requirements-0-DELETE": "",
    }  # fmt: skip
    return fields | changed


def edit_form(campaign: Campaign, **changed: Any) -> dict[str, Any]:
    """The fields as the browser shows and sends back."""
    audience = Audience.objects.known().filter(campaign=campaign).latest("valid_from")
    rows = list(campaign.requirements.all())
    fields: dict[str, Any] = {
        "title": campaign.title, "slug": campaign.slug, "start": campaign.start, "deadline": campaign.deadline,
        "target": "90 %", "grace_days": campaign.grace_days, "positions": audience.positions, "units": audience.units,
        "requirements-TOTAL_FORMS": len(rows), "requirements-INITIAL_FORMS": len(rows),
        "requirements-MIN_NUM_FORMS": "1", "requirements-MAX_NUM_FORMS": "1000",
    }  # fmt: skip
    for number, row in enumerate(rows):
        fields |= {f"requirements-{number}-{name}": value for name, value in (
            ("course", row.course_id), ("id", row.pk), ("ORDER", number + 1), ("DELETE", ""))}  # fmt: skip
    return fields | changed


def errors(answer: Any) -> str:
    said = answer.context["form"].errors
    return " ".join(str(text) for texts in said.values() for text in texts)


@pytest.fixture
def mi(db: None) -> Course:
    return staff.course("MI")


@pytest.fixture
def running(service: SimpleNamespace, mi: Course) -> Campaign:
    """Begun ten days ago, asks the officers."""
    today = timezone.localdate()
    dates = today - dt.timedelta(days=10), today + dt.timedelta(days=50)
    return staff.campaign("running", [mi], *dates, positions=["VERKSBETJENT"], units=[])


def edit(campaign: Campaign) -> str:
    return reverse("campaigns:edit", args=[campaign.pk])


def test_saving_a_campaign_writes_its_audience_and_version_as_facts(as_pia: Client, pia: Learner, mi: Course) -> None:
    answer = as_pia.post(ADD, form(mi, positions=["VERKSBETJENT"], units=["HALDEN"]))
    assert answer.status_code == 302, errors(answer)
    campaign = Campaign.objects.get()
    audience = Audience.objects.get()
    assert (audience.positions, audience.units, audience.decided_by) == (["VERKSBETJENT"], ["HALDEN"], pia)
    assert audience.valid_from == campaign.start
    assert audience.valid_to is audience.known_to is None
    assert AcceptedVersion.objects.get().version == mi.versions.get()
    assert str(campaign.target) == "0.900"


@pytest.fixture
def vbu(mi: Course) -> Programme:
    """MI and PED are required, PROD is to choose, and there is a gathering."""
    made = Programme.objects.create(slug="vbu", title="VBU")
    for order, (code, group) in enumerate((("MI", ""), ("PED", ""), ("PROD", "A"))):
        course = mi if code == "MI" else staff.course(code)
        Part.objects.create(programme=made, order=order, kind="course", course=course, group=group)
    Part.objects.create(programme=made, order=9, kind="gathering", title="Samling 1")
    return made


def codes() -> list[str]:
    return list(Campaign.objects.get().requirements.values_list("course__code", flat=True))


def test_a_programme_asks_for_its_required_courses(as_pia: Client, mi: Course, vbu: Programme) -> None:
    empty = {"requirements-0-course": "", "programme": str(vbu.pk)}
    answer = as_pia.post(ADD, form(mi, **empty))
    assert answer.status_code == 302, errors(answer)
    assert codes() == ["MI", "PED"]
    assert AcceptedVersion.objects.count() == 2
    campaign = Campaign.objects.get()
    assert campaign.programme == vbu
    as_pia.post(edit(campaign), edit_form(campaign, title="VBU for alle", programme=str(vbu.pk)))
    assert codes() == ["MI", "PED"]


def test_a_programme_stands_once_the_campaign_has_started_and_goes_to_its_successor(
    as_pia: Client, pia: Learner, running: Campaign, vbu: Programme
) -> None:
    Campaign.objects.update(programme=vbu)
    as_pia.post(edit(running), edit_form(running, title="Et annet navn", programme=""))
    running.refresh_from_db()
    assert (running.title, running.programme) == ("Et annet navn", vbu)
    assert make_successor(running, pia, timezone.now()).programme == vbu


def test_a_programme_adds_to_the_courses_that_are_chosen(as_pia: Client, mi: Course, vbu: Programme) -> None:
    other = staff.course("NAV")
    assert as_pia.post(ADD, form(other, programme=str(vbu.pk))).status_code == 302
    assert codes() == ["NAV", "MI", "PED"]


def sent_unchanged(client: Client, campaign: Campaign) -> Any:
    """The form as the page shows it, sent back."""
    page: Any = BeautifulSoup(client.get(edit(campaign)).content, "html.parser")
    [shown] = [one for one in page.find_all("form") if one.find(attrs={"name": "slug"})]
    fields: dict[str, list[str]] = {}
    for one in shown.find_all(["input", "textarea", "select"]):
        if one.get("name") and not one.has_attr("disabled"):
            fields.setdefault(one["name"], []).extend(_values(one))
    return client.post(edit(campaign), fields)


def _values(one: Any) -> list[str]:
    """What a browser sends of a field."""
    if one.name == "select":
        return [option["value"] for option in one.find_all("option", selected=True)]
    if one.get("type") in ("checkbox", "radio"):
        return [one.get("value", "on")] if one.has_attr("checked") else []
    return [one.text.removeprefix("\n") if one.name == "textarea" else one.get("value", "")]


@pytest.mark.parametrize("days", [-10, 10])
def test_saving_a_campaign_on_a_programme_alone_unchanged_changes_nothing(
    as_pia: Client, mi: Course, vbu: Programme, days: int
) -> None:
    start = timezone.localdate() + dt.timedelta(days=days)
    alone = staff.campaign("alone", [], start, start + dt.timedelta(days=90), positions=["VERKSBETJENT"])
    Campaign.objects.update(programme=vbu)
    answer = sent_unchanged(as_pia, alone)
    assert answer.status_code == 302, errors(answer)
    assert codes() == []
    assert not AcceptedVersion.objects.exists()
    assert Audience.objects.count() == 1
    assert Campaign.objects.get().programme == vbu


def test_a_course_that_the_programme_got_later_is_not_added_by_saving_the_campaign(
    as_pia: Client, mi: Course, vbu: Programme
) -> None:
    as_pia.post(ADD, form(mi, programme=str(vbu.pk)))
    Part.objects.create(programme=vbu, order=3, kind="course", course=staff.course("NAV"))
    answer = sent_unchanged(as_pia, Campaign.objects.get())
    assert answer.status_code == 302, errors(answer)
    assert codes() == ["MI", "PED"]


def test_a_campaign_asks_for_a_course_or_a_programme(as_pia: Client, mi: Course, vbu: Programme) -> None:
    as_pia.post(ADD, form(mi, programme=str(vbu.pk)))
    campaign = Campaign.objects.get()
    removed = edit_form(campaign) | {"requirements-0-DELETE": "1", "requirements-1-DELETE": "1"}
    assert as_pia.post(edit(campaign), removed | {"programme": ""}).status_code == 200
    assert codes() == ["MI", "PED"]
    assert as_pia.post(edit(campaign), removed | {"programme": str(vbu.pk)}).status_code == 302
    assert codes() == []


def test_a_programme_without_a_required_course_is_refused_in_words(as_pia: Client, mi: Course, vbu: Programme) -> None:
    vbu.parts.filter(group="").delete()
    assert "ingen obligatoriske kurs" in errors(as_pia.post(ADD, form(mi, programme=str(vbu.pk))))
    assert not Campaign.objects.exists()


def test_saving_says_how_many_the_audience_reaches(as_pia: Client, mi: Course) -> None:
    answer = as_pia.post(ADD, form(mi, positions=["VERKSBETJENT"]), follow=True)
    assert "3 personer" in answer.content.decode() or "3 people" in answer.content.decode()


@pytest.mark.parametrize(
    ("positions", "units", "people"),
    [
        ([], [], 5),
        (["VERKSBETJENT"], [], 3),
        (["VERKSBETJENT"], ["OST"], 2),
        ([], ["HALDEN"], 3),
        ([], ["BODO", "OST"], 4),
    ],
)
def test_the_reach_counts_persons_at_and_below_the_units(
    as_pia: Client, positions: list[str], units: list[str], people: int
) -> None:
    answer = as_pia.get(reverse("campaigns:reach"), {"positions": positions, "units": units})
    assert f" {people} p" in answer.json()["sentence"]


def test_a_leaver_is_not_reached(as_pia: Client, service: SimpleNamespace) -> None:
    service.Berit.employments.update(valid_to=timezone.localdate())
    assert " 4 p" in as_pia.get(reverse("campaigns:reach")).json()["sentence"]


@pytest.mark.parametrize("query", [{"units": "TULL"}, {"positions": "TULL"}, {"name": "x"}])
def test_an_unknown_parameter_of_the_reach_is_refused(as_pia: Client, query: dict[str, str]) -> None:
    assert as_pia.get(reverse("campaigns:reach"), query).status_code == 400


def test_a_changed_audience_of_a_running_campaign_closes_the_old_row_and_adds_one_from_today(
    as_pia: Client, pia: Learner, running: Campaign
) -> None:
    answer = as_pia.post(edit(running), edit_form(running, units=["HALDEN"]))
    assert answer.status_code == 302, errors(answer)
    today = timezone.localdate()
    overwritten = Audience.objects.exclude(known_to=None).get()
    before, since = Audience.objects.known().order_by("valid_from")
    assert (overwritten.units, overwritten.valid_to) == ([], None)
    assert (before.units, before.valid_from, before.valid_to) == ([], running.start, today)
    assert (since.units, since.valid_from, since.valid_to, since.decided_by) == (["HALDEN"], today, None, pia)


def test_saving_without_a_change_writes_no_facts(as_pia: Client, running: Campaign) -> None:
    as_pia.post(edit(running), edit_form(running, title="Et annet navn"))
    assert Campaign.objects.get().title == "Et annet navn"
    assert Audience.objects.count() == AcceptedVersion.objects.count() == 1


def test_until_the_start_a_change_corrects_the_first_decision(as_pia: Client, mi: Course) -> None:
    as_pia.post(ADD, form(mi))
    campaign = Campaign.objects.get()
    later = campaign.start + dt.timedelta(days=5)
    answer = as_pia.post(edit(campaign), edit_form(campaign, start=later, units=["BODO"]))
    assert answer.status_code == 302, errors(answer)
    audience = Audience.objects.known().get()
    assert (audience.valid_from, audience.units) == (later, ["BODO"])
    assert audience.decided_by is not None
    assert AcceptedVersion.objects.known().get().valid_from == later
    assert Audience.objects.count() == AcceptedVersion.objects.count() == 2


def test_address_start_and_grace_stand_once_the_campaign_has_started(as_pia: Client, running: Campaign) -> None:
    moved = running.start + dt.timedelta(days=90)
    as_pia.post(edit(running), edit_form(running, slug="annen", start=moved, grace_days=1))
    stored = Campaign.objects.get()
    assert (stored.slug, stored.start, stored.grace_days) == ("running", running.start, 90)


def test_the_courses_of_a_running_campaign_stand(as_pia: Client, running: Campaign) -> None:
    other = staff.course("PED")
    answer = as_pia.post(edit(running), edit_form(running, **{"requirements-0-course": other.pk}))
    assert answer.status_code == 200
    assert running.requirements.get().course.code == "MI"


@pytest.mark.parametrize(
    "changed",
    [{"deadline": "2020-01-01"}, {"target": "0 %"}, {"target": "101 %"}, {"target": "mange"}, {"target": "90,55 %"},
     {"requirements-TOTAL_FORMS": "0"}, {"slug": "med mellomrom"}, {"units": ["TULL"]}],
)  # fmt: skip
def test_what_cannot_be_meant_is_not_saved(as_pia: Client, mi: Course, changed: dict[str, Any]) -> None:
    answer = as_pia.post(ADD, form(mi, **changed))
    assert answer.status_code == 200
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"), [("87,5 %", "0.875"), ("0,9", "0.900"), ("75", "0.750"), ("100 %", "1.000")]
)
def test_a_target_is_read_as_people_write_it(as_pia: Client, mi: Course, typed: str, stored: str) -> None:
    answer = as_pia.post(ADD, form(mi, target=typed))
    assert answer.status_code == 302, errors(answer)
    assert str(Campaign.objects.get().target) == stored


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_dates_are_typed_as_norwegians_do(client: Client, pia: Learner, mi: Course, language: str) -> None:
    client.cookies["django_language"] = language
    client.force_login(pia)
    answer = client.post(ADD, form(mi, start="01.02.2027", deadline="3.12.2027"))
    assert answer.status_code == 302, errors(answer)
    assert (Campaign.objects.get().start, Campaign.objects.get().deadline) == (
        dt.date(2027, 2, 1),
        dt.date(2027, 12, 3),
    )


def test_a_taken_address_is_refused(as_pia: Client, running: Campaign, mi: Course) -> None:
    assert as_pia.post(ADD, form(mi, slug="running")).status_code == 200


def test_a_course_without_a_published_version_is_refused(as_pia: Client, service: SimpleNamespace) -> None:
    unpublished = Course.objects.create(code="NY", title="Nytt", subject="mi")
    answer = as_pia.post(ADD, form(unpublished))
    assert "Nytt" in errors(answer)
    assert not Campaign.objects.exists()


def test_courses_keep_the_order_they_are_given(as_pia: Client, mi: Course) -> None:
    ped = staff.course("PED")
    two = {"requirements-TOTAL_FORMS": "2", "requirements-0-ORDER": "2", "requirements-1-course": ped.pk,
           "requirements-1-ORDER": "1", "requirements-1-id": "", "requirements-1-DELETE": ""}  # fmt: skip
    answer = as_pia.post(ADD, form(mi, **two))
    assert answer.status_code == 302, errors(answer)
    assert [r.course.code for r in Campaign.objects.get().requirements.all()] == ["PED", "MI"]


@pytest.mark.django_db(transaction=True)
def test_a_changed_audience_is_in_the_figures_at_once(client: Client, pia: Learner, running: Campaign) -> None:
    from tracking.barometer import cells
    from tracking.barometer.models import Cell

    cells.refresh(running, timezone.now())
    client.force_login(pia)
    today = Cell.objects.filter(campaign=running, on=timezone.localdate(), known="now", unit__code="KRIM")
    assert today.get().in_audience == 3
    client.post(edit(running), edit_form(running, units=["HALDEN"]))
    assert today.get().in_audience == 2
