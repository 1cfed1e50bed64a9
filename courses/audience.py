"""Whom a campaign reaches: how many people an audience holds, and the choices that it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import translation
from django.utils.translation import gettext as _

from learners.models import Employment, Position, Posting, Unit, UnitPlace


def reach(positions: Collection[str], units: Collection[str], on: dt.date) -> int:
    """How many persons are employed and posted on the day in one of `positions` (codes; none: all) at or below one of
    `units` (codes; none: all), as we know it now."""
    posted = Posting.objects.on(on).known()
    if positions:
        posted = posted.filter(position__code__in=list(positions))
    if units:
        posted = posted.filter(unit__in=unit_ids_below(units, on))
    employed = Employment.objects.on(on).known().values("learner")
    return posted.filter(learner__in=employed).values("learner").distinct().count()


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
