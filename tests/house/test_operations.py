"""/healthz and /readyz."""

import datetime as dt
import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from pytest_django import Settings

from config import jobs, readiness
from config.celery import app
from config.models import Heartbeat, beat
from config.tasks import heartbeat
from learners.models import Learner
from learners.outbox import put
from tracking.reports import schedule

NOW = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


@pytest.fixture
def lively(db: None) -> None:
    """A worker and a scheduler that have just given a sign of life."""
    beat("worker", timezone.now())
    minute = IntervalSchedule.objects.create(every=60, period="seconds")
    PeriodicTask.objects.create(name="heartbeat", task="config.tasks.heartbeat", interval=minute)


def _scheduled(last_run_at: dt.datetime) -> None:
    minute = IntervalSchedule.objects.create(every=60, period="seconds")
    task = PeriodicTask.objects.create(name="heartbeat", task="config.tasks.heartbeat", interval=minute)
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=last_run_at)


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_when_everything_lives_and_what_is_not_configured_is_off(lively: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.json()["checks"]["backup"] == {"status": "off"}
    assert answer.json()["checks"]["report"] == {"status": "off"}


def test_not_ready_without_a_sign_of_life(db: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {name for name, check in answer.json()["checks"].items() if check["status"] == "red"} == {
        "worker",
        "scheduler",
    }


def test_readiness_is_never_cached(db: None, client: Client) -> None:
    assert "no-store" in client.get("/readyz")["Cache-Control"]


def test_the_heartbeat_task_keeps_one_row(db: None) -> None:
    heartbeat.delay()
    heartbeat.delay()
    rows = sorted(Heartbeat.objects.values_list("name", flat=True))
    assert rows == sorted(["worker", *(f"job {name}" for name in jobs.WATCHED)])


def test_a_worker_silent_for_more_than_five_minutes_is_red(db: None) -> None:
    beat("worker", NOW - dt.timedelta(minutes=5))
    assert readiness.worker(NOW).status == "ok"
    beat("worker", NOW - dt.timedelta(minutes=5, seconds=1))
    assert readiness.worker(NOW).status == "red"


def test_a_scheduler_silent_for_more_than_ten_minutes_is_red(db: None) -> None:
    _scheduled(NOW - dt.timedelta(minutes=11))
    assert readiness.scheduler(NOW).status == "red"
    PeriodicTask.objects.update(last_run_at=NOW - dt.timedelta(minutes=9))
    assert readiness.scheduler(NOW).status == "ok"


def test_a_migration_that_was_not_applied_is_named(db: None) -> None:
    MigrationRecorder(connection).record_unapplied("fagbenk", "0001_initial")
    found = readiness.migrations(NOW)
    assert (found.status, found.facts) == ("red", {"missing": ["fagbenk.0001_initial"]})


def test_a_mail_that_waits_for_more_than_an_hour_is_red(db: None) -> None:
    learner = Learner.objects.create(email="kari@fagbenk.example")
    put("test", learner, "Emne", "Tekst", "", NOW - dt.timedelta(minutes=61))
    assert readiness.outbox(NOW).status == "red"
    assert readiness.outbox(NOW - dt.timedelta(minutes=10)).status == "ok"


def test_a_full_disk_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "DISK_FREE", 1 << 62)
    assert readiness.disk(NOW).status == "red"


def test_a_state_folder_that_is_gone_is_red(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "gone"
    assert readiness.disk(NOW).as_json() == {"status": "red", "writable": False}


def test_the_newest_backup_counts(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUPS = str(tmp_path)
    assert readiness.backup(NOW).status == "red"
    for hours in (40, 2):
        path = tmp_path / f"{hours}.dump"
        path.touch()
        moment = (NOW - dt.timedelta(hours=hours)).timestamp()
        os.utime(path, (moment, moment))
    assert readiness.backup(NOW).status == "ok"


def test_a_database_that_does_not_answer_is_red_and_no_error(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(at: dt.datetime) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setitem(readiness.CHECKS, "database", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"status": "red", "error": "OperationalError"}


def test_a_report_that_should_have_been_made_is_red(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "state", lambda at: "late")
    assert readiness.report(NOW).as_json() == {"status": "red", "week": "2026-W46"}


# --- Scheduled jobs ---------------------------------------------------------------------------------------------------
NIGHTLY, OFTEN = "keep-limits", "send-outbox"  # at 03:40, and every minute
MORNING = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)  # a Monday, nine o'clock in Oslo


@pytest.fixture
def jobs_known(db: None) -> None:
    """The scheduler was started more than a week ago, and has sent every job since."""
    jobs.expect(MORNING - dt.timedelta(days=8))
    minute = IntervalSchedule.objects.create(every=60, period="seconds")
    for name in jobs.WATCHED:
        PeriodicTask.objects.create(name=name, task=jobs.WATCHED[name]["task"], interval=minute)


def _all_ended(at: dt.datetime) -> None:
    for name in jobs.WATCHED:
        beat(f"job {name}", at)


def test_a_job_that_silently_did_not_run_is_red_and_named(jobs_known: None) -> None:
    _all_ended(MORNING)
    assert readiness.scheduled_jobs(MORNING).as_json() == {"status": "ok", "late": {}}
    beat(f"job {NIGHTLY}", yesterday := MORNING - dt.timedelta(days=1))
    assert readiness.scheduled_jobs(MORNING).as_json() == {"status": "red", "late": {NIGHTLY: yesterday.isoformat()}}


def test_every_job_is_waited_for_from_the_first_heartbeat(jobs_known: None) -> None:
    for row in PeriodicTask.objects.all():
        row.save()  # as the scheduler does each time it sends a job, also one that always fails
    jobs.expect(MORNING)
    since = MORNING - dt.timedelta(days=8)
    assert jobs.late(MORNING) == dict.fromkeys(set(settings.CELERY_BEAT_SCHEDULE) - {"heartbeat"}, since)
    assert readiness.publishing(MORNING).status == "red"
    Heartbeat.objects.all().delete()
    heartbeat()
    assert jobs.late(timezone.now()) == {}
    assert readiness.publishing(timezone.now()).status == "ok"


def test_without_a_scheduler_jobs_are_off(db: None) -> None:
    assert readiness.scheduled_jobs(MORNING).status == "off"


def test_a_job_of_every_minute_is_late_after_a_quarter_of_an_hour_and_a_nightly_one_after_two_hours(
    jobs_known: None,
) -> None:
    night = dt.datetime(2026, 11, 16, 2, 40, tzinfo=dt.UTC)  # 03:40 in Oslo
    _all_ended(night + dt.timedelta(hours=2))
    beat(f"job {NIGHTLY}", night - dt.timedelta(hours=20))
    assert jobs.late(night + dt.timedelta(minutes=119)) == {}
    assert list(jobs.late(night + dt.timedelta(minutes=120))) == [NIGHTLY]
    beat(f"job {OFTEN}", night)
    beat(f"job {NIGHTLY}", night)
    assert jobs.late(night + dt.timedelta(minutes=16)) == {}
    assert list(jobs.late(night + dt.timedelta(minutes=16, seconds=1))) == [OFTEN]


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
def test_the_night_of_another_hour_makes_no_job_late(jobs_known: None, day: dt.date) -> None:
    ended = dt.datetime.combine(day, dt.time(3, 41), ZoneInfo("Europe/Oslo")).astimezone(dt.UTC)
    _all_ended(ended + dt.timedelta(hours=26))
    beat(f"job {NIGHTLY}", ended)
    for hours in range(24):
        assert NIGHTLY not in jobs.late(ended + dt.timedelta(hours=hours))


def test_a_job_is_noted_by_the_worker_when_it_has_ended_and_not_when_it_has_failed(worker: None) -> None:
    for name in ("count-volume", "settle-roles"):
        beat(f"job {name}", MORNING)
    app.send_task("tracking.lrs.tasks.count_volume", kwargs={"no": "such argument"})  # fails
    app.send_task("learners.tasks.settle_roles")
    deadline = time.monotonic() + 30
    while Heartbeat.objects.get(name="job settle-roles").at == MORNING:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert Heartbeat.objects.get(name="job count-volume").at == MORNING


def test_every_scheduled_task_is_one_that_a_worker_knows() -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted - set(app.tasks) == set()
