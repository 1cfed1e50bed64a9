"""Mails that are written when they are sent, and the hour's ceiling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from learners import outbox
from learners.models import Learner, OutgoingMail

AT = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Learner:
    return Learner.objects.create_user("ada@fagbenk.example", given_name="Ada")


@pytest.fixture
def words() -> Iterator[dict[str, str]]:
    """What the composer "test" has to say by person's name; nothing for others."""
    said: dict[str, str] = {}

    def compose(mail: OutgoingMail, at: dt.datetime) -> outbox.Written | None:
        name = mail.learner.given_name if mail.learner else ""
        return outbox.Written(said[name], said[name], "", "https://x.example/stopp") if name in said else None

    outbox.register_composer("test", compose)
    yield said
    outbox._composers.pop("test")


def test_a_planned_mail_is_written_when_it_is_sent(ada: Learner, words: dict[str, str]) -> None:
    assert outbox.plan({"test:1": ada}, "test", AT) == 1
    words["Ada"] = "Nytt"
    assert outbox.send_due(AT) == 1
    assert mail.outbox[0].subject == OutgoingMail.objects.get().text == "Nytt"


def test_with_nothing_left_to_say_no_mail_is_sent_and_no_attempt_counted(ada: Learner, words: dict[str, str]) -> None:
    outbox.plan({"test:1": ada}, "test", AT)
    assert outbox.send_due(AT) == 0
    row = OutgoingMail.objects.get()
    assert (row.state, row.attempts, mail.outbox) == ("withdrawn", 0, [])


def test_a_withdrawn_mail_waits_again_when_it_is_planned_again(ada: Learner, words: dict[str, str]) -> None:
    outbox.plan({"test:1": ada}, "test", AT)
    outbox.send_due(AT)
    words["Ada"] = "Likevel"
    assert outbox.plan({"test:1": ada}, "test", AT + HOUR) == 0
    assert outbox.send_due(AT + HOUR) == 1


def test_what_was_sent_is_not_planned_again(ada: Learner, words: dict[str, str]) -> None:
    words["Ada"] = "En gang"
    for _ in range(3):
        outbox.plan({"test:1": ada}, "test", AT)
        outbox.send_due(AT)
    assert len(mail.outbox) == 1


def test_an_hour_takes_no_more_than_its_ceiling(settings: Settings) -> None:
    settings.MAILS_PER_HOUR = 3
    for name in "abcde":
        learner = Learner.objects.create_user(f"{name}@fagbenk.example")
        outbox.put(f"test:{name}", learner, "Hei", "Hei", "", AT)
    assert [outbox.send_due(AT + n * dt.timedelta(minutes=21)) for n in range(5)] == [3, 0, 0, 2, 0]
