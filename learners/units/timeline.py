"""Where every unit stands over time, as known now: cut, moved, and told again as rows with paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..changes import Changes
from ..exceptions import NotPossible
from ..models import Unit, UnitPlace

FAR = dt.date.max
LONGEST_PATH = UnitPlace._meta.get_field("path").max_length or 400


class Span(NamedTuple):
    """Below `parent_id` (None: the root) from `start` to before `end`."""

    start: dt.date
    end: dt.date
    parent_id: int | None


class Told(NamedTuple):
    start: dt.date
    end: dt.date
    parent_id: int | None
    path: str


@dataclass
class Timeline:
    """Every unit's spans by unit id, in time order, and the codes that make the paths."""

    spans: dict[int, list[Span]]
    codes: dict[int, str]
    rows: list[UnitPlace] = field(default_factory=list)

    @classmethod
    def load(cls) -> Timeline:
        rows = list(UnitPlace.objects.known().order_by("valid_from", "pk"))
        spans: dict[int, list[Span]] = {}
        for row in rows:
            spans.setdefault(row.unit_id, []).append(Span(row.valid_from, row.valid_to or FAR, row.parent_id))
        return cls(spans, dict(Unit.objects.values_list("pk", "code")), rows)

    def at(self, unit_id: int, on: dt.date) -> Span | None:
        return next((span for span in self.spans.get(unit_id, ()) if span.start <= on < span.end), None)

    def place(self, unit_id: int, parent_id: int | None, on: dt.date) -> None:
        """From `on` the unit stands below `parent_id`, until it is closed, if that is known."""
        last = max((span.end for span in self.spans.get(unit_id, ())), default=FAR)
        self.remove(unit_id, on)
        self.spans.setdefault(unit_id, []).append(Span(on, last if last > on else FAR, parent_id))

    def remove(self, unit_id: int, on: dt.date) -> None:
        """From `on` the unit is no more."""
        kept = [span for span in self.spans.get(unit_id, ()) if span.start < on]
        self.spans[unit_id] = [span._replace(end=min(span.end, on)) for span in kept]

    def children(self, unit_id: int, since: dt.date) -> list[int]:
        """The units that stand below `unit_id` on some day from `since` on."""
        return [
            child
            for child, spans in self.spans.items()
            if any(span.parent_id == unit_id and span.end > since for span in spans)
        ]

    def changes(self) -> Changes:
        """What must be closed and added for the rows to say what the timeline says. Raises NotPossible."""
        told = self._told()
        changes = Changes()
        stored: dict[int, list[UnitPlace]] = {}
        for row in self.rows:
            stored.setdefault(row.unit_id, []).append(row)
        for unit_id in {*told, *stored}:
            wanted, have = told.get(unit_id, []), stored.get(unit_id, [])
            if _joined(map(_said, have)) == _joined(wanted):
                continue
            changes.close += [row for row in have if _said(row) not in wanted]
            said = {_said(row) for row in have}
            changes.add += [_row(unit_id, one) for one in wanted if one not in said]
        return changes

    def _told(self) -> dict[int, list[Told]]:
        """Each unit's spans with paths, cut where an ancestor moves."""
        turns = sorted({turn for spans in self.spans.values() for span in spans for turn in span[:2]})
        told: dict[int, list[Told]] = {}
        for start, end in pairwise(turns):
            parents = {unit: span.parent_id for unit in self.spans if (span := self.at(unit, start))}
            paths: dict[int, str] = {}
            for unit in parents:
                path = self._path(unit, parents, paths, start)
                told.setdefault(unit, []).append(Told(start, end, parents[unit], path))
        return {unit: _joined(spans) for unit, spans in told.items()}

    def _path(self, unit: int, parents: dict[int, int | None], paths: dict[int, str], on: dt.date) -> str:
        climbed: list[int] = []
        here: int | None = unit
        while here is not None and here not in paths:
            if here in climbed:
                raise NotPossible(_("%(unit)s would stand below itself.") % {"unit": self.codes[here]})
            if here not in parents:
                raise NotPossible(
                    _("%(unit)s would stand below %(parent)s, which is closed on %(day)s.")
                    % {"unit": self.codes[climbed[-1]], "parent": self.codes[here], "day": on.isoformat()}
                )
            climbed.append(here)
            here = parents[here]
        for one in reversed(climbed):
            parent = parents[one]
            paths[one] = f"{paths[parent] if parent is not None else '/'}{self.codes[one]}/"
        if len(paths[unit]) > LONGEST_PATH:
            raise NotPossible(_("The tree would become too deep at %(unit)s.") % {"unit": self.codes[unit]})
        return paths[unit]


def _said(row: UnitPlace) -> Told:
    return Told(row.valid_from, row.valid_to or FAR, row.parent_id, row.path)


def _joined(spans: Iterable[Told]) -> list[Told]:
    """The spans with neighbours that say the same made one."""
    found: list[Told] = []
    for span in sorted(spans):
        if found and found[-1].end == span.start and found[-1][2:] == span[2:]:
            found[-1] = found[-1]._replace(end=span.end)
        else:
            found.append(span)
    return found


def _row(unit_id: int, told: Told) -> UnitPlace:
    end = None if told.end == FAR else told.end
    return UnitPlace(unit_id=unit_id, parent_id=told.parent_id, path=told.path, valid_from=told.start, valid_to=end)
