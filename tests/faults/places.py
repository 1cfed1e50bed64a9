"""Databases for a fault: an empty one with the record store's tables, a PostgreSQL of the test's own, a small disk."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.processes import environment

from .serving import free_port

MAKING = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
for app in sys.argv[1:]:
    call_command("migrate", app, verbosity=0)
from tracking.lrs import credentials
credential, secret = credentials.create("Feil", at=timezone.now(), scopes=["all"])
print(credential.key, secret)
"""
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def made(url: str, var: Path, *more: str) -> tuple[str, str]:
    """The tables of a record store, and of `more` applications, in an empty database, and a key."""
    env = environment(DATABASE_URL=url, FAGBENK_VAR=str(var))
    done = subprocess.run(
        [sys.executable, "-c", MAKING, "lrs", *more], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    key, secret = done.stdout.split()
    return key, secret


class Cluster:
    """A PostgreSQL of the test's own; as root it runs as the machine's user `postgres`, as it must."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)
        self._run("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *words: object) -> None:
        assert POSTGRES
        command = [str(POSTGRES / name), *map(str, words)]
        subprocess.run(command, user=self.user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@contextmanager
def own_cluster(folder: Path | None = None) -> Iterator[Cluster]:
    """In a folder of its own, or in the one given."""
    if POSTGRES is None:
        pytest.skip("No PostgreSQL server is installed on this machine.")
    held = folder or Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may not be long
    one = Cluster(held)
    one.start()
    try:
        yield one
    finally:
        one.stop()
        shutil.rmtree(held, ignore_errors=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("Mounting a small disk is not allowed here.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def stored(url: str) -> set[str]:
    """The ids of all statements in a database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as lite:
            return {str(UUID(line[0])) for line in lite.execute("SELECT statement_id FROM lrs_statement")}
    with psycopg.connect(url) as connection:
        return {str(line[0]) for line in connection.execute("SELECT statement_id FROM lrs_statement")}
