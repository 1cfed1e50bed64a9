"""Scheduled jobs: when each last came to its end, and which should have and did not.

A job that fails at every run looks alive to whoever only watches the worker: so its end is noted, not its beginning.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from celery.schedules import crontab
from celery.signals import task_success
from django.conf import settings
from django_celery_beat.models import PeriodicTask

from .models import Heartbeat, beat

# The heartbeat has a check of its own, and tells which of worker and scheduler is silent.
WATCHED = {name: entry for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if name != "heartbeat"}
LATE, LATE_AT_NIGHT = dt.timedelta(minutes=15), dt.timedelta(hours=2)  # nightly ones may have much to do
SELDOM = 60  # seconds between two notes of the same job by one process
_noted: dict[str, float] = {}


def row_of(name: str) -> str:
    """The heartbeat row of a job."""
    return f"job {name}"


@task_success.connect
def note(sender: Any = None, **_kwargs: object) -> None:
    """A worker has done the task `sender`; what is done at once, in a test, is no scheduled job."""
    now = time.monotonic()
    for name, entry in WATCHED.items():
        if entry["task"] == sender.name and not sender.request.is_eager and now - _noted.get(name, -SELDOM) >= SELDOM:
            beat(row_of(name), dt.datetime.now(dt.UTC))
            _noted[name] = now


def expect(at: dt.datetime) -> None:
    """From the first heartbeat on, a job that has never ended is waited for. The scheduler's own rows do not say since
    when: it writes them anew each time it sends a job, also one that always fails."""
    Heartbeat.objects.bulk_create([Heartbeat(name=row_of(name), at=at) for name in WATCHED], ignore_conflicts=True)


def late(at: dt.datetime) -> dict[str, dt.datetime]:
    """The jobs that should have come to an end by `at`, with since when: their last end, or their first `expect`."""
    running = PeriodicTask.objects.filter(name__in=WATCHED, enabled=True).values_list("name", flat=True)
    since = dict(Heartbeat.objects.filter(name__in=map(row_of, running)).values_list("name", "at"))
    waited = {name: since[row_of(name)] for name in running if row_of(name) in since}
    return {name: last for name, last in waited.items() if _is_late(WATCHED[name], last, at)}


def _is_late(entry: Mapping[str, Any], last: dt.datetime, at: dt.datetime) -> bool:
    schedule = entry["schedule"]
    if not isinstance(schedule, crontab):
        return at - last > dt.timedelta(seconds=schedule) + LATE
    patience = LATE if len(schedule.hour) == 24 else LATE_AT_NIGHT
    return last < _newest(schedule, at - patience)


def _newest(schedule: crontab, at: dt.datetime) -> dt.datetime:
    """When the schedule, which is Oslo's, last came round before `at`."""
    oslo = ZoneInfo(settings.CELERY_TIMEZONE)
    today = at.astimezone(oslo).date()
    for back in range(8):
        day = today - dt.timedelta(days=back)
        if day.isoweekday() % 7 in schedule.day_of_week:
            times = (dt.time(hour, minute) for hour in schedule.hour for minute in schedule.minute)
            moments = [dt.datetime.combine(day, clock, oslo).astimezone(dt.UTC) for clock in times]
            if past := [one for one in moments if one <= at]:
                return max(past)
    raise ValueError(f"{schedule} does not come round within a week.")
