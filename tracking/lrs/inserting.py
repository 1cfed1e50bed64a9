"""Many rows in few INSERTs.

`bulk_create` builds a model and prepares each value through its field, which takes most of the time of a batch. Here
columns come ready: keys as hexadecimal text, moments as the backend wants them. SQLite gets the rows as VALUES;
PostgreSQL gets them as one JSON text, because its driver takes longer over thousands of values than the server does.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

CHUNK = 400  # rows an INSERT; SQLite takes 32,766 parameters
Row = Sequence[Any]
_encode = msgspec.json.Encoder().encode


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Raises IntegrityError where a row is there already."""
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            cursor.execute(*_statement(model, columns, chunk))


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
            sql, values = _statement(model, columns, chunk)
            cursor.execute(sql + tail, values)
            found += cursor.fetchall()
    return found


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _statement(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """INSERT with its values. Only names of our own models are put into the text; values go as parameters."""
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    if connection.vendor == "postgresql":
        types = ", ".join(f"{quote(name)} {model._meta.get_field(name).db_type(connection)}" for name in columns)
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        return f"{into} SELECT * FROM json_to_recordset(%s) AS given ({types})", [_encode(records).decode()]  # noqa: S608
    places = f"({', '.join(['%s'] * len(columns))})"
    return f"{into} VALUES {', '.join([places] * len(rows))}", [value for row in rows for value in row]
