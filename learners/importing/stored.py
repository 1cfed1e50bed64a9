"""What is stored of the people that a file tells of, each table in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..facts import Fact
from ..models import Employment, FormerNumber, Leadership, Learner, Leave, Posting

BATCH = 400


@dataclass
class StoredPerson:
    """A learner with the facts that we hold for true now; `learner` is not stored yet where it has no key."""

    learner: Learner
    employments: list[Employment] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    leaderships: list[Leadership] = field(default_factory=list)

    def employed(self, on: dt.date) -> bool:
        return any(holds(row, on) for row in self.employments)


def holds(row: Fact, on: dt.date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def overlaps(row: Fact, start: dt.date, end: dt.date | None) -> bool:
    return (end is None or row.valid_from < end) and (row.valid_to is None or start < row.valid_to)


@dataclass
class Stored:
    """People by their HR number, also by those that they had before."""

    by_number: dict[str, StoredPerson] = field(default_factory=dict)
    former: dict[str, StoredPerson] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)  # number without zeros in front -> number
    emails: dict[str, StoredPerson] = field(default_factory=dict)

    @property
    def people(self) -> list[StoredPerson]:
        return list(self.by_number.values())


def load() -> Stored:
    """Everybody with an HR number, and whoever has an e-mail address."""
    stored = Stored()
    people: dict[int, StoredPerson] = {}
    for learner in Learner.objects.all().iterator(chunk_size=2000):
        people[learner.pk] = person = StoredPerson(learner)
        if learner.hr_number:
            stored.by_number[learner.hr_number] = person
            stored.bare[learner.hr_number.lstrip("0")] = learner.hr_number
        if learner.email:
            stored.emails[learner.email.lower()] = person
    for number, learner_id in FormerNumber.objects.values_list("hr_number", "learner_id"):
        stored.former[number] = people[learner_id]
    fill(people)
    return stored


def one(learner: Learner) -> StoredPerson:
    """One person with their facts."""
    person = StoredPerson(learner)
    fill({learner.pk: person}, only={learner.pk})
    return person


def fill(people: dict[int, StoredPerson], only: Collection[int] | None = None) -> None:
    for model, name in (
        (Employment, "employments"),
        (Posting, "postings"),
        (Leave, "leaves"),
        (Leadership, "leaderships"),
    ):
        for row in _rows(model, only):
            if row.learner_id in people:
                getattr(people[row.learner_id], name).append(row)


def _rows(model: Any, only: Collection[int] | None) -> Iterator[Any]:
    rows = model._default_manager.filter(known_to=None)
    if only is not None:
        rows = rows.filter(learner__in=only)
    return rows.order_by("valid_from", "pk").iterator(chunk_size=2000)
