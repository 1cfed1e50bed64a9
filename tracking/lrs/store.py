"""Writing to the log: whole batches or nothing, idempotent by id, nothing ever changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Model

from . import references
from .comparing import same
from .completing import Complete, complete, complete_incoming
from .exceptions import ConflictError, InvalidStatementError
from .inserting import CHUNK, insert, insert_linked, insert_new
from .models import Statement, StatementActivity, StatementAgent
from .parsing import Incoming
from .rows import Rows, rows
from .validation import validate

Json = Mapping[str, Any]
_COLUMNS = (  # xact is the database's own
    "statement_id",
    "stored",
    "timestamp",
    "verb_key",
    "actor_key",
    "object_key",
    "authority_key",
    "registration",
    "payload",
)
_encode = msgspec.json.Encoder().encode


def store(
    statements: Sequence[Json],
    *,
    authority: Json,
    at: dt.datetime | Sequence[dt.datetime],
    version: str = "2.0.0",
    trusted: bool = False,
) -> list[str]:
    """Stores all or none, and returns their ids in the given order.

    `at` becomes `stored`: one moment (the statements of a batch then follow each other by a microsecond, so that
    their order is kept), or one for each. `trusted` leaves out validation, for our own builders only.

    Outcomes: stored; already there and equal (1.0.3 Data 2.2): no change; `InvalidStatementError`; `ConflictError`.
    """
    if not trusted:
        for statement in statements:
            validate(_encode(statement), version)
    return store_complete(complete(statements, authority=authority, at=at, version=version))


def store_incoming(
    incoming: Sequence[Incoming], *, authority: Json, at: dt.datetime, version: str, savepoint: bool = True
) -> list[str]:
    """As `store`, for valid statements that came as text: values are kept to the letter, also 1.0 and 1e3.

    Without a savepoint the caller's transaction is the one that is rolled back with them: two trips less.
    """
    return store_complete(complete_incoming(incoming, authority=authority, at=at, version=version), savepoint=savepoint)


def store_complete(statements: Sequence[Complete], *, savepoint: bool = True) -> list[str]:
    prepared = {row.statement_id: (row, one) for one in statements for row in (rows(one.said, one.stored),)}
    if len(prepared) != len(statements):
        raise InvalidStatementError("Two statements of one request have the same id (1.0.3 Data 2.4.1, 2.0.0 4.2.4.2).")
    with transaction.atomic(savepoint=savepoint):
        if any(row.reference for row, _ in prepared.values()):
            references.one_at_a_time()
        # In the order of ids: two clients that send the same statements never wait for each other crosswise.
        positions = _insert(sorted(prepared.items()))
        _refuse_conflicts({key: one for key, (_, one) in prepared.items() if key not in positions})
        _insert_references([prepared[key][0] for key in positions], positions)
    return [one.said["id"] for one in statements]


def _insert(prepared: Sequence[tuple[str, tuple[Rows, Complete]]]) -> dict[str, int]:
    """Positions by statement id (hexadecimal) of those that were not there; they and their links are stored now."""
    found: list[tuple[Any, ...]] = []
    one_trip = connection.vendor == "postgresql"
    for start in range(0, len(prepared), CHUNK):
        some = [pair for _, pair in prepared[start : start + CHUNK]]
        lines = [_line(row, one) for row, one in some]
        how: Any = {"unique": "statement_id", "returning": ("statement_id", "id")}
        if one_trip:
            found += insert_linked(Statement, _COLUMNS, lines, links=_links([row for row, _ in some]), **how)
        else:
            found += insert_new(Statement, _COLUMNS, lines, **how)
    positions = {key.hex if isinstance(key, UUID) else key: position for key, position in found}
    if not one_trip:
        for table, names, lines in _links([row for key, (row, _) in prepared if key in positions], positions):
            insert(table, names, lines)
    return positions


def _line(row: Rows, one: Complete) -> tuple[Any, ...]:
    adapt = connection.ops.adapt_datetimefield_value
    keys = (row.verb_key, row.actor_key, row.object_key, row.authority_key, row.registration)
    return (row.statement_id, adapt(row.stored), adapt(row.timestamp), *keys, one.payload)


def _links(
    new: Sequence[Rows], positions: Mapping[str, int] | None = None
) -> list[tuple[type[Model], Sequence[str], list[tuple[Any, ...]]]]:
    """Sorted by key: neighbours in the index are written together. Without positions, ids stand in their place."""
    adapt = connection.ops.adapt_datetimefield_value
    agents: list[tuple[Any, ...]] = []
    activities: list[tuple[Any, ...]] = []
    for row in new:
        stored, place = adapt(row.stored), positions[row.statement_id] if positions else row.statement_id
        agents += [(key, stored, place, usage) for key, usage in row.agents.items()]
        activities += [(key, stored, place, usage) for key, usage in row.activities.items()]
    return [
        (StatementAgent, ("agent", "stored", "statement_id", "usage"), sorted(agents)),
        (StatementActivity, ("activity", "stored", "statement_id", "usage"), sorted(activities)),
    ]


def _refuse_conflicts(known: Mapping[str, Complete]) -> None:
    if not known:
        return
    stored = Statement.objects.filter(statement_id__in=known).values_list("statement_id", "payload")
    for statement_id, payload in stored.iterator():
        if not same(known[statement_id.hex].said, msgspec.json.decode(payload)):
            raise ConflictError(f"Another statement is already stored under the id {statement_id}.")


def _insert_references(new: Sequence[Rows], positions: Mapping[str, int]) -> None:
    found = [(row, positions[row.statement_id]) for row in new if row.reference]
    referring = [(row.reference[0], row.stored, position, row.reference[1]) for row, position in found if row.reference]
    if referring:
        references.extend(referring, {position: key for key, position in positions.items()})
