"""Units are opened, moved, closed and merged from a day on. What was before that day stays as it was.

Each function writes its facts, known from `at`, and says what it has changed; `preview` undoes it again, to show it
first. People stand at the leaves of the tree only: where a leaf gets units below it, or people come to an inner unit,
they stand at its own staff, `<CODE>-STAB`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..changes import Changes, like
from ..exceptions import NotPossible
from ..facts import Fact
from ..models import Leadership, Posting, RoleGrant, Unit
from .timeline import FAR, Span, Timeline

CODE = re.compile(r"^[A-ZÆØÅ0-9][A-ZÆØÅ0-9._-]{0,39}$")
OWN_STAFF = "-STAB"


@dataclass
class Outcome:
    """What a reorganisation changed: the facts, and the units that it made."""

    changes: Changes = field(default_factory=Changes)
    opened: list[Unit] = field(default_factory=list)

    @property
    def people(self) -> set[int]:
        """Those whose posting ends or goes to another unit."""
        return {row.learner_id for row in self.changes.close if isinstance(row, Posting)}

    def ended(self, model: type[Fact]) -> list[Any]:
        return [row for row in self.changes.close if isinstance(row, model)]


def preview(what: Callable[[], Outcome]) -> Outcome:
    """What `what` would change; nothing is stored. Raises NotPossible."""
    with transaction.atomic():
        outcome = what()
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def open_unit(code: str, name: str, kind: str, parent: Unit | None, on: dt.date, at: dt.datetime) -> Outcome:
    """A new unit, or a closed one again, below `parent` from `on`. Raises NotPossible."""
    timeline = Timeline.load()
    code = code.strip().upper()
    if not CODE.match(code):
        raise NotPossible(
            _("“%(code)s” is no code for a unit: letters, numbers, hyphens, at most 40.") % {"code": code}
        )
    unit = Unit.objects.filter(code=code).first()
    if unit and any(span.end > on for span in timeline.spans.get(unit.pk, ())):
        raise NotPossible(_("There is a unit with the code %(code)s already.") % {"code": code})
    if parent is None and any(span.end > on and span.parent_id is None for s in timeline.spans.values() for span in s):
        raise NotPossible(_("The service has a root already: say which unit the new one stands below."))
    outcome = Outcome()
    if unit is None:
        unit = Unit.objects.create(code=code, name=name.strip() or code, kind=kind)
        outcome.opened.append(unit)
    timeline.codes[unit.pk] = code
    timeline.spans.setdefault(unit.pk, []).append(Span(on, FAR, parent.pk if parent else None))
    if parent is not None and kind != Unit.Kind.STAFF:
        _make_room(parent, on, timeline, outcome)
    return _write(outcome, timeline, at)


@transaction.atomic
def own_staff(unit: Unit, on: dt.date, at: dt.datetime) -> Outcome:
    """The inner unit `unit` has a unit for its own staff from `on`."""
    timeline, outcome = Timeline.load(), Outcome()
    leaf_of(unit, on, timeline, outcome)
    return _write(outcome, timeline, at)


@transaction.atomic
def move(unit: Unit, parent: Unit, on: dt.date, at: dt.datetime) -> Outcome:
    """`unit`, with all below it, stands below `parent` from `on`. Raises NotPossible."""
    timeline, outcome = Timeline.load(), Outcome()
    here = timeline.at(unit.pk, on)
    if here is None:
        raise NotPossible(_("%(unit)s is not open on that day.") % {"unit": unit})
    if here.parent_id is None:
        raise NotPossible(_("The root cannot be moved."))
    timeline.place(unit.pk, parent.pk, on)
    _make_room(parent, on, timeline, outcome)
    return _write(outcome, timeline, at)


@transaction.atomic
def close_unit(unit: Unit, on: dt.date, at: dt.datetime) -> Outcome:
    """`unit` is closed from `on`. Raises NotPossible where people or open units are left in it."""
    timeline, outcome = Timeline.load(), Outcome()
    if timeline.at(unit.pk, on - dt.timedelta(days=1)) is None and timeline.at(unit.pk, on) is None:
        raise NotPossible(_("%(unit)s is not open on that day.") % {"unit": unit})
    staff = _own_staff(unit, timeline)
    left = {child for child in timeline.children(unit.pk, on) if staff is None or child != staff.pk}
    if left:
        names = ", ".join(Unit.objects.filter(pk__in=left).order_by("name").values_list("name", flat=True))
        raise NotPossible(_("There are units below it still: %(units)s. Move or close them first.") % {"units": names})
    closing = [unit, *([staff] if staff else [])]
    people = _postings(closing, on).values("learner").distinct().count()
    if people:
        raise NotPossible(
            _("%(people)s people are posted there still. Merge it into another unit, or move them first.")
            % {"people": people}
        )
    _leave(closing, on, timeline, outcome)
    return _write(outcome, timeline, at)


@transaction.atomic
def merge(units: Collection[Unit], into: Unit, on: dt.date, at: dt.datetime) -> Outcome:
    """`units` are closed from `on`; their people, and the units below them, go to `into`. Raises NotPossible."""
    timeline, outcome = Timeline.load(), Outcome()
    if into in units or not units:
        raise NotPossible(_("Choose which units go, and another one that they go into."))
    for unit in units:
        if timeline.at(unit.pk, on) is None:
            raise NotPossible(_("%(unit)s is not open on that day.") % {"unit": unit})
        if timeline.at(unit.pk, on).parent_id is None:  # type: ignore[union-attr]
            raise NotPossible(_("The root cannot be merged into another unit."))
    closing = _with_own_staff(units, timeline)
    for unit in units:
        for child in timeline.children(unit.pk, on):
            if child not in {one.pk for one in closing}:
                timeline.place(child, into.pk, on)
                _make_room(into, on, timeline, outcome)
    target = leaf_of(into, on, timeline, outcome)
    _move_people(closing, target, on, outcome)
    _leave(closing, on, timeline, outcome)
    return _write(outcome, timeline, at)


def _with_own_staff(units: Collection[Unit], timeline: Timeline) -> list[Unit]:
    found = []
    for unit in units:
        staff = _own_staff(unit, timeline)
        found += [unit, *([staff] if staff else [])]
    return found


def _own_staff(unit: Unit, timeline: Timeline) -> Unit | None:
    """The child for the unit's own staff."""
    return Unit.objects.filter(code=f"{unit.code}{OWN_STAFF}", pk__in=timeline.spans).first()


