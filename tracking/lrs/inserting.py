"""Many rows in few INSERTs, the same SQL on every database.

`bulk_create` builds a model and prepares each value through its field, which takes most of the time of a batch. Here
columns come ready: keys as hexadecimal text, moments as the backend wants them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

CHUNK = 400  # rows an INSERT; SQLite takes 32,766 parameters, PostgreSQL 65,535
Row = Sequence[Any]


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Raises IntegrityError where a row is there already."""
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            cursor.execute(_sql(model, columns, len(chunk)), _flat(chunk))


def insert_new(
    model: type[Model], columns: Sequence[str], rows: Sequence[Row], *, unique: str, returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """The `returning` columns of the rows that were not there, judged by the `unique` column; others are left out.

    Where another transaction is just writing the same row, this waits for its end. Writers of several rows must
    therefore come in the same order, or they wait for each other.
    """
    quote = connection.ops.quote_name
    tail = f" ON CONFLICT ({quote(unique)}) DO NOTHING RETURNING {', '.join(map(quote, returning))}"
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            cursor.execute(_sql(model, columns, len(chunk)) + tail, _flat(chunk))
            found += cursor.fetchall()
    return found


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _flat(rows: Sequence[Row]) -> list[Any]:
    return [value for row in rows for value in row]


def _sql(model: type[Model], columns: Sequence[str], count: int) -> str:
    quote = connection.ops.quote_name
    places = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(map(quote, columns))
    # Only names of our own models are put into the text; values go as parameters.
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {', '.join([places] * count)}"  # noqa: S608
