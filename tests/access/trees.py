"""A random service: a tree of units, some with leaders, and people whose names are found nowhere else.

Who may see whose name is reckoned here anew, by walking the tree, and not by `learners.policy`.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from django.utils import timezone

from learners import roles
from learners.models import Learner, RoleGrant, Unit
from tests import staff

Role = RoleGrant.Role
# Besides those in the tree: who holds a role for the whole service, by the name that the tests use.
FOR_ALL = {
    "director": Role.MANAGEMENT,
    "editor": Role.EDITOR,
    "publisher": Role.PUBLISHER,
    "course_admin": Role.COURSE_ADMIN,
    "teacher": Role.TEACHER,
    "privacy": Role.PRIVACY,
    "administrator": Role.SYSTEM,
}


@dataclass
class Service:
    """`works`: learner pk -> unit code; `leads`: unit code -> learner pk; `above`: unit code -> the one above."""

    units: dict[str, Unit] = field(default_factory=dict)
    above: dict[str, str | None] = field(default_factory=dict)
    people: dict[str, Learner] = field(default_factory=dict)
    works: dict[int, str] = field(default_factory=dict)
    leads: dict[str, int] = field(default_factory=dict)

    def join(self, name: str, code: str) -> Learner:
        learner = staff.employ(name, self.units[code])
        Learner.objects.filter(pk=learner.pk).update(family_name=f"Zq{name}zq")
        learner.refresh_from_db()
        self.people[name], self.works[learner.pk] = learner, code
        return learner

    def name(self, learner_pk: int) -> str:
        return next(learner.family_name for learner in self.people.values() if learner.pk == learner_pk)

    def team(self, leader: Learner) -> set[str]:
        """The names of those whose nearest leader, from their own unit upwards, leads from where `leader` does."""
        own = {code for code, pk in self.leads.items() if pk == leader.pk}
        return {self.name(pk) for pk, code in self.works.items() if self._nearest_led(code) in own}

    def _nearest_led(self, code: str | None) -> str | None:
        while code is not None and code not in self.leads:
            code = self.above[code]
        return code

    def names(self) -> set[str]:
        return {learner.family_name for learner in self.people.values()}


def grow(seed: int) -> Service:
    """Two regions with two or three prisons each, and below some of them a wing; the same for the same seed."""
    chance = random.Random(seed)
    service = Service()
    _unit(service, "KRIM", None, "service")
    for region in ("OST", "VEST"):
        _unit(service, region, "KRIM", "region")
        for number in range(chance.choice((2, 3))):
            prison = f"{region}{number}"
            _unit(service, prison, region, "prison")
            if chance.random() < 0.5:
                _unit(service, f"{prison}A", prison, "staff")
    _people(service, chance)
    _duty(service)
    return service


def _unit(service: Service, code: str, above: str | None, kind: str) -> None:
    service.units[code] = staff.unit(code, service.units[above] if above else None, kind)
    service.above[code] = above


def _people(service: Service, chance: random.Random) -> None:
    for code in list(service.units):
        for number in range(2):
            service.join(f"{code.lower()}n{number}", code)
        # Each role's own, its sibling's and its parent's unit have a leader; the others by chance.
        if code in ("OST0", "OST1", "OST") or chance.random() < 0.5:
            leader = service.join(f"{code.lower()}leder", code)
            staff.lead(leader, service.units[code], acting=chance.random() < 0.3)
            service.leads[code] = leader.pk
    now = timezone.now()
    for name, role in FOR_ALL.items():
        roles.grant(service.join(name, "VEST"), role, None, now)
    roles.grant(service.join("region", "VEST"), Role.MANAGEMENT, service.units["OST"], now)
    roles.grant(service.join("local", "OST0"), Role.LOCAL_LEADER, service.units["OST0"], now)


def _duty(service: Service) -> None:
    """A course for everybody, that half of them have completed; so teams, figures and reports have something to say."""
    today = timezone.localdate()
    course = staff.course("MI")
    staff.campaign("alle", [course], today - dt.timedelta(days=60), today + dt.timedelta(days=30))
    for learner in list(service.people.values())[::2]:
        staff.complete(learner, course, today - dt.timedelta(days=3))
