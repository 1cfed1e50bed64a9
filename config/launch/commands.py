"""Runs the commands of a set-up: short lines on the terminal, everything else in log files."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from failures import LaunchFailure

GRACE = 5.0  # seconds


class Commands:
    """Commands with one environment and a log each; `stop` ends those that still run."""

    def __init__(self, root: Path, logs: Path, environment: Mapping[str, str]) -> None:
        self.root, self.logs, self.environment = root, logs, dict(environment)
        self._begun = time.monotonic()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False
        logs.mkdir(parents=True, exist_ok=True)

    def say(self, text: str) -> None:
        print(f"  {time.monotonic() - self._begun:4.0f} s  {text}", flush=True)

    def run(self, what: str, command: Sequence[str | Path], *, shown: bool = False, **extra: str) -> None:
        """Run it; `shown` lets its output through to the terminal. Raises LaunchFailure that names `what`."""
        words = [str(word) for word in command]
        own_log = self.logs / f"setup-{what.split()[0].lower()}.log"
        with own_log.open("wb") as file:
            target = None if shown else file
            with self._lock:
                if self._stopping:
                    raise LaunchFailure(f"{what} was not begun.")
                process = subprocess.Popen(
                    words,
                    cwd=self.root,
                    env={**self.environment, **extra},
                    stdin=subprocess.DEVNULL,
                    stdout=target,
                    stderr=None if shown else subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C reaches only us, and `stop` ends it without a trace
                )
                self._running.add(process)
            status = process.wait()
            with self._lock:
                self._running.discard(process)
        if status:
            raise LaunchFailure(_sentence(what, status, own_log))

    def stop(self) -> None:
        """End what runs, and begin nothing more."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGTERM)
        for process in running:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the process and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _sentence(what: str, status: int, log: Path) -> str:
    """The last line of the output usually says what was wrong."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    last = f" The last it said: {lines[-1][:300]}." if lines else ""
    where = f" All of it is in {log}." if lines else ""
    return f"{what} did not succeed (status {status}).{last}{where}"
