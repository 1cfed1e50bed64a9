"""How far the figures of a report can be trusted: records that nobody could place, figures that are disputed.

What layers above know of (disputes) they enter here at start, so that a report need not know them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from learners.models import Employment, Posting, Unit, UnitPlace

from .content import Content

# (path of the unit in the tree, moment) -> how many figures of people there were disputed just before the moment.
Disputed = Callable[[str, dt.datetime], int]
FEWEST = 3
_disputed: list[Disputed] = []


def register_disputed(counter: Disputed) -> None:
    """Enter what counts disputed figures; entered again it changes nothing."""
    if counter not in _disputed:
        _disputed.append(counter)


def quality(unit: Unit, on: dt.date, before: dt.datetime, country: bool) -> Content:
    """{"people_without_posting": persons or null below the country, "disputed": figures, or null where 1 or 2 would
    point at somebody}, as known just before the moment."""
    path = UnitPlace.objects.on(on).known().filter(unit=unit).values_list("path", flat=True).first() or ""
    disputed = sum(counter(path, before) for counter in _disputed) if path else 0
    return {
        "people_without_posting": _without_posting(on, before) if country else None,
        "disputed": disputed if country or disputed == 0 or disputed >= FEWEST else None,
    }


def _without_posting(on: dt.date, before: dt.datetime) -> int:
    """Employed persons whom no unit has: they are in no figure."""
    posted = Posting.objects.on(on).known(before).values("learner")
    return Employment.objects.on(on).known(before).exclude(learner__in=posted).values("learner").distinct().count()
