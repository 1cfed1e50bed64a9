"""/metrics: who may read it, and that it says what is there in a form that Prometheus reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config.models import beat
from learners.models import ImportRun, Learner
from learners.outbox import put

KEY = "x" * 22
pytestmark = pytest.mark.django_db


def read(client: Client, **headers: str) -> dict[tuple[str, str], float]:
    """The samples by (name, first label)."""
    answer = client.get("/metrics", **headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, next(iter(s.labels.values()), "")): s.value for family in families for s in family.samples}


def test_it_says_how_the_installation_is(client: Client) -> None:
    now = timezone.now()
    beat("worker", now)
    ImportRun.objects.create(source="hr", finished_at=now, succeeded=True)
    learner = Learner.objects.create(email="kari@fagbenk.example", given_name="Kari")
    put("test", learner, "Emne", "Tekst", "", now - dt.timedelta(minutes=61))
    said = read(client)
    assert said["fagbenk_check", "database"] == 1
    assert said["fagbenk_check", "outbox"] == 0
    assert said["fagbenk_check", "backup"] == -1
    assert said["fagbenk_mails", "waiting"] == 1
    assert 3660 <= said["fagbenk_mail_waiting_seconds", ""] < 3720
    assert said["fagbenk_heartbeat_timestamp_seconds", "worker"] == pytest.approx(now.timestamp())
    assert said["fagbenk_people_received_timestamp_seconds", ""] == pytest.approx(now.timestamp())
    assert "kari" not in client.get("/metrics").content.decode().lower()


def test_every_check_of_readyz_is_there(client: Client) -> None:
    checks = set(client.get("/readyz").json()["checks"])
    assert {label for name, label in read(client) if name == "fagbenk_check"} == checks


@pytest.mark.parametrize(
    "from_elsewhere",
    [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"HTTP_FORWARDED": "for=10.0.0.7"}],
)
def test_without_a_key_it_is_there_for_this_machine_only(client: Client, from_elsewhere: dict[str, str]) -> None:
    assert client.get("/metrics", **from_elsewhere).status_code == 404  # type: ignore[arg-type]


def test_with_a_key_only_who_shows_it_may_read_from_wherever(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = KEY
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {KEY}x").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer æ").status_code == 404
    assert read(client, HTTP_AUTHORIZATION=f"Bearer {KEY}", REMOTE_ADDR="10.0.0.7")
