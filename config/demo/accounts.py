"""The demo's named people, who can sign in: an officer, a leader, an editor, the director, privacy, administration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from learners.models import Learner, RoleGrant, Unit
from learners.roles import grant

from .people import DEMO_PRISON, Person

DOMAIN = "fagbenk.example"
Role = RoleGrant.Role


@dataclass(frozen=True)
class Account:
    """Who is it: the first settled person with this unit and position. `unit` of the roles "" is the whole service."""

    name: str
    unit: str
    position: str
    given: str
    family: str
    roles: Sequence[str] = ()
    superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


ACCOUNTS = (
    Account("ansatt", DEMO_PRISON, "VERKSBETJENT", "Jonas", "Haugen"),
    Account("leder", DEMO_PRISON, "FENGSELSLEDER", "Marit", "Lunde"),
    Account("krus", "KRUS", "HOGSKOLELEKTOR", "Ingrid", "Aasen", (Role.EDITOR, Role.PUBLISHER)),
    Account("direktor", "KRIM-STAB", "DIREKTOR", "Anne", "Hovland", (Role.MANAGEMENT,)),
    Account("personvern", "KDI", "SENIORRADGIVER", "Samira", "Bakken", (Role.PRIVACY,)),
    Account("admin", "KDI", "RADGIVER", "Tore", "Nygård", (Role.SYSTEM,), superuser=True),
)


def choose(people: Iterable[Person]) -> dict[str, Person]:
    """The people behind the accounts, by account name, with their names and e-mail addresses; not yet stored."""
    found: dict[str, Person] = {}
    settled = [p for p in people if not p.eventful]
    for account in ACCOUNTS:
        person = next(p for p in settled if (p.leaf.code, p.position) == (account.unit, account.position))
        learner = person.learner
        learner.given_name, learner.family_name, learner.email = account.given, account.family, account.email
        learner.language = "nb"
        learner.is_staff = learner.is_superuser = account.superuser
        found[account.name] = person
    for person in _regional_directors(settled):
        person.learner.email = f"regiondirektor.{person.leaf.leads.lower()}@{DOMAIN}"
    return found


def _regional_directors(people: Iterable[Person]) -> list[Person]:
    return [p for p in people if p.position == "REGIONDIREKTOR"]


def open_accounts(chosen: dict[str, Person], password: str | None, at: dt.datetime) -> None:
    """Passwords (None: nobody can sign in), roles and checked e-mail addresses for the stored people."""
    hashed = make_password(password)
    for account in ACCOUNTS:
        learner = chosen[account.name].learner
        Learner.objects.filter(pk=learner.pk).update(password=hashed)
        for role in account.roles:
            grant(learner, role, None, at)
        EmailAddress.objects.create(user=learner, email=account.email, verified=True, primary=True)


def grant_regions(people: Iterable[Person], units: dict[str, Unit], at: dt.datetime) -> None:
    """Each regional director may see the own region's figures and get its report."""
    for person in _regional_directors(people):
        grant(person.learner, Role.MANAGEMENT, units[person.leaf.leads], at)
