"""Which completions are valid on a day, with the renewals that a campaign asks for: pure functions.

Source: docs/barometer.md, "Who has completed".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ..clock import add_months
from ..completions.derive import RENEWAL_WINDOW


class Known(NamedTuple):
    """When a fact was known; `None` as an end: still."""

    start: dt.datetime
    end: dt.datetime | None

    def at(self, before: dt.datetime | None) -> bool:
        """Whether the fact was known just before the moment `before` (None: is known now)."""
        if before is None:
            return self.end is None
        return self.start < before and (self.end is None or self.end >= before)


# What can be completed: a course, by its id; half of a blended course, or a programme, by a name (barometer.parts).
Thing = int | str


class Done(NamedTuple):
    """A completion: of what, from when until before when. `version_id`: None for what has no versions."""

    start: dt.date
    end: dt.date
    known: Known
    course_id: Thing
    version_id: int | None

    def counts(self, accepted: Collection[int]) -> bool:
        return self.version_id is None or self.version_id in accepted


class Renewal(NamedTuple):
    """A course is renewed every so many months (None: once is enough), by itself or by a shorter course.

    `halves`: its e-learning and its gathering, where each is a bar; who has completed the course has done both.
    """

    months: int | None
    by_course: int | None
    halves: tuple[str, ...] = ()


def done_on(
    done: Iterable[Done],
    on: dt.date,
    before: dt.datetime | None,
    accepted: Collection[int],
    renewals: Mapping[int, Renewal],
) -> frozenset[Thing]:
    """What of it is valid on the day, as known just before `before`."""
    known = [d for d in done if d.counts(accepted) and d.start <= on and d.known.at(before)]
    plain = frozenset(d.course_id for d in known if on < d.end and d.course_id not in renewals)
    if not renewals:
        return plain
    found = [pk for pk in renewals if any(start <= on < end for start, end in _renewed(known, pk, renewals[pk]))]
    return plain.union(found, *(renewals[pk].halves for pk in found))


def spans(
    done: Iterable[Done],
    course_id: Thing,
    before: dt.datetime | None,
    accepted: Collection[int],
    renewals: Mapping[int, Renewal],
) -> list[tuple[dt.date, dt.date]]:
    """[from, to before) of each completion of the course that counts, by its first day."""
    known = [d for d in done if d.counts(accepted) and d.known.at(before)]
    if isinstance(course_id, int) and course_id in renewals:
        return _renewed(known, course_id, renewals[course_id])
    return sorted((d.start, d.end) for d in known if d.course_id == course_id)


def _renewed(done: Iterable[Done], course_id: int, renewal: Renewal) -> list[tuple[dt.date, dt.date]]:
    """Each completion with its end by the campaign's months; one in the last 90 days before an end runs from that end.

    The renewal course counts from the first completion of the course itself on.
    """
    found: list[tuple[dt.date, dt.date]] = []
    for one in sorted(done, key=lambda d: (d.start, d.end)):
        if one.course_id != course_id and not (one.course_id == renewal.by_course and found):
            continue
        found.append((one.start, min(one.end, _end(one.start, renewal.months, found))))
    return found


def _end(start: dt.date, months: int | None, earlier: list[tuple[dt.date, dt.date]]) -> dt.date:
    if months is None:
        return dt.date.max
    ends = [end for _, end in earlier if end != dt.date.max and end - RENEWAL_WINDOW <= start < end]
    return add_months(max(ends, default=start), months)
