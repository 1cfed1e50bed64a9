"""A worker that is killed (-9) in the middle of a report: the next one finishes, and nobody gets a mail twice."""

from __future__ import annotations

import datetime as dt

import pytest

from learners import outbox
from learners.models import OutgoingMail
from tests.outbox.conftest import ScriptedServer, server  # noqa: F401 - a fixture
from tests.processes import die_at
from tracking.reports import schedule
from tracking.reports.models import WeeklyReport

from .conftest import CLOSE, Cast

POINTS = [
    ("tracking.reports.behind.proof", "before"),  # nothing stored yet
    ("tracking.reports.mail.put", "before"),  # the report is stored, no mail is
    ("tracking.reports.mail._put", "after"),  # one mail is written
    ("learners.outbox.send_due", "before"),  # all are written
    ("learners.smtp.Line.send", "before"),  # one is claimed
    ("learners.smtp.Line.send", "after"),  # the server has taken it, and nobody has noted so
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "when"), POINTS)
def test_a_killed_worker_costs_no_report_and_no_mail_and_doubles_none(
    cast: Cast,
    server: ScriptedServer,  # noqa: F811
    point: str,
    when: str,
) -> None:
    die_at(point, when, CLOSE, "tracking.reports.schedule.make_due")
    for later in (dt.timedelta(minutes=1), dt.timedelta(minutes=20)):
        schedule.make_due(CLOSE + later)
        outbox.send_due(CLOSE + later)
    assert WeeklyReport.objects.count() == 10
    assert all(report.is_unchanged for report in WeeklyReport.objects.all())
    assert OutgoingMail.objects.count() == 4
    assert len(server.recipients()) == len(set(server.recipients()))
    uncertain = OutgoingMail.objects.filter(state="uncertain")
    assert uncertain.count() == (1 if point.endswith("Line.send") else 0)
    assert outbox.counts()["uncertain"] == uncertain.count()
    noted = set(OutgoingMail.objects.filter(state="sent").values_list("to", flat=True))
    assert noted | set(uncertain.values_list("to", flat=True)) == {
        f"{name}@fagbenk.example" for name in ("director", "leader", "region", "sibling")
    }
