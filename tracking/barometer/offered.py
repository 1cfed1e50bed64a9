"""Who has been offered a programme, beside who has completed it: for the whole service, as of last Sunday.

Offered: was given a place in one of its classes, also where it was given up. Source: docs/barometer.md, "Programmes".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.models import CohortMember, Programme
from learners.models import Employment

from ..clock import OSLO, last_sunday, oslo_day
from ..completions.models import Achievement
from ..identities.activities import programme_iri
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
    sunday = last_sunday(oslo_day(at))
    found = Programme.objects.filter(cohorts__members__in=_places(sunday)).distinct().order_by("title")
    return [_offer(programme, sunday) for programme in found]


def _places(sunday: dt.date) -> QuerySet[CohortMember]:
    """The places in classes that had been given by the end of the day."""
    return CohortMember.objects.filter(
        joined_at__lt=dt.datetime.combine(sunday + dt.timedelta(days=1), dt.time(), OSLO)
    )


def _offer(programme: Programme, sunday: dt.date) -> Offer:
    employed = Employment.objects.on(sunday).known()
    people = (
        _places(sunday).filter(cohort__programme=programme, learner__in=employed.values("learner")).values("learner")
    )
    offered = people.distinct().count()
    done = Achievement.objects.filter(
        activity=programme_iri(programme.slug), known_to=None, completed_on__lte=sunday, learner__in=people
    )
    completed = done.values("learner").distinct().count()
    shown = shows_not_counted(offered)
    alone = shown and may_stand_alone(Count(offered, completed))
    return Offer(programme, sunday, offered if shown else None, completed if alone else None)
