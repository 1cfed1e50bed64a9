"""The moment a statement is stored, and up to which moment everything stored can be read.

On PostgreSQL writers overlap: a statement may be stamped before another and become visible after it. A writer shows
itself to the others before it stamps, by taking its transaction's number, so that looking around tells how far the
log is settled. On SQLite writers come one at a time and stamp while they hold the lock: what is visible is always a
whole stretch of the log.
"""

import datetime as dt
import time
from dataclasses import dataclass

from django.db import OperationalError, connection
from django.db.models import Max
from django.utils import timezone

from .asking import ask
from .models import Statement

_PATIENCE = 1.0  # seconds; those who store are done in milliseconds
_PAUSE = 0.002
# The clock was put back if something is stored later than this ahead of it: then it tells nothing of who is to come.
_ASKEW = dt.timedelta(seconds=5)
# Since when the oldest running transaction of our role in this database runs that has a number; now, if there is none.
# Not the view pg_stat_activity, which looks up names that nobody asks for.
SETTLED = (
    "SELECT least(min(xact_start), statement_timestamp()) FROM pg_stat_get_activity(NULL) "
    "WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL"
)
_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Settled:
    """`through`: everything stored before it can be read. `bound`: what is later is not shown yet; None: no bound."""

    through: dt.datetime
    bound: dt.datetime | None


def moment() -> dt.datetime:
    """Now, for `stored`. Call it inside the transaction that stores: `consistent_through` relies on that.

    On PostgreSQL it is the database's clock, the same for every web server.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    ((now,),) = ask("SELECT CASE WHEN pg_current_xact_id() IS NOT NULL THEN clock_timestamp() END")
    return now


def consistent_through() -> dt.datetime:
    """Every statement that is or will be stored before this can be read by a query that begins now.

    1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1. On PostgreSQL: the start of the oldest running transaction of our role in
    this database that has a number, for none of them can have stamped a statement before it began. On SQLite: now, if
    nobody is writing, else the newest statement.
    """
    return _looked_around()[1] if connection.vendor == "postgresql" else _newest_or_now()


def settled() -> Settled:
    """As `consistent_through`, once those are done who were storing when it was called; it waits for them a second.

    So a page that ends at `bound` has all that was acknowledged before, and nothing can still come between what it
    shows.
    """
    if connection.vendor != "postgresql":
        return Settled(_newest_or_now(), None)
    asked, through, newest = _looked_around()
    deadline = time.monotonic() + _PATIENCE
    while through < asked and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        through = _looked_around()[1]
    askew = newest is not None and newest > asked + _ASKEW
    return Settled(through, None if askew else through)


def _looked_around() -> tuple[dt.datetime, dt.datetime, dt.datetime | None]:
    """When we asked, `consistent_through`, and the newest statement. Who has no number yet stamps after we asked."""
    if connection.in_atomic_block:
        ask("SELECT pg_stat_clear_snapshot()")  # else it is remembered from earlier
    ((asked, through, newest),) = ask(
        f"SELECT statement_timestamp(), ({SETTLED}), (SELECT max(stored) FROM lrs_statement)"  # noqa: S608
    )
    return asked, through, newest


def _newest_or_now() -> dt.datetime:
    alone = timezone.now() if connection.in_atomic_block else _now_if_nobody_writes()
    newest = Statement.objects.aggregate(newest=Max("stored"))["newest"]
    return max(filter(None, (alone, newest)), default=_BEGINNING)


def _now_if_nobody_writes() -> dt.datetime | None:
    """The write lock is taken for a moment, without waiting for it: who has it has nobody beside him."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            now = timezone.now()
            cursor.execute("ROLLBACK")
        except OperationalError:  # somebody else has it
            return None
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
    return now
