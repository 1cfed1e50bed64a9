"""Audiences with exceptions, stages, days from joining, renewals and successors, as an HR officer decides them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.audience import Asked, reached
from courses.models import AcceptedVersion, Audience, Campaign, Course, CourseVersion, Singled
from learners.models import Learner, Look
from learners.roles import grant
from tests import staff
from tests.admin.test_campaigns import ADD, edit, edit_form, errors, form
from tracking.barometer.duties import duties_of

PEOPLE = reverse("campaigns:people")
DAY = dt.timedelta(days=1)


@pytest.fixture
def mi(db: None) -> Course:
    return staff.course("MI")


@pytest.fixture
def running(service: SimpleNamespace, mi: Course) -> Campaign:
    today = timezone.localdate()
    return staff.campaign("running", [mi], today - 10 * DAY, today + 90 * DAY, positions=["VERKSBETJENT"], units=[])


def names(ids: set[int]) -> list[str]:
    return sorted(Learner.objects.get(pk=pk).given_name for pk in ids)


def test_exceptions_are_saved_as_facts_and_asked_of_as_decided(
    as_pia: Client, pia: Learner, service: SimpleNamespace, mi: Course
) -> None:
    start = timezone.localdate() + DAY
    Learner.objects.filter(pk=service.Ola.pk).update(hr_number="00123")
    fields = {
        "start": start, "positions": ["VERKSBETJENT"], "without": ["BODO"], "also": ["KRIM"],
        "people_out": "00123  Ola Dal\n", "people_in": "finn@fagbenk.example",
    }  # fmt: skip
    answer = as_pia.post(ADD, form(mi, **fields))
    assert answer.status_code == 302, errors(answer)
    audience = Audience.objects.get()
    assert (audience.without, audience.also, audience.decided_by) == (["BODO"], ["KRIM"], pia)
    told = {(row.learner.given_name, row.taken_in, row.valid_from, row.decided_by) for row in Singled.objects.all()}
    assert told == {("Ola", False, start, pia), ("Finn", True, start, pia)}
    assert names(set(duties_of(start))) == ["Ada", "Berit", "Finn", "Pia"]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(positions=("VERKSBETJENT",), without=("OST",)),
        Asked(positions=("KONSULENT",), also=("BODO",)),
        Asked(units=("OST",), without=("HALDEN",), also=("HALDEN",)),
        Asked(units=("BODO",), without=("KRIM",)),
    ],
)
def test_the_preview_is_whom_the_campaign_will_ask(service: SimpleNamespace, mi: Course, asked: Asked) -> None:
    today = timezone.localdate()
    lists = {name: list(getattr(asked, name)) for name in ("positions", "units", "without", "also")}
    staff.campaign("ny", [mi], today, today + 90 * DAY, **lists)
    assert reached(asked, today) == set(duties_of(today))


def test_the_list_before_saving_shows_names_and_leaves_a_look(
    as_pia: Client, pia: Learner, service: SimpleNamespace, mi: Course
) -> None:
    answer = as_pia.post(PEOPLE, form(mi, positions=["VERKSBETJENT"], people_out="ola@fagbenk.example"))
    page = answer.content.decode()
    assert "Ada Dal" in page
    assert "Berit Dal" in page
    assert "Ola Dal" not in page
    assert not Campaign.objects.exists()
    assert set(Look.objects.values_list("viewer", "seen__given_name", "place")) == {
        (pia.pk, "Ada", "audience"), (pia.pk, "Berit", "audience")
    }  # fmt: skip


def test_many_people_are_shown_by_unit_and_names_on_request(
    as_pia: Client, service: SimpleNamespace, mi: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.admin.reaching.MOST_NAMES", 2)
    page = as_pia.post(PEOPLE, form(mi)).content.decode()
    assert "Ada Dal" not in page
    assert not Look.objects.exists()
    page = as_pia.post(PEOPLE, form(mi, only="BODO")).content.decode()
    assert ("Berit Dal" in page, "Ada Dal" in page) == (True, False)
    assert Look.objects.get().seen == service.Berit


def test_an_editor_sees_no_list(client: Client, edvard: Learner, mi: Course) -> None:
    client.force_login(edvard)
    assert client.post(PEOPLE, form(mi)).status_code in (302, 403)


def test_somebody_unknown_is_named_and_nothing_is_saved(as_pia: Client, mi: Course) -> None:
    answer = as_pia.post(ADD, form(mi, people_out="99999  Ingen Her"))
    assert "99999" in errors(answer)
    assert not Campaign.objects.exists()
    assert as_pia.post(PEOPLE, form(mi, people_out="99999")).status_code == 400


def test_nobody_is_taken_both_in_and_out(as_pia: Client, service: SimpleNamespace, mi: Course) -> None:
    both = {"people_in": "ola@fagbenk.example", "people_out": "ola@fagbenk.example"}
    assert as_pia.post(ADD, form(mi, **both)).status_code == 200


def test_a_person_taken_out_of_a_running_campaign_is_out_from_today(
    as_pia: Client, running: Campaign, service: SimpleNamespace
) -> None:
    as_pia.post(edit(running), edit_form(running, people_out="ola@fagbenk.example"))
    today = timezone.localdate()
    assert names(set(duties_of(today))) == ["Ada", "Berit"]
    assert "Ola" in names(set(duties_of(today - DAY)))
    as_pia.post(edit(running), edit_form(running, people_out=""))
    assert names(set(duties_of(today))) == ["Ada", "Berit", "Ola"]


def test_saving_what_the_page_shows_changes_no_exception(as_pia: Client, running: Campaign) -> None:
    as_pia.post(edit(running), edit_form(running, people_out="ola@fagbenk.example"))
    shown = as_pia.get(edit(running)).context["form"]["people_out"].value()
    assert "Ola Dal" in shown
    as_pia.post(edit(running), edit_form(running, people_out=shown))
    assert Singled.objects.count() == 1


def test_leaders_first_then_their_staff(as_pia: Client, service: SimpleNamespace, mi: Course) -> None:
    start = timezone.localdate() + DAY
    staff.lead(service.Ada, service.halden)
    stages = {"staff_from": start + 30 * DAY, "leaders_deadline": start + 20 * DAY}
    answer = as_pia.post(ADD, form(mi, start=start, positions=["VERKSBETJENT"], **stages))
    assert answer.status_code == 302, errors(answer)
    assert names(set(duties_of(start))) == ["Ada"]
    (duty,) = duties_of(start)[service.Ada.pk]
    assert duty.due == start + 20 * DAY
    assert names(set(duties_of(start + 30 * DAY))) == ["Ada", "Berit", "Ola"]
    campaign = Campaign.objects.get()
    as_pia.post(edit(campaign), edit_form(campaign, start=start, positions=["VERKSBETJENT"]))
    assert names(set(duties_of(start))) == ["Ada", "Berit", "Ola"]


@pytest.mark.parametrize(
    "wrong",
    [{"leaders_deadline": "01.01.2099"}, {"staff_from": "01.01.2020"}, {"due_days": "200"}, {"due_days": "0"}],
)
def test_stages_and_days_that_cannot_be_meant_are_refused(as_pia: Client, mi: Course, wrong: dict[str, str]) -> None:
    assert as_pia.post(ADD, form(mi, **wrong)).status_code == 200
    assert not Campaign.objects.exists()


def test_a_renewal_course_is_accepted_with_the_course(as_pia: Client, mi: Course) -> None:
    short = staff.course("MI-KORT")
    fields = {"requirements-0-renew_months": "24", "requirements-0-renewal": short.pk}
    answer = as_pia.post(ADD, form(mi, **fields))
    assert answer.status_code == 302, errors(answer)
    assert {row.version.course.code for row in AcceptedVersion.objects.all()} == {"MI", "MI-KORT"}
    row = Campaign.objects.get().requirements.get()
    assert (row.renew_months, row.renewal) == (24, short)


def test_the_months_of_a_running_campaign_stand(as_pia: Client, running: Campaign) -> None:
    answer = as_pia.post(edit(running), edit_form(running, **{"requirements-0-renew_months": "12"}))
    assert answer.status_code == 200
    assert running.requirements.get().renew_months is None


def test_a_course_is_not_renewed_by_itself_by_name(as_pia: Client, mi: Course) -> None:
    assert as_pia.post(ADD, form(mi, **{"requirements-0-renewal": mi.pk})).status_code == 200


def test_a_successor_takes_over_with_the_new_version_and_the_old_one_stays(
    as_pia: Client, pia: Learner, running: Campaign, service: SimpleNamespace, mi: Course
) -> None:
    staff.complete(service.Ola, mi, timezone.localdate() - DAY)
    CourseVersion.objects.create(course=mi, number=2, published_on=timezone.localdate())
    as_pia.post(edit(running), edit_form(running, without=["BODO"], people_out="ada@fagbenk.example"))
    answer = as_pia.post(reverse("campaigns:successor", args=[running.pk]))
    made = Campaign.objects.get(follows=running)
    assert answer.url == edit(made)  # type: ignore[attr-defined]
    assert (made.slug, made.start > timezone.localdate()) == ("running-2", True)
    assert AcceptedVersion.objects.get(campaign=made).version.number == 2
    (duty,) = duties_of(made.start)[service.Ola.pk]
    assert (duty.campaign, [one.left for one in duty.courses]) == (made, [True])
    assert set(duties_of(made.start)) == {service.Ola.pk}
    assert names(set(duties_of(made.start - DAY))) == ["Ola"]
    as_pia.post(reverse("campaigns:successor", args=[running.pk]))
    assert Campaign.objects.count() == 2


def test_an_editor_makes_no_successor(client: Client, edvard: Learner, running: Campaign) -> None:
    client.force_login(edvard)
    assert client.post(reverse("campaigns:successor", args=[running.pk])).status_code in (302, 403)
    assert Campaign.objects.count() == 1


def test_a_correction_bears_the_name_of_the_one_who_made_it(
    as_pia: Client, client: Client, pia: Learner, edvard: Learner, mi: Course
) -> None:
    as_pia.post(ADD, form(mi))
    grant(edvard, "publisher", None, timezone.now())
    client.force_login(edvard)
    campaign = Campaign.objects.get()
    client.post(edit(campaign), edit_form(campaign, units=["HALDEN"]))
    assert [row.decided_by for row in Audience.objects.order_by("pk")] == [pia, edvard]


def test_the_page_tells_what_was_decided_by_whom_and_what_was_replaced(
    as_pia: Client, running: Campaign, service: SimpleNamespace
) -> None:
    as_pia.post(edit(running), edit_form(running, units=["HALDEN"], people_out="ola@fagbenk.example"))
    page: Any = as_pia.get(edit(running)).content.decode()
    told = page[page.index("panel-child-what_was_decided") if "panel-child-what_was_decided" in page else 0 :]
    assert "Verksbetjent i Halden" in told
    assert "Verksbetjent i alle enheter" in told
    assert "1 person tatt ut ved navn" in told
    assert "Pia Dal" in told
