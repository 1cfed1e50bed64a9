"""Who takes which course, how far they come, and on which days: drawn once, before anything is told."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .calendar import Calendar
from .curve import Curve
from .people import Person

MI, OFFICERS_COURSES = "MI", ("MI", "MILJO", "PED")
OFFICER = "VERKSBETJENT"
# The share of those at work all the time who have completed by now.
EVERYBODY = 0.61
OFFICERS = {"MI": 0.61, "MILJO": 0.47, "PED": 0.44}
OTHERS = {"PROD": 0.13, "SKOLENAV": 0.38}  # by workshop officers; the second is asked for by a campaign
HALF_WAY = 0.13  # of those who have not completed
FAILED = 0.02
REGIONS = {"OST": 0.02, "SOR": -0.06, "SORVEST": 0.08, "VEST": 0.03, "NORD": -0.08, "KRIM": 0.05}
UNITS = {"KRUS": 0.28, "KDI": -0.04}


@dataclass
class Plan:
    """One person in one course. `visits`: for each day there, the parts gone through (their numbers, in order)."""

    person: Person
    code: str
    visits: list[tuple[dt.date, list[int]]] = field(default_factory=list)
    opens: int | None = None  # a lesson begun and not finished in the last visit
    fails: int = 0  # handed in the quiz so many times without passing
    passes: bool = False


class Planner:
    """Draws the plans. `parts`: the number of lessons by course code; the closing quiz is the part after them."""

    def __init__(self, parts: dict[str, int], calendar: Calendar, seed: int) -> None:
        self.parts, self.calendar = parts, calendar
        self.curve = Curve(calendar)
        self.rng = random.Random(f"activity:{seed}")  # noqa: S311 - invented deeds
        self.unit_effects: dict[str, float] = {}

    def plans(self, people: Iterable[Person]) -> list[Plan]:
        """The plans of everybody who takes something."""
        return [plan for person in people for plan in self._of(person)] if self.curve.days else []

    def _of(self, person: Person) -> list[Plan]:
        if person.position == OFFICER:
            asked = [(code, OFFICERS[code]) for code in OFFICERS_COURSES]
            asked += [(code, share) for code, share in OTHERS.items() if code in self.parts]
        else:
            asked = [(MI, EVERYBODY)]
        wish = self.rng.random()  # the same person is keen, or not, in every course
        effect = self._effect(person)
        keen = [code for code, share in asked if self._draw(wish) < share + effect]
        days = sorted(self.curve.draw(self.rng) for _ in keen)
        plans = [self._complete(person, code, day) for code, day in zip(keen, days, strict=True)]
        rest = [code for code, _ in asked if code not in keen][:1]
        plans += [self._unfinished(person, code) for code in rest if code not in OTHERS]
        return [plan for plan in plans if plan and plan.visits]

    def _effect(self, person: Person) -> float:
        code = person.leaf.code
        if code not in self.unit_effects:
            own = random.Random(f"unit:{code}").gauss(0, 0.07)  # noqa: S311
            self.unit_effects[code] = UNITS.get(code, 0.0) + REGIONS[person.leaf.region] + own
        return self.unit_effects[code]

    def _draw(self, wish: float) -> float:
        """A draw that leans on the person's own wish."""
        return wish if self.rng.random() < 0.6 else self.rng.random()

    def _complete(self, person: Person, code: str, day: dt.date) -> Plan | None:
        """All lessons in one to three visits, and the quiz, passed on `day`: if the person is there to do so."""
        if not person.at_work(day):
            return None
        plan = Plan(person, code, passes=True)
        plan.visits = self._visits(person, day, list(range(self.parts[code] + 1)))
        if self.rng.random() < 0.11:
            plan.fails = 1
        return plan

    def _unfinished(self, person: Person, code: str) -> Plan | None:
        draw, day = self.rng.random(), self.curve.draw(self.rng)
        lessons = self.parts[code]
        if draw >= HALF_WAY + FAILED or not person.at_work(day):
            return None
        if draw < FAILED:
            return Plan(person, code, self._visits(person, day, list(range(lessons + 1))), fails=self.rng.randint(1, 2))
        done = self.rng.randint(0, lessons - 1)
        return Plan(person, code, self._visits(person, day, list(range(done))) or [(day, [])], opens=done)

    def _visits(self, person: Person, last: dt.date, parts: Sequence[int]) -> list[tuple[dt.date, list[int]]]:
        """`parts` shared out over one to three days, the last of them `last`."""
        count = min(self.rng.choices((1, 2, 3), (48, 38, 14))[0], len(parts))
        earlier = {self.curve.near(self.rng, last, 18) for _ in range(count - 1)}
        days = sorted(day for day in earlier | {last} if person.at_work(day))
        shares = _shared(list(parts), len(days))
        return list(zip(days, shares, strict=True)) if parts else []


def _shared(parts: list[int], days: int) -> list[list[int]]:
    """`parts` in as even runs as can be, in order; the first days get the longer ones."""
    size, over = divmod(len(parts), days)
    runs = []
    for n in range(days):
        length = size + (n < over)
        runs.append(parts[:length])
        parts = parts[length:]
    return runs
