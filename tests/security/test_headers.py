"""What goes with every page of an installation: tried with its settings, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

ASK = """
import django, json; django.setup()
from django.conf import settings
from django.test import Client
asked = Client().get("/healthz", secure=True, headers={"host": "fagbenk.example"})
plain = Client().get("/healthz", headers={"host": "fagbenk.example"})
print(json.dumps({
    "headers": dict(asked.headers), "plain": plain.get("Location"), "hosts": settings.ALLOWED_HOSTS,
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME], "proxies": settings.ALLAUTH_TRUSTED_PROXY_COUNT,
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What an installation answers, without the tests' and the demo's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "fagbenk.example",
        "FAGBENK_VAR": str(tmp_path_factory.mktemp("var")),
    }
    env = {**kept, **own, "DJANGO_SETTINGS_MODULE": "config.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", ASK], cwd=Path(settings.BASE_DIR), env=env, capture_output=True, text=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def test_browsers_are_told_to_come_by_tls_only(installed: Any) -> None:
    assert installed["headers"]["Strict-Transport-Security"] == "max-age=31536000"
    assert installed["plain"] == "https://fagbenk.example/healthz"


def test_the_hosts_are_those_that_are_named_and_no_other(installed: Any) -> None:
    assert installed["hosts"] == ["fagbenk.example"]


@pytest.mark.django_db
def test_a_mail_never_links_to_the_host_that_a_stranger_named(client: Client) -> None:
    sent = {"email": "kari@fagbenk.example"}
    assert client.post("/konto/password/reset/", sent, headers={"host": "evil.example"}).status_code == 400
    assert not mail.outbox


def test_the_cookies_are_the_hosts_own_and_go_by_tls_only(installed: Any) -> None:
    assert installed["secure"] == [True, True, True]
    assert all(name.startswith("__Host-") for name in installed["names"])


def test_the_address_of_a_sign_in_is_what_the_proxy_in_front_saw(installed: Any) -> None:
    assert installed["proxies"] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("address", ["/", "/konto/login/", "/ingen-side/", "/xapi/about", "/barometer/"])
def test_every_page_is_guarded_by_the_browser_too(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert all(rule in policy for rule in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
