"""A test database on SQLite begins as a copy of one that these migrations have made: they take most of a minute."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection


@dataclass
class Ground:
    """`copied`: the test database lies there, migrated. Else, where `kept_as` is named, it is to be stored there."""

    copied: bool = False
    kept_as: Path | None = None

    def store(self) -> None:
        """Once the database has been migrated, and before anything else is in it."""
        if self.kept_as is None:
            return
        for old in self.kept_as.parent.glob("migrated-*.sqlite3"):
            old.unlink()
        half = self.kept_as.with_suffix(".half")
        half.unlink(missing_ok=True)
        connection.ensure_connection()
        with sqlite3.connect(half) as target:
            connection.connection.backup(target)
        target.close()
        half.rename(self.kept_as)


@contextmanager
def ground(anew: bool, reuse: bool) -> Iterator[Ground]:
    """The lock is held until the block is left: of several processes one migrates, and the others copy what it made.

    `anew`: migrate, whatever is there. `reuse`: an own database that is there already goes on as it is.
    """
    name = Path(connection.creation._get_test_db_name())  # type: ignore[attr-defined]
    if connection.vendor != "sqlite" or (reuse and not anew and name.exists()):
        yield Ground()
        return
    folder = settings.VAR_DIR.parent  # the state folders of all processes that run tests here
    kept = folder / f"migrated-{_digest()}.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if anew or not kept.exists():
            yield Ground(kept_as=kept)
            return
        for ending in ("", "-wal", "-shm"):
            name.with_name(name.name + ending).unlink(missing_ok=True)
        shutil.copyfile(kept, name)
    yield Ground(copied=True)


def _digest() -> str:
    """Of all that a migrated database comes from: every app's migrations, Django's and Wagtail's among them."""
    found = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda one: one.name):
        if find_spec(f"{config.name}.migrations"):
            folder = Path(next(iter(import_module(f"{config.name}.migrations").__path__)))
            for file in sorted(folder.glob("*.py")):
                found.update(f"{config.name}/{file.name}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]
