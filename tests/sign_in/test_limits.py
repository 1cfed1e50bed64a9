"""Wrong passwords are counted where they come from, behind any number of our own proxies."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from learners.models import Learner
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PASSWORD = "en-lang-nok-frase"


@pytest.fixture
def ola(db: None) -> Learner:
    return staff.employ("Ola", staff.unit("HALDEN"))


def comes_in(learner: Learner, password: str, **headers: str) -> bool:
    client = Client(headers=headers)
    answer = client.post("/konto/login/", {"login": learner.email, "password": password})
    assert answer.status_code in (200, 302, 429)
    return answer.status_code == 302


def test_a_stranger_s_guesses_do_not_lock_the_owner_out(settings: Settings, ola: Learner) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(8):
        assert not comes_in(ola, f"feil-{number}", x_forwarded_for="198.51.100.9")
    assert not comes_in(ola, PASSWORD, x_forwarded_for="198.51.100.9")
    assert comes_in(ola, PASSWORD, x_forwarded_for="203.0.113.5")


@pytest.mark.parametrize("said", ["", "203.0.113.5", "x, y", " , ", "203.0.113.5, 10.0.0.1, 10.0.0.2, 10.0.0.3", "::1"])
@pytest.mark.parametrize("proxies", [0, 1, 2, 3])
def test_any_list_of_addresses_is_read(settings: Settings, ola: Learner, proxies: int, said: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert comes_in(ola, PASSWORD, x_forwarded_for=said)


def test_an_address_that_the_client_made_up_does_not_count(settings: Settings, ola: Learner) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for number in range(8):
        comes_in(ola, f"feil-{number}", x_forwarded_for=f"192.0.2.{number}, 198.51.100.9, 10.0.0.1")
    assert not comes_in(ola, PASSWORD, x_forwarded_for="192.0.2.77, 198.51.100.9, 10.0.0.1")
