"""What a leader notes of the own team beside the figures: what stands in somebody's way, and the shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from learners import facts
from learners.models import Learner, Unit

from ..clock import oslo_day
from .models import Obstacle, Shift


def causes(learner_ids: Iterable[int], on: dt.date) -> dict[int, str]:
    """What is noted for each on the day: a value of Obstacle.Cause, by learner id."""
    rows = Obstacle.objects.on(on).known().filter(learner__in=list(learner_ids)).order_by("known_from")
    return dict(rows.values_list("learner_id", "cause"))


@transaction.atomic
def note(learner: Learner, unit: Unit, cause: str, by: Learner, at: dt.datetime) -> None:
    """From today `cause` stands in the learner's way ("": nothing does). What stands already stays as it is."""
    day = oslo_day(at)
    held = Obstacle.objects.known().on(day).filter(learner=learner)
    if [row.cause for row in held] == ([cause] if cause else []):
        return
    for row in held:
        if row.valid_from == day:
            facts.close(row, at)
        else:
            facts.end(row, day - dt.timedelta(days=1), at)
    if cause:
        Obstacle.objects.create(
            learner=learner, unit=unit, cause=Obstacle.Cause(cause), set_by=by, valid_from=day, known_from=at
        )


def shifts(unit: Unit) -> dict[int, str]:
    """The shift of each, by learner id."""
    return dict(Shift.objects.filter(unit=unit).values_list("learner_id", "label"))


@transaction.atomic
def put_on_shifts(unit: Unit, labels: Mapping[int, str]) -> None:
    """The shift of each by learner id; an empty one takes the person off."""
    for learner_id, label in labels.items():
        rows = Shift.objects.filter(unit=unit, learner=learner_id)
        if label.strip():
            Shift.objects.update_or_create(unit=unit, learner_id=learner_id, defaults={"label": label.strip()[:30]})
        else:
            rows.delete()
