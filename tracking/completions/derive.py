"""Statements -> completions, as a pure function: no clock, no database, the same rows each time.

Source: docs/barometer.md, "Who has completed".
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from ..clock import add_months, oslo_day

RENEWAL_WINDOW = dt.timedelta(days=90)


@dataclass(frozen=True)
class Satisfying:
    """A statement that satisfies a course version."""

    learner_id: int
    version_id: int
    registration: UUID
    statement_id: UUID
    timestamp: dt.datetime
    stored: dt.datetime
    voided_at: dt.datetime | None

    @property
    def on(self) -> dt.date:
        """Dated min(timestamp, stored), as an Oslo day."""
        return oslo_day(min(self.timestamp, self.stored))


@dataclass(frozen=True)
class Derived:
    """What one Completion row says."""

    learner_id: int
    version_id: int
    registration: UUID
    statement_id: UUID
    completed_on: dt.date
    valid_until: dt.date | None
    known_from: dt.datetime
    known_to: dt.datetime | None


def derive(statements: Iterable[Satisfying], validity_months: Mapping[int, int | None]) -> set[Derived]:
    """The completions that `statements` amount to.

    `validity_months`: version id -> N, None where it does not run out.
    """
    by_person: dict[tuple[int, int], list[Satisfying]] = defaultdict(list)
    for statement in statements:
        by_person[statement.learner_id, statement.version_id].append(statement)
    return {
        row for (_, version_id), some in by_person.items() for row in _over_time(some, validity_months.get(version_id))
    }


def _over_time(statements: list[Satisfying], months: int | None) -> list[Derived]:
    """One person's completions of one version, as they were known from moment to moment.

    A renewal's end rests on the completion before it: what becomes known of the one closes the row of the other.
    """
    closed: list[Derived] = []
    current: dict[UUID, Derived] = {}  # by registration
    for moment in sorted({s.stored for s in statements} | {s.voided_at for s in statements if s.voided_at}):
        standing = [s for s in statements if s.stored <= moment and (s.voided_at is None or s.voided_at > moment)]
        wanted = {row.registration: row for row in _with_validity(_firsts(standing, moment), months)}
        for registration, row in list(current.items()):
            if replace(row, known_from=moment) != wanted.get(registration):
                closed.append(replace(current.pop(registration), known_to=moment))
        current = wanted | current
    return closed + list(current.values())


def _firsts(statements: Iterable[Satisfying], moment: dt.datetime) -> list[Derived]:
    """The first satisfying statement of each registration, without its end yet."""
    firsts: dict[UUID, Satisfying] = {}
    for one in sorted(statements, key=lambda s: (s.on, s.stored, s.statement_id)):
        firsts.setdefault(one.registration, one)
    return [
        Derived(s.learner_id, s.version_id, s.registration, s.statement_id, s.on, None, moment, None)
        for s in firsts.values()
    ]


def _with_validity(rows: list[Derived], months: int | None) -> list[Derived]:
    """Each of `rows` (by day) with its end; a renewal in the last 90 days before an earlier end runs from that end."""
    if months is None:
        return rows
    ended: list[Derived] = []
    for row in rows:
        ends = [e.valid_until for e in ended if e.valid_until]
        renewed = [end for end in ends if end - RENEWAL_WINDOW <= row.completed_on < end]
        ended.append(replace(row, valid_until=add_months(max(renewed, default=row.completed_on), months)))
    return ended
