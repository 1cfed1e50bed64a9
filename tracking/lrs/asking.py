"""The record store's own SQL, for what requests ask and store.

Made once and asked by the driver itself: on PostgreSQL it is prepared after some times (`prepare_threshold` in the
settings) and then planned no more, and values go as they are. Django writes them into the text instead, and the driver
keeps a hundred texts of each connection, to know which to prepare: with a batch's INSERTs that was 24 MB a thread.
Making the same query anew out of a QuerySet took more of a request's time than the database took to answer it. Only
names of our own tables ever stand in the text.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

Line = tuple[Any, ...]


def ask(sql: str, values: Sequence[Any] = ()) -> list[Line]:
    """All rows of the answer, as the database has them: SQLite gives keys as hexadecimal digits.

    Raises Django's database errors.
    """
    with _cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Line] = cursor.fetchall()
        return found


def tell(sql: str, values: Sequence[Any] = ()) -> None:
    """As `ask`, for what has no answer."""
    with _cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def _cursor() -> Iterator[Any]:
    if connection.vendor != "postgresql" or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
