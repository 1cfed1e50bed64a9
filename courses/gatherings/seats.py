"""Seats: how many are taken, who waits, and how many are lacking for a course."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from ..models import Course, Gathering, Registration


@dataclass(frozen=True)
class Seats:
    """`total` None: room for everybody."""

    total: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.total is None else max(self.total - self.taken, 0)

    @property
    def full(self) -> bool:
        return self.free == 0

    @property
    def share(self) -> float | None:
        return min(self.taken / self.total, 1.0) if self.total else None


def seats_of(gatherings: Iterable[Gathering]) -> dict[int, Seats]:
    """The seats of each gathering by id, in one query."""
    chosen = list(gatherings)
    rows = Registration.objects.filter(gathering__in=chosen, state__in=Registration.ACTIVE).order_by()
    taken: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for pk, state, count in rows.values_list("gathering", "state").annotate(Count("pk")):
        (waiting if state == Registration.State.WAITING else taken)[pk] += count
    return {one.pk: Seats(one.seats, taken[one.pk], waiting[one.pk]) for one in chosen}


def ahead(at: dt.datetime) -> list[Gathering]:
    """The published gatherings that are not over, by their first session."""
    spanned = Gathering.objects.filter(state=Gathering.State.OPEN).annotate(
        first=Min("sessions__starts", filter=Q(sessions__cancelled=False)),
        last=Max("sessions__ends", filter=Q(sessions__cancelled=False)),
    )
    chosen = spanned.filter(last__gt=at).select_related("course").prefetch_related("sessions")
    return list(chosen.order_by("first", "pk"))


def held(at: dt.datetime, most: int) -> list[Gathering]:
    """Published gatherings for everybody that are over, the newest first; each with `last`, when it ended."""
    spanned = Gathering.objects.filter(state=Gathering.State.OPEN, cohort=None).annotate(
        last=Max("sessions__ends", filter=Q(sessions__cancelled=False))
    )
    return list(spanned.filter(last__lte=at).order_by("-last", "-pk")[:most])


# --- What others ask --------------------------------------------------------------------------------------------------
def waiting_for_a_seat(learner_ids: Collection[int], at: dt.datetime | None = None) -> set[tuple[int, int]]:
    """(learner id, course id) of those on a waiting list, or not yet answered an offer, for a gathering that lies
    ahead of the course."""
    rows = Registration.objects.filter(
        learner__in=list(learner_ids),
        state__in=(Registration.State.WAITING, Registration.State.OFFERED),
        gathering__course__isnull=False,
        gathering__in=[one.pk for one in ahead(at or timezone.now())],
    )
    return set(rows.values_list("learner_id", "gathering__course_id"))


def seats_lacking(courses: Iterable[Course], at: dt.datetime | None = None) -> dict[int, int]:
    """How many more wait for a seat than there are free seats, by course id, in the gatherings that lie ahead.

    A course whose gatherings have room for everybody, or that has none, lacks 0.
    """
    wanted = {course.pk for course in courses}
    lying_ahead = [one for one in ahead(at or timezone.now()) if one.course_id in wanted]
    seats = seats_of(lying_ahead)
    lacking = dict.fromkeys(wanted, 0)
    for one in lying_ahead:
        free = seats[one.pk].free
        lacking[one.course_id] += seats[one.pk].waiting - (0 if free is None else free)  # type: ignore[index]
    return {pk: max(number, 0) for pk, number in lacking.items()}


def seats_left(course: Course, until: dt.date, at: dt.datetime) -> int | None:
    """Free seats in the course's gatherings from now until the day; None: room for everybody in one of them."""
    chosen = [one for one in ahead(at) if one.course_id == course.pk]
    chosen = [one for one in chosen if timezone.localdate(one.first) <= until]  # type: ignore[attr-defined]
    free = [seats.free for seats in seats_of(chosen).values()]
    return None if None in free else sum(number for number in free if number is not None)


def room(course: Course, after: dt.date, until: dt.date) -> int | None:
    """How many seats the course's published gatherings have that begin after a day and end by `until`, whoever has
    them; None: one of them has room for everybody."""
    spanned = Gathering.objects.filter(state=Gathering.State.OPEN, course=course).annotate(
        first=Min("sessions__starts__date", filter=Q(sessions__cancelled=False)),
        last=Max("sessions__ends__date", filter=Q(sessions__cancelled=False)),
    )
    found = list(spanned.filter(first__gt=after, last__lte=until).values_list("seats", flat=True))
    return None if None in found else sum(one for one in found if one)
