"""One person's picture beside what is stored: names and numbers, employment, leave. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from ..changes import Changes
from ..models import Employment, Learner, Leave
from .columns import Columns
from .faults import Fault
from .pictures import PersonPicture
from .posts import Positions, plan_leaderships, plan_posts
from .stored import Stored, StoredPerson, holds, overlaps
from .tree import Places

NAMES = ("given_name", "family_name", "email", "language")


@dataclass(frozen=True)
class Choices:
    """How a file is to be read. `full`: whoever is not in it has left; else it only says what has changed."""

    on: dt.date
    full: bool = False


@dataclass
class PersonPlan:
    """What would become of one person."""

    person: StoredPerson
    new: bool = False
    fields: dict[str, object] = field(default_factory=dict)  # of the learner, with their new values
    former_number: str | None = None
    changes: Changes = field(default_factory=Changes)
    joins: bool = False
    leaves: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.fields or self.changes)


@dataclass
class Planner:
    """Plans people one by one; notes what cannot be in `faults`."""

    choices: Choices
    stored: Stored
    places: Places
    positions: Positions
    columns: Columns
    faults: list[Fault]
    emails: dict[str, str] = field(default_factory=dict)  # HR number -> the address that the file has
    taken: dict[int, str] = field(default_factory=dict)  # person -> the number that the file knew them by
    shortened: int = 0  # positions told of for days when their unit was not there

    def plan(self, picture: PersonPicture) -> PersonPlan | None:
        """None where the file cannot be right about the person."""
        before = len(self.faults)
        person, new = self._find(picture)
        if person is None:
            return None
        plan = PersonPlan(person, new)
        self._number(plan, picture)
        self._names(plan, picture)
        employed = self._employment(plan, picture)
        if employed is not None:
            start, end = employed
            plan_posts(plan, picture, self, start, end)
            self._leave(plan, picture)
            plan_leaderships(plan, picture, self)
            self._lead_no_longer(plan, end)
            plan.leaves = person.employed(self.choices.on) and end is not None and end <= self.choices.on
            plan.joins = (
                not person.employed(self.choices.on)
                and start <= self.choices.on
                and not (end and end <= self.choices.on)
            )
        return plan if len(self.faults) == before else None

    def fault(self, line: int, name: str, reason: str) -> None:
        self.faults.append(Fault(line, self.columns.header(name), reason))

    # --- who it is ---

    def _find(self, picture: PersonPicture) -> tuple[StoredPerson | None, bool]:
        """The person by number, by the number they had, or a new one."""
        number, former = picture.hr_number, picture.said.get("former_hr_number") or ""
        found = self.stored.by_number.get(number) or self.stored.former.get(number)
        earlier = self.stored.by_number.get(former) or self.stored.former.get(former)
        if former and found is None and earlier is None:
            self.fault(
                picture.line,
                "former_hr_number",
                _("nobody has, or had, the HR number “%(number)s”") % {"number": former},
            )
            return None, False
        if found and earlier and found is not earlier:
            reason = _("both numbers are in use, by two records: merge them on the page for that")
            self.fault(picture.line, "former_hr_number", reason)
            return None, False
        person = found or earlier
        if person is not None:
            return (person, False) if self._once(person, picture) else (None, False)
        alike = self.stored.bare.get(number.lstrip("0"))
        if alike:
            reason = _("“%(number)s” is new, but there is “%(alike)s”: have zeros in front got lost?")
            self.fault(picture.line, "hr_number", reason % {"number": number, "alike": alike})
            return None, False
        return StoredPerson(Learner(hr_number=number, password=make_password(None))), True

    def _once(self, person: StoredPerson, picture: PersonPicture) -> bool:
        other = self.taken.setdefault(person.learner.pk, picture.hr_number)
        if other == picture.hr_number:
            return True
        reason = _("“%(one)s” and “%(two)s” are the same person's numbers") % {"one": other, "two": picture.hr_number}
        self.fault(picture.line, "hr_number", reason)
        return False

    def _number(self, plan: PersonPlan, picture: PersonPicture) -> None:
        """Only a file that names the former number changes the number; one that comes late with an old one does not."""
        learner = plan.person.learner
        if picture.said.get("former_hr_number") and learner.hr_number != picture.hr_number:
            plan.former_number = learner.hr_number
            plan.fields["hr_number"] = picture.hr_number

    def _names(self, plan: PersonPlan, picture: PersonPicture) -> None:
        learner = plan.person.learner
        for name in NAMES:
            value = picture.said.get(name)
            if name not in picture.said or (not value and not (self.choices.full and name == "email")):
                continue
            value = value or None
            if (getattr(learner, name) or None) != value:
                plan.fields[name] = value
        if plan.new and not (picture.said.get("family_name") or picture.said.get("given_name")):
            self.fault(picture.line, "family_name", _("is missing: the person is new"))
        email = plan.fields.get("email")
        owner = self.stored.emails.get(str(email)) if email else None
        if owner is not None and owner is not plan.person and not self._gives_up(owner):
            reason = _("belongs to another person (HR number %(number)s)") % {"number": owner.learner.hr_number or "–"}
            self.fault(picture.lines.get("email", picture.line), "email", reason)

    def _gives_up(self, owner: StoredPerson) -> bool:
        """Whether the same file gives the owner of an address another one."""
        told = self.emails.get(owner.learner.hr_number or "")
        return bool(told) and told != (owner.learner.email or "").lower()

    # --- employment ---

    def _employment(self, plan: PersonPlan, picture: PersonPicture) -> tuple[dt.date, dt.date | None] | None:
        """From when to before when the person is employed, as the file has it; None where it says nothing of it."""
        rows = plan.person.employments
        start, end = picture.said.get("employed_from"), picture.said.get("employed_to")
        base = self._employment_meant(rows, start, end)
        if base is None and not self._speaks_of_work(plan, picture):
            return None
        if start is None:
            start = base.valid_from if base else self._first_day(rows, picture)
        if end is None:
            keep = base is not None and (not picture.has("employed_to") or not self.choices.full)
            end = base.valid_to if keep and base else None
        if end is not None and end <= start:
            self.fault(
                picture.lines.get("employed_to", picture.line),
                "employed_to",
                _("lies before the first day, %(day)s") % {"day": f"{start:%d.%m.%Y}"},
            )
            return None
        self._employ(plan, base, start, end)
        return start, end

    def _speaks_of_work(self, plan: PersonPlan, picture: PersonPicture) -> bool:
        return plan.new or bool(picture.posts) or bool(picture.said.get("employed_from")) or self.choices.full

    def _employment_meant(
        self, rows: list[Employment], start: dt.date | None, end: dt.date | None
    ) -> Employment | None:
        on = self.choices.on
        if start is not None:
            same = [row for row in rows if row.valid_from == start]
            meant = same or [row for row in rows if overlaps(row, start, end)]
            return meant[-1] if meant else None
        now = [row for row in rows if holds(row, on)]
        coming = [row for row in rows if row.valid_from > on]
        if now or coming:
            return (now or coming)[0]
        # A last day that is told after it: the employment that has ended is meant.
        ended = [row for row in rows if end is not None and row.valid_from < end]
        return ended[-1] if ended else None

    def _first_day(self, rows: list[Employment], picture: PersonPicture) -> dt.date:
        """Of somebody new, or back: the first day of a position that the file names, else the day of the file."""
        starts = [post.start for post in picture.posts if post.start]
        gone = max((row.valid_to for row in rows if row.valid_to), default=dt.date.min)
        first = min(starts, default=self.choices.on)
        return first if first >= gone else max(gone, self.choices.on)

    def _employ(self, plan: PersonPlan, base: Employment | None, start: dt.date, end: dt.date | None) -> None:
        if base is None:
            plan.changes.add.append(Employment(learner=plan.person.learner, valid_from=start, valid_to=end))
        elif (base.valid_from, base.valid_to) != (start, end):
            plan.changes.replace(base, valid_from=start, valid_to=end)
        for row in plan.person.employments:
            if row is not base and overlaps(row, start, end):
                plan.changes.drop(row)

    def _lead_no_longer(self, plan: PersonPlan, end: dt.date | None) -> None:
        for row in plan.person.leaderships:
            if end is not None and row not in plan.changes.close:
                plan.changes.end(row, end)

    # --- leave ---

    def _leave(self, plan: PersonPlan, picture: PersonPicture) -> None:
        if picture.leaves is None:
            return
        on, rows = self.choices.on, list(plan.person.leaves)
        for told in picture.leaves:
            same = [row for row in rows if row.valid_from == told.start] or [
                row for row in rows if overlaps(row, told.start, told.end)
            ]
            if not same:
                plan.changes.add.append(
                    Leave(
                        learner=plan.person.learner, full_time=told.full_time, valid_from=told.start, valid_to=told.end
                    )
                )
                continue
            row = same[0]
            rows.remove(row)
            if (row.valid_from, row.valid_to, row.full_time) != (told.start, told.end, told.full_time):
                plan.changes.replace(row, valid_from=told.start, valid_to=told.end, full_time=told.full_time)
        if self.choices.full:
            for row in rows:  # a leave that the full picture no longer has
                plan.changes.end(row, on)


def plan_gone(person: StoredPerson, on: dt.date) -> PersonPlan:
    """Somebody whom the full picture no longer has: from `on` they are out."""
    plan = PersonPlan(person, leaves=person.employed(on))
    for row in (*person.employments, *person.postings, *person.leaves, *person.leaderships):
        plan.changes.end(row, on)
    return plan
