"""Rows as what they say of each person and each unit; rows that contradict one another are faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .columns import Columns
from .faults import Fault
from .rows import Row

# What is said of the person, not of one of their positions: every row of theirs must say the same, or nothing.
OF_PERSON = ("former_hr_number", "given_name", "family_name", "email", "language", "employed_from", "employed_to")
FAR = dt.date.max


@dataclass
class PostPicture:
    """A position as a row says it. None: the row does not say; ends are exclusive."""

    line: int
    unit: str
    position: str
    position_name: str = ""
    primary: bool | None = None
    percent: Decimal | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    leads: bool | None = None

    def overlaps(self, other: PostPicture) -> bool:
        return (self.start or dt.date.min) < (other.end or FAR) and (other.start or dt.date.min) < (self.end or FAR)

    def same_post(self, other: PostPicture) -> bool:
        key = (self.unit.casefold(), self.position.casefold(), self.start)
        return key == (other.unit.casefold(), other.position.casefold(), other.start)


@dataclass
class LeavePicture:
    line: int
    start: dt.date
    end: dt.date | None
    full_time: bool


@dataclass
class PersonPicture:
    """What is said of one person. `said` has the fields of OF_PERSON that have a column; empty: "" or None."""

    hr_number: str
    line: int
    said: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # where each field was said first
    posts: list[PostPicture] = field(default_factory=list)
    leaves: list[LeavePicture] | None = None  # None: the file has no column for leave
    leads: list[str] | None = None
    columns: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name in self.columns


@dataclass
class UnitPicture:
    """What is said of one unit."""

    code: str
    line: int
    name: str = ""
    kind: str = ""
    parent: str = ""
    parent_name: str = ""


@dataclass
class Pictures:
    people: dict[str, PersonPicture]
    units: dict[str, UnitPicture]  # by the unit's code or name, in small letters


@dataclass
class Painter:
    """Makes the pictures, and notes contradictions in `faults`."""

    columns: Columns
    faults: list[Fault]
    people: dict[str, PersonPicture] = field(default_factory=dict)
    units: dict[str, UnitPicture] = field(default_factory=dict)
    _without_zeros: dict[str, str] = field(default_factory=dict)

    def paint(self, rows: Iterable[Row]) -> Pictures:
        fields = frozenset(self.columns.places)
        for row in rows:
            self._unit(row)
            if row.hr_number:
                self._person(row, fields)
        self._emails()
        return Pictures(self.people, self.units)

    def _fault(self, line: int, name: str, reason: str) -> None:
        self.faults.append(Fault(line, self.columns.header(name), reason))

    # --- people ---

    def _person(self, row: Row, fields: frozenset[str]) -> None:
        person = self.people.get(row.hr_number)
        if person is None:
            self._no_lost_zeros(row)
            person = self.people[row.hr_number] = PersonPicture(row.hr_number, row.line, columns=fields)
        for name in OF_PERSON:
            if row.has(name):
                self._say(person, name, row)
        self._post(person, row)
        self._leave(person, row)
        if row.has("leads"):
            person.leads = [*(person.leads or []), *(row.leads or [])]

    def _no_lost_zeros(self, row: Row) -> None:
        bare = row.hr_number.lstrip("0")
        other = self._without_zeros.setdefault(bare, row.hr_number)
        if other != row.hr_number:
            self._fault(
                row.line, "hr_number",
                _("“%(one)s” and “%(two)s” in the same file: have zeros in front got lost?")
                % {"one": other, "two": row.hr_number},
            )  # fmt: skip

    def _say(self, person: PersonPicture, name: str, row: Row) -> None:
        value, known = row.said[name], person.said.get(name)
        if value in ("", None):
            person.said.setdefault(name, value)
        elif known in ("", None):
            person.said[name], person.lines[name] = value, row.line
        elif known != value:
            self._fault(
                row.line,
                name,
                _("says something else of the same person than line %(line)s") % {"line": person.lines[name]},
            )

    def _post(self, person: PersonPicture, row: Row) -> None:
        if not row.unit and not row.position:
            if row.leader:
                self._fault(row.line, "unit", _("is missing: a leader leads a unit"))
            return
        if not row.unit or not row.position:
            missing = "position" if row.unit else "unit"
            if row.has(missing) or missing == "unit":
                self._fault(row.line, missing, _("is missing"))
                return
        new = PostPicture(
            row.line, row.unit, row.position or "", row.position_name or "",
            row.primary, row.percent, row.posted_from, row.posted_to, row.leader,
        )  # fmt: skip
        twin = next((post for post in person.posts if post.same_post(new)), None)
        if twin is None:
            self._primary(person, new)
            person.posts.append(new)
        elif (twin.percent, twin.end) != (new.percent, new.end):
            self._fault(
                row.line,
                "position",
                _("the same position as on line %(line)s, and it says something else") % {"line": twin.line},
            )

    def _primary(self, person: PersonPicture, new: PostPicture) -> None:
        rival = next((post for post in person.posts if post.primary and post.overlaps(new)), None)
        if new.primary is None:
            new.primary = rival is None
        elif new.primary and rival:
            self._fault(
                new.line,
                "primary",
                _("has a primary position at the same time on line %(line)s") % {"line": rival.line},
            )

    def _leave(self, person: PersonPicture, row: Row) -> None:
        if not row.has("leave_from"):
            return
        person.leaves = person.leaves if person.leaves is not None else []
        if row.leave_from is None:
            return
        full_time = True if row.leave_full_time is None else row.leave_full_time
        new = LeavePicture(row.line, row.leave_from, row.leave_to, full_time)
        if all((new.start, new.end, new.full_time) != (x.start, x.end, x.full_time) for x in person.leaves):
            if any(new.start == x.start for x in person.leaves):
                self._fault(row.line, "leave_to", _("says something else of the same leave than an earlier row"))
            person.leaves.append(new)

    def _emails(self) -> None:
        seen: dict[str, PersonPicture] = {}
        for person in self.people.values():
            email = person.said.get("email")
            if email and seen.setdefault(email, person) is not person:
                self._fault(
                    person.lines["email"],
                    "email",
                    _("is another person's too, on line %(line)s") % {"line": seen[email].line},
                )

    # --- units ---

    def _unit(self, row: Row) -> None:
        if not row.unit:
            return
        known = self.units.setdefault(row.unit.casefold(), UnitPicture(row.unit, row.line))
        pairs = (
            ("name", "unit_name"),
            ("kind", "unit_kind"),
            ("parent", "parent_unit"),
            ("parent_name", "parent_name"),
        )
        for name, column in pairs:
            value = row.said.get(column) or ""
            if value and not getattr(known, name):
                setattr(known, name, value)
            elif value and value.casefold() != getattr(known, name).casefold():
                self._fault(
                    row.line,
                    column,
                    _("says something else of the same unit than line %(line)s") % {"line": known.line},
                )
