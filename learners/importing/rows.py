"""A line as a row: each field's value, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from . import values
from .columns import Columns
from .faults import Fault
from .reading import Cell, Line

READERS: dict[str, Callable[[Cell], Any]] = {
    "hr_number": values.hr_number,
    "former_hr_number": values.hr_number,
    "given_name": values.name,
    "family_name": values.name,
    "full_name": values.name,
    "email": values.email,
    "language": values.language,
    "employed_from": values.day,
    "employed_to": values.last_day,
    "unit": values.reference,
    "unit_name": values.unit_name,
    "unit_kind": values.text,
    "parent_unit": values.reference,
    "parent_name": values.unit_name,
    "position": values.reference,
    "position_name": values.unit_name,
    "primary": values.yes,
    "percent": values.percent,
    "posted_from": values.day,
    "posted_to": values.last_day,
    "leave_from": values.day,
    "leave_to": values.last_day,
    "leave_full_time": values.full_time,
    "leader": values.yes,
    "leads": values.codes,
}
SPANS = (("employed_from", "employed_to"), ("posted_from", "posted_to"), ("leave_from", "leave_to"))
PERSONAL = frozenset(READERS) - {"unit", "unit_name", "unit_kind", "parent_unit", "parent_name"}


class Row:
    """One line's values. A field without a column is not in `said`; an empty cell is "" or None there."""

    def __init__(self, line: int, said: Mapping[str, Any]) -> None:
        self.line, self.said = line, dict(said)

    def __getattr__(self, field: str) -> Any:
        return self.__dict__["said"].get(field)

    def has(self, field: str) -> bool:
        """Whether the file has a column for it."""
        return field in self.said

    @property
    def is_unit_only(self) -> bool:
        """A row that tells of a unit and of nobody."""
        return bool(self.said.get("unit")) and not any(self.said.get(field) for field in PERSONAL)


@dataclass
class Reader:
    """Reads lines by their columns. `spoiled`: the rows with a fault, with what could be read of them."""

    columns: Columns
    faults: list[Fault]
    spoiled: list[Row] = field(default_factory=list)

    def rows(self, lines: Iterable[Line]) -> list[Row]:
        found = (self.row(line) for line in lines)
        return [row for row in found if row is not None]

    def row(self, line: Line) -> Row | None:
        said: dict[str, Any] = {}
        before = len(self.faults)
        for name, (place, header) in self.columns.places.items():
            try:
                said[name] = READERS[name](line.cells[place])
            except values.WrongValue as error:
                self.faults.append(Fault(line.number, header, str(error)))
        row = Row(line.number, said)
        if len(self.faults) == before:
            self._check(row)
        if len(self.faults) == before:
            return row
        self.spoiled.append(row)
        return None

    def _check(self, row: Row) -> None:
        if not row.hr_number and not row.is_unit_only:
            self._fault(row, "hr_number", _("is missing"))
        for first, last in SPANS:
            if row.said.get(first) and row.said.get(last) and row.said[last] <= row.said[first]:
                self._fault(row, last, _("lies before “%(from)s”") % {"from": self.columns.header(first)})
        if row.leave_to and not row.leave_from:
            self._fault(row, "leave_from", _("is missing, and the leave has an end"))
        if row.full_name and not row.given_name:
            row.said["given_name"], row.said["family_name"] = _two_names(row.full_name)
        if row.former_hr_number and row.former_hr_number == row.hr_number:
            self._fault(row, "former_hr_number", _("is the same as the HR number"))

    def _fault(self, row: Row, field: str, reason: str) -> None:
        self.faults.append(Fault(row.line, self.columns.header(field), reason))


def _two_names(full: str) -> tuple[str, str]:
    """(given, family) of “Dal, Kari” or “Kari Dal”."""
    if "," in full:
        family, _comma, given = full.partition(",")
        return given.strip(), family.strip()
    given, _blank, family = full.rpartition(" ")
    return given, family
