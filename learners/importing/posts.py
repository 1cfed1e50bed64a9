"""A person's positions and the units they lead, as told, beside those stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..changes import like
from ..models import Leadership, Position, Posting, Unit
from .pictures import PersonPicture, PostPicture
from .stored import holds, overlaps
from .tree import code_of

if TYPE_CHECKING:
    from .people import PersonPlan, Planner

ANY = ("ANSATT", "Ansatt", "Tilsett")  # the position of somebody whose position nobody has said


@dataclass
class Positions:
    """The kinds of jobs by code and name; new ones are made as they are met."""

    known: dict[str, Position] = field(default_factory=dict)
    made: list[Position] = field(default_factory=list)

    @classmethod
    def load(cls) -> Positions:
        found = cls()
        for position in Position.objects.order_by("-pk"):
            for said in (position.name_nn, position.name, position.code):
                if said:
                    found.known[said.casefold()] = position
        return found

    def get(self, said: str, name: str = "") -> Position:
        if not said:
            said, name = ANY[0], ANY[1]
        position = self.known.get(said.casefold()) or self.known.get(code_of(said).casefold())
        if position is None:
            position = Position.objects.create(code=code_of(said), name=(name or said)[:120])
            self.made.append(position)
            for key in (said, position.code, position.name):
                self.known[key.casefold()] = position
        return position


def plan_posts(plan: PersonPlan, picture: PersonPicture, planner: Planner, start: dt.date, end: dt.date | None) -> None:
    """`start`, `end`: the employment's. Positions lie within it."""
    waiting = list(plan.person.postings)
    told: list[tuple[PostPicture, Unit, Posting | None]] = []
    for said in picture.posts:
        unit = find_leaf(said.line, said.unit, planner)
        post = _while_open(said, unit, planner) if unit else None
        if unit is not None and post is not None:
            match = _match(post, unit, waiting, planner)
            if match:
                waiting.remove(match)
            told.append((post, unit, match))
    closings = {planner.places.closes[unit.pk] for _post, unit, _match in told}
    waiting = [row for row in waiting if row.valid_from not in closings]  # where a decided reorganisation takes them
    ending: set[int] = set()
    for post, unit, match in told:
        row = _settle(plan, planner, post, unit, match, (start, end))
        if row is not None and row.primary and match is None:
            ending |= _make_way(plan, row, waiting)
    _end_others(plan, planner, waiting, ending, end)


def find_leaf(line: int, said: str, planner: Planner) -> Unit | None:
    """The unit of that code or name to which people are posted; None, with a fault, where there is none."""
    unit = planner.places.find(said)
    if unit is None:
        reason = (
            _("several units are called “%(unit)s”: use the code")
            if planner.places.is_ambiguous(said)
            else _("there is no unit “%(unit)s”")
        )
        planner.fault(line, "unit", reason % {"unit": said})
        return None
    return planner.places.leaf(unit)


def _while_open(post: PostPicture, unit: Unit, planner: Planner) -> PostPicture | None:
    """The position for as long as its unit is there: HR systems keep first days from before a reorganisation.

    None, with a fault, where it would never have been while the unit was open.
    """
    opens, closes = planner.places.opens[unit.pk], planner.places.closes[unit.pk]
    start = max(post.start, opens) if post.start else None
    end = min(filter(None, (post.end, closes)), default=None)
    if end is not None and end <= (start or opens):
        closed = closes is not None and closes <= (start or opens)
        reason = (
            _("“%(unit)s” is closed from %(day)s") if closed else _("“%(unit)s” opened on %(day)s, after the last day")
        )
        day = closes if closed else opens
        planner.fault(post.line, "unit", reason % {"unit": unit, "day": f"{day:%d.%m.%Y}"})
        return None
    if (start, end) == (post.start, post.end):
        return post
    planner.shortened += 1
    return replace(post, start=start, end=end)


def _match(post: PostPicture, unit: Unit, rows: Iterable[Posting], planner: Planner) -> Posting | None:
    """The stored row that the told one is: the same unit and position, now or later, or with the same first day."""
    position = planner.positions.get(post.position, post.position_name)
    on = planner.choices.on
    same = [row for row in rows if row.unit_id == unit.pk and (row.position_id == position.pk or not post.position)]
    if post.start is not None:
        exact = [row for row in same if row.valid_from == post.start]
        near = [row for row in same if overlaps(row, post.start, post.end)]
        found = exact or near
        return found[-1] if found else None
    alive = [row for row in same if row.valid_to is None or row.valid_to > on]
    alive.sort(key=lambda row: (row.primary != (post.primary is not False), not holds(row, on), row.valid_from))
    if alive:
        return alive[0]
    # A last day that is told after it.
    ended = [row for row in same if post.end is not None and row.valid_from < post.end]
    return ended[-1] if ended else None


