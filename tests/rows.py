"""The database's rows as they lie there: read once, put back in a few statements instead of being made again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.core.signals import request_finished, request_started
from django.db import IntegrityError, OperationalError, connection, transaction

from cms.common import changed

Made = TypeVar("Made")
Row = tuple[Any, ...]
Rows = dict[str, list[Row]]  # by table
CHUNK = 300  # rows a statement; SQLite takes 32,766 values


def tables() -> list[str]:
    """Every model's table, but for those that triggers fill (SQLite's full-text index)."""
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
            names -= {name for (name,) in cursor.fetchall()}
    return sorted(names)


def with_rows(names: Iterable[str]) -> list[str]:
    """Those of the tables that are not empty, in one question."""
    quoted = {name: connection.ops.quote_name(name) for name in names}
    if not quoted:
        return []
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {q})" for name, q in quoted.items())
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def read(names: Iterable[str]) -> Rows:
    """Each table's rows, in an order of their own."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def put(rows: Rows) -> None:
    """These rows, and no others, in the tables named. Foreign keys are checked at the end of the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        changed()  # in SQL: nobody else says so
        for name in rows:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
        for name, lines in rows.items():
            for begin in range(0, len(lines), CHUNK):
                some = lines[begin : begin + CHUNK]
                marks = ", ".join([f"({', '.join(['%s'] * len(some[0]))})"] * len(some))
                values = [value for line in some for value in line]
                cursor.execute(f"INSERT INTO {connection.ops.quote_name(name)} VALUES {marks}", values)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models(rows)):  # they came with their numbers
            cursor.execute(statement)


def _models(names: Iterable[str]) -> list[Any]:
    wanted = set(names)
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in wanted]


@dataclass
class Ground(Generic[Made]):
    """The rows on which something was made, those that lay there afterwards, in the tables that it changed, and what
    was answered."""

    before: Rows
    after: Rows
    made: Made


class Remembered(Generic[Made]):
    """What some function puts into a database: made once in a process, put there as rows where they would come to lie
    on the same ground, made anew where they would not. `put` answers a copy of what the function answered."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self.make = make
        self.grounds: list[Ground[Made]] = []

    def put(self) -> Made:
        known = next((one for one in self.grounds if read(one.before) == one.before), None)
        if known:
            put(known.after)
        else:
            known = self._made_anew()
            if known.before:  # where all of it lay there already nothing was changed, and that would fit any ground
                self.grounds.append(known)
                self.grounds.sort(key=lambda one: -len(one.before))  # what says most of its ground is looked at first
        return deepcopy(known.made)

    def _made_anew(self) -> Ground[Made]:
        before = read(tables())
        made = self.make()
        after = read(before)
        changed = [name for name in before if before[name] != after[name]]
        return Ground({name: before[name] for name in changed}, {name: after[name] for name in changed}, made)


class Remembering:
    """What a process remembers, by the function that makes it."""

    def __init__(self) -> None:
        self._kept: dict[Callable[[], Any], Remembered[Any]] = {}

    def __call__(self, make: Callable[[], Made]) -> Remembered[Made]:
        return self._kept.setdefault(make, Remembered(make))


_at_work: set[int] = set()  # threads of a live server that answer a request


def watch_requests() -> None:
    """From now on `wait_for_requests` knows of them."""
    request_started.connect(_begun, dispatch_uid="tests.rows")
    request_finished.connect(_ended, dispatch_uid="tests.rows")


def _begun(**_: object) -> None:
    if threading.current_thread() is not threading.main_thread():  # a test's own client is done when it has its answer
        _at_work.add(threading.get_ident())


def _ended(**_: object) -> None:
    _at_work.discard(threading.get_ident())


def wait_for_requests(seconds: float = 5) -> None:
    """Until no live server answers anybody: a page that is closed still tells where its reader was."""
    deadline = time.monotonic() + seconds
    while _at_work and time.monotonic() < deadline:
        time.sleep(0.01)
    _at_work.clear()


def empty(names: Iterable[str]) -> None:
    """Deletes what the tables hold, once nobody puts more into them: a browser's last request may still be at work."""
    names = list(names)
    wait_for_requests()
    for attempts_left in reversed(range(10)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for name in with_rows(names):
                    cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
            return
        except (IntegrityError, OperationalError):  # a row that came to refer to another meanwhile, or a lock
            if not attempts_left:
                raise
            time.sleep(0.2)


def sql_flush(style: object, names: Iterable[str], **_wishes: object) -> list[str]:
    """In place of Django's statements for emptying tables, which take as long for tables that hold nothing: done."""
    empty(names)
    return []
