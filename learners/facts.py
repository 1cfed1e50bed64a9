"""Facts on two time axes: when they hold (valid) and when we knew them (known).

Both intervals are half-open: `valid_from` and `known_from` belong to the interval, `valid_to` and `known_to` do not; an
empty end means "until further notice". A correction closes the old row and adds a new one; nothing is overwritten.
Source: docs/barometer.md, "Time".
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal

from .exceptions import FactConflict

closed = Signal()  # `close` writes past Django's own


class FactQuerySet(models.QuerySet):
    def on(self, day: dt.date) -> Self:
        """Rows that hold on `day`."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def known(self, before: dt.datetime | None = None) -> Self:
        """Rows as they were known just before the moment `before` (aware UTC); None: as they are known now."""
        if before is None:
            return self.filter(known_to__isnull=True)
        return self.filter(Q(known_to__isnull=True) | Q(known_to__gte=before), known_from__lt=before)


class Fact(models.Model):
    """A dated fact about a person, a unit or a rule."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    known_from = models.DateTimeField(db_index=True)
    known_to = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


F = TypeVar("F", bound=Fact)


@transaction.atomic
def close(row: Fact, at: dt.datetime) -> None:
    """We no longer hold `row` for true, from `at` on. Raises FactConflict if it was closed before."""
    changed = type(row).objects.filter(pk=row.pk, known_to__isnull=True).update(known_to=at)
    if not changed:
        raise FactConflict(f"{row} is already closed.")
    row.known_to = at
    closed.send(type(row), instance=row)


@transaction.atomic
def correct(row: F, at: dt.datetime, **changes: Any) -> F:
    """Close `row` and record its corrected successor, known from `at`."""
    close(row, at)
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    # A person may be given as such or by id: by id, or the old one would win over the new.
    changed = {
        f.attname: changes[f.name].pk for f in row._meta.concrete_fields if f.is_relation and changes.get(f.name)
    }
    given = {name: value for name, value in changes.items() if f"{name}_id" not in changed}
    values |= {"known_from": at, "known_to": None} | given | changed
    return type(row).objects.create(**values)


def end(row: F, last_day: dt.date, at: dt.datetime) -> F:
    """`row` holds until and including `last_day`; we know so from `at`."""
    return correct(row, at, valid_to=last_day + dt.timedelta(days=1))
