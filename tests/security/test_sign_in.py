"""Sign-in as a stranger tries it: the owner stays the owner, and stays able to come in."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from learners.models import Employment, Learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
OWNER, STRANGER = "10.0.0.1", "192.0.2.66"


def sign_in(learner: Learner, password: str, address: str, onward: str = "") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/konto/login/", {"login": learner.email, "password": password, "next": onward})
    return client


def came_in(client: Client) -> bool:
    return settings.SESSION_COOKIE_NAME in client.cookies and "_auth_user_id" in client.session


def test_a_strangers_guesses_end_and_do_not_lock_the_owner_out(kari: Learner) -> None:
    for _ in range(6):
        sign_in(kari, "gjetning", STRANGER)
    assert not came_in(sign_in(kari, "hemmelig-nok-12", STRANGER))
    assert came_in(sign_in(kari, "hemmelig-nok-12", OWNER))


def test_a_whole_prison_signs_in_from_one_address_within_a_minute(kari: Learner) -> None:
    assert all(came_in(sign_in(kari, "hemmelig-nok-12", OWNER)) for _ in range(40))


def test_whoever_has_left_the_service_does_not_come_in_by_a_password(kari: Learner) -> None:
    today = timezone.localdate()
    Employment.objects.create(learner=kari, valid_from=today - dt.timedelta(days=9), known_from=timezone.now())
    assert came_in(sign_in(kari, "hemmelig-nok-12", OWNER))
    kari.employments.update(valid_to=today)
    client = sign_in(kari, "hemmelig-nok-12", OWNER)
    assert not came_in(client)
    said = client.post("/konto/login/", {"login": kari.email, "password": "hemmelig-nok-12"}, follow=True)
    assert said.redirect_chain[-1][0].endswith("/konto/ingen-treff/?why=closed")
    kari.employments.update(valid_to=today + dt.timedelta(days=1))
    assert came_in(sign_in(kari, "hemmelig-nok-12", OWNER)), "the last day is a day of work"


def test_a_signed_in_pc_adds_no_address_to_its_owners_account(kari: Learner, kari_client: Client) -> None:
    for prefix in ("", "/nn", "/en"):
        kari_client.post(f"{prefix}/konto/email/", {"email": "annen@fagbenk.example", "action_add": ""})
    assert not EmailAddress.objects.filter(email="annen@fagbenk.example").exists()


def test_a_stranger_fills_nobodys_mailbox_with_links_to_new_passwords(
    client: Client, kari: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    for minute in range(0, 60, 4):
        monkeypatch.setattr(time, "time", lambda minute=minute: now + 60 * minute)
        for _ in range(3):
            client.post("/konto/password/reset/", {"email": kari.email})
    assert len(mail.outbox) == 5


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client: Client, kari: Learner, onward: str) -> None:
    sent = {"login": kari.email, "password": "hemmelig-nok-12", "next": onward}
    answer = client.post("/konto/login/", sent)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_a_session_from_before_the_sign_in_is_not_the_one_after(client: Client, kari: Learner) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.post("/konto/login/", {"login": kari.email, "password": "hemmelig-nok-12"})
    assert client.session.session_key != before


@pytest.mark.parametrize("address", ["/", "/kurs/", "/kurs/lite-kurs/", "/konto/password/change/", "/ingen-side/"])
def test_no_page_of_somebody_signed_in_stays_in_the_browser(
    kari_client: Client, course_page: object, address: str
) -> None:
    assert kari_client.get(address)["Cache-Control"] == "private, no-store"