def _settle(
    plan: PersonPlan,
    planner: Planner,
    post: PostPicture,
    unit: Unit,
    match: Posting | None,
    employed: tuple[dt.date, dt.date | None],
) -> Posting | None:
    """The row that says what is told; the stored one where it does already."""
    first, last = _days(plan, planner, post, match, employed)
    if last is not None and last <= first:
        planner.fault(post.line, "posted_to", _("lies before the first day, %(day)s") % {"day": f"{first:%d.%m.%Y}"})
        return None
    primary = post.primary if post.primary is not None else (match.primary if match else True)
    percent = post.percent or (match.percent if match else Decimal(100))
    if match is None:
        first = max(first, planner.places.opens[unit.pk])
        position = planner.positions.get(post.position, post.position_name)
        new = Posting(
            learner=plan.person.learner, unit=unit, position=position, primary=primary, percent=percent,
            valid_from=first, valid_to=last,
        )  # fmt: skip
        plan.changes.add.append(new)
        return new
    if (match.primary, match.percent) == (primary, percent):
        if (match.valid_from, match.valid_to) != (first, last):
            plan.changes.replace(match, valid_from=first, valid_to=last)
        return match
    on = planner.choices.on
    if post.start is None and match.valid_from < on and (last is None or on < last):
        plan.changes.replace(match, valid_to=on)  # another share from this day on, not from the beginning
        plan.changes.add.append(like(match, valid_from=on, valid_to=last, primary=primary, percent=percent))
    else:
        plan.changes.replace(match, valid_from=first, valid_to=last, primary=primary, percent=percent)
    return match


def _days(
    plan: PersonPlan,
    planner: Planner,
    post: PostPicture,
    match: Posting | None,
    employed: tuple[dt.date, dt.date | None],
) -> tuple[dt.date, dt.date | None]:
    first, last = post.start, post.end
    if first is None:
        first = match.valid_from if match else _first_day(plan, planner, employed[0])
    if last is None and match is not None and match.valid_to is not None:
        ended_with_work = any(row.valid_to == match.valid_to for row in plan.person.employments)
        told_open = planner.choices.full and planner.columns.places.get("posted_to") is not None
        last = None if told_open or ended_with_work else match.valid_to
    if employed[1] is not None and (last is None or last > employed[1]):
        last = employed[1]
    return first, last


def _first_day(plan: PersonPlan, planner: Planner, employed: dt.date) -> dt.date:
    """Of a position without a first day: with somebody's first one, the employment's; else the day of the file."""
    earlier = [row for row in plan.person.postings if row.valid_to is None or row.valid_to > employed]
    return max(employed, planner.choices.on) if earlier else employed


def _make_way(plan: PersonPlan, new: Posting, waiting: Iterable[Posting]) -> set[int]:
    """A new primary position ends the primary one before it; what lay behind a short one goes on after it."""
    touched = set()
    for row in waiting:
        if not row.primary or not overlaps(row, new.valid_from, new.valid_to):
            continue
        touched.add(row.pk)
        if row.valid_from < new.valid_from:
            plan.changes.replace(row, valid_to=new.valid_from)
        else:
            plan.changes.drop(row)
        if new.valid_to is not None and (row.valid_to is None or row.valid_to > new.valid_to):
            plan.changes.add.append(like(row, valid_from=new.valid_to))
    return touched


def _end_others(
    plan: PersonPlan, planner: Planner, waiting: Iterable[Posting], ended: set[int], last: dt.date | None
) -> None:
    """In a full picture, positions that it no longer has end; where the employment ends, all do."""
    says = planner.choices.full and "unit" in planner.columns.places
    for row in waiting:
        if row.pk in ended:
            continue
        if says:
            plan.changes.end(row, min(planner.choices.on, last or dt.date.max))
        elif last is not None:
            plan.changes.end(row, last)


def plan_leaderships(plan: PersonPlan, picture: PersonPicture, planner: Planner) -> None:
    """Which units they lead. A full picture ends what it no longer has; acting leaders are made by hand and stay."""
    wanted, ended = _led(picture, planner)
    has_column = picture.has("leader") or picture.has("leads")
    if not has_column:
        return
    on = planner.choices.on
    mine = [row for row in plan.person.leaderships if not row.acting and (row.valid_to is None or row.valid_to > on)]
    for unit_id, since in wanted.items():
        if not any(row.unit_id == unit_id and row.valid_to is None for row in mine):
            plan.changes.add.append(Leadership(learner=plan.person.learner, unit_id=unit_id, valid_from=since))
    for row in mine:
        if row.unit_id not in wanted and (planner.choices.full or row.unit_id in ended):
            plan.changes.end(row, on)


def _led(picture: PersonPicture, planner: Planner) -> tuple[dict[int, dt.date], set[int]]:
    """(unit id -> since, unit ids that they are said not to lead)."""
    wanted: dict[int, dt.date] = {}
    ended: set[int] = set()
    on = planner.choices.on
    for post in picture.posts:
        unit = planner.places.find(post.unit)
        if unit is not None and post.leads and (post.end is None or post.end > on):
            wanted[planner.places.led(unit).pk] = post.start or on
        elif unit is not None and post.leads is False:
            ended.add(planner.places.led(unit).pk)
    for said in picture.leads or []:
        unit = planner.places.find(said)
        if unit is None:
            planner.fault(picture.line, "leads", _("there is no unit “%(unit)s”") % {"unit": said})
        else:
            wanted[unit.pk] = on
    return wanted, ended - set(wanted)
