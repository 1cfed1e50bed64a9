"""Writing to the log: whole batches or nothing, idempotent by id, nothing ever changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from . import references
from .comparing import same
from .completing import Complete, complete, complete_incoming
from .exceptions import ConflictError, InvalidStatementError
from .inserting import insert, insert_new
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


def store_incoming(incoming: Sequence[Incoming], *, authority: Json, at: dt.datetime, version: str) -> list[str]:
    """As `store`, for valid statements that came as text: values are kept to the letter, also 1.0 and 1e3."""
    return store_complete(complete_incoming(incoming, authority=authority, at=at, version=version))


def store_complete(statements: Sequence[Complete]) -> list[str]:
    prepared = {row.statement_id: (row, one) for one in statements for row in (rows(one.said, one.stored),)}
    if len(prepared) != len(statements):
        raise InvalidStatementError("Two statements of one request have the same id (1.0.3 Data 2.4.1, 2.0.0 4.2.4.2).")
    with transaction.atomic():
        if any(row.reference for row, _ in prepared.values()):
            references.one_at_a_time()
        # In the order of ids: two clients that send the same statements never wait for each other crosswise.
        positions = _insert_statements(sorted(prepared.items()))
        _refuse_conflicts({key: one for key, (_, one) in prepared.items() if key not in positions})
        _insert_links([prepared[key][0] for key in positions], positions)
    return [one.said["id"] for one in statements]


def _insert_statements(prepared: Sequence[tuple[str, tuple[Rows, Complete]]]) -> dict[str, int]:
    """Positions by statement id (hexadecimal) of those that were not there."""
    adapt = connection.ops.adapt_datetimefield_value
    lines = [
        (
            row.statement_id,
            adapt(row.stored),
            adapt(row.timestamp),
            row.verb_key,
            row.actor_key,
            row.object_key,
            row.authority_key,
            row.registration,
            one.payload,
        )
        for _, (row, one) in prepared
    ]
    found = insert_new(Statement, _COLUMNS, lines, unique="statement_id", returning=("statement_id", "id"))
    return {key.hex if isinstance(key, UUID) else key: position for key, position in found}


def _refuse_conflicts(known: Mapping[str, Complete]) -> None:
    if not known:
        return
    stored = Statement.objects.filter(statement_id__in=known).values_list("statement_id", "payload")
    for statement_id, payload in stored.iterator():
        if not same(known[statement_id.hex].said, msgspec.json.decode(payload)):
            raise ConflictError(f"Another statement is already stored under the id {statement_id}.")


def _insert_links(new: Sequence[Rows], positions: Mapping[str, int]) -> None:
    adapt = connection.ops.adapt_datetimefield_value
    agents, activities, referring = [], [], []
    for row in new:
        stored, position = adapt(row.stored), positions[row.statement_id]
        agents += [(key, stored, position, usage) for key, usage in row.agents.items()]
        activities += [(key, stored, position, usage) for key, usage in row.activities.items()]
        if row.reference:
            referring.append((row.reference[0], row.stored, position, row.reference[1]))
    # Sorted by key: neighbours in the index are written together.
    insert(StatementAgent, ("agent", "stored", "statement_id", "usage"), sorted(agents))
    insert(StatementActivity, ("activity", "stored", "statement_id", "usage"), sorted(activities))
    if referring:
        references.extend(referring, {position: key for key, position in positions.items()})
