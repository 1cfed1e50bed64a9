"""Statements that refer to statements, and through them to others: the transitive closure, kept at writing.

Filters follow references however long the chain (1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1); with the closure stored,
a GET takes one step. References are rare, so what they cost is paid by them alone.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from .models import Reference, ReferenceUsage

Line = tuple[str, dt.datetime, int, int]  # target, stored, position, usage
_LOCK = 4_601_947_337  # any number of our own


def one_at_a_time() -> None:
    """Holds off other writers of references until commit: two that do not see each other would leave a gap.

    To be called before anything is inserted, so that nobody who waits here holds what others wait for.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def extend(lines: Sequence[Line], ids: Mapping[int, str]) -> None:
    """Stores new direct references; `ids` gives the statement id (hexadecimal) of a position."""
    _insert(Reference(target=target, stored=at, statement_id=by, usage=usage) for target, at, by, usage in lines)
    for target, stored, position, _ in _joints(lines, ids):
        after = [
            one.hex for one in Reference.objects.filter(statement__statement_id=target).values_list("target", flat=True)
        ]
        before = list(Reference.objects.filter(target=ids[position]).values_list("stored", "statement_id"))
        _insert(
            Reference(target=to, stored=at, statement_id=by, usage=ReferenceUsage.INDIRECT)
            for at, by in [(stored, position), *before]
            for to in (target, *after)
        )


def _joints(lines: Sequence[Line], ids: Mapping[int, str]) -> list[Line]:
    """The references that lengthen a chain: their target refers on, or they are referred to."""
    targets, sources = [line[0] for line in lines], [ids[line[2]] for line in lines]
    go_on = set(
        Reference.objects.filter(statement__statement_id__in=targets).values_list("statement__statement_id", flat=True)
    )
    come_from = set(Reference.objects.filter(target__in=sources).values_list("target", flat=True))
    onward, backward = {one.hex for one in go_on}, {one.hex for one in come_from}
    return [line for line in lines if line[0] in onward or ids[line[2]] in backward]


def _insert(references: Iterable[Reference]) -> None:
    Reference.objects.bulk_create(references, ignore_conflicts=True)
