"""The page at /min-laering/: what is asked, what is begun, what is completed; one's own and nobody else's."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from tests import staff

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
