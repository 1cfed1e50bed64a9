"""How far somebody is in a programme: a pure function of what is done. And who may run a class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from learners.models import Learner
from learners.policy import has_left, may_decide_campaigns

from .models import Choice, Cohort, Part


@dataclass(frozen=True)
class PartState:
    """One part for one learner. `is_open`: what comes first is done. `due`: None without a date."""

    part: Part
    done_on: dt.date | None
    is_open: bool
    due: dt.date | None

    def is_late(self, on: dt.date) -> bool:
        return self.done_on is None and self.due is not None and self.due < on


@dataclass(frozen=True)
class Progress:
    """All parts in order. `needed` counts required parts and those to choose; `done` never counts beyond it."""

    parts: tuple[PartState, ...]
    done: int
    needed: int
    last_done_on: dt.date | None

    @property
    def complete(self) -> bool:
        return self.needed > 0 and self.done == self.needed

    @property
    def share(self) -> float:
        return self.done / self.needed if self.needed else 0.0

    @property
    def next(self) -> PartState | None:
        """The first part that is open and not done."""
        return next((one for one in self.parts if one.is_open and one.done_on is None), None)


def progress(
    parts: Sequence[Part],
    choices: Sequence[Choice],
    done: Mapping[int, dt.date],
    starts: dt.date | None,
    own_dates: Mapping[int, dt.date] | None = None,
) -> Progress:
    """`parts` in order; `done`: the day by part id; `starts`: when the class began (None: no dates); `own_dates`: those
    that the learner was given instead of the class's, by part id.

    Of a group of electives as many count as are asked for. A group without a rule asks for one of its parts.
    """
    states, before_done = [], True
    for part in parts:
        day = done.get(part.pk)
        due = starts + dt.timedelta(days=part.due_days) if starts and part.due_days is not None else None
        due = (own_dates or {}).get(part.pk, due)
        states.append(PartState(part, day, day is not None or before_done or not part.after_previous, due))
        before_done = day is not None
    groups = {part.group: sum(other.group == part.group for other in parts) for part in parts if part.group}
    least = {choice.group: choice.least for choice in choices}
    wanted = {group: min(least.get(group, 1), size) for group, size in groups.items()}
    required = [one for one in states if not one.part.group]
    counted = sorted(one.done_on for one in required if one.done_on)
    for group, number in wanted.items():
        counted += sorted(one.done_on for one in states if one.part.group == group and one.done_on)[:number]
    return Progress(tuple(states), len(counted), len(required) + sum(wanted.values()), max(counted, default=None))


# --- Who may run a class ----------------------------------------------------------------------------------------
def may_run(learner: Learner | AnonymousUser, cohort: Cohort, on: dt.date) -> bool:
    """The class's teachers, and those who decide campaigns."""
    if may_decide_campaigns(learner, on):
        return True
    if not isinstance(learner, Learner) or not learner.is_active or has_left(learner, on):
        return False
    return cohort.teachers.filter(learner=learner).exists()


def is_member(learner: Learner, cohort: Cohort) -> bool:
    return cohort.members.filter(learner=learner, left_at=None).exists()
