"""What the record store tells of itself: what it refused, without what was said, and how much came in."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from lrs_cast import AT, PLATFORM, agent, build

from tracking.lrs import refusals, volume
from tracking.lrs.keys import agent_key
from tracking.lrs.models import Refusal, Volume
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch: Any) -> None:
    monkeypatch.setattr(refusals, "_waiting", {})


def test_what_a_key_s_content_does_wrong_is_kept_without_what_it_said(key: Any) -> None:
    xapi = key()
    assert xapi.post(build(actor={"mbox": "kari.nordmann@example.org"})).status_code == 400
    row = Refusal.objects.get()
    assert (row.key, row.status, row.times) == (xapi.key, 400, 1)
    assert "mbox" in row.sentence
    assert "kari" not in str(Refusal.objects.values())


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("`actor.mbox`: 'kari@x' is none (2.4).", "`actor.mbox`: … is none (2.4)."),
        ('`a`: "it\'s \\"me\\"" is none.', "`a`: … is none."),
        ("The statement's id is not the parameter.", "The statement's id is not the parameter."),
        ("Under the id 0e2f7f6c-4d6d-4c5a-8f0f-1d2a3b4c5d6e.", "Under the id …."),
    ],
)
def test_what_stands_in_quotes_is_the_content_s_own(sentence: str, kind: str) -> None:
    assert refusals.kind_of(sentence) == kind


def test_the_same_fault_by_the_thousand_is_one_row_and_few_writings(
    key: Any, django_assert_max_num_queries: Any
) -> None:
    xapi = key()
    xapi.post(b"{")
    with django_assert_max_num_queries(30):
        for _ in range(10):
            xapi.post(b"{")  # a key and the time through which the store is consistent: no writing
    assert Refusal.objects.get().times == 1
    refusals._waiting.update({kind: (0.0, times) for kind, (_, times) in refusals._waiting.items()})
    xapi.post(b"{")
    assert Refusal.objects.get().times == 12


def test_more_kinds_than_are_kept_count_as_one(key: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(refusals, "KINDS", 3)
    xapi = key()
    for name in "abcdef":
        xapi.post(build(**{name * 3: 1}))
    assert Refusal.objects.count() == 4
    assert Refusal.objects.get(sentence="").times == 3


def test_what_is_older_than_a_week_is_forgotten() -> None:
    for days in (1, 7, 9):
        day = AT.date() - dt.timedelta(days=days)
        Refusal.objects.create(key="k", day=day, status=400, sentence="x", times=1, last=AT)
    refusals.forget(AT)
    assert Refusal.objects.count() == 2


def put(at: dt.datetime, count: int = 1) -> None:
    store([build(actor=agent("kari")) for _ in range(count)], authority=PLATFORM, at=at)


def test_volume_is_counted_by_oslo_s_days_and_by_who_vouches() -> None:
    put(dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC), 3)
    put(dt.datetime(2026, 11, 15, 23, 1, tzinfo=dt.UTC), 2)
    volume.count_up()
    days = volume.by_day(dt.date(2026, 11, 14), dt.date(2026, 11, 16), OSLO)
    assert list(days.values()) == [0, 3, 2]
    assert volume.of_authorities(AT - dt.timedelta(days=7)) == {agent_key(PLATFORM): 5}


def test_counting_again_changes_nothing_and_adds_what_came_late() -> None:
    put(AT, 2)
    volume.count_up()
    put(AT - dt.timedelta(minutes=40))
    volume.count_up()
    volume.count_up()
    assert sum(Volume.objects.values_list("statements", flat=True)) == 3


def test_what_is_pruned_was_counted_all_the_same() -> None:
    from django.db.models import Q

    from tracking.lrs.pruning import prune

    put(AT, 2)
    put(AT + dt.timedelta(days=40))
    volume.count_up()
    prune(AT + dt.timedelta(days=1), Q(pk=None))
    volume.count_up()
    assert sum(Volume.objects.values_list("statements", flat=True)) == 3


def test_nothing_is_counted_where_nothing_is() -> None:
    volume.count_up()
    volume.forget(timezone.now())
    assert not Volume.objects.exists()
