"""How often a key may ask: counted by all workers together, answered with 429 and when to come again."""

import datetime as dt
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from lrs_cast import AT, build

from tracking.lrs import credentials, limits
from tracking.lrs.exceptions import TooOftenError
from tracking.lrs.models import Credential

COUNTING = """
import datetime as dt, sys, django
django.setup()
from tracking.lrs import limits
from tracking.lrs.exceptions import TooOftenError
from tracking.lrs.models import Credential
passed = 0
for _ in range(100):
    try:
        limits.count(Credential(key=sys.argv[1], per_minute=150), dt.datetime.fromisoformat(sys.argv[2]))
        passed += 1
    except TooOftenError:
        pass
print(passed)
"""


@pytest.fixture
def seldom(key: Any) -> Any:
    """A key that may ask three times a minute."""
    xapi = key()
    Credential.objects.update(per_minute=3)
    return xapi


def test_who_asks_too_often_is_told_when_to_come_again(seldom: Any) -> None:
    answers = [seldom.post(build()) for _ in range(7)]
    codes = [answer.status_code for answer in answers]
    # A minute may end in between; five at most then.
    assert codes.count(429) >= 1
    assert 200 in codes
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "3 times a minute" in refused.content.decode()
    assert "Retry-After" in refused["Access-Control-Expose-Headers"]


def test_each_key_has_a_limit_of_its_own(seldom: Any, key: Any) -> None:
    other = key()
    for _ in range(7):
        seldom.get()
    assert other.get().status_code == 200


@pytest.mark.django_db
def test_the_next_minute_begins_anew() -> None:
    credential, _ = credentials.create("x", at=AT, per_minute=1)
    limits.count(credential, AT)
    with pytest.raises(TooOftenError) as refusal:
        limits.count(credential, AT + dt.timedelta(seconds=29))
    assert refusal.value.retry_after == 31 - AT.second
    limits.count(credential, AT + dt.timedelta(minutes=1))


@pytest.mark.django_db
def test_without_a_limit_of_its_own_a_key_has_the_installation_s(settings: Any) -> None:
    settings.XAPI_PER_MINUTE = 2
    credential, _ = credentials.create("x", at=AT)
    assert limits.allowed(credential) == 2


@pytest.mark.django_db
def test_counting_writes_nothing_into_the_database(django_assert_num_queries: Any) -> None:
    credential, _ = credentials.create("x", at=AT)
    with django_assert_num_queries(0):
        limits.count(credential, AT)


def test_processes_count_together() -> None:
    def run(_: int) -> int:
        own = {"FAGBENK_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "FAGBENK_VAR": str(settings.VAR_DIR)}
        command = [sys.executable, "-c", COUNTING, f"together-{os.getpid()}", AT.isoformat()]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **own}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 150


def test_where_nothing_can_be_counted_statements_still_come_in(xapi: Any, monkeypatch: Any) -> None:
    def full(*arguments: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(limits, "_in_file", full)
    assert xapi.post(build()).status_code == 200


def test_files_of_keys_that_no_longer_ask_go(xapi: Any) -> None:
    xapi.get()
    path = settings.VAR_DIR / "limits" / xapi.key
    limits.forget_unused()
    assert path.exists()
    os.utime(path, (0, 0))
    limits.forget_unused()
    assert not path.exists()


@pytest.mark.skipif("not os.environ.get('CELERY_BROKER_URL', '').startswith('redis')", reason="Needs a Redis.")
def test_redis_counts_for_web_servers_on_several_machines(settings: Any) -> None:
    url = os.environ["CELERY_BROKER_URL"]
    settings.CACHE_URL = url
    files = {"files": str(settings.VAR_DIR / "cache")}
    settings.CACHES = {"default": {"BACKEND": "config.cache.RedisOrFiles", "LOCATION": url, "OPTIONS": files}}
    credential = Credential(key=os.urandom(8).hex(), per_minute=2)
    limits.count(credential, AT)
    limits.count(credential, AT)
    with pytest.raises(TooOftenError):
        limits.count(credential, AT)
