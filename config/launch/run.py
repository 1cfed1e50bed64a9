"""`make run`: sets up what is not yet there, then runs Fagbenk's demo until Ctrl-C."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import machine
from commands import Commands
from demo import Demo, settings
from environment import Environment
from failures import LaunchFailure
from supervise import Child, Stopped, listen_for_the_end, stop, wait_until_alive, watch

PEOPLE = {
    "ansatt": "a workshop officer",
    "leder": "a leader with a team",
    "krus": "an editor at KRUS",
    "direktor": "management",
    "personvern": "data protection",
    "admin": "everything",
}


def run(root: Path, var: Path) -> None:
    begun = time.monotonic()
    port = machine.port(os.environ)
    addresses = machine.free_addresses(port)
    var.mkdir(parents=True, exist_ok=True)
    listen_for_the_end()
    with only_one(var):
        commands = Commands(root, var / "log", settings(os.environ, var, port))
        try:
            environment = set_up(root, var, commands)
        except Stopped:
            commands.stop()
            print("\nStopped. The next `make run` goes on from here.")
            return
        serve(environment, commands, addresses, port, begun)


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Two schedulers on one database would be one too many. The lock goes with the process, however that ends."""
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LaunchFailure(
                f"Fagbenk already runs from this folder (process {lock.read().strip()}). "
                "Stop it there with Ctrl-C first."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def set_up(root: Path, var: Path, commands: Commands) -> Environment:
    """Everything that `make run` needs; what is there and fits is left alone."""
    environment = Environment(root, var, sys.executable, commands, dev=False)
    environment.install_python()
    demo = Demo(environment, commands)
    with ThreadPoolExecutor(2) as pool:
        files = pool.submit(_files, environment, demo)
        database = pool.submit(_database, environment, demo)
        try:
            for step in (database, files):
                step.result()
        except BaseException:  # Stopped, or the first step that failed: the other one need not go on
            commands.stop()
            raise
    demo.load()
    return environment


def _files(environment: Environment, demo: Demo) -> None:
    environment.install_browser_libraries()
    demo.collect_static()


def _database(environment: Environment, demo: Demo) -> None:
    environment.compile_sources()
    demo.migrate()


def serve(environment: Environment, commands: Commands, addresses: list[str], port: int, begun: float) -> None:
    children = []
    logs = environment.var / "log"
    try:
        for name, command in {"web server": web(environment, addresses), "worker": worker(environment)}.items():
            log = logs / f"{name.split()[0]}.log"
            children.append(Child(name, command, environment.root, commands.environment, log))
        wait_until_alive(f"http://127.0.0.1:{port}/healthz", children)
        print(greeting(port, commands.environment["FAGBENK_DEMO_PASSWORD"], logs, time.monotonic() - begun), flush=True)
        watch(children)
    except Stopped:
        print("\nStopping ...", flush=True)
    finally:
        stop(children)
    print("Fagbenk is stopped.")


def web(environment: Environment, addresses: list[str]) -> list[str | Path]:
    command: list[str | Path] = [environment.python, "-m", "gunicorn", "config.wsgi", "--preload", "--workers", "2"]
    command += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5", "--log-level", "warning"]
    return command + [word for address in addresses for word in ("--bind", address)]


def worker(environment: Environment) -> list[str | Path]:
    """The scheduler is in the worker (-B): one process less, and never two of it (see `only_one`)."""
    command: list[str | Path] = [environment.python, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads"]
    return [*command, "-c", "2", "--loglevel", "warning", "--without-gossip", "--without-mingle"]


def greeting(port: int, password: str, logs: Path, seconds: float) -> str:
    people = "\n".join(f"    {name + '@fagbenk.example':28} {what}" for name, what in PEOPLE.items())
    return f"""
Fagbenk runs (after {seconds:.0f} s): http://localhost:{port}

  All people and figures are invented. Sign in as
{people}
  with the password  {password}

  Logs: {logs}
  Ctrl-C stops everything.
"""
