"""A gathering and those who come: made fact by fact, with the clock as an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any

from courses.models import Course, Gathering, GatheringTeacher, Session
from learners.models import Learner, Unit
from tests import staff

AT = dt.datetime(2026, 2, 2, 8, tzinfo=dt.UTC)  # a Monday, 09:00 in Oslo
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def gathering(
    slug: str = "mi-dag", seats: int | None = 24, starts: dt.datetime = AT + 30 * DAY, hours: int = 6, **fields: Any
) -> Gathering:
    """Published, one session of `hours`, from `starts` on."""
    made = Gathering.objects.create(
        slug=slug, title=fields.pop("title", "MI-dagen"), seats=seats, state=fields.pop("state", "open"), **fields
    )
    session(made, starts, hours)
    return made


def session(of: Gathering, starts: dt.datetime, hours: int = 6, **fields: Any) -> Session:
    return Session.objects.create(
        gathering=of, starts=starts, ends=starts + hours * HOUR, place=fields.pop("place", "KRUS, sal 2"), **fields
    )


def people(count: int, at: Unit | None = None) -> list[Learner]:
    """Ansatt 1, Ansatt 2 … of one unit."""
    unit = at or staff.unit("HALDEN")
    return [staff.employ(f"P{n}", unit) for n in range(1, count + 1)]


def teacher(of: Gathering, name: str = "Tuva", at: Unit | None = None) -> Learner:
    made = staff.employ(name, at or staff.unit("KRUS", kind="college"), "HOGSKOLELEKTOR")
    GatheringTeacher.objects.create(gathering=of, learner=made)
    return made


def blended(code: str = "MI", since: dt.date = dt.date(2026, 1, 1)) -> Course:
    return staff.course(code, gathering_from=since)
