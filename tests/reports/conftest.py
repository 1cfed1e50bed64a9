"""A service with two campaigns and four weeks of completions, and the people who ask for its reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from courses.models import Campaign, Course
from learners.models import Employment, Leadership, Learner, RoleGrant, Unit
from learners.roles import grant
from tests.barometer.organisation import BEFORE, LONG_AGO, Service, campaign, complete, course, service
from tests.rows import Remembered
from tracking.barometer import cells, hiding
from tracking.reports.making import make
from tracking.reports.models import WeeklyReport
from tracking.reports.weeks import Week

WEEK = Week(dt.date(2026, 10, 4))  # 2026-W40, the fourth of the campaigns
CLOSE = WEEK.closes_at  # Monday 5 October 2026, 06:00 in Oslo
PASSWORD = "en-lang-nok-frase"


@dataclass
class Cast:
    """The service and who looks at it: director, region (north), leader (Tromsø), sibling (Oslo), officer, admin."""

    service: Service
    basics: Campaign
    everybody: Campaign
    mi: Course
    people: dict[str, Learner]

    def unit(self, code: str) -> Unit:
        return self.service.units[code]


@pytest.fixture(scope="session")
def remembered_cast() -> Remembered[Cast]:
    """Counted up to the week's close, as by then in a service: what a test changes afterwards is counted again."""

    def counted() -> Cast:
        made = _cast()
        for one in (made.basics, made.everybody):
            cells.refresh(one, CLOSE)
            hiding.decide_weeks(one, WEEK.sunday)
        return made

    return Remembered(counted)


@pytest.fixture
def cast(db: None, remembered_cast: Remembered[Cast]) -> Cast:
    return remembered_cast.put()


@pytest.fixture(scope="session")
def remembered_report() -> Remembered[WeeklyReport]:
    """On the cast's rows alone: what a test changes of them, it changes afterwards."""
    return Remembered(lambda: make(WEEK, Unit.objects.get(code="KRIM"), CLOSE)[0])


@pytest.fixture
def report(cast: Cast, remembered_report: Remembered[WeeklyReport]) -> WeeklyReport:
    """The whole service's report of the week, made at its close."""
    return remembered_report.put()


def _cast() -> Cast:
    some = service(TROMSO=40, BODO=12, NORD_STAB=3, OSLO=35, SOR_STAB=2)
    mi, milieu = course("MI"), course("MILJO")
    made = Cast(
        some,
        campaign(mi, milieu, slug="grunnopplaering", title="Grunnopplæring", title_nn="Grunnopplæring på nynorsk"),
        campaign(mi, slug="mi-for-alle", positions=(), title="MI for alle", deadline=dt.date(2027, 1, 31)),
        mi,
        _people(some),
    )
    for week in range(4):
        for code, pace in (("TROMSO", 5), ("BODO", 1), ("OSLO", 3 + week % 2)):
            for learner in some.people[code][week * 5 : week * 5 + pace]:
                complete(learner, mi, dt.date(2026, 9, 9) + dt.timedelta(weeks=week))
                complete(learner, milieu, dt.date(2026, 9, 10) + dt.timedelta(weeks=week))
    return made


def _people(some: Service) -> dict[str, Learner]:
    names = ("director", "region", "leader", "sibling", "officer", "admin")
    made = {name: person(name, is_superuser=name == "admin") for name in names}
    grant(made["director"], RoleGrant.Role.MANAGEMENT, None, LONG_AGO)
    grant(made["region"], RoleGrant.Role.MANAGEMENT, some.units["NORD"], LONG_AGO)
    grant(made["admin"], RoleGrant.Role.SYSTEM, None, LONG_AGO)
    for name, code in (("leader", "TROMSO"), ("sibling", "OSLO")):
        Leadership.objects.create(learner=made[name], unit=some.units[code], valid_from=BEFORE, known_from=LONG_AGO)
    return made


def person(name: str, **fields: object) -> Learner:
    """Employed, with no posting: outside every audience."""
    learner = Learner.objects.create_user(f"{name}@fagbenk.example", PASSWORD, given_name=name.title(), **fields)
    Employment.objects.create(learner=learner, valid_from=BEFORE, known_from=LONG_AGO)
    return learner
