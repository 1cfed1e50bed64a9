"""Random histories of a small service: everything that can be recorded, on both time axes, with late corrections."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import Any

from courses.models import AcceptedVersion, Audience, Campaign, Course, CourseVersion, Exemption
from learners.facts import Fact, close, correct
from learners.models import Employment, Learner, Leave, Posting, Unit, UnitPlace
from tests.barometer import organisation as org
from tracking import statements
from tracking.clock import OSLO
from tracking.completions import projection
from tracking.identities import people
from tracking.lrs import store

LEAVES = ("TROMSO", "BODO", "NORD-STAB", "OSLO", "SOR-STAB")
JOBS = (org.OFFICER, org.OFFICER, "CLERK")
FIRST, LAST = -150, 330  # days from the campaign's start


def day(rng: Random, first: int = FIRST, last: int = LAST) -> dt.date:
    return org.START + dt.timedelta(days=rng.randint(first, last))


def moment(rng: Random, on: dt.date | None = None) -> dt.datetime:
    """Often around the close of a day."""
    hour = rng.choice([dt.time(12), dt.time(5, 59, 59), dt.time(6), dt.time(23, 30), dt.time(0, 30)])
    return dt.datetime.combine(on or day(rng, -30), hour, OSLO).astimezone(dt.UTC)


def known(rng: Random) -> dt.datetime:
    return rng.choice([org.LONG_AGO, org.LONG_AGO, moment(rng)])


def span(rng: Random, longest: int = 400) -> dict[str, Any]:
    """Valid and known from; a third is open-ended."""
    first = rng.choice([org.BEFORE, org.START, day(rng), day(rng)])
    last = None if rng.random() < 0.4 else max(first, day(rng)) + dt.timedelta(days=rng.randint(1, 60))
    if last and (last - first).days > longest:
        last = first + dt.timedelta(days=rng.randint(1, longest))
    return {"valid_from": first, "valid_to": last, "known_from": known(rng)}


def corrected(rng: Random, row: Fact, **choices: list[Any]) -> None:
    """Sometimes closed, or replaced by a row that says something else, up to twice."""
    while rng.random() < 0.3:
        at = max(row.known_from + dt.timedelta(seconds=1), moment(rng))
        if rng.random() < 0.2:
            return close(row, at)
        changes = {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.5}
        if rng.random() < 0.5:
            changes["valid_to"] = row.valid_from + dt.timedelta(days=rng.randint(1, 200))
        row = correct(row, at, **changes)
    return None


def write(rng: Random) -> Campaign:
    """A service, a campaign of one or two courses, and some people; everything that happened to them."""
    service = org.service()
    courses = [_course(rng, code) for code in ("MI", "PED")[: rng.randint(1, 2)]]
    campaign = org.campaign(*courses, grace_days=rng.choice([10, 90]), positions=rng.choice([(), (org.OFFICER,)]))
    _decide(rng, campaign)
    for _ in range(rng.randint(0, 2)):
        _reorganise(rng, service)
    for _ in range(rng.randint(1, 5)):
        learner = Learner.objects.create()
        _work(rng, learner, service)
        _be_away(rng, learner, campaign)
        for course in courses:
            _learn(rng, learner, course)
    projection.rebuild()
    return campaign


def _course(rng: Random, code: str) -> Course:
    course = org.course(code, months=rng.choice([None, 1, 4, 6]))
    CourseVersion.objects.create(
        course=course, number=2, published_on=org.START, validity_months=rng.choice([None, 1, 4, 6])
    )
    return course


def _decide(rng: Random, campaign: Campaign) -> None:
    asked = {"positions": [[], [org.OFFICER], ["CLERK"]], "units": [[], ["NORD"], ["OSLO"], ["SOR", "BODO"]]}
    first = Audience.objects.get(campaign=campaign)
    first.units = rng.choice(asked["units"])
    first.save()
    if rng.random() < 0.4:
        later, at = day(rng, 1), moment(rng)
        correct(first, at, valid_to=later)
        chosen = {name: rng.choice(values) for name, values in asked.items()}
        second = Audience.objects.create(campaign=campaign, valid_from=later, known_from=at, **chosen)
        corrected(rng, second, **asked)
    else:
        corrected(rng, first, **asked)
    for version in CourseVersion.objects.filter(number=2):
        if rng.random() < 0.5:
            row = AcceptedVersion.objects.create(
                campaign=campaign, version=version, valid_from=day(rng, 0), known_from=known(rng)
            )
            corrected(rng, row)
    for row in AcceptedVersion.objects.filter(version__number=1):
        corrected(rng, row)


def _reorganise(rng: Random, service: org.Service) -> None:
    """A unit moves under the other region: from a day on, or (a correction) for all days."""
    place = rng.choice(list(UnitPlace.objects.filter(known_to=None, unit__code__in=LEAVES).order_by("pk")))
    above = service.units[rng.choice(["NORD", "SOR"])]
    at = max(place.known_from + dt.timedelta(seconds=1), moment(rng))
    new = {"parent_id": above.pk, "path": f"/KRIM/{above.code}/{place.unit.code}/"}
    if rng.random() < 0.3:
        correct(place, at, **new)
        return
    since = max(day(rng), place.valid_from + dt.timedelta(days=1))
    if place.valid_to and since >= place.valid_to:
        return
    until = place.valid_to
    correct(place, at, valid_to=since)
    UnitPlace.objects.create(unit=place.unit, valid_from=since, valid_to=until, known_from=at, **new)


def _work(rng: Random, learner: Learner, service: org.Service) -> None:
    units = [service.units[code] for code in LEAVES]
    for _ in range(rng.randint(1, 2)):
        corrected(rng, Employment.objects.create(learner=learner, **span(rng)))
    for _ in range(rng.randint(1, 3)):
        row = Posting.objects.create(
            learner=learner, unit=rng.choice(units), position=org.position(rng.choice(JOBS)),
            primary=rng.random() < 0.6, percent=rng.choice([20, 100]), **span(rng),
        )  # fmt: skip
        corrected(rng, row, unit_id=_ids(units), primary=[True, False], valid_from=[org.BEFORE, day(rng, last=100)])


def _ids(units: list[Unit]) -> list[int]:
    return [unit.pk for unit in units]


def _be_away(rng: Random, learner: Learner, campaign: Campaign) -> None:
    end = day(rng)
    for _ in range(rng.randint(0, 3)):
        near = end + dt.timedelta(days=rng.randint(0, 2))  # often a day from the one before
        values = span(rng, longest=60)
        if rng.random() < 0.5:
            length = rng.choice([10, 15, 29, 30, 31])
            values |= {"valid_from": near, "valid_to": near + dt.timedelta(days=length)}
        end = values["valid_to"] or end
        row = Leave.objects.create(learner=learner, full_time=rng.random() < 0.85, **values)
        corrected(rng, row, full_time=[True, False])
    if rng.random() < 0.3:
        leader, other = Learner.objects.create(), Learner.objects.create()
        let_off = Exemption.objects.create(
            learner=learner, campaign=campaign, reason="duties", proposed_by=leader,
            approved_by=rng.choice([None, leader, other, other]), **span(rng),
        )  # fmt: skip
        corrected(rng, let_off, approved_by_id=[None, other.pk])


def _learn(rng: Random, learner: Learner, course: Course) -> None:
    """Statements of the course: in time or late, by clocks that are wrong, of one attempt or two, some voided."""
    registrations = [str(uuid.uuid4()) for _ in range(2)]
    for number in range(rng.randint(0, 4)):
        here = statements.Setting(
            account=people.account_name(learner), registration=rng.choice(registrations), session=str(number),
            course_code=course.code, course_title=course.title, version=rng.choice([1, 1, 2]), language="nb",
        )  # fmt: skip
        at = moment(rng, day(rng))
        stored = at + dt.timedelta(seconds=rng.choice([1, 1, 3 * 3600, 40 * 86400, -86400]))
        told = statements.completed(here, at) | {"id": str(uuid.uuid4())}
        store.store([told], authority=statements.authority(), at=stored)
        if rng.random() < 0.25:
            _void(told, stored + dt.timedelta(seconds=rng.choice([5, 86400, 30 * 86400])))


def _void(told: dict[str, Any], at: dt.datetime) -> None:
    voiding = {
        "id": str(uuid.uuid4()),
        "actor": statements.authority(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": told["id"]},
    }
    store.store([voiding], authority=statements.authority(), at=at)
