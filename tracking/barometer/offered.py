"""Who has been offered a programme, beside who has completed it: for the whole service, as of last Sunday.

Offered: was given a place in one of its classes, also where it was given up. Source: docs/barometer.md, "Programmes".
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from courses.models import CohortMember, Part, Programme
from learners.models import Employment

from ..clock import OSLO, last_sunday, oslo_day
from ..completions.models import Achievement
from ..identities.activities import programme_iri
from .published import Figure
from .suppression import may_stand_alone, shows_not_counted
from .tree import Count


@dataclass(frozen=True)
class Offer:
    """One programme. `offered` and `completed` are persons employed on the day; None where they are not shown."""

    programme: Programme
    on: dt.date
    offered: int | None
    completed: int | None

    @property
    def share(self) -> float | None:
        return self.completed / self.offered if self.offered and self.completed is not None else None


def programmes(at: dt.datetime) -> list[Offer]:
    """The programmes that have had a class by last Sunday, by title; two queries for each of them."""
    return _had_classes(last_sunday(oslo_day(at)))


def beside(figure: Figure) -> list[Offer]:
    """The programmes that belong beside a campaign's figure of the whole service, as of the Sunday before: its own, and
    those of which it asks for all required courses. Units are too small for classes to be told of."""
    if not figure.country:
        return []
    asked = {bar.course.pk for bar in figure.bars if bar.course}
    required: dict[int, set[int | None]] = defaultdict(set)
    rows = Part.objects.filter(kind=Part.Kind.COURSE, group="", programme__cohorts__isnull=False)
    for programme, course in rows.values_list("programme", "course").distinct():
        required[programme].add(course)
    wanted = {pk for pk, courses in required.items() if courses <= asked} | {figure.campaign.programme_id}
    return _had_classes(last_sunday(figure.as_of), pk__in=wanted - {None}) if wanted - {None} else []


def places_left(programme: Programme, on: dt.date, deadline: dt.date) -> int | None:
    """How many employed people have on the day a place in a class that ends by the deadline, and have not completed the
    programme; None where that is too few to tell of."""
    in_class = _places(on).filter(cohort__programme=programme, cohort__ends__lte=deadline)
    in_class = in_class.filter(Q(left_at=None) | Q(left_at__gte=_end_of(on)))
    people = in_class.filter(learner__in=Employment.objects.on(on).known().values("learner"))
    left = people.exclude(learner__in=_completed(programme, on).values("learner")).values("learner").distinct().count()
    return left if shows_not_counted(left) else None


def _had_classes(sunday: dt.date, **chosen: Any) -> list[Offer]:
    found = Programme.objects.filter(cohorts__members__in=_places(sunday), **chosen).distinct().order_by("title")
    return [_offer(programme, sunday) for programme in found]


def _places(sunday: dt.date) -> QuerySet[CohortMember]:
    """The places in classes that had been given by the end of the day."""
    return CohortMember.objects.filter(joined_at__lt=_end_of(sunday))


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), OSLO)


def _completed(programme: Programme, on: dt.date) -> QuerySet[Achievement]:
    iri = programme_iri(programme.slug)
    return Achievement.objects.filter(activity=iri, known_to=None, completed_on__lte=on)


def _offer(programme: Programme, sunday: dt.date) -> Offer:
    employed = Employment.objects.on(sunday).known()
    people = (
        _places(sunday).filter(cohort__programme=programme, learner__in=employed.values("learner")).values("learner")
    )
    offered = people.distinct().count()
    done = _completed(programme, sunday).filter(learner__in=people)
    completed = done.values("learner").distinct().count()
    shown = shows_not_counted(offered)
    alone = shown and may_stand_alone(Count(offered, completed))
    return Offer(programme, sunday, offered if shown else None, completed if alone else None)
