"""What the machine must bring: a Python that is new enough, venv, a free port, and Chromium for the tests."""

import errno
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping

from failures import LaunchFailure

OLDEST, FIRST_TOO_NEW = (3, 11), (3, 14)


def check_python(version: tuple[int, ...], executable: str = sys.executable) -> None:
    if not OLDEST <= tuple(version[:2]) < FIRST_TOO_NEW:
        raise LaunchFailure(
            f"Fagbenk needs Python 3.11, 3.12 or 3.13, and {executable} is {version[0]}.{version[1]}. "
            "Name another one, for example: make run PYTHON=python3.11"
        )


def check_venv(has: Callable[[str], object] = importlib.util.find_spec) -> None:
    """Debian packs venv's other half, ensurepip, apart from Python."""
    if not (has("venv") and has("ensurepip")):
        raise LaunchFailure(
            "This Python has no venv module. Debian and Ubuntu pack it apart: apt-get install python3-venv"
        )


def port(environment: Mapping[str, str]) -> int:
    """The port that PORT names, 8000 without it."""
    text = environment.get("PORT") or "8000"
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise LaunchFailure(f"PORT must be a number from 1 to 65535, and is {text!r}.")
    return int(text)


def free_addresses(number: int) -> list[str]:
    """`127.0.0.1:8000`, and `[::1]:8000` where the machine has IPv6, for "localhost" may be either."""
    addresses = [f"127.0.0.1:{number}"]
    _bind(socket.AF_INET, "127.0.0.1", number)
    if socket.has_ipv6:
        try:
            _bind(socket.AF_INET6, "::1", number)
            addresses.append(f"[::1]:{number}")
        except OSError:  # has_ipv6 speaks of the library, not of this machine's network
            pass
    return addresses


def _bind(family: socket.AddressFamily, host: str, number: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise LaunchFailure(
                    f"Port {number} is in use by another program. "
                    f"Choose another one, for example: PORT={number + 1} make run"
                ) from None
            if problem.errno == errno.EACCES:
                raise LaunchFailure(f"Port {number} is not for ordinary users. Choose one above 1023.") from None
            raise


def chromium() -> str | None:
    """The path of Chromium, or what CHROMIUM names."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def ensure_chromium() -> None:
    """Install Debian's package where we may; never go on without it."""
    if chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Chromium is missing: installing Debian's package chromium ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False, stdin=subprocess.DEVNULL)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, env=quiet, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if not chromium():
        raise LaunchFailure(
            "The tests need Chromium, and it is not here. Install the package chromium "
            "(Debian: apt-get install chromium), or name the program in CHROMIUM."
        )
