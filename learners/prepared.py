"""A question that every page asks: its statement is made once in a process, and not put together anew for each page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """What `make` asks, with other values in the place of those that it was made with: `like`, by name.

    They must be told apart from all other values in the statement. Rows come as the database answers them: ask for
    numbers, texts and whether something exists, not for what Django would have to convert.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], like: Mapping[str, Any]) -> None:
        self._make, self._like = make, dict(like)
        self._statements: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        sql, said = self._statement()
        instead = {stored(like): stored(values[name]) for name, like in self._like.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [instead.get(value, value) for value in said])
            return list(cursor.fetchall())

    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        """For the database at work."""
        found = self._statements.get(connection.vendor)
        if found is None:
            sql, said = self._make().query.sql_with_params()
            found = self._statements[connection.vendor] = sql, tuple(said)
        return found


def stored(value: Any) -> Any:
    """A day as the database takes it; all else as it is."""
    return value if isinstance(value, int | str) else connection.ops.adapt_datefield_value(value)
