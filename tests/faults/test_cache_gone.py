"""The cache of several machines is away: pages go on, and what must be counted is counted."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis import Redis
from redis.exceptions import RedisError

from config.cache import RedisOrFiles
from tests import staff

from .serving import free_port


def of_several_machines(port: int, folder: Path) -> dict[str, object]:
    return {
        "BACKEND": "config.cache.RedisOrFiles",
        "LOCATION": f"redis://127.0.0.1:{port}/0",
        "OPTIONS": {"files": str(folder), "socket_connect_timeout": 1, "socket_timeout": 1},
    }


@pytest.fixture
def nobody_answers(settings: Settings, tmp_path: Path) -> None:
    settings.CACHES = {"default": of_several_machines(free_port(), tmp_path)}


@pytest.mark.usefixtures("nobody_answers")
def test_everything_that_a_cache_does_is_done_without_redis() -> None:
    assert cache.add("once", 1)
    assert not cache.add("once", 2)
    assert cache.incr("once") == 2
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.get_or_set("d", 4) == 4
    assert cache.touch("d", 60)
    assert "d" in cache
    cache.delete("d")
    cache.delete_many(["a"])
    assert (cache.get("a"), cache.get("b"), cache.get("d", "none")) == (None, 2, "none")
    cache.clear()
    assert cache.get("once") is None


@pytest.mark.django_db
@pytest.mark.usefixtures("nobody_answers", "site")
def test_officers_notice_nothing_and_wrong_passwords_are_counted_all_the_same() -> None:
    ola = staff.employ("Ola", staff.unit("HALDEN"))
    tries = [*(f"feil-{number}" for number in range(7)), "en-lang-nok-frase"]
    came_in = [Client().post("/konto/login/", {"login": ola.email, "password": one}).status_code for one in tries]
    assert 302 not in came_in, "the right one comes too late"
    client = Client()
    client.force_login(ola)
    for address in ("/", "/samlinger/", "/min-laering/", "/barometer/"):
        assert client.get(address).status_code == 200, address


def test_a_server_that_hangs_is_left_alone_for_a_while(tmp_path: Path) -> None:
    with socket.socket() as hangs:  # takes connections and never says a word
        hangs.bind(("127.0.0.1", 0))
        hangs.listen()
        params = of_several_machines(hangs.getsockname()[1], tmp_path)
        params["OPTIONS"]["socket_timeout"] = 0.2  # type: ignore[index]
        slow = RedisOrFiles(str(params["LOCATION"]), params)
        slow.set("a", 1)
        assert slow.asked_again_at > time.monotonic()
        hangs.close()
        assert slow.get("a") == 1


@pytest.fixture
def redis_port(tmp_path: Path) -> Iterator[int]:
    if not shutil.which("redis-server"):
        pytest.skip("Needs redis-server.")
    port = free_port()
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        with Redis(port=port) as asked:
            until = time.monotonic() + 20
            while not _answers(asked):
                assert time.monotonic() < until
                time.sleep(0.05)
            yield port
            if server.poll() is None:
                asked.flushall()
    finally:
        server.kill()
        server.wait()


def _answers(asked: Redis) -> bool:
    try:
        return bool(asked.ping())
    except RedisError:
        return False


def test_where_redis_answers_it_is_redis_that_keeps(redis_port: int, tmp_path: Path) -> None:
    params = of_several_machines(redis_port, tmp_path / "files")
    one, other = (RedisOrFiles(str(params["LOCATION"]), params) for _ in range(2))
    one.set("a", 1)
    assert other.get("a") == 1
    assert one.files.get("a") is None
    one.asked_again_at = time.monotonic() + 60
    one.set("a", 2)
    assert (one.get("a"), other.get("a")) == (2, 1)
    one.asked_again_at = 0.0
    assert one.get("a") == 1, "Redis is asked again after a while"
