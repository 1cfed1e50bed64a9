"""The outbox against a mail server that is down, slow, refuses, or hangs up."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection
from pytest_django import Settings

from learners import outbox
from learners.models import Learner, OutgoingMail

from .conftest import ScriptedServer, free_port

AT = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def write(*names: str) -> None:
    for name in names:
        learner, _made = Learner.objects.get_or_create(email=f"{name}@fagbenk.example")
        outbox.put(f"test:{name}", learner, "Ukerapport", "Hei", "<p>Hei</p>", AT)


def address(name: str) -> str:
    return f"{name}@fagbenk.example"


def state(name: str) -> str:
    return OutgoingMail.objects.get(key=f"test:{name}").state


@pytest.mark.django_db
def test_every_recipient_gets_the_mail_once(server: ScriptedServer) -> None:
    write("ada", "bo", "eva")
    assert outbox.send_due(AT) == 3
    assert outbox.send_due(AT + MINUTE) == 0
    assert server.recipients() == [address("ada"), address("bo"), address("eva")]


@pytest.mark.django_db
def test_the_same_mail_is_written_once(server: ScriptedServer) -> None:
    write("ada", "ada")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_only_the_recipient_that_was_refused_for_now_is_tried_again_with_the_same_message_id(
    server: ScriptedServer,
) -> None:
    write("ada", "bo")
    server.script[address("bo")] = ["450 later"]
    assert outbox.send_due(AT) == 1
    assert (state("ada"), state("bo")) == ("sent", "waiting")
    assert outbox.send_due(AT + 2 * MINUTE) == 1
    expected = [(m.to, m.message_id) for m in OutgoingMail.objects.order_by("pk")]
    assert server.taken == expected


@pytest.mark.django_db
def test_a_retry_after_data_carries_the_same_message_id(server: ScriptedServer) -> None:
    write("ada")
    server.script[address("ada")] = ["data 451 not now"]
    outbox.send_due(AT)
    assert state("ada") == "waiting"
    outbox.send_due(AT + 2 * MINUTE)
    first, second = server.taken
    assert first == second


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", ["550 no such person", "data 554 not wanted"])
def test_a_recipient_refused_for_good_is_not_tried_again(server: ScriptedServer, refusal: str) -> None:
    write("ada", "bo")
    server.script[address("ada")] = [refusal]
    assert outbox.send_due(AT) == 1
    assert (state("ada"), state("bo")) == ("failed", "sent")
    assert outbox.send_due(AT + 60 * MINUTE) == 0


@pytest.mark.django_db
def test_a_mail_is_given_up_after_six_refusals(server: ScriptedServer) -> None:
    write("ada")
    server.script[address("ada")] = ["450 later"] * 9
    for hour in range(20):
        outbox.send_due(AT + hour * 60 * MINUTE)
    assert OutgoingMail.objects.get().attempts == 6
    assert state("ada") == "failed"


@pytest.mark.django_db
def test_a_line_that_breaks_after_data_leaves_an_uncertain_mail_that_is_not_sent_again(server: ScriptedServer) -> None:
    write("ada", "bo")
    server.script[address("ada")] = ["hang up"]
    assert outbox.send_due(AT) == 1
    assert (state("ada"), state("bo")) == ("uncertain", "sent")
    outbox.send_due(AT + 60 * MINUTE)
    assert server.recipients().count(address("ada")) == 1
    assert outbox.counts() == {"waiting": 0, "failed": 0, "uncertain": 1}


@pytest.mark.django_db
def test_a_line_that_breaks_before_data_is_tried_again(server: ScriptedServer) -> None:
    write("ada")
    server.hang_up_on_mail = 1
    assert outbox.send_due(AT) == 0
    assert state("ada") == "waiting"
    assert outbox.send_due(AT + 2 * MINUTE) == 1
    assert server.recipients() == [address("ada")]


@pytest.mark.django_db
def test_a_server_that_does_not_answer_in_time_leaves_an_uncertain_mail(
    server: ScriptedServer, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.4
    write("ada", "bo")
    server.script[address("ada")] = ["sleep"]
    outbox.send_due(AT)
    assert (state("ada"), state("bo")) == ("uncertain", "sent")


@pytest.mark.django_db
def test_while_the_server_is_down_mails_wait_and_no_attempt_is_counted(
    server: ScriptedServer, settings: Settings
) -> None:
    write("ada", "bo")
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for hour in range(50):
        assert outbox.send_due(AT + hour * 60 * MINUTE) == 0
    assert list(OutgoingMail.objects.values_list("state", "attempts")) == [("waiting", 0)] * 2
    settings.EMAIL_PORT = there
    assert outbox.send_due(AT + 51 * 60 * MINUTE) == 2


@pytest.mark.django_db
def test_a_server_that_does_not_let_us_in_fails_no_mail(server: ScriptedServer, settings: Settings) -> None:
    write("ada")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "fagbenk", "wrong"  # this server knows no sign-in
    assert outbox.send_due(AT) == 0
    assert state("ada") == "waiting"


@pytest.mark.django_db
def test_a_mail_that_a_dead_worker_had_in_hand_becomes_uncertain_and_is_not_sent(server: ScriptedServer) -> None:
    write("ada")
    OutgoingMail.objects.update(state="sending", claimed_at=AT, attempts=1)
    outbox.send_due(AT + 9 * MINUTE)
    assert state("ada") == "sending"
    outbox.send_due(AT + 11 * MINUTE)
    assert state("ada") == "uncertain"
    assert server.taken == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(server: ScriptedServer) -> None:
    write(*(f"person{n}" for n in range(20)))

    def work(_number: int) -> int:
        try:
            return outbox.send_due(AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 20
    assert sorted(server.recipients()) == sorted(address(f"person{n}") for n in range(20))


@pytest.mark.django_db
def test_a_title_with_a_line_break_stays_in_the_subject(server: ScriptedServer) -> None:
    learner = Learner.objects.create(email=address("ada"))
    outbox.put("test:ada", learner, "Uke 47\nBcc: alle@fagbenk.example", "Hei", "", AT)
    assert outbox.send_due(AT) == 1
    assert server.recipients() == [address("ada")]


@pytest.mark.django_db
def test_mails_go_through_djangos_other_backends_too() -> None:
    write("ada")
    assert outbox.send_due(AT) == 1
    assert django_mail.outbox[0].extra_headers["Message-ID"] == OutgoingMail.objects.get().message_id


@pytest.mark.django_db
def test_an_invitation_goes_as_an_alternative_with_its_method(server: ScriptedServer) -> None:
    learner = Learner.objects.create(email=address("ada"))
    invitation = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Årssamling\r\nEND:VCALENDAR\r\n"
    outbox.put("test:kalender", learner, "Samling", "Hei", "<p>Hei</p>", AT, calendar=invitation)
    assert outbox.send_due(AT) == 1
    message: Any = outbox._message(OutgoingMail.objects.get(key="test:kalender")).message()
    assert message.get_content_subtype() == "alternative"
    text, html, calendar = message.get_payload()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert "Årssamling" in calendar.get_payload(decode=True).decode(calendar.get_content_charset())
