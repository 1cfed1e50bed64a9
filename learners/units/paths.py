"""A subtree as one range of an index, in the words of each database."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

END = "0"  # the character after "/": no path of the subtree sorts behind it


def at_or_below(path: str) -> Q:
    """The places whose path begins with `path` ("/KRIM/NORD/").

    PostgreSQL answers a prefix from the pattern index that Django makes for `path`; SQLite only answers a range.
    """
    if connection.vendor == "sqlite":
        return Q(path__gte=path, path__lt=path[:-1] + END)
    return Q(path__startswith=path)
