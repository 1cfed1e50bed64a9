"""A task goes through the configured broker (files by default, Redis in CI's second run) to a worker process."""

import datetime as dt
import time

from config.models import Heartbeat, beat
from config.tasks import heartbeat

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


def test_a_task_reaches_a_worker_process_and_its_effect_the_database(worker: None) -> None:
    beat("worker", LONG_AGO)
    heartbeat.delay()
    deadline = time.monotonic() + 20
    while Heartbeat.objects.get().at == LONG_AGO:
        assert time.monotonic() < deadline
        time.sleep(0.1)
