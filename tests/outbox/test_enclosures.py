"""What goes with a mail: files, and the header that stops mails of its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core import mail as sent
from django.test import Client

from learners import outbox, stopping
from learners.models import Learner, MailEnclosure
from learners.outbox import Enclosure

AT = dt.datetime(2026, 11, 16, 6, tzinfo=dt.UTC)
PDF = Enclosure("uke.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Learner:
    return Learner.objects.create_user("ada@fagbenk.example", given_name="Ada", language="en")


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """A kind of mail that notes who stops it."""
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(stopping, "_stops", {})
    stopping.register(stopping.Stop("news", "the news", lambda who, about, at: calls.append((str(who), about))))
    yield calls


def delivered(ada: Learner, **extra: object) -> object:
    outbox.put("k", ada, "Emne", "Tekst", "<p>Tekst</p>", AT, **extra)  # type: ignore[arg-type]
    assert outbox.send_due(AT) == 1
    return sent.outbox[0].message()


def test_a_file_arrives_as_it_was_and_is_dropped_here(ada: Learner) -> None:
    message = delivered(ada, enclosed=[PDF])
    (part,) = [part for part in message.walk() if part.get_filename() == "uke.pdf"]  # type: ignore[attr-defined]
    assert part.get_payload(decode=True) == PDF.data
    assert MailEnclosure.objects.count() == 0


def test_the_same_mail_written_twice_has_its_files_once(ada: Learner) -> None:
    assert outbox.put("k", ada, "Emne", "Tekst", "", AT, enclosed=[PDF])
    assert not outbox.put("k", ada, "Emne", "Tekst", "", AT, enclosed=[PDF])
    assert MailEnclosure.objects.count() == 1


def test_a_mail_that_may_be_stopped_says_where_with_one_click(ada: Learner, stopped: list[tuple[str, str]]) -> None:
    address = stopping.address("news", ada, "KRIM")
    message = delivered(ada, stop_url=address)
    assert message["List-Unsubscribe"].replace("\n ", "") == f"<{address}>"  # type: ignore[index]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # type: ignore[index]


def test_a_mail_program_stops_it_without_signing_in_and_twice_does_no_harm(
    ada: Learner, stopped: list[tuple[str, str]]
) -> None:
    path = stopping.address("news", ada, "KRIM").partition("8000")[2]
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stopped == [("Ada", "KRIM")] * 2


def test_opening_the_address_stops_nothing(ada: Learner, stopped: list[tuple[str, str]]) -> None:
    path = stopping.address("news", ada).partition("8000")[2]
    assert "Stop these mails?" in Client().get(path).content.decode()
    assert stopped == []


@pytest.mark.parametrize("token", ["x", "WyJuZXdzIl0:1abc:def"])
def test_an_address_that_was_tampered_with_stops_nothing(stopped: list[tuple[str, str]], token: str) -> None:
    answer = Client().post(f"/stopp/{token}/")
    assert answer.status_code == 404
    assert stopped == []
