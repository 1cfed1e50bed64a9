"""A service with two campaigns and four weeks of completions, and the people who ask for its reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from courses.models import Campaign, Course
from learners.models import Employment, Leadership, Learner, RoleGrant, Unit
from learners.roles import grant
from tests.barometer.organisation import BEFORE, LONG_AGO, Service, campaign, complete, course, service
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


@pytest.fixture
def cast(db: None) -> Cast:
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
