"""The page at /min-laering/: what is asked, what is begun, what is completed; one's own and nobody else's."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone, translation

from cms.figures import short_date as written
from courses.models import Campaign, Cohort, CohortMember, Part, Programme
from tests import staff
from tracking.completions.models import Achievement
from tracking.identities.activities import programme_iri

pytestmark = pytest.mark.django_db


@pytest.fixture
def ola(client: Client) -> SimpleNamespace:
    """Ola is signed in and asked for MI; Oda is somebody else."""
    today = timezone.localdate()
    halden = staff.unit("HALDEN")
    mi = staff.course("MI", title="Motiverende samtaler")
    campaign = staff.campaign("mi", [mi], today - dt.timedelta(days=30), today + dt.timedelta(days=30))
    person, oda = staff.employ("Ola", halden), staff.employ("Oda", halden)
    client.force_login(person)
    return SimpleNamespace(person=person, oda=oda, mi=mi, campaign=campaign, halden=halden, today=today)


def context(client: Client) -> object:
    answer = client.get("/min-laering/")
    assert answer.status_code == 200
    return answer.context


def test_what_is_asked_is_listed_with_the_own_date(client: Client, ola: SimpleNamespace) -> None:
    (assignment,) = context(client)["assignments"]  # type: ignore[index]
    assert (assignment.campaign, assignment.due) == (ola.campaign, ola.campaign.deadline)
    assert context(client)["left"] == 1  # type: ignore[index]


def test_leave_moves_the_own_date(client: Client, ola: SimpleNamespace) -> None:
    staff.on_leave(ola.person, ola.today - dt.timedelta(days=10), ola.today + dt.timedelta(days=30))
    (assignment,) = context(client)["assignments"]  # type: ignore[index]
    assert assignment.on_leave
    assert assignment.due == ola.campaign.deadline + dt.timedelta(days=40)


def test_open_ended_leave_leaves_no_date(client: Client, ola: SimpleNamespace) -> None:
    staff.on_leave(ola.person, ola.today - dt.timedelta(days=10))
    (assignment,) = context(client)["assignments"]  # type: ignore[index]
    assert assignment.due is None


def test_a_completion_is_listed_and_nothing_is_left(client: Client, ola: SimpleNamespace) -> None:
    staff.complete(ola.person, ola.mi, ola.today)
    shown = context(client)
    assert shown["left"] == 0  # type: ignore[index]
    assert [row["completion"].completed_on for row in shown["completions"]] == [ola.today]  # type: ignore[index]


def test_a_voided_completion_is_not_listed(client: Client, ola: SimpleNamespace) -> None:
    done = staff.complete(ola.person, ola.mi, ola.today)
    type(done).objects.update(known_to=timezone.now())
    assert context(client)["completions"] == []  # type: ignore[index]


def test_nobody_else_s_completions_are_there(client: Client, ola: SimpleNamespace) -> None:
    staff.complete(ola.oda, ola.mi, ola.today)
    assert context(client)["completions"] == []  # type: ignore[index]


def test_who_has_not_signed_in_is_asked_to(client: Client, ola: SimpleNamespace) -> None:
    client.logout()
    assert client.get("/min-laering/")["Location"].startswith("/konto/login/")


def test_the_page_is_kept_by_no_cache(client: Client, ola: SimpleNamespace) -> None:
    assert client.get("/min-laering/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("language", ["", "/nn", "/en", "/se"])
def test_the_page_is_there_in_every_language(client: Client, ola: SimpleNamespace, language: str) -> None:
    assert client.get(f"{language}/min-laering/").status_code == 200


# --- a campaign on a programme ---


@pytest.fixture
def vbu(ola: SimpleNamespace) -> Programme:
    """The campaign asks for a programme of MI and, after it, PED."""
    made = Programme.objects.create(slug="vbu", title="VBU")
    for order, course in enumerate((ola.mi, staff.course("PED", title="Pedagogikk"))):
        Part.objects.create(programme=made, order=order, kind="course", course=course, due_days=30 * (order + 1))
    Campaign.objects.filter(pk=ola.campaign.pk).update(programme=made)
    return made


def short_date(day: dt.date) -> str:
    with translation.override("en"):
        return written(day)


def page(client: Client) -> str:
    return " ".join(client.get("/en/min-laering/").content.decode().split())


def test_a_programme_is_asked_for_as_a_whole_and_not_course_by_course(
    client: Client, ola: SimpleNamespace, vbu: Programme
) -> None:
    staff.complete(ola.person, ola.mi, ola.today)
    said = page(client)
    assert "You have one programme left." in said
    assert '<a href="/en/program/vbu/">VBU</a>' in said
    assert '<span class="part-state">1 of 2 parts done.' in said
    assert "You have not been given a place in a class yet." in said
    assert '<li data-done="yes"' not in said  # MI is not told of a second time


def test_a_member_of_a_class_sees_the_next_part_and_its_date(
    client: Client, ola: SimpleNamespace, vbu: Programme
) -> None:
    cohort = Cohort.objects.create(programme=vbu, slug="k", title="K", starts=ola.today, ends=ola.today)
    CohortMember.objects.create(cohort=cohort, learner=ola.person, joined_at=timezone.now())
    staff.complete(ola.person, ola.mi, ola.today)
    due = short_date(ola.today + dt.timedelta(days=60))
    assert f"Next: Pedagogikk, by {due}" in page(client)


def test_courses_beside_a_programme_are_counted_by_themselves(
    client: Client, ola: SimpleNamespace, vbu: Programme
) -> None:
    staff.campaign("to", [staff.course("MILJO")], ola.today, ola.today + dt.timedelta(days=30))
    assert "You have one course left" in page(client)
    assert "Besides, you have one programme left." in page(client)


def test_a_programme_that_is_completed_is_told_as_done(client: Client, ola: SimpleNamespace, vbu: Programme) -> None:
    Achievement.objects.create(
        learner=ola.person, activity=programme_iri("vbu"), registration=uuid.uuid4(), statement_id=uuid.uuid4(),
        completed_on=ola.today, known_from=timezone.now(), written_at=timezone.now(),
    )  # fmt: skip
    said = page(client)
    assert "You have completed everything that is asked of you." in said
    assert f"Completed {short_date(ola.today)}" in said
