"""A single statement on PostgreSQL: stamped, stored and linked in one trip, which is a transaction of its own.

What most content sends is one statement a request. The ordinary way (`tracking.lrs.store`) takes it through five trips;
here the database itself puts the moment into the payload, and everything else is known before it is asked.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.db import connection

from .asking import ask
from .clock import SETTLED
from .completing import unstamped
from .parsing import Incoming
from .rows import rows

# Stands in the payload where the moment will: nobody outside can have put it into what they sent.
_MARK = f"moment-{uuid4().hex}"
_ANY = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LINK = (
    "INSERT INTO lrs_statement{0} ({0}, stored, statement_id, usage) SELECT key, new.stored, new.id, usage FROM new, "
)
# As in clock.moment: the transaction has its number before the moment is taken.
_STORE = f"""
WITH moment AS MATERIALIZED (SELECT CASE WHEN pg_current_xact_id() IS NOT NULL THEN clock_timestamp() END AS at),
new AS (
    INSERT INTO lrs_statement
        (statement_id, stored, timestamp, verb_key, actor_key, object_key, authority_key, registration, payload)
    SELECT %s::uuid, at, coalesce(%s::timestamptz, at), %s::uuid, %s::uuid, %s::uuid, %s::uuid, %s::uuid,
        replace(%s, '{_MARK}', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    FROM moment
    ON CONFLICT (statement_id) DO NOTHING RETURNING id, stored),
agents AS ({_LINK.format("agent")} unnest(%s::uuid[], %s::smallint[]) AS given (key, usage)),
activities AS ({_LINK.format("activity")} unnest(%s::uuid[], %s::smallint[]) AS given (key, usage))
SELECT ({SETTLED}) FROM new
"""  # noqa: S608 - names of our own tables, and a mark of our own


def can_go(incoming: Sequence[Incoming]) -> bool:
    """Whether this way is open: one statement, which refers to no other, and no transaction around it."""
    if len(incoming) != 1 or connection.vendor != "postgresql" or connection.in_atomic_block:
        return False
    return incoming[0].said["object"].get("objectType") != "StatementRef"


def store(one: Incoming, *, authority: Mapping[str, Any], version: str) -> tuple[str, dt.datetime] | None:
    """Its id, and a moment for `consistent_through`; None where a statement is there under this id: then the ordinary
    way compares them. `one` is valid.
    """
    said, payload = unstamped(one, _MARK, authority=authority, version=version)
    own = "timestamp" in one.said
    row = rows(said if own else {**said, "timestamp": _ANY.isoformat()}, _ANY)
    keys = (row.verb_key, row.actor_key, row.object_key, row.authority_key, row.registration)
    links = [values for held in (row.agents, row.activities) for values in (list(held), list(held.values()))]
    found = ask(_STORE, (row.statement_id, row.timestamp if own else None, *keys, payload, *links))
    return (said["id"], found[0][0]) if found else None
