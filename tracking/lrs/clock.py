"""The moment a statement is stored, and up to which moment everything stored can be read."""

import datetime as dt

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from .models import Statement

# SQLite: no request holds the write lock for longer, so what was stamped before is there or never comes.
_LONGEST_WRITE = dt.timedelta(seconds=60)


def moment() -> dt.datetime:
    """Now, for `stored`. Call it inside the transaction that stores: `consistent_through` relies on that.

    On PostgreSQL it is the database's clock, the same for every web server.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def consistent_through() -> dt.datetime:
    """Every statement that is or will be stored before this can be read by a query that begins now.

    1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1. On PostgreSQL: the start of the oldest transaction still running in this
    database under our role, for none of them can have stamped a statement before it began. On SQLite writers come one
    at a time, so the newest visible statement is as far as one can be sure, or what no write outlives.
    """
    if connection.vendor != "postgresql":
        newest = Statement.objects.aggregate(newest=Max("stored"))["newest"]
        settled = timezone.now() - _LONGEST_WRITE
        return max(newest, settled) if newest else settled
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(min(xact_start), clock_timestamp()) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return cursor.fetchone()[0]
