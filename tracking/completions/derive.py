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
    by_registration: dict[tuple[int, int, UUID], list[Satisfying]] = defaultdict(list)
    for statement in statements:
        by_registration[statement.learner_id, statement.version_id, statement.registration].append(statement)
    by_person: dict[tuple[int, int], list[Derived]] = defaultdict(list)
    for (learner_id, version_id, _), some in by_registration.items():
        by_person[learner_id, version_id] += _best_over_time(some)
    return {
        row
        for (_, version_id), rows in by_person.items()
        for row in _with_validity(rows, validity_months.get(version_id))
    }


def _best_over_time(statements: list[Satisfying]) -> list[Derived]:
    """The first satisfying statement of one registration, as it was known from moment to moment."""
    moments = sorted({s.stored for s in statements} | {s.voided_at for s in statements if s.voided_at})
    rows: list[Derived] = []
    for moment in moments:
        standing = [s for s in statements if s.stored <= moment and (s.voided_at is None or s.voided_at > moment)]
        best = min(standing, key=lambda s: (s.on, s.stored, s.statement_id), default=None)
        if rows and rows[-1].known_to is None:
            if best and best.statement_id == rows[-1].statement_id:
                continue
            rows[-1] = replace(rows[-1], known_to=moment)
        if best:
            rows.append(
                Derived(
                    best.learner_id, best.version_id, best.registration, best.statement_id, best.on, None, moment, None
                )
            )
    return rows


def _with_validity(rows: list[Derived], months: int | None) -> list[Derived]:
    """Each row with its end; a renewal in the last 90 days before an earlier end runs from that end."""
    if months is None:
        return rows
    ended: list[Derived] = []
    for row in sorted(rows, key=lambda r: (r.completed_on, r.known_from, str(r.registration))):
        ends = [
            e.valid_until
            for e in ended
            if e.registration != row.registration
            and e.valid_until
            and e.valid_until - RENEWAL_WINDOW <= row.completed_on < e.valid_until
        ]
        ended.append(replace(row, valid_until=add_months(max(ends, default=row.completed_on), months)))
    return ended
