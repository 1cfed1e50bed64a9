"""What `/readyz` looks at: each check answers ok, red, or off where it is not configured, and says why.

A check that asks the database is given a moment `at`; DatabaseError is the caller's to handle.
"""

import datetime as dt
import functools
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_celery_beat.models import PeriodicTask

from learners.outbox import OutgoingMail
from tracking.barometer import alarm
from tracking.followup import digests
from tracking.reports import schedule
from tracking.reports.weeks import newest_closed

from . import jobs
from .models import Heartbeat

WORKER_SILENT = dt.timedelta(minutes=5)
# The scheduler writes when it last sent something every three minutes.
SCHEDULER_SILENT = dt.timedelta(minutes=10)
PUBLISHING_SILENT = dt.timedelta(minutes=15)  # it runs every minute
MAIL_WAITS = dt.timedelta(hours=1)
BACKUP_OLD = dt.timedelta(hours=26)
DISK_FREE = 512 * 1024 * 1024  # bytes


class Status(StrEnum):
    OK = "ok"
    RED = "red"
    OFF = "off"


@dataclass(frozen=True)
class Finding:
    """A status with the facts behind it, ready for JSON."""

    status: Status
    facts: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        return {"status": str(self.status), **self.facts}


def _finding(good: bool, **facts: object) -> Finding:
    return Finding(Status.OK if good else Status.RED, facts)


def _age(moment: dt.datetime | None, at: dt.datetime, limit: dt.timedelta) -> Finding:
    """Red where `moment` is missing or more than `limit` before `at`."""
    if moment is None:
        return _finding(False, last=None)
    return _finding(at - moment <= limit, last=moment.isoformat(), age_seconds=round((at - moment).total_seconds()))


def database(at: dt.datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return _finding(True, vendor=connection.vendor)


@functools.cache
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations(at: dt.datetime) -> Finding:
    missing = _migrations_of_the_code() - set(MigrationRecorder(connection).applied_migrations())
    return _finding(not missing, missing=sorted(".".join(key) for key in missing))


def worker(at: dt.datetime) -> Finding:
    return _age(Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first(), at, WORKER_SILENT)


def scheduler(at: dt.datetime) -> Finding:
    """When the scheduler last sent the heartbeat; one that has just been installed counts from its first start."""
    row = PeriodicTask.objects.filter(name="heartbeat", enabled=True).first()
    return _age(row and (row.last_run_at or row.date_changed), at, SCHEDULER_SILENT)


def publishing(at: dt.datetime) -> Finding:
    """When the clock last published and took down pages; counts from the first heartbeat, off before it."""
    names = ("publishing", jobs.row_of("publish-scheduled"))
    since = dict(Heartbeat.objects.filter(name__in=names).values_list("name", "at"))
    return _age(since.get(names[0]) or since[names[1]], at, PUBLISHING_SILENT) if since else Finding(Status.OFF, {})


def scheduled_jobs(at: dt.datetime) -> Finding:
    """The jobs that should have come to their end and did not, since when; off before the scheduler's first start."""
    if not PeriodicTask.objects.filter(name__in=jobs.WATCHED).exists():
        return Finding(Status.OFF, {})
    late = {name: since.isoformat() for name, since in jobs.late(at).items()}
    return _finding(not late, late=late)


def outbox(at: dt.datetime) -> Finding:
    """The oldest mail that waits to be sent."""
    due = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, created_at__lte=at)
    oldest = due.order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is None:
        return _finding(True, waiting_since=None)
    return _finding(at - oldest <= MAIL_WAITS, waiting_since=oldest.isoformat())


def disk(at: dt.datetime) -> Finding:
    """Room for more, and leave to write, where the state folder is."""
    if not os.access(settings.VAR_DIR, os.W_OK):
        return _finding(False, writable=False)
    free = shutil.disk_usage(settings.VAR_DIR).free
    return _finding(free >= DISK_FREE, free_bytes=free)


def backup(at: dt.datetime) -> Finding:
    """The newest file in FAGBENK_BACKUPS; off without that setting."""
    if not settings.BACKUPS:
        return Finding(Status.OFF, {})
    folder = Path(settings.BACKUPS)
    times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    newest = dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None
    return _age(newest, at, BACKUP_OLD)


def report(at: dt.datetime) -> Finding:
    """The reports of the newest closed week that should be there; off where nothing is measured."""
    state = schedule.state(at)
    status = {"ok": Status.OK, "late": Status.RED, "off": Status.OFF}[state]
    return Finding(status, {} if status is Status.OFF else {"week": newest_closed(at).name})


def digest_mails(at: dt.datetime) -> Finding:
    """Today's weekly mails; off before the first ones."""
    return Finding({"ok": Status.OK, "late": Status.RED, "off": Status.OFF}[digests.state(at)], {})


def barometer(at: dt.datetime) -> Finding:
    """Whether every figure has what happened until a quarter of an hour ago."""
    found = alarm.state(at)
    if not found.measured:
        return Finding(Status.OFF, {})
    behind = found.behind_since
    return _finding(behind is None, behind_since=behind and behind.isoformat())


def figures(at: dt.datetime) -> Finding:
    """Whether the stored figures are what a count anew gave, as far as the rolling check has come."""
    found = alarm.state(at)
    return _finding(not found.wrong, units_that_differ=found.wrong) if found.measured else Finding(Status.OFF, {})


CHECKS: dict[str, Callable[[dt.datetime], Finding]] = {
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "scheduler": scheduler,
    "publishing": publishing,
    "jobs": scheduled_jobs,
    "outbox": outbox,
    "disk": disk,
    "backup": backup,
    "report": report,
    "digests": digest_mails,
    "barometer": barometer,
    "figures": figures,
}


def look(at: dt.datetime) -> dict[str, Finding]:
    """Every check at `at`; one that the database does not answer is red, never an error."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check(at)
        except DatabaseError as error:
            found[name] = _finding(False, error=type(error).__name__)
    return found
