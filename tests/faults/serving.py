"""A web server as in an installation (gunicorn, two workers), clients that load it, and what they were told.

The check of every fault: acknowledged ⊆ stored ⊆ attempted, and a batch is whole or not there at all.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from tests.processes import environment

OK, UNAVAILABLE = 200, 503
Make = Callable[[str], dict[str, Any]]


def statement(statement_id: str, **changes: Any) -> dict[str, Any]:
    """A small valid statement under this id."""
    home = "https://fagbenk.example"
    return {
        "id": statement_id,
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": f"n{int(UUID(statement_id)) % 50}"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": f"{home}/things/{int(UUID(statement_id)) % 7}"},
        **changes,
    }


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@dataclass
class Server:
    """gunicorn's master process, its address, and a key for everything."""

    process: subprocess.Popen[bytes]
    port: int
    key: str
    secret: str

    def workers(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def kill_a_worker(self, number: int) -> None:
        if alive := self.workers():
            os.kill(alive[number % len(alive)], signal.SIGKILL)

    def headers(self) -> dict[str, str]:
        token = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return {
            "Authorization": f"Basic {token}",
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
        }

    def post(self, body: Any, timeout: float = 30) -> tuple[int, dict[str, str]]:
        """Status (0: no answer) and headers."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}/xapi/statements"
        try:
            request = urllib.request.Request(address, data, self.headers())
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                answer.read()
                return answer.status, dict(answer.headers)
        except urllib.error.HTTPError as refusal:
            refusal.read()
            return refusal.code, dict(refusal.headers)
        except (OSError, urllib.error.URLError, ConnectionError):
            return 0, {}
        except Exception as broken:  # noqa: BLE001 - http.client has many names for an answer that was cut off
            assert type(broken).__module__.startswith("http"), broken
            return 0, {}


@contextmanager
def serving(log: Path, key: str, secret: str, **changes: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--preload", "-b", f"127.0.0.1:{port}",
               "-w", "2", "--worker-class", "gthread", "--threads", "4"]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment(**changes), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(port)
        yield Server(process, port, key, secret)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@dataclass
class Load:
    """Clients that store single statements and batches until they are told to stop."""

    server: Server
    make: Make = statement
    attempted: list[list[str]] = field(default_factory=list)
    acknowledged: list[list[str]] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    without_retry_after: int = 0
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)

    @contextmanager
    def running(self, clients: int = 4) -> Iterator[None]:
        threads = [Thread(target=self._work, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(60)

    def _work(self, client: int) -> None:
        number = client
        while not self._stop.is_set():
            number += 1
            ids = [str(uuid4()) for _ in range((1, 7)[number % 2])]
            with self._lock:
                self.attempted.append(ids)
            status, headers = self.server.post([self.make(one) for one in ids])
            with self._lock:
                self.answers[status] = self.answers.get(status, 0) + 1
                if status == OK:
                    self.acknowledged.append(ids)
                elif status == UNAVAILABLE and "Retry-After" not in headers:
                    self.without_retry_after += 1
            if status != OK:
                time.sleep(0.05)

    def wait_for_more(self, seconds: float = 60) -> None:
        """Until another request has been acknowledged."""
        before, deadline = len(self.acknowledged), time.monotonic() + seconds
        while len(self.acknowledged) == before:
            assert time.monotonic() < deadline, f"nothing was acknowledged for {seconds} s: {self.answers}"
            time.sleep(0.02)

    def check(self, stored: set[str]) -> None:
        """Acknowledged ⊆ stored ⊆ attempted; each request whole or not at all."""
        lost = [ids for ids in self.acknowledged if not stored.issuperset(ids)]
        assert lost == []
        assert stored <= {one for ids in self.attempted for one in ids}
        torn = [ids for ids in self.attempted if 0 < len(stored.intersection(ids)) < len(ids)]
        assert torn == []
