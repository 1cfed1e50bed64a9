"""What a file says of units, carried out: names, new units, units that have moved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from ..exceptions import NotPossible
from ..models import Unit, UnitPlace
from ..units import reorganising
from ..units.reorganising import OWN_STAFF
from .faults import Fault
from .pictures import UnitPicture

KINDS = {
    Unit.Kind.SERVICE: ("service", "etat", "tjeneste"),
    Unit.Kind.DIRECTORATE: ("directorate", "direktorat"),
    Unit.Kind.COLLEGE: ("college", "høgskole", "høyskole", "høgskule"),
    Unit.Kind.REGION: ("region",),
    Unit.Kind.PRISON: ("prison", "fengsel", "anstalt", "overgangsbolig"),
    Unit.Kind.PROBATION: ("probation", "friomsorg"),
    Unit.Kind.STAFF: ("staff", "stab", "administrasjon"),
}
ROOT = ("KRIM", "Kriminalomsorgen")


@dataclass
class Places:
    """The units of a day by code and by name, and where people stand who are said to be at one."""

    on: dt.date
    units: dict[str, Unit] = field(default_factory=dict)
    _by_name: dict[str, list[Unit]] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    opens: dict[int, dt.date] = field(default_factory=dict)
    closes: dict[int, dt.date | None] = field(default_factory=dict)

    @classmethod
    def load(cls, on: dt.date) -> Places:
        found = cls(on)
        for place in UnitPlace.objects.known().order_by("valid_from"):
            found.opens.setdefault(place.unit_id, place.valid_from)
            found.closes[place.unit_id] = place.valid_to
            if place.valid_to is None or place.valid_to > on:  # on the day, or later
                found.parents.setdefault(place.unit_id, place.parent_id)
        for unit in Unit.objects.filter(pk__in=found.parents):
            found.units[unit.code.casefold()] = unit
            found._by_name.setdefault(unit.name.casefold(), []).append(unit)
        return found

    @cached_property
    def by_id(self) -> dict[int, Unit]:
        return {unit.pk: unit for unit in self.units.values()}

    @cached_property
    def inner(self) -> set[int]:
        return {parent for parent in self.parents.values() if parent is not None}

    def find(self, said: str) -> Unit | None:
        """The unit by its code, or by its name where only one has it."""
        named = self._by_name.get(said.casefold(), [])
        coded = self.units.get(said.casefold()) or (None if named else self.units.get(code_of(said).casefold()))
        return coded or (named[0] if len(named) == 1 else None)

    def is_ambiguous(self, said: str) -> bool:
        return len(self._by_name.get(said.casefold(), [])) > 1

    def leaf(self, unit: Unit) -> Unit | None:
        """Where people of the unit stand: itself, or its own staff's unit. None where that is not there."""
        if unit.pk not in self.inner:
            return unit
        return self.units.get(f"{unit.code}{OWN_STAFF}".casefold())

    def led(self, unit: Unit) -> Unit:
        """The unit that somebody leads who leads from here: an own staff's leader leads the unit above."""
        parent = self.parents.get(unit.pk)
        return self.by_id[parent] if unit.kind == Unit.Kind.STAFF and parent in self.by_id else unit


@dataclass
class TreeOutcome:
    opened: list[Unit] = field(default_factory=list)
    moved: list[Unit] = field(default_factory=list)
    renamed: list[Unit] = field(default_factory=list)
    people_moved: int = 0


