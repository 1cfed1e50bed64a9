"""Two schedulers at once, ten weeks long; a worker killed (-9) on the way: one mail a person and week, none twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection

from learners import outbox
from learners.models import OutgoingMail
from tests.duties.conftest import DAY, MONDAY, eight, halden
from tests.outbox.conftest import ScriptedServer, server
from tests.processes import die_at
from tracking.followup import digests

__all__ = ["halden", "server"]
WEEKS = 10

POINTS = [
    ("learners.outbox.plan", "after"),  # planned, the day not noted as done
    ("tracking.followup.digests.write", "after"),  # claimed and written, not sent
    ("learners.smtp.Line.send", "after"),  # the server has taken it, and nobody has noted so
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "when"), POINTS)
def test_a_killed_worker_doubles_no_mail_and_loses_none_silently(
    halden: SimpleNamespace, server: ScriptedServer, point: str, when: str
) -> None:
    die_at(point, when, eight(MONDAY), "tracking.followup.digests.make_due")
    for minutes in range(0, 60, 5):
        at = eight(MONDAY) + dt.timedelta(minutes=minutes)
        digests.make_due(at)
        outbox.send_due(at)
    taken = Counter(server.recipients())
    states = dict(OutgoingMail.objects.values_list("to", "state"))
    assert set(taken.values()) == {1}
    assert set(states) == {"ola@fagbenk.example", "oda@fagbenk.example"}
    for address, state in states.items():
        assert state == "sent" or (state == "uncertain" and taken[address] <= 1)
    assert sum(state == "uncertain" for state in states.values()) <= 1


def strike(at: dt.datetime) -> None:
    try:
        digests.make_due(at)
        outbox.send_due(at)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_and_two_workers_for_ten_weeks_write_one_mail_a_person_and_week(
    halden: SimpleNamespace, server: ScriptedServer
) -> None:
    with ThreadPoolExecutor(2) as pool:
        for week in range(WEEKS):
            at = eight(MONDAY + week * 7 * DAY)
            list(pool.map(strike, [at, at]))
    assert Counter(server.recipients()) == {"ola@fagbenk.example": WEEKS, "oda@fagbenk.example": WEEKS}
    assert len({identity for _to, identity in server.taken}) == 2 * WEEKS
