"""A small invented service for the barometer's tests: plain functions that record facts."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, CourseVersion, Exemption
from learners.models import Employment, Learner, Leave, Position, Posting, Unit, UnitPlace
from tracking.barometer.models import Cell, CellDay, Hidden
from tracking.completions.models import Completion

START = dt.date(2026, 9, 7)  # a Monday
FIRST_SUNDAY = dt.date(2026, 9, 13)
DEADLINE = dt.date(2027, 6, 30)
LONG_AGO = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
BEFORE = dt.date(2025, 1, 1)
OFFICER = "OFFICER"


def noon(day: dt.date) -> dt.datetime:
    """Noon UTC on `day`: the same day in Oslo."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def unit(code: str, parent: Unit | None = None, kind: str = "prison", known_from: dt.datetime = LONG_AGO) -> Unit:
    made = Unit.objects.create(code=code, name=f"Unit {code}", kind=kind)
    above = parent.places.get(known_to=None).path if parent else "/"
    UnitPlace.objects.create(unit=made, parent=parent, path=f"{above}{code}/", valid_from=BEFORE, known_from=known_from)
    return made


def course(code: str, months: int | None = None) -> Course:
    made = Course.objects.create(code=code, title=f"Kurs {code}", title_nn=f"Emne {code}", subject="mi")
    CourseVersion.objects.create(course=made, number=1, published_on=BEFORE, validity_months=months)
    return made


def campaign(
    *courses: Course, slug: str = "grunnkurs", positions: tuple[str, ...] = (OFFICER,), **fields: object
) -> Campaign:
    values = {"title": "Grunnkurs", "start": START, "deadline": DEADLINE, "target": "0.9", "public": True}
    made = Campaign.objects.create(slug=slug, **(values | fields))
    Audience.objects.create(campaign=made, positions=list(positions), valid_from=made.start, known_from=LONG_AGO)
    for order, one in enumerate(courses):
        CampaignCourse.objects.create(campaign=made, course=one, order=order)
        AcceptedVersion.objects.create(
            campaign=made, version=one.versions.get(number=1), valid_from=made.start, known_from=LONG_AGO
        )
    made.refresh_from_db()
    return made


def position(code: str = OFFICER) -> Position:
    return Position.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def employ(
    where: Unit,
    since: dt.date = BEFORE,
    until: dt.date | None = None,
    *,
    known: dt.datetime = LONG_AGO,
    job: str = OFFICER,
) -> Learner:
    """A new person, employed and posted at `where` from `since` to before `until`."""
    learner = Learner.objects.create(given_name="Invented", family_name="Person")
    Employment.objects.create(learner=learner, valid_from=since, valid_to=until, known_from=known)
    post(learner, where, since, until, known=known, job=job)
    return learner


def post(
    learner: Learner, where: Unit, since: dt.date = BEFORE, until: dt.date | None = None,
    *, known: dt.datetime = LONG_AGO, job: str = OFFICER, primary: bool = True, percent: int = 100,
) -> Posting:  # fmt: skip
    return Posting.objects.create(
        learner=learner, unit=where, position=position(job), primary=primary, percent=percent,
        valid_from=since, valid_to=until, known_from=known,
    )  # fmt: skip


def away(
    learner: Learner, since: dt.date, until: dt.date | None, *, known: dt.datetime = LONG_AGO, full: bool = True
) -> Leave:
    return Leave.objects.create(learner=learner, valid_from=since, valid_to=until, full_time=full, known_from=known)


def exempt(
    learner: Learner,
    what: Campaign,
    since: dt.date,
    until: dt.date | None,
    *,
    known: dt.datetime = LONG_AGO,
    approved: bool = True,
) -> Exemption:
    leader, other = (Learner.objects.create(given_name=name) for name in ("Leader", "Other"))
    return Exemption.objects.create(
        learner=learner, campaign=what, reason="duties", valid_from=since, valid_to=until, known_from=known,
        proposed_by=leader, approved_by=other if approved else None,
    )  # fmt: skip


def complete(
    learner: Learner,
    what: Course,
    on: dt.date,
    *,
    number: int = 1,
    until: dt.date | None = None,
    known: dt.datetime | None = None,
) -> Completion:
    """A completion dated `on`, stored at noon that day unless `known` says otherwise."""
    known = known or noon(on)
    return Completion.objects.create(
        learner=learner, version=what.versions.get(number=number), registration=uuid.uuid4(), statement_id=uuid.uuid4(),
        completed_on=on, valid_until=until, known_from=known, written_at=known,
    )  # fmt: skip


@dataclass
class Service:
    """KRIM with regions NORD (TROMSO, BODO, NORD-STAB) and SOR (OSLO, SOR-STAB), and people by unit code."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, list[Learner]] = field(default_factory=dict)

    def fill(self, code: str, number: int) -> list[Learner]:
        self.people[code] = [employ(self.units[code]) for _ in range(number)]
        return self.people[code]


def service(**sizes: int) -> Service:
    """The service with so many officers by unit code (TROMSO=12)."""
    made = Service()
    root = made.units["KRIM"] = unit("KRIM", kind="service")
    for code, below in (("NORD", ("TROMSO", "BODO", "NORD-STAB")), ("SOR", ("OSLO", "SOR-STAB"))):
        region = made.units[code] = unit(code, root, kind="region")
        for leaf in below:
            made.units[leaf] = unit(leaf, region, kind="staff" if leaf.endswith("STAB") else "prison")
    for code, number in sizes.items():
        made.fill(code.replace("_", "-"), number)
    return made


def cells_anew() -> None:
    """Forget what is counted and decided, as after a change of the whole organisation."""
    for model in (Cell, CellDay, Hidden):
        model.objects.all().delete()
