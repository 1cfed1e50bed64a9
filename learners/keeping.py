"""One person's employment, positions and leave changed by hand: planned as an import plans them, shown, then written.

A plan is a `Changes`: what no longer holds for true, and what takes its place. Each raises NotPossible, with a sentence
for the one who asked, where the person's facts would contradict one another or the tree of units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from .changes import Changes
from .exceptions import NotPossible
from .facts import Fact
from .importing import stored as storing
from .importing.columns import Columns
from .importing.faults import Fault
from .importing.people import Choices, Planner
from .importing.pictures import LeavePicture, PersonPicture, PostPicture
from .importing.posts import Positions
from .importing.stored import Stored, StoredPerson, overlaps
from .importing.tree import Places
from .models import ChangeByHand, Employment, Learner, Leave, Position, Posting, Unit, UnitPlace

FAR = dt.date.max


@dataclass(frozen=True)
class Post:
    """A position as somebody asks for it; `end` is the day after the last one, None: until further notice."""

    unit: Unit
    position: Position
    start: dt.date
    end: dt.date | None
    primary: bool = True
    percent: Decimal = Decimal(100)


# --- Plans ------------------------------------------------------------------------------------------------------------
def add_post(learner: Learner, post: Post, today: dt.date) -> Changes:
    """The person has the position; a new primary one ends the primary one before it."""
    _in_order(post.start, post.end)
    _open(post.unit, post.start, post.end)
    told = PostPicture(
        1, post.unit.code, post.position.code, "", post.primary, post.percent, post.start, post.end
    )  # fmt: skip
    return _plan(learner, PersonPicture("", 1, posts=[told]), today, Places.load(post.start))


def add_leave(learner: Learner, start: dt.date, end: dt.date | None, full_time: bool, today: dt.date) -> Changes:
    """The person is away; a leave that overlaps it is the same leave, with other days."""
    _in_order(start, end)
    told = LeavePicture(1, start, end, full_time)
    return _plan(learner, PersonPicture("", 1, leaves=[told]), today, Places(today))


def employ(learner: Learner, start: dt.date | None, end: dt.date | None, today: dt.date) -> Changes:
    """The employment of today, or the one that overlaps the days, has this first day and this end; None: as it was.
    With an employment its positions and leaderships end."""
    said = {name: day for name, day in (("employed_from", start), ("employed_to", end)) if day}
    if not said:
        raise NotPossible(_("Say a first day, a last day, or both."))
    picture = PersonPicture("", 1, said=said, columns=frozenset(said))
    return _plan(learner, picture, today, Places(today))


def correct(row: Fact, **values: Any) -> Changes:
    """`row` was wrong: `values` is what it should have said all the time."""
    changes = Changes()
    end = values.get("valid_to", row.valid_to)
    _in_order(values.get("valid_from", row.valid_from), end)
    corrected = changes.replace(row, **values)
    if isinstance(corrected, Posting):
        _open(corrected.unit, corrected.valid_from, corrected.valid_to)
    _check(_person(row), changes)
    return changes


def drop(row: Fact) -> Changes:
    """`row` was never true."""
    changes = Changes()
    changes.drop(row)
    _check(_person(row), changes)
    return changes


def _person(row: Any) -> StoredPerson:
    return storing.one(row.learner)


def _plan(learner: Learner, picture: PersonPicture, today: dt.date, places: Places) -> Changes:
    """The import's own plan for the one person."""
    person, faults = storing.one(learner), list[Fault]()
    picture.hr_number = learner.hr_number or str(learner.opaque_id)
    stored = Stored(by_number={picture.hr_number: person})
    planner = Planner(Choices(today), stored, places, Positions.load(), Columns({}, []), faults)
    plan = planner.plan(picture)
    if faults or plan is None:
        raise NotPossible(" ".join(f"{fault.column}: {fault.reason}." for fault in faults))
    _check(person, plan.changes)
    return plan.changes


# --- What may not be --------------------------------------------------------------------------------------------------
def _in_order(start: dt.date, end: dt.date | None) -> None:
    if end is not None and end <= start:
        raise NotPossible(_("The last day comes before the first."))


def _open(unit: Unit, start: dt.date, end: dt.date | None) -> None:
    """Raises NotPossible where the unit is not there all the time, or people stand at one of those below it."""
    places = UnitPlace.objects.known().filter(unit=unit).values_list("valid_from", "valid_to")
    opened = min((first for first, _last in places), default=FAR)
    closed = max((last or FAR for _first, last in places), default=FAR)
    if start < opened:
        raise NotPossible(_("%(unit)s opened on %(day)s.") % {"unit": unit, "day": _day(opened)})
    if (end or FAR) > closed:
        last = _day(closed - dt.timedelta(days=1))
        raise NotPossible(_("%(unit)s closes: its last day is %(day)s.") % {"unit": unit, "day": last})
    here = Places.load(start)
    if unit.code.casefold() in here.units and here.leaf(unit) is None:
        raise NotPossible(_("%(unit)s has units below it: choose one of them.") % {"unit": unit})


def _check(person: StoredPerson, changes: Changes) -> None:
    """Raises NotPossible where what is added does not go together with what stays."""
    closed = {(type(row), row.pk) for row in changes.close}
    rows = (*person.employments, *person.postings, *person.leaves)
    after = [row for row in rows if (type(row), row.pk) not in closed] + list(changes.add)
    employments = [row for row in after if isinstance(row, Employment)]
    for row in changes.add:
        if isinstance(row, Employment | Leave) or (isinstance(row, Posting) and row.primary):
            _alone(row, after)
    for row in after:
        if isinstance(row, Posting) and _outside(row, employments) and not _outside(row, person.employments, row.pk):
            raise NotPossible(
                _("The position at %(unit)s from %(day)s would be outside the employment. Change the employment first.")
                % {"unit": row.unit, "day": _day(row.valid_from)}
            )


def _outside(row: Posting, employments: Iterable[Employment], key: int | None = 1) -> bool:
    """Whether a stored position (`key`) lies in none of the employments; a new one (None) was never outside before."""
    return key is not None and not any(_within(row, one) for one in employments)


def _alone(row: Fact, rows: Iterable[Fact]) -> None:
    """Only one employment, one primary position and one leave at a time."""
    for other in rows:
        same = type(other) is type(row) and other is not row and getattr(other, "primary", True)
        if same and overlaps(other, row.valid_from, row.valid_to):
            raise NotPossible(
                _("There is one of the same kind from %(day)s at the same time. Correct that first.")
                % {"day": _day(other.valid_from)}
            )


def _within(row: Fact, outer: Fact) -> bool:
    return outer.valid_from <= row.valid_from and (row.valid_to or FAR) <= (outer.valid_to or FAR)


def _day(day: dt.date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


# --- Written ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def carry_out(learner: Learner, changes: Changes, why: str, by: Learner, at: dt.datetime) -> ChangeByHand:
    """Write the plan, with who and why; the facts' `known_from` is the entry's `at`.

    Raises NotPossible where it changes nothing, FactConflict where somebody has been there meanwhile.
    """
    if not changes:
        raise NotPossible(_("Nothing would change: it stands so already."))
    changes.apply(at)
    return ChangeByHand.objects.create(learner=learner, by=by, at=at, why=why)
