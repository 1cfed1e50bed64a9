"""A set of facts to close and to add: made first, shown, then written as one. Nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from .exceptions import FactConflict
from .facts import Fact

BATCH = 400  # SQLite takes so many numbers in one query
_TIMES = {"known_from", "known_to"}


@dataclass
class Changes:
    """Rows that no longer hold for true, and those that take their place (not yet stored)."""

    close: list[Fact] = field(default_factory=list)
    add: list[Fact] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.close or self.add)

    def replace(self, row: Fact, **values: Any) -> Fact | None:
        """`row` is closed; its successor says `values` instead. None where nothing would be left of it in time."""
        self.close.append(row)
        successor = like(row, **values)
        if successor.valid_to is not None and successor.valid_to <= successor.valid_from:
            return None
        self.add.append(successor)
        return successor

    def end(self, row: Fact, on: dt.date) -> None:
        """`row` holds until before `on`; where it would only begin then, it falls away."""
        if row.valid_to is None or row.valid_to > on:
            self.replace(row, valid_to=on)

    def drop(self, row: Fact) -> None:
        """`row` was never true."""
        self.close.append(row)

    def merge(self, other: Changes) -> None:
        self.close += other.close
        self.add += other.add

    @transaction.atomic
    def apply(self, at: dt.datetime) -> None:
        """Write them, known from `at`. Raises FactConflict where somebody has closed one of the rows meanwhile."""
        for model, rows in _by_model(self.close).items():
            closed = _close(model, [row.pk for row in rows], at)
            if closed != len(rows):
                raise FactConflict(f"{len(rows) - closed} of the facts have been changed meanwhile.")
        for row in self.add:
            row.known_from, row.known_to = at, None
        for model, rows in _by_model(self.add).items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)


def like(row: Fact, **values: Any) -> Any:
    """A new row that says what `row` says, but for `values`; not stored, not yet known."""
    said = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    for name in _TIMES:
        said.pop(name)
    for name, value in values.items():
        attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
        said[attname] = getattr(value, "pk", value) if attname != name else value
    return type(row)(**said)


def _by_model(rows: Iterable[Fact]) -> dict[type[Fact], list[Any]]:
    found: dict[type[Fact], list[Any]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found


def _close(model: type[Fact], keys: Collection[int], at: dt.datetime) -> int:
    keys, closed = list(keys), 0
    for first in range(0, len(keys), BATCH):
        rows = model._default_manager.filter(pk__in=keys[first : first + BATCH], known_to=None)
        closed += rows.update(known_to=at)
    return closed