def leaf_of(unit: Unit, on: dt.date, timeline: Timeline, outcome: Outcome) -> Unit:
    """Where people stand who come to `unit` on `on`: itself, or its own staff's unit, made at need."""
    if not timeline.children(unit.pk, on):
        return unit
    staff = _own_staff(unit, timeline)
    if staff is not None and timeline.at(staff.pk, on):
        return staff
    if staff is None:
        name = _("%(unit)s, own staff") % {"unit": unit.name}
        staff = Unit.objects.create(code=f"{unit.code}{OWN_STAFF}"[:40], name=name[:200], kind=Unit.Kind.STAFF)
        outcome.opened.append(staff)
        timeline.codes[staff.pk] = staff.code
    timeline.place(staff.pk, unit.pk, on)
    return staff


def _make_room(parent: Unit, on: dt.date, timeline: Timeline, outcome: Outcome) -> None:
    """`parent` gets units below it: people who stand there go to its own staff's unit."""
    if _postings([parent], on).exists() and parent.pk not in {x.pk for x in outcome.opened}:
        _move_people([parent], leaf_of(parent, on, timeline, outcome), on, outcome)


def _postings(units: Collection[Unit], on: dt.date) -> Any:
    later = Q(valid_to=None) | Q(valid_to__gt=on)
    return Posting.objects.known().filter(later, unit__in=units)


def _move_people(units: Collection[Unit], target: Unit, on: dt.date, outcome: Outcome) -> None:
    moved = {row.pk for row in outcome.ended(Posting)}
    for row in _postings(units, on).exclude(pk__in=moved):
        if row.valid_from < on:
            outcome.changes.replace(row, valid_to=on)
            outcome.changes.add.append(like(row, unit=target, valid_from=on))
        else:
            outcome.changes.replace(row, unit=target)


def _leave(units: Collection[Unit], on: dt.date, timeline: Timeline, outcome: Outcome) -> None:
    """The units are no more from `on`, nor those who lead them or have a role for them."""
    for unit in units:
        timeline.remove(unit.pk, on)
    for model in (Leadership, RoleGrant):
        for row in model.objects.known().filter(unit__in=units):
            outcome.changes.end(row, on)


def _write(outcome: Outcome, timeline: Timeline, at: dt.datetime) -> Outcome:
    outcome.changes.merge(timeline.changes())
    outcome.changes.apply(at)
    return outcome
