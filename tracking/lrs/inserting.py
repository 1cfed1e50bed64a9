"""Many rows in few INSERTs.

`bulk_create` builds a model and prepares each value through its field, which takes most of the time of a batch. Here
columns come ready: keys as hexadecimal text, moments as the backend wants them. SQLite gets the rows as VALUES;
PostgreSQL gets them as one JSON text, because its driver takes longer over thousands of values than the server does.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

from .asking import ask, tell

CHUNK = 400  # rows an INSERT; SQLite takes 32,766 parameters
Row = Sequence[Any]
_encode = msgspec.json.Encoder().encode


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Raises IntegrityError where a row is there already."""
    for chunk in _chunks(rows):
        tell(*_statement(model, columns, chunk))


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
    for chunk in _chunks(rows):
        sql, values = _statement(model, columns, chunk)
        found += ask(sql + tail, values)
    return found


def insert_linked(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: str,
    returning: Sequence[str],
    links: Sequence[tuple[type[Model], Sequence[str], Sequence[Row]]],
) -> list[tuple[Any, ...]]:
    """As `insert_new`, and with the new rows their links, in one trip to PostgreSQL; at most `CHUNK` rows.

    `returning` are the unique column and the row's id. Each link's third column has the unique column's value, and gets
    the id in its place; links of rows that were there already are left out.
    """
    quote = connection.ops.quote_name
    sql, values = _statement(model, columns, rows)
    key, number = map(quote, returning)
    parts = [f"new AS ({sql} ON CONFLICT ({quote(unique)}) DO NOTHING RETURNING {key}, {number})"]
    for table, names, lines in links:
        given, into = _given(table, tuple(names)), _into(table, names)
        taken = [f"new.{number}" if n == 2 else f"given.{quote(name)}" for n, name in enumerate(names)]
        source = f"json_to_recordset(%s) AS given ({given}) JOIN new ON new.{key} = given.{quote(names[2])}"
        parts.append(f"link{len(parts)} AS ({into} SELECT {', '.join(taken)} FROM {source})")  # noqa: S608 - see _statement
        values.append(_encode([dict(zip(names, line, strict=True)) for line in lines]).decode())
    return ask(f"WITH {', '.join(parts)} SELECT {key}, {number} FROM new", values)  # noqa: S608 - only names of our own models


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _statement(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """INSERT with its values. Only names of our own models are put into the text; values go as parameters."""
    into = _into(model, columns)
    if connection.vendor == "postgresql":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        given = _given(model, tuple(columns))
        return f"{into} SELECT * FROM json_to_recordset(%s) AS given ({given})", [_encode(records).decode()]  # noqa: S608
    places = f"({', '.join(['%s'] * len(columns))})"
    return f"{into} VALUES {', '.join([places] * len(rows))}", [value for row in rows for value in row]


def _into(model: type[Model], columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"


@cache
def _given(model: type[Model], columns: tuple[str, ...]) -> str:
    """The columns with their types; a link's statement, until it has a number, comes as its id."""
    quote = connection.ops.quote_name
    kinds = {name: model._meta.get_field(name).db_type(connection) for name in columns}
    if columns[2:3] == ("statement_id",):
        kinds["statement_id"] = "uuid"
    return ", ".join(f"{quote(name)} {kind}" for name, kind in kinds.items())
