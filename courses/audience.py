"""Whom a campaign reaches: how many people an audience holds, and the choices that it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from learners.models import Employment, Position, Posting, Unit, UnitPlace


@dataclass(frozen=True)
class Asked:
    """An audience as somebody is deciding it: codes of positions and units, ids of people.

    Those in one of `positions` (none: all) at or below one of `units` (none: all) but not of `without`, everybody at or
    below one of `also`, `people_in` whatever their posting; none of `people_out`. With `staff_from` in two stages: from
    the start only those who lead a unit, by `leaders_deadline` (None: the campaign's), the others from that day.
    """

    positions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    people_in: frozenset[int] = frozenset()
    people_out: frozenset[int] = frozenset()
    staff_from: dt.date | None = None
    leaders_deadline: dt.date | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """From a form's values, where what is empty may be missing."""
        return cls(
            positions=tuple(given.get("positions") or ()),
            units=tuple(given.get("units") or ()),
            without=tuple(given.get("without") or ()),
            also=tuple(given.get("also") or ()),
            people_in=frozenset(given.get("people_in") or ()),
            people_out=frozenset(given.get("people_out") or ()),
            staff_from=given.get("staff_from"),
            leaders_deadline=given.get("leaders_deadline"),
        )


def reach(asked: Asked, on: dt.date) -> int:
    """How many persons the audience holds on the day, all stages together, as we know it now."""
    return len(reached(asked, on))


def reached(asked: Asked, on: dt.date) -> set[int]:
    """The ids of those whom the audience holds on the day, all stages together, as we know it now."""
    posted = Posting.objects.on(on).known()
    chosen = posted.filter(position__code__in=asked.positions) if asked.positions else posted
    if asked.units:
        chosen = chosen.filter(unit__in=unit_ids_below(asked.units, on))
    if asked.without:
        chosen = chosen.exclude(unit__in=unit_ids_below(asked.without, on))
    found = set(chosen.values_list("learner_id", flat=True))
    if asked.also:
        found |= set(posted.filter(unit__in=unit_ids_below(asked.also, on)).values_list("learner_id", flat=True))
    if asked.people_in:
        found |= set(posted.filter(learner__in=asked.people_in).values_list("learner_id", flat=True))
    employed = set(Employment.objects.on(on).known().values_list("learner_id", flat=True))
    return found & employed - asked.people_out


def unit_ids_below(codes: Collection[str], on: dt.date) -> list[int]:
    """The units with one of `codes` and all below them."""
    places = UnitPlace.objects.on(on).known().values_list("unit_id", "path")
    return [unit for unit, path in places if any(f"/{code}/" in path for code in codes)]


def position_choices() -> list[tuple[str, str]]:
    """(code, name in the active language), by name."""
    nynorsk = translation.get_language() == "nn"
    named = [(p.code, p.name_nn if nynorsk and p.name_nn else p.name) for p in Position.objects.all()]
    return sorted(named, key=lambda choice: choice[1].casefold())


def unit_choices(on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(code, name)]): the service with what lies right below it, then each region with its units."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    places = sorted(UnitPlace.objects.on(on).known(), key=lambda place: units[place.unit_id].name)
    children: dict[int | None, list[int]] = {}
    for place in places:
        children.setdefault(place.parent_id, []).append(place.unit_id)
    national, groups = [], []
    for root in children.get(None, []):
        national.append(_choice(units[root], whole=True))
        for child in children.get(root, []):
            inner = _below(child, children)
            if inner:
                chosen = [_choice(units[child], whole=True), *(_choice(units[unit]) for unit in inner)]
                groups.append((units[child].name, chosen))
            else:
                national.append(_choice(units[child]))
    return [(_("National"), national), *groups]


def _below(unit: int, children: dict[int | None, list[int]]) -> list[int]:
    found = []
    for child in children.get(unit, []):
        found += [child, *_below(child, children)]
    return found


def _choice(unit: Unit, whole: bool = False) -> tuple[str, str]:
    return unit.code, _("All of %(unit)s") % {"unit": unit.name} if whole else unit.name
