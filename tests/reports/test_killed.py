"""A worker that is killed (-9) in the middle of a report: the next one finishes, and nobody gets a mail twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from learners import outbox
from learners.models import OutgoingMail
from tests.outbox.conftest import ScriptedServer, server  # noqa: F401 - a fixture
from tracking.reports import schedule
from tracking.reports.models import WeeklyReport

from .conftest import CLOSE, Cast

# Makes and sends what is due at the close, and dies at the given function: before it is called, or just after.
WORKER = """
import datetime as dt, os, signal, sys
import django
django.setup()
from django.utils.module_loading import import_string

def dying(function):
    def dies(*arguments, **named):
        if sys.argv[2] == "after":
            function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return dies

owner, _, name = sys.argv[1].rpartition(".")
from learners import outbox, smtp
from tracking.reports import behind, mail, schedule
target = import_string(owner) if owner.endswith("Line") else sys.modules[owner]
setattr(target, name, dying(getattr(target, name)))
close = dt.datetime.fromisoformat(sys.argv[3])
schedule.make_due(close)
outbox.send_due(close)
"""
POINTS = [
    ("tracking.reports.behind.proof", "before"),  # nothing stored yet
    ("tracking.reports.mail.put", "before"),  # the report is stored, no mail is
    ("tracking.reports.mail._put", "after"),  # one mail is written
    ("learners.outbox.send_due", "before"),  # all are written
    ("learners.smtp.Line.send", "before"),  # one is claimed
    ("learners.smtp.Line.send", "after"),  # the server has taken it, and nobody has noted so
]


def die_at(point: str, when: str) -> None:
    port, name = settings.EMAIL_PORT, settings.DATABASES["default"]["NAME"]
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "FAGBENK_DEMO": "1",
        "FAGBENK_VAR": str(settings.VAR_DIR),
    }
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        own["DATABASE_URL"] = f"sqlite:///{name}"
    else:
        own["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    command = [sys.executable, "-c", WORKER, point, when, CLOSE.isoformat()]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **own}, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "when"), POINTS)
def test_a_killed_worker_costs_no_report_and_no_mail_and_doubles_none(
    cast: Cast,
    server: ScriptedServer,  # noqa: F811
    point: str,
    when: str,
) -> None:
    die_at(point, when)
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
