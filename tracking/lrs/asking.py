"""The record store's own SQL, for the few questions that every request asks.

Made once and asked by the driver itself: on PostgreSQL it is prepared after some times (`prepare_threshold` in the
settings) and then planned no more, and values go as they are. Making the same query anew out of a QuerySet took more
of a request's time than the database took to answer it. Only names of our own tables ever stand in the text.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

Line = tuple[Any, ...]


def ask(sql: str, values: Sequence[Any] = ()) -> list[Line]:
    """All rows of the answer, as the database has them: SQLite gives keys as hexadecimal digits.

    Raises Django's database errors.
    """
    if connection.vendor != "postgresql" or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values).fetchall()
