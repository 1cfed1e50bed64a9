"""A shared PC: the session ends soon, signing out is one click, and the browser keeps nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from learners import shared_pc
from learners.models import Learner
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PASSWORD = "en-lang-nok-frase"


@pytest.fixture
def ola(db: None) -> Learner:
    return staff.employ("Ola", staff.unit("HALDEN"))


@pytest.mark.parametrize(
    ("own", "minutes", "lasts"), [("", 19, True), ("", 21, False), ("on", 59, True), ("on", 61, False)]
)
def test_a_session_that_nobody_uses_ends(
    client: Client, ola: Learner, monkeypatch: pytest.MonkeyPatch, own: str, minutes: int, lasts: bool
) -> None:
    client.post("/konto/login/", {"login": ola.email, "password": PASSWORD, **({"own_pc": own} if own else {})})
    client.get("/")
    later = shared_pc.time.time() + minutes * 60
    monkeypatch.setattr(shared_pc.time, "time", lambda: later)
    assert client.get("/").wsgi_request.user.is_authenticated is lasts


def test_a_session_that_is_used_goes_on(client: Client, ola: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/konto/login/", {"login": ola.email, "password": PASSWORD})
    now = shared_pc.time.time()
    for minutes in range(0, 90, 15):
        monkeypatch.setattr(shared_pc.time, "time", lambda at=minutes: now + at * 60)
        assert client.get("/").wsgi_request.user.is_authenticated, minutes


def test_the_browser_keeps_nothing_of_the_one_who_has_signed_out(
    new_context: CreateContextCallback, live_server: LiveServer, ola: Learner, settings: Settings
) -> None:
    server = live_server.url.replace("127.0.0.1", "localhost")
    context = new_context(base_url=server)
    page = context.new_page()
    page.goto("/konto/login/")
    page.fill("input[name=login]", str(ola.email))
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action*='login'] button[type=submit]")
    page.goto("/personvern/")
    expect(page.locator("main")).to_contain_text("Last ned")
    page.evaluate("localStorage.setItem('a', 'Ola'); sessionStorage.setItem('b', 'Ola')")
    page.click("header form[action*='logout'] button")
    expect(page.locator("body")).not_to_contain_text("Ola Dal")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert "sessionid" not in {cookie["name"] for cookie in context.cookies()}
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Ola Dal")
    page.goto("/personvern/mine-data.json")
    assert "/konto/login/" in page.url
