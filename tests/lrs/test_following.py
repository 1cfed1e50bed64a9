"""Following the log: in batches, by one reader at a time, and the cursor says until when everything has been read."""

import datetime as dt
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from lrs_cast import PLATFORM, build

from tests import staff
from tracking import statements
from tracking.completions import following
from tracking.completions.models import Completion, Cursor
from tracking.identities import people
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def test_hundreds_that_wait_are_read_in_batches_and_each_completion_follows(monkeypatch: Any) -> None:
    monkeypatch.setattr(following, "BATCH", 50)
    staff.course("MI")
    unit = staff.unit("HALDEN")
    for number in range(3):
        here = statements.Setting(
            people.account_name(staff.employ(f"Officer{number}", unit)), str(uuid4()), "s", "MI", "MI", 1, "nb"
        )
        store([build() for _ in range(70)], authority=PLATFORM, at=NOW)
        store([statements.completed(here, NOW)], authority=PLATFORM, at=NOW)
    assert len(following.follow(NOW)) == 3
    assert Completion.objects.count() == 3
    assert following.follow(NOW) == []


def test_the_cursor_says_now_at_the_log_s_end_and_the_newest_read_before_it(monkeypatch: Any) -> None:
    monkeypatch.setattr(following, "BATCH", 2)
    moments = [NOW - dt.timedelta(hours=hours) for hours in (3, 2, 1)]
    store([build() for _ in moments], authority=PLATFORM, at=moments)
    Cursor.objects.create(name=following.NAME)
    seen: list[Any] = []
    save = Cursor.save

    def noted(cursor: Cursor, **named: Any) -> None:
        seen.append(cursor.moved_at)
        save(cursor, **named)

    monkeypatch.setattr(Cursor, "save", noted)
    following.follow(NOW)
    assert seen[0] < NOW
    assert seen[0] in moments
    assert seen[-1] == NOW


def test_two_followers_do_not_wait_for_each_other() -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("On SQLite a transaction has nobody beside it.")
    following.follow(NOW)
    store([build()], authority=PLATFORM, at=NOW)
    done = []

    def other() -> None:
        done.append(following.follow(NOW))
        connections.close_all()

    with transaction.atomic():
        Cursor.objects.select_for_update().get(name=following.NAME)
        thread = Thread(target=other)
        thread.start()
        thread.join(20)
        assert done == [[]]
