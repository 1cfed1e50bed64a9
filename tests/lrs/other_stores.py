"""Other record stores for tests: our own as a second process, and one that fails by script."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings

SERVING = """
import os, sys, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", "lrs", verbosity=0)
from tracking.lrs import credentials
credential, secret = credentials.create("Den andre", at=timezone.now(), scopes=["all"])
print(credential.key, secret, flush=True)
os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", sys.argv[1], "--threads", "4"])
"""


@dataclass
class Store:
    """A record store that runs elsewhere, with a key for everything."""

    endpoint: str
    key: str
    secret: str

    def ask(self, query: str = "", body: Any = None, version: str = "2.0.0") -> Any:
        token = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": version}
        data = None if body is None else json.dumps(body).encode()
        if data:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.endpoint}statements{query}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def ids(self) -> list[str]:
        """In the order of storing."""
        page = self.ask("?ascending=true&limit=500")
        found = [one["id"] for one in page["statements"]]
        while page["more"]:
            page = self.ask("?" + page["more"].partition("?")[2])
            found += [one["id"] for one in page["statements"]]
        return found


@contextmanager
def second_store(folder: Path) -> Iterator[Store]:
    """Our own store in a process and on a database of its own."""
    port = free_port()
    own = {
        "FAGBENK_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FAGBENK_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'other.sqlite3'}",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVING, f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    try:
        assert process.stdout
        key, secret = process.stdout.readline().split()
        store = Store(f"http://127.0.0.1:{port}/xapi/", key, secret)
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield store
    finally:
        process.terminate()
        process.wait(60)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Flaky:
    """Takes statements by POST, but answers as `script` says while it lasts: a status, (status, headers) or a deed.

    `taken` has the ids of what it took, in order; `refuse` are ids that it answers with 400.
    """

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.taken: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.requests = 0
        self.refuse: set[str] = set()
        self.kinds: list[str] = []
        self.bodies: list[bytes] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/xapi/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                flaky.requests += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                step = flaky.script.pop(0) if flaky.script else 200
                if step == "close":
                    self.connection.close()
                    return
                if step == "take and close":
                    flaky._take(self.headers["Content-Type"], body)
                    self.connection.close()
                    return
                status, headers = step if isinstance(step, tuple) else (step, {})
                if status == 200:
                    status = flaky._take(self.headers["Content-Type"], body)
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                said = b"[]" if status == 200 else b"Nei takk"
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def _take(self, kind: str, body: bytes) -> int:
        text = body
        if kind.startswith("multipart"):
            text = body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]
        batch = json.loads(text)
        if self.refuse & {one["id"] for one in batch}:
            return 400
        self.kinds.append(kind)
        self.bodies.append(body)
        self.sent += batch
        self.taken += [one["id"] for one in batch]
        return 200
