"""The tree of units on a day, as known at a moment; a subtree is one range of the index on `path`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from ..models import Employment, Posting, Unit, UnitPlace
from .paths import at_or_below


@dataclass(frozen=True)
class Node:
    """A unit with its place on the day."""

    unit: Unit
    parent_id: int | None
    path: str

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2


def tree(on: dt.date, known_before: dt.datetime | None = None) -> list[Node]:
    """Every unit that has a place on the day, parents before children, siblings by name."""
    places = UnitPlace.objects.on(on).known(known_before).select_related("unit")
    names = {f"/{place.unit.code}/": place.unit.name.casefold() for place in places}

    def by_names(place: UnitPlace) -> tuple[str, ...]:
        return tuple(names.get(f"/{code}/", code) for code in place.path.strip("/").split("/"))

    return [Node(place.unit, place.parent_id, place.path) for place in sorted(places, key=by_names)]


def below(unit: Unit, on: dt.date, known_before: dt.datetime | None = None) -> QuerySet[UnitPlace]:
    """The places of `unit` and all below it on the day: one query, by the index on `path`."""
    places = UnitPlace.objects.on(on).known(known_before)
    own = places.filter(unit=unit).values_list("path", flat=True).first()
    return places.filter(at_or_below(own)) if own else places.none()


def who_worked(unit: Unit | None, on: dt.date, known_before: dt.datetime | None = None) -> QuerySet[Posting]:
    """The postings at `unit` (None: anywhere) and below it on the day, of those employed, as known before a moment.

    Aware UTC; None: as known now. One query whatever the size of the tree; with person, unit and position.
    """
    employed = Employment.objects.on(on).known(known_before).filter(learner=OuterRef("learner"))
    rows = Posting.objects.on(on).known(known_before).filter(Exists(employed))
    if unit is not None:
        rows = rows.filter(unit__in=below(unit, on, known_before).values("unit"))
    return rows.select_related("learner", "unit", "position").order_by(
        "learner__family_name", "learner__given_name", "pk"
    )
