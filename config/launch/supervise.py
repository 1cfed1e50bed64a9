"""Runs web and worker side by side: both or none, and nothing left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from failures import LaunchFailure

GRACE = 8.0  # seconds that a process has to finish what it is doing
PR_SET_PDEATHSIG = 1


class Stopped(BaseException):
    """Ctrl-C, a closed terminal or a SIGTERM; no error, so no Exception."""


def listen_for_the_end() -> None:
    """From here on the signals that end a program raise Stopped in the main thread."""

    def stop(number: int, frame: FrameType | None) -> None:
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(again, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


class Child:
    """One process in a group of its own: Ctrl-C at the terminal reaches only us, and we end it in order."""

    def __init__(self, name: str, command: Sequence[str | Path], root: Path, env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                cwd=root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_end(self) -> None:
        if not self.ended:
            self.process.terminate()

    def make_end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then end it and whatever it started."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _end_with_parent() -> None:
    """In the child: a launcher that is killed outright takes its processes with it (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE
    for child in children:
        child.make_end(deadline)


def wait_until_alive(address: str, children: Sequence[Child], seconds: float = 90.0) -> None:
    """Until `address` answers 200; raises LaunchFailure where a child ends first, or time does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check(children)
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.1)
    raise LaunchFailure(f"The web server did not answer within {seconds:.0f} seconds. Its log: {children[0].log}")


def check(children: Sequence[Child]) -> None:
    for child in children:
        if child.ended:
            raise LaunchFailure(
                f"The {child.name} ended by itself (status {child.process.returncode}), so everything was stopped. "
                f"Its log: {child.log}"
            )


def watch(children: Sequence[Child]) -> None:
    """Until Stopped or a child's end."""
    while True:
        check(children)
        time.sleep(0.5)
