"""The demo's people: who works where, and what changed in sixteen weeks, as facts on both time axes."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import models

from learners.models import Employment, Leadership, Learner, Leave, Position, Posting, Unit

from .calendar import Calendar, night
from .organisation import Leaf, allot, leaves, table

WORKSHOP = 400 / 4300  # workshop officers of all staff
LEAST = 200  # fewer staff leave units empty
DEMO_PRISON = "INDRE-OSTFOLD"
PART_TIME = (50, 60, 75, 80, 90)
NYNORSK = {"VEST": 0.4, "SORVEST": 0.15}  # shares by region; elsewhere one in forty
MONTHS = dt.timedelta(days=30)


@dataclass
class Person:
    """A person, and what the demo needs to know of them to let them learn. Dates are Oslo days; ends are exclusive."""

    learner: Learner
    leaf: Leaf
    position: str
    joined: dt.date
    left: dt.date | None = None
    away: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    eventful: bool = False  # has a change in the period

    def at_work(self, day: dt.date) -> bool:
        here = self.joined <= day and (self.left is None or day < self.left)
        return here and not any(start <= day < end for start, end in self.away)


@cache
def names() -> dict[str, list[str]]:
    return yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))


class Staff:
    """Makes up the staff: `people`, and the facts about them, not yet stored."""

    def __init__(self, units: dict[str, Unit], positions: dict[str, Position], calendar: Calendar, seed: int) -> None:
        self.units, self.positions, self.calendar = units, positions, calendar
        self.rng = random.Random(f"people:{seed}")  # noqa: S311 - invented people, not secrets
        self.people: list[Person] = []
        self.facts: dict[type[models.Model], list] = {Employment: [], Posting: [], Leave: [], Leadership: []}
        self._told_anew: set[int] = set()  # ids of rows that a change replaces
        self._first: dict[tuple[type, int], Any] = {}  # a row, by model and the learner's id()
        self.first_night = night(calendar.opened)
        self.last_night = night(calendar.today)

    def employ(self, staff: int) -> None:
        """`staff` people employed today, and those who have left in the period."""
        for leaf, position, leads in roster(staff):
            person = self._person(leaf, position)
            self._hire(person, settled=leads or leaf.code == DEMO_PRISON)
            if leads:
                self._lead(person)
        self._changes(staff)

    # --- a person ---------------------------------------------------------------------------------------------------

    def _person(self, leaf: Leaf, position: str) -> Person:
        rng, number = self.rng, len(self.people) + 1
        nynorsk = rng.random() < NYNORSK.get(leaf.region, 0.025)
        learner = Learner(
            opaque_id=uuid.UUID(int=rng.getrandbits(128), version=4),
            hr_number=f"D{number:06}",
            given_name=rng.choice(names()["given"]),
            family_name=rng.choice(names()["family"]),
            language="nn" if nynorsk else "nb",
            password=f"!{rng.getrandbits(160):040x}",
        )
        person = Person(learner, leaf, position, dt.date.min)
        self.people.append(person)
        return person

    def _hire(self, person: Person, settled: bool = False, last: dt.date | None = None) -> None:
        """Employed since long ago, or (one in forty) since a day in the period; `last`: the last day, for a leaver."""
        joins = not settled and last is None and self.rng.random() < 0.025
        person.joined = self._day() if joins else self._long_ago()
        person.eventful = joins or last is not None
        person.left = last + dt.timedelta(days=1) if last else None
        person.learner.is_active = last is None
        known = self._told(person.joined) if joins else self.first_night
        end_known = self._told(last) if last else None
        self._fact(Employment, person, person.joined, known, person.left, end_known)
        percent = self.rng.choice(PART_TIME) if self.rng.random() < 0.12 else 100
        self._post(person, person.leaf.code, person.position, person.joined, known, person.left, end_known, percent)

    def _lead(self, person: Person) -> None:
        unit = self.units[person.leaf.leads]
        self._fact(Leadership, person, max(person.joined, dt.date(2001, 1, 1)), self.first_night, unit=unit)

    # --- facts ------------------------------------------------------------------------------------------------------

    def _fact(
        self,
        model: type[models.Model],
        person: Person,
        start: dt.date,
        known: dt.datetime,
        end: dt.date | None = None,
        end_known: dt.datetime | None = None,
        **fields: object,
    ) -> None:
        """A fact from `start` to before `end`; an end that was told later closes the open row then."""
        base = {"learner": person.learner, "valid_from": start, **fields}
        if end is None or end_known is None or end_known <= known:
            rows = [model(**base, valid_to=end, known_from=known)]
        else:
            rows = [model(**base, known_from=known, known_to=end_known)]
            rows.append(model(**base, valid_to=end, known_from=end_known))
        self.facts[model] += rows
        self._first.setdefault((model, id(person.learner)), rows[0])

    def _post(
        self,
        person: Person,
        unit: str,
        position: str,
        start: dt.date,
        known: dt.datetime,
        end: dt.date | None = None,
        end_known: dt.datetime | None = None,
        percent: int = 100,
        primary: bool = True,
    ) -> None:
        self._fact(
            Posting,
            person,
            start,
            known,
            end,
            end_known,
            unit=self.units[unit],
            position=self.positions[position],
            percent=percent,
            primary=primary,
        )

    def _day(self) -> dt.date:
        """A working day between the first delivery and yesterday."""
        span = (self.calendar.today - self.calendar.opened).days - 2
        day = self.calendar.opened + dt.timedelta(days=self.rng.randint(1, span))
        return day if day.weekday() < 5 else day - dt.timedelta(days=day.weekday() - 4)

    def _long_ago(self) -> dt.date:
        years = min(self.rng.expovariate(1 / 9), 38)
        return self.calendar.opened - dt.timedelta(days=30 + int(365 * years))

    def _told(self, day: dt.date) -> dt.datetime:
        """The night on which a change on `day` reached us: mostly before it, at times days late."""
        early = self.rng.random() < 0.8
        days = -self.rng.randint(1, 21) if early else self.rng.randint(1, 10)
        return min(max(night(day + dt.timedelta(days=days)), self.first_night), self.last_night)

    # --- what changed -----------------------------------------------------------------------------------------------

    def _changes(self, staff: int) -> None:
        settled = [p for p in self.people if self._unremarkable(p)]
        self.rng.shuffle(settled)
        queue = iter(settled)
        for change, share, least in (
            (self._transfer, 0.014, 4),
            (self._new_position, 0.002, 2),
            (self._wrong_unit, 0.0015, 2),
            (self._back_again, 0.0007, 1),
            (self._second_post, 0, 2),
            (self._leave, 0.04, 8),
        ):
            for person in _take(queue, max(round(staff * share), least)):
                change(person)
                person.eventful = True
        for _ in range(round(staff * 0.026)):
            example = self.rng.choice(self.people[:staff])
            self._hire(self._person(example.leaf, _plain(example.position)), last=self._day())

    def _unremarkable(self, person: Person) -> bool:
        leads = person.position == person.leaf.leader
        return not (person.eventful or leads or person.leaf.code == DEMO_PRISON)

    def rows(self, model: type[models.Model]) -> list:
        """The facts of one kind that stand."""
        return [row for row in self.facts[model] if id(row) not in self._told_anew]

    def _replace(self, model: type, person: Person) -> Any:
        """Take the person's first fact of the kind out, to tell it anew."""
        row = self._first[model, id(person.learner)]
        self._told_anew.add(id(row))
        return row

    def _elsewhere(self, person: Person) -> str:
        """Another unit of the same kind, in the same region if there is one."""
        same = [x for x in leaves() if x.kind == person.leaf.kind and x.code != person.leaf.code]
        near = [x for x in same if x.region == person.leaf.region]
        return self.rng.choice(near or same or [x for x in leaves() if x.code != person.leaf.code]).code

    def _transfer(self, person: Person) -> None:
        """Came from another unit on a day in the period."""
        posting, day = self._replace(Posting, person), self._day()
        told = self._told(day)
        self._post(person, self._elsewhere(person), person.position, posting.valid_from, self.first_night, day, told)
        self._post(person, person.leaf.code, person.position, day, told, percent=posting.percent)

    def _new_position(self, person: Person) -> None:
        """Becomes a workshop officer where they are: enters that audience after its start."""
        posting, day = self._replace(Posting, person), self._day()
        told = self._told(day)
        before = "FENGSELSBETJENT" if person.leaf.kind == "prison" else "KONSULENT"
        self._post(person, person.leaf.code, before, posting.valid_from, self.first_night, day, told)
        self._post(person, person.leaf.code, person.position, day, told)

    def _wrong_unit(self, person: Person) -> None:
        """Was registered at the wrong unit until somebody saw it: another figure then than now."""
        posting = self._replace(Posting, person)
        seen = night(self.calendar.start + dt.timedelta(days=self.rng.randint(10, 70)))
        wrong = self.units[self._elsewhere(person)]
        told = {"learner": person.learner, "position": posting.position, "valid_from": posting.valid_from}
        self.facts[Posting] += [
            Posting(**told, unit=wrong, known_from=self.first_night, known_to=seen),
            Posting(**told, unit=posting.unit, known_from=seen),
        ]

    def _back_again(self, person: Person) -> None:
        """Left, and came back before half a year had gone."""
        self._replace(Posting, person)
        self._replace(Employment, person)
        gone = self.calendar.opened + dt.timedelta(days=self.rng.randint(5, 20))
        back = gone + dt.timedelta(days=self.rng.randint(20, 50))
        person.away.append((gone, back))
        for start, end in ((person.joined, gone), (back, None)):
            known = self.first_night if end else self._told(back)
            told = self._told(gone) if end else None
            self._fact(Employment, person, start, known, end, told)
            self._post(person, person.leaf.code, person.position, start, known, end, told)

    def _second_post(self, person: Person) -> None:
        """Helps out as a workshop officer in another prison, one day a week."""
        prisons = [x.code for x in leaves() if x.kind == "prison" and x.workshop and x.code != person.leaf.code]
        since = self.calendar.opened - 6 * MONTHS
        self._post(person, self.rng.choice(prisons), "VERKSBETJENT", since, self.first_night, percent=20, primary=False)

    def _leave(self, person: Person) -> None:
        """Away for some days, for months, or until further notice."""
        start = self._day() - dt.timedelta(days=self.rng.randint(0, 40))
        kind = self.rng.choices(("short", "long", "open", "joined"), (45, 35, 12, 8))[0]
        days = self.rng.randint(3, 25) if kind == "short" else self.rng.randint(32, 150)
        end = None if kind == "open" else start + dt.timedelta(days=days)
        full_time = kind != "short" or self.rng.random() < 0.8
        known = self._told(start)
        if kind == "joined":  # two rows, a day apart, that count as one
            middle = start + dt.timedelta(days=days // 2)
            self._fact(Leave, person, start, known, middle, full_time=True)
            self._fact(Leave, person, middle + dt.timedelta(days=1), self._told(middle), end, full_time=True)
        else:
            self._fact(Leave, person, start, known, end, full_time=full_time)
        if full_time:
            person.away.append((start, end or dt.date.max))


def _take(queue: Iterator[Person], count: int) -> list[Person]:
    return [person for person, _ in zip(queue, range(count), strict=False)]


def _plain(position: str) -> str:
    """A position that anybody may leave: leaders stay."""
    return position if position not in table()["leaders"].values() else "KONSULENT"


def roster(staff: int) -> Iterator[tuple[Leaf, str, bool]]:
    """(unit, position, leads it) for each person employed today; every unit has somebody."""
    units = leaves()
    spare = staff - len(units)
    heads = [1 + n for n in allot(spare, [leaf.staff for leaf in units])]
    workshop = allot(round(staff * WORKSHOP), [leaf.workshop for leaf in units])
    for leaf, people, officers in zip(units, heads, workshop, strict=True):
        yield leaf, leaf.leader, True
        officers = max(officers, 1) if leaf.code == DEMO_PRISON else officers
        officers = min(officers, people - 1)
        yield from ((leaf, "VERKSBETJENT", False) for _ in range(officers))
        jobs = table()["staffing"][leaf.kind]
        for position, count in zip(jobs, allot(people - 1 - officers, list(jobs.values())), strict=True):
            yield from ((leaf, position, False) for _ in range(count))


def store(staff: Staff) -> None:
    """Write the people and the facts about them."""
    Learner.objects.bulk_create([p.learner for p in staff.people], batch_size=500)
    for model in staff.facts:
        model._default_manager.bulk_create(staff.rows(model), batch_size=500)