@dataclass
class Gardener:
    """Carries out what is said of units, within the import's transaction. `since`: when the new ones begin."""

    on: dt.date
    since: dt.date
    at: dt.datetime
    faults: list[Fault]
    headers: dict[str, str]
    outcome: TreeOutcome = field(default_factory=TreeOutcome)

    def tend(self, pictures: Iterable[UnitPicture]) -> Places:
        """Units that are told of, parents first."""
        pictures = list(pictures)
        self._plant_root(pictures)
        self.places = Places.load(self.on)
        waiting = [picture for picture in pictures if picture.parent or picture.name]
        while waiting:
            known = {x.code.casefold() for x in waiting} | {x.name.casefold() for x in waiting if x.name}
            ready = [x for x in waiting if not x.parent or x.parent.casefold() not in known or self._finds(x.parent)]
            if not ready:
                for one in waiting:
                    self._fault(one, "parent_unit", _("the units above one another make a circle"))
                break
            for one in ready:
                self._one(one)
            waiting = [x for x in waiting if x not in ready]
        self._own_staff(pictures)
        return self.places

    def _finds(self, said: str) -> bool:
        return self.places.find(said) is not None

    def _fault(self, picture: UnitPicture, name: str, reason: str) -> None:
        self.faults.append(Fault(picture.line, self.headers.get(name, name), reason))

    def _plant_root(self, pictures: list[UnitPicture]) -> None:
        """A service without any unit gets its tree from its first file."""
        if UnitPlace.objects.known().exists() or not any(picture.parent or picture.name for picture in pictures):
            return
        codes = {name for picture in pictures for name in (picture.code.casefold(), picture.name.casefold()) if name}
        above = {p.parent.casefold(): p for p in pictures if p.parent and p.parent.casefold() not in codes}
        tops = [p for p in pictures if not p.parent]
        if len(above) + len(tops) == 1:
            top = next(iter(above.values()), None)
            code, name = (top.parent, top.parent_name or top.parent) if top else (tops[0].code, tops[0].name)
            self._open(code, name, None, Unit.Kind.SERVICE)
            return
        root = self._open(*ROOT, None, Unit.Kind.SERVICE)
        for picture in above.values():
            if picture.parent.casefold() != ROOT[0].casefold():
                self._open(picture.parent, picture.parent_name or picture.parent, root, Unit.Kind.REGION)

    def _open(self, said: str, name: str, parent: Unit | None, kind: str) -> Unit:
        outcome = reorganising.open_unit(code_of(said), name or said, kind, parent, self.since, self.at)
        self.outcome.opened += outcome.opened
        self.outcome.people_moved += len(outcome.people)
        return Unit.objects.get(code=code_of(said))

    def _one(self, picture: UnitPicture) -> None:
        try:
            unit = self.places.find(picture.code)
            if unit is None:
                self._new(picture)
            else:
                self._known(unit, picture)
        except NotPossible as reason:
            self._fault(picture, "parent_unit", str(reason))

    def _new(self, picture: UnitPicture) -> None:
        if self.places.is_ambiguous(picture.code):
            return  # said where people are
        if not picture.name:
            return self._fault(picture, "unit", _("there is no unit “%(unit)s”") % {"unit": picture.code})
        parent = self.places.find(picture.parent) if picture.parent else self._sole_root()
        if parent is None:
            reason = (
                _("there is no unit “%(unit)s”") % {"unit": picture.parent}
                if picture.parent
                else _("is missing: the unit is new")
            )
            return self._fault(picture, "parent_unit", reason)
        self._open(picture.code, picture.name, parent, kind_of(picture.kind or picture.name))
        self.places = Places.load(self.on)
        return None

    def _sole_root(self) -> Unit | None:
        """Where new units without one above stand, in a service whose tree this file makes."""
        roots = [unit for unit, parent in self.places.parents.items() if parent is None]
        planted = {unit.pk for unit in self.outcome.opened}
        return self.places.by_id[roots[0]] if len(roots) == 1 and roots[0] in planted else None

    def _known(self, unit: Unit, picture: UnitPicture) -> None:
        if picture.name and picture.name != unit.name and picture.code.casefold() == unit.code.casefold():
            unit.name = picture.name
            unit.save(update_fields=["name"])
            self.outcome.renamed.append(unit)
            self.places = Places.load(self.on)
        if not picture.parent:
            return
        parent = self.places.find(picture.parent)
        if parent is None:
            return self._fault(picture, "parent_unit", _("there is no unit “%(unit)s”") % {"unit": picture.parent})
        if parent.pk not in (self.places.parents[unit.pk], unit.pk) and unit not in self.outcome.opened:
            outcome = reorganising.move(unit, parent, self.on, self.at)
            self.outcome.moved.append(unit)
            self.outcome.people_moved += len(outcome.people)
            self.places = Places.load(self.on)

    def _own_staff(self, pictures: list[UnitPicture]) -> None:
        """An inner unit that people are said to be at has a unit for them."""
        for picture in pictures:
            unit = self.places.find(picture.code)
            if unit is not None and self.places.leaf(unit) is None:
                self.outcome.opened += reorganising.own_staff(unit, self.since, self.at).opened
                self.places = Places.load(self.on)


def code_of(said: str) -> str:
    """A unit's or position's code from what a file calls it: itself in capitals, or made from its name."""
    capitals = said.strip().upper().replace("Æ", "AE").replace("Ø", "O").replace("Å", "A")
    return re.sub(r"[^A-Z0-9._-]+", "-", capitals).strip("-._")[:40] or "X"


def kind_of(said: str) -> str:
    """The kind of a unit from its kind's name or its own; a prison where neither tells."""
    lower = said.casefold()
    for kind, words in KINDS.items():
        if any(word in lower for word in words):
            return kind
    return Unit.Kind.PRISON
