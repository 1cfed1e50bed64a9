"""What runs before anything is installed: config/launch."""

import re
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import environment
import machine
import pytest
from commands import Commands
from demo import secret, settings
from failures import LaunchFailure
from locks import strip
from run import only_one
from stamps import Stamps, digest
from supervise import Child, check, stop

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 12), (3, 14, 0)])
def test_a_python_that_does_not_fit_gets_a_sentence_that_names_it(version: tuple[int, ...]) -> None:
    with pytest.raises(LaunchFailure, match=rf"needs Python 3\.11.*/usr/bin/python3 is 3\.{version[1]}"):
        machine.check_python(version, "/usr/bin/python3")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 9)])
def test_a_python_that_fits_passes(version: tuple[int, ...]) -> None:
    machine.check_python(version)


def test_a_debian_without_python3_venv_is_told_which_package_is_missing() -> None:
    with pytest.raises(LaunchFailure, match="apt-get install python3-venv"):
        machine.check_venv(lambda name: None if name == "ensurepip" else object())


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LaunchFailure, match="PORT must be a number"):
        machine.port({"PORT": text})


def test_the_port_is_8000_unless_port_names_another() -> None:
    assert machine.port({}) == 8000
    assert machine.port({"PORT": "8123"}) == 8123


def test_a_port_in_use_gets_a_sentence_with_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        with pytest.raises(LaunchFailure, match=f"Port {number} is in use.*PORT={number + 1} make run"):
            machine.free_addresses(number)


def test_a_stamp_fits_only_what_it_was_made_from(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.fits("packages", digest(source))
    stamps.write("packages", digest(source))
    assert stamps.fits("packages", digest(source))
    source.write_text("two")
    assert not stamps.fits("packages", digest(source))


def test_a_moved_file_changes_a_folder_s_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    before = digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest(tmp_path) != before


def test_the_demo_password_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "demo-password"
    made = secret(path, 4)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", made)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret(path, 4) == made


def test_the_demo_s_processes_may_write_bytecode_and_know_that_they_are_a_demo(tmp_path: Path) -> None:
    made = settings({"PYTHONDONTWRITEBYTECODE": "1", "DATABASE_URL": "postgres:///x"}, tmp_path, 8001)
    assert "PYTHONDONTWRITEBYTECODE" not in made
    assert (made["FAGBENK_DEMO"], made["PORT"], made["DATABASE_URL"]) == ("1", "8001", "postgres:///x")


def test_a_command_that_fails_is_told_by_name_and_last_words(tmp_path: Path) -> None:
    commands = Commands(tmp_path, tmp_path / "log", {})
    with pytest.raises(LaunchFailure, match=r"Migrating did not succeed \(status 3\).*no such host"):
        commands.run("Migrating", [sys.executable, "-c", "print('no such host'); raise SystemExit(3)"])


def test_a_second_start_from_the_same_folder_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(LaunchFailure, match="already runs from this folder"), only_one(tmp_path):
        pass


def test_a_child_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(7)"], tmp_path, {}, tmp_path / "worker.log")
    child.process.wait()
    with pytest.raises(LaunchFailure, match=r"The worker ended by itself \(status 7\)"):
        check([child])


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    program = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = Child("worker", [sys.executable, "-c", program], tmp_path, {"PATH": "/usr/bin:/bin"}, tmp_path / "log")
    while not child.log.read_text().strip():
        time.sleep(0.01)
    grandchild = Path("/proc") / child.log.read_text().strip()
    stop([child])
    assert child.ended
    deadline = time.monotonic() + 5
    while _lives(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _lives(process: Path) -> bool:
    """Whether it runs, and is not only waiting to be reaped."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_only_uv_is_taken_from_the_lock_file_for_the_first_step() -> None:
    block = environment._requirement((ROOT / "requirements-dev.lock").read_text(), "uv")
    assert re.match(r"uv==[\d.]+ \\\n", block)
    assert not block.rstrip().endswith("\\")
    assert all(line.strip().startswith("--hash=sha256:") for line in block.splitlines()[1:])


def test_the_npm_lock_file_loses_its_addresses(tmp_path: Path) -> None:
    path = tmp_path / "package-lock.json"
    path.write_text('{"packages": {"a": {"version": "1", "resolved": "x", "funding": "y"}}}')
    strip(path)
    assert '"version": "1"' in path.read_text()
    assert not re.search("resolved|funding", path.read_text())


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    """-I -S: no site-packages, as on a machine where nothing is installed."""
    launch = str(ROOT / "config" / "launch")
    command = [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({launch!r}, run_name='__main__')"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stderr.startswith("usage: ")
