"""The second factor: asked of whoever holds a role, at the next request, whichever door they try."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.core import mail
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from learners import roles
from learners.models import Learner, RoleGrant, Unit
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PASSWORD = "en-lang-nok-frase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DOORS = ["/", "/leder/", "/admin/", "/admin/users/", "/admin/login/?next=/admin/", "/personvern/mine-data.json"]


@pytest.fixture(autouse=True)
def in_earnest(settings: Settings) -> None:
    settings.SECOND_FACTOR_WAIVED = False


@pytest.fixture
def halden(db: None) -> Unit:
    return staff.unit("HALDEN")


@pytest.fixture
def edvard(halden: Unit) -> Learner:
    learner = staff.employ("Edvard", halden)
    roles.grant(learner, RoleGrant.Role.EDITOR, None, timezone.now())
    return learner


def code(secret: str = SECRET) -> str:
    """The app's code of this half minute: good in the next one too, should the test get there first."""
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def sign_in(client: Client, learner: Learner) -> Any:
    return client.post("/konto/login/", {"login": learner.email, "password": PASSWORD})


@pytest.mark.parametrize("door", DOORS)
def test_a_password_alone_opens_no_door_to_an_editor(client: Client, edvard: Learner, door: str) -> None:
    sign_in(client, edvard)
    answer = client.get(door)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/2fa/?next=")


@pytest.mark.parametrize("door", ["/admin/login/", "/django-admin/login/", "/_util/login/"])
def test_no_other_sign_in_takes_a_password(client: Client, edvard: Learner, door: str) -> None:
    answer = client.post(door, {"username": edvard.email, "login": edvard.email, "password": PASSWORD}, follow=True)
    assert not answer.wsgi_request.user.is_authenticated


def test_an_officer_is_asked_for_no_second_factor(client: Client, halden: Unit) -> None:
    sign_in(client, staff.employ("Ola", halden))
    assert client.get("/").status_code == 200


def test_it_is_set_up_without_a_mail_first_and_then_the_door_opens(client: Client, edvard: Learner) -> None:
    sign_in(client, edvard)
    page = client.get("/konto/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/konto/2fa/totp/activate/", {"code": code(secret)})
    assert answer["Location"] == "/konto/2fa/recovery-codes/"
    assert len(client.get(answer["Location"]).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200


def test_a_wrong_code_sets_nothing_up(client: Client, edvard: Learner) -> None:
    sign_in(client, edvard)
    client.get("/konto/2fa/totp/activate/")
    assert client.post("/konto/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").status_code == 302


def test_the_secret_is_not_stored_in_the_clear(edvard: Learner) -> None:
    TOTP.activate(edvard, SECRET)
    assert SECRET not in str(Authenticator.objects.get().data)
    assert TOTP(Authenticator.objects.get()).validate_code(code())


def test_signing_in_asks_for_the_code(client: Client, edvard: Learner) -> None:
    TOTP.activate(edvard, SECRET)
    assert sign_in(client, edvard)["Location"].startswith("/konto/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
    client.post("/konto/2fa/authenticate/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_a_code_is_good_for_once(edvard: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the next half minute, when the code is still valid for those whose clock is slow."""
    TOTP.activate(edvard, SECRET)
    at, once = time.time(), code()
    for seconds, expected in ((0, 200), (1, 302), (31, 302)):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: at + seconds)
        client = Client()
        sign_in(client, edvard)
        client.post("/konto/2fa/authenticate/", {"code": once})
        assert client.get("/admin/").status_code == expected, seconds


def test_one_whose_role_begins_today_is_asked_at_the_next_request(client: Client, halden: Unit) -> None:
    ola = staff.employ("Ola", halden)
    sign_in(client, ola)
    assert client.get("/").status_code == 200
    staff.lead(ola, halden, since=timezone.localdate())
    assert client.get("/")["Location"].startswith("/konto/2fa/")


def test_a_role_that_begins_tomorrow_is_not_asked_about_today(client: Client, halden: Unit) -> None:
    ola = staff.employ("Ola", halden)
    staff.lead(ola, halden, since=timezone.localdate() + dt.timedelta(days=1))
    sign_in(client, ola)
    assert client.get("/").status_code == 200


def test_a_session_with_a_password_alone_proves_the_known_factor_and_adds_none(client: Client, edvard: Learner) -> None:
    sign_in(client, edvard)  # before the factor was set up elsewhere
    TOTP.activate(edvard, SECRET)
    for address in ("/admin/", "/konto/2fa/webauthn/add/", "/konto/2fa/recovery-codes/"):
        assert client.get(address)["Location"].startswith("/konto/2fa/reauthenticate/"), address
    client.post("/konto/2fa/reauthenticate/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_the_last_factor_stays_while_the_role_does(client: Client, edvard: Learner) -> None:
    TOTP.activate(edvard, SECRET)
    sign_in(client, edvard)
    client.post("/konto/2fa/authenticate/", {"code": code()})
    client.post("/konto/2fa/totp/deactivate/", {})
    assert Authenticator.objects.filter(user=edvard).exists()


def test_a_new_password_by_mail_does_not_go_round_the_second_factor(client: Client, edvard: Learner) -> None:
    TOTP.activate(edvard, SECRET)
    client.post("/konto/password/reset/", {"email": edvard.email})
    link = next(line for line in str(mail.outbox[-1].body).splitlines() if "/key/" in line)
    form = client.get("/" + link.split("/", 3)[3], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "en-annen-frase-7", "password2": "en-annen-frase-7"})
    assert client.get("/admin/").status_code == 302
    assert Client().get("/admin/").status_code == 302


def test_the_waiver_is_refused_outside_the_demo(settings: Settings) -> None:
    settings.SECOND_FACTOR_WAIVED, settings.LOCAL = True, False
    assert "fagbenk.E003" in {found.id for found in run_checks()}


def test_a_passkey_in_a_browser(new_context: CreateContextCallback, live_server: LiveServer, edvard: Learner) -> None:
    """Set up with a passkey, sign out, sign in with it."""
    server = live_server.url.replace("127.0.0.1", "localhost")
    context = new_context(base_url=server)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
    page.goto("/konto/login/")
    page.fill("input[name=login]", str(edvard.email))
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action*='login'] button[type=submit]")
    expect(page.locator("h1")).to_have_text("Sett opp innlogging i to steg")
    page.click("a[href*='webauthn/add']")
    page.wait_for_load_state()  # the button is the script's
    page.click("#mfa_webauthn_add")
    expect(page.locator("h1")).to_have_text("Ta vare på disse kodene")
    assert Authenticator.objects.filter(user=edvard, type=Authenticator.Type.WEBAUTHN).count() == 1
    assert [sent.subject for sent in mail.outbox if sent.to == [edvard.email]] == [
        "Innloggingen din til Fagbenk er endret"
    ]
    page.goto("/admin/")
    assert page.url.endswith("/admin/")
    page.goto("/")
    page.click("header form[action*='logout'] button")
    page.goto("/konto/login/")
    page.fill("input[name=login]", str(edvard.email))
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action*='login'] button[type=submit]")
    page.wait_for_load_state()
    page.click("#mfa_webauthn_authenticate")
    expect(page.locator(".who-name")).to_contain_text("Edvard")
    page.goto("/admin/")
    assert page.url.endswith("/admin/")
