"""What a view asks of its query, and what a request writes: heard while it is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import QueryDict

WHOLE = "*"  # the view has taken the query as a whole
ONE = ("__getitem__", "__contains__", "get", "getlist")
ALL = ("__iter__", "items", "lists", "keys", "values", "dict", "urlencode")
# What any request may write: the session, and what was looked at.
HARMLESS = {"django_session", "learners_look"}
_WRITES = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')


@contextmanager
def asked() -> Iterator[set[str]]:
    """The names that are asked of any query while it lasts."""
    heard: set[str] = set()

    def one(plain: Callable[..., Any]) -> Callable[..., Any]:
        def hear(self: QueryDict, name: str, *more: Any) -> Any:
            heard.add(name)
            return plain(self, name, *more)

        return hear

    def every(plain: Callable[..., Any]) -> Callable[..., Any]:
        def hear(self: QueryDict, *more: Any, **named: Any) -> Any:
            heard.add(WHOLE)
            return plain(self, *more, **named)

        return hear

    plain = {name: getattr(QueryDict, name) for name in (*ONE, *ALL)}
    own = {name: QueryDict.__dict__[name] for name in plain if name in QueryDict.__dict__}
    for name, method in plain.items():
        setattr(QueryDict, name, one(method) if name in ONE else every(method))
    try:
        yield heard
    finally:
        for name in plain:
            delattr(QueryDict, name)
        for name, method in own.items():
            setattr(QueryDict, name, method)


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that are written to while it lasts, but for the harmless ones."""
    tables: set[str] = set()

    def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found = _WRITES.match(str(sql))
        tables.update({found[1]} - HARMLESS if found else ())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield tables
