"""A small service with people in it, made fact by fact: what tests of leaders, campaigns and own pages stand on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, CourseVersion
from learners.models import Employment, Leadership, Learner, Leave, Position, Posting, Unit, UnitPlace
from tracking.completions.models import Completion

LONG_AGO = dt.date(2020, 1, 1)
TOLD = dt.datetime(2020, 1, 1, 5, tzinfo=dt.UTC)


def unit(code: str, parent: Unit | None = None, kind: str = "prison", since: dt.date = LONG_AGO) -> Unit:
    made = Unit.objects.create(code=code, name=code.capitalize(), kind=kind)
    above = UnitPlace.objects.on(since).known().get(unit=parent).path if parent else "/"
    UnitPlace.objects.create(unit=made, parent=parent, path=f"{above}{code}/", valid_from=since, known_from=TOLD)
    return made


def position(code: str = "VERKSBETJENT") -> Position:
    return Position.objects.get_or_create(code=code, defaults={"name": code.capitalize()})[0]


def employ(name: str, at: Unit, code: str = "VERKSBETJENT", since: dt.date = LONG_AGO, **fields: Any) -> Learner:
    """`name` works at a unit since a day; signs in as <name>@fagbenk.example."""
    email = f"{name.lower()}@fagbenk.example"
    learner = Learner.objects.create_user(email, "en-lang-nok-frase", given_name=name, family_name="Dal", **fields)
    Employment.objects.create(learner=learner, valid_from=since, known_from=TOLD)
    post(learner, at, code, since)
    return learner


def post(
    learner: Learner, at: Unit, code: str = "VERKSBETJENT", since: dt.date = LONG_AGO, primary: bool = True
) -> Posting:
    dated = {"valid_from": since, "known_from": TOLD}
    return Posting.objects.create(learner=learner, unit=at, position=position(code), primary=primary, **dated)


def lead(learner: Learner, of: Unit, since: dt.date = LONG_AGO, acting: bool = False) -> Leadership:
    return Leadership.objects.create(learner=learner, unit=of, acting=acting, valid_from=since, known_from=TOLD)


def on_leave(learner: Learner, since: dt.date, until: dt.date | None = None) -> Leave:
    """Away from a day to before `until`."""
    return Leave.objects.create(learner=learner, valid_from=since, valid_to=until, known_from=TOLD)


def course(code: str = "MI", **fields: Any) -> Course:
    made = Course.objects.create(code=code, title=fields.pop("title", f"Kurset {code}"), subject="mi", **fields)
    CourseVersion.objects.create(course=made, number=1, published_on=LONG_AGO)
    return made


def campaign(slug: str, courses: list[Course], start: dt.date, deadline: dt.date, **audience: Any) -> Campaign:
    """A campaign for everybody, or for those in `positions` at or below `units`."""
    made = Campaign.objects.create(slug=slug, title=slug.capitalize(), start=start, deadline=deadline, target="0.9")
    dated = {"campaign": made, "valid_from": start, "known_from": TOLD}
    Audience.objects.create(**dated, **audience)
    for order, asked in enumerate(courses):
        CampaignCourse.objects.create(campaign=made, course=asked, order=order)
        AcceptedVersion.objects.create(**dated, version=asked.versions.get())
    return made


def complete(learner: Learner, of: Course, on: dt.date) -> Completion:
    at = dt.datetime.combine(on, dt.time(12), dt.UTC)
    return Completion.objects.create(
        learner=learner, version=of.versions.get(), registration=uuid.uuid4(), statement_id=uuid.uuid4(),
        completed_on=on, known_from=at, written_at=at,
    )  # fmt: skip
