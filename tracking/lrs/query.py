"""Reading the log for the rest of tracking: what is about an activity, what is new, one statement."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Case, DateTimeField, OuterRef, Q, QuerySet, Subquery, Value, When

from .exceptions import LrsError
from .keys import account_key, iri_key
from .models import Reference, ReferenceUsage, Statement
from .rows import VOIDED_KEY

_IN_ONE_QUERY = 900  # accounts; SQLite's own limit is 32,766 parameters, Django counts with 999


class _Account(msgspec.Struct, rename="camel"):
    home_page: str = ""
    name: str = ""


class _Actor(msgspec.Struct):
    account: _Account | None = None


class _Head(msgspec.Struct):
    actor: _Actor


_head = msgspec.json.Decoder(_Head).decode


@dataclass(frozen=True, slots=True)
class Row:
    """One stored statement. `account` is the actor's name at the home page asked for, empty if it has none there."""

    position: int
    statement_id: UUID
    account: str
    verb: str
    stored: dt.datetime
    timestamp: dt.datetime
    registration: UUID | None
    voided_at: dt.datetime | None  # when the (first) voiding statement was stored
    payload: str

    @property
    def statement(self) -> dict[str, Any]:
        """The payload, decoded anew at each call."""
        return msgspec.json.decode(self.payload)


def about(activity: str, *, accounts: Collection[str] | None, verbs: Collection[str], home_page: str) -> list[Row]:
    """Statements with one of `verbs` about (with the object) `activity`, also voided ones, in the order of storing.

    `accounts` are names at `home_page`; None means everybody there. One query for each 900 accounts.
    """
    iris = {iri_key(verb): verb for verb in verbs}
    wanted = Statement.objects.filter(object_key=iri_key(activity), verb_key__in=iris)
    found: list[Row] = []
    for part in _by_actor(wanted, accounts, home_page):
        found += (row for row in _rows(part, home_page, iris) if row.account)
    return sorted(found, key=lambda row: (row.stored, row.position))


def _by_actor(
    wanted: QuerySet[Statement], accounts: Collection[str] | None, home_page: str
) -> Iterator[QuerySet[Statement]]:
    if accounts is None:
        yield wanted
        return
    keys = sorted({account_key(home_page, name) for name in accounts})
    for start in range(0, len(keys), _IN_ONE_QUERY):
        yield wanted.filter(actor_key__in=keys[start : start + _IN_ONE_QUERY])


def after(cursor: str, limit: int = 1000, *, home_page: str = "") -> tuple[list[Row], str]:
    """The next `limit` rows of the log, and the cursor to go on from; "" begins at the beginning.

    Safe against late commits: on PostgreSQL only rows of transactions are given than which no older one is still
    running, in the order of (transaction, position); a statement that commits late is given late and never skipped. On
    SQLite writers come one at a time. Within a batch the order is that of ids; `stored` has the sender's.
    Rows restored into another PostgreSQL cluster must have `xact` set to 0.

    Raises `LrsError` on a cursor that is not ours.
    """
    xact, position = _parsed(cursor)
    if connection.vendor == "postgresql":
        log = Statement.objects.filter(xact__gte=xact).filter(Q(xact__gt=xact) | Q(id__gt=position))
        log = log.filter(xact__lt=_oldest_running())
    else:  # every row's `xact` is 0: said so that the index is entered behind the position, not walked up to it
        log = Statement.objects.filter(xact=xact, id__gt=position)
    rows = list(_rows(log.order_by("xact", "id")[:limit], home_page))
    if not rows:
        return [], cursor
    last = Statement.objects.values_list("xact", "id").get(id=rows[-1].position)
    return rows, "{}:{}".format(*last)


def end() -> str:
    """The cursor behind everything stored by now; only where nobody else is writing, such as after a bulk load."""
    last = Statement.objects.order_by("xact", "id").values_list("xact", "id").last()
    return "{}:{}".format(*last) if last else ""


def _parsed(cursor: str) -> tuple[int, int]:
    try:
        xact, _, position = (cursor or "0:0").partition(":")
        return int(xact), int(position)
    except ValueError as error:
        raise LrsError(f"{cursor!r} is no cursor of this record store.") from error


def _oldest_running() -> int:
    """The transaction before which all of this database's are over.

    Not the snapshot's own xmin: that waits for other databases of the same server too. The snapshot's end is taken
    before the running ones are looked at, so none that lies between can be missed; it goes past our own transaction,
    whose rows we see, also where nothing has ended since that began. A running transaction is known by the lower
    32 bits of its number. Like `consistent_through` it sees the transactions of our own database role.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else it is remembered from earlier in this transaction
        cursor.execute(
            "SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, "
            "pg_current_xact_id_if_assigned()::text::bigint + 1), array("
            "SELECT backend_xid::text::bigint FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL)"
        )
        end, running = cursor.fetchone()
    return min([end, *(end + _signed(low - end) for low in running)])


def _signed(difference: int) -> int:
    """The difference of two transaction numbers of which one has lost its upper half."""
    return (difference + 2**31) % 2**32 - 2**31


def get(statement_id: UUID | str, *, home_page: str = "") -> Row | None:
    """The statement stored under this id, voided or not."""
    return next(_rows(Statement.objects.filter(statement_id=statement_id), home_page), None)


def voided_at() -> Case:
    """When a statement was voided, or null; a voiding statement never is (1.0.3 Data 2.3.2, 2.0.0 4.2.3)."""
    voidings = Reference.objects.filter(target=OuterRef("statement_id"), usage=ReferenceUsage.VOIDS)
    first = Subquery(voidings.order_by("stored").values("stored")[:1])
    return Case(When(verb_key=VOIDED_KEY, then=Value(None)), default=first, output_field=DateTimeField())


def _rows(statements: QuerySet[Statement], home_page: str, verbs: Mapping[str, str] | None = None) -> Iterator[Row]:
    columns = ("id", "statement_id", "stored", "timestamp", "verb_key", "registration", "voided", "payload")
    found = statements.annotate(voided=voided_at()).values_list(*columns)
    for position, statement_id, stored, timestamp, verb_key, registration, voided, payload in found.iterator():
        verb = (verbs or {}).get(verb_key.hex) or msgspec.json.decode(payload)["verb"]["id"]
        account = _account(payload, home_page)
        yield Row(position, statement_id, account, verb, stored, timestamp, registration, voided, payload)


def _account(payload: str, home_page: str) -> str:
    account = _head(payload).actor.account
    return account.name if account and account.home_page == home_page else ""
