"""The page on which one chooses the weekday, stops, and reads the mail that one would get now."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from learners import mail_choices
from learners.models import Learner
from tests import staff
from tracking.followup.digest import KIND

PAGE = "/min-laering/varsler/"


@pytest.fixture
def ola(db: None, client: Client) -> SimpleNamespace:
    """Ola, signed in, who is asked for MI."""
    mi, today = staff.course("MI"), timezone.localdate()
    learner = staff.employ("Ola", staff.unit("HALDEN"))
    staff.campaign("mi", [mi], today - dt.timedelta(days=9), today + dt.timedelta(days=90))
    client.force_login(learner)
    return SimpleNamespace(learner=learner, mi=mi)


def chosen(ola: SimpleNamespace) -> tuple[int, bool]:
    one = mail_choices.choice(ola.learner, KIND)
    return one.weekday, one.stopped_at is None


def test_the_page_shows_the_mail_as_it_would_be_now(client: Client, ola: SimpleNamespace) -> None:
    assert "Kurset MI: innen" in client.get(PAGE).content.decode()
    staff.complete(ola.learner, ola.mi, timezone.localdate())
    assert "Kurset MI" not in client.get(PAGE).content.decode()


def test_the_mail_on_the_page_says_its_language_where_the_page_is_in_another(
    client: Client, ola: SimpleNamespace
) -> None:
    assert '<div class="letter" lang="nb"' in client.get(f"/en{PAGE}").content.decode()
    Learner.objects.update(language="nn")
    assert '<div class="letter" lang="nn"' in client.get(PAGE).content.decode()


def test_looking_at_the_page_sends_and_chooses_nothing(client: Client, ola: SimpleNamespace) -> None:
    client.get(PAGE)
    assert not ola.learner.mails.exists()
    assert not ola.learner.mail_choices.exists()


def test_weekday_and_stop_are_chosen_and_taken_back(client: Client, ola: SimpleNamespace) -> None:
    assert chosen(ola) == (1, True)
    assert client.post(PAGE, {"weekday": "5"}).status_code == 302
    assert chosen(ola) == (5, False)
    assert client.post(PAGE, {"weekday": "3", "weekly": "on"}).status_code == 302
    assert chosen(ola) == (3, True)


@pytest.mark.parametrize("weekday", ["0", "8", "", "fredag"])
def test_a_day_that_is_none_is_refused_in_words(client: Client, ola: SimpleNamespace, weekday: str) -> None:
    answer = client.post(PAGE, {"weekday": weekday, "weekly": "on"})
    assert answer.status_code == 400
    assert chosen(ola) == (1, True)


def test_on_leave_the_page_says_why_no_mail_comes(client: Client, ola: SimpleNamespace) -> None:
    staff.on_leave(ola.learner, timezone.localdate())
    assert "permisjon" in client.get(PAGE).content.decode()
