"""A task goes through the configured broker (files by default, Redis in CI's second run) to a worker process."""

import datetime as dt
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config.celery import app
from config.models import Heartbeat, beat
from config.tasks import heartbeat

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


def test_a_task_reaches_a_worker_process_and_its_effect_the_database(worker: None) -> None:
    beat("worker", LONG_AGO)
    heartbeat.delay()
    deadline = time.monotonic() + 20
    while Heartbeat.objects.get(name="worker").at == LONG_AGO:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_message_that_is_being_written_is_not_there_yet(tmp_path: Path) -> None:
    """A worker that looks meanwhile goes on: reading half a message would end it, and with it the whole service.
    So it does where half a message was left behind."""
    folders = dict.fromkeys(("data_folder_in", "data_folder_out"), str(tmp_path)) | {"control_folder": str(tmp_path)}
    assert app.conf.broker_url
    (tmp_path / "1_left-behind.celery.msg").write_bytes(b"")
    channel = Connection("filesystem://", transport_options=folders).channel()
    seen = []

    class Looked:
        def __json__(self) -> str:
            with pytest.raises(Empty):
                channel._get("celery")
            seen.append(True)
            return "whole"

    channel._put("celery", {"body": Looked()})
    assert seen
    assert channel._get("celery") == {"body": "whole"}
