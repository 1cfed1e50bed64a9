"""Every role at every door: own, sibling and parent unit. Whoever is not named is kept out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from learners.models import Learner, RoleGrant
from learners.roles import grant
from tests import staff

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role

SIGNED_IN = {"officer", "leader", "sibling", "region", "director", "privacy", "editor", "publisher", "administrator"}
ADMIN = {"editor", "publisher", "administrator"}
# Address -> who comes in.
DOORS = {
    "/min-laering/": SIGNED_IN,
    "/personvern/": SIGNED_IN | {"nobody"},
    "/personvern/mine-data.json": SIGNED_IN,
    "/barometer/": SIGNED_IN | {"nobody"},
    "/leder/": {"leader", "sibling"},
    "/leder/?unit=HALDEN": {"leader"},
    "/leder/?unit=BERG": {"sibling"},
    "/leder/?unit=OST": set(),
    "/leder/?unit=KRIM": set(),
    "/rapporter/": {"leader", "sibling", "region", "director", "administrator"},
    "/rapporter/?unit=HALDEN": {"leader", "region", "director", "administrator"},
    "/rapporter/?unit=BERG": {"sibling", "region", "director", "administrator"},
    "/rapporter/?unit=OST": {"region", "director", "administrator"},
    "/rapporter/?unit=KRIM": {"director", "administrator"},
    "/admin/": ADMIN | {"privacy"},
    "/admin/pages/": ADMIN,
    "/admin/kompetansetiltak/": {"publisher", "administrator"},
    "/admin/kompetansetiltak/rekkevidde/": {"publisher", "administrator"},
    "/admin/kurs/": {"publisher", "administrator"},
    "/admin/users/": {"administrator"},
    "/admin/groups/": {"administrator"},
    "/admin/settings/": set(),
}


@pytest.fixture
def cast(site: object) -> Callable[[str], Learner | None]:
    """Makes the one who knocks, in a service with a region of two prisons, each with its leader."""
    krim = staff.unit("KRIM", kind="service")
    region = staff.unit("OST", krim, kind="region")
    halden, berg = staff.unit("HALDEN", region), staff.unit("BERG", region)

    def make(role: str) -> Learner | None:
        if role == "nobody":
            return None
        learner = staff.employ(role.capitalize(), berg if role == "sibling" else halden)
        if role in ("leader", "sibling"):
            staff.lead(learner, berg if role == "sibling" else halden)
        roles = {
            "region": (Role.MANAGEMENT, region),
            "director": (Role.MANAGEMENT, None),
            "privacy": (Role.PRIVACY, None),
            "editor": (Role.EDITOR, None),
            "publisher": (Role.PUBLISHER, None),
            "administrator": (Role.SYSTEM, None),
        }
        if role in roles:
            grant(learner, *roles[role], timezone.now())
        if role == "administrator":
            Learner.objects.filter(pk=learner.pk).update(is_superuser=True, is_staff=True)
        return learner

    return make


@pytest.mark.parametrize("role", ["nobody", *sorted(SIGNED_IN)])
def test_each_door_opens_for_those_it_is_for(client: Client, cast: Callable[[str], Learner | None], role: str) -> None:
    learner = cast(role)
    if learner:
        client.force_login(learner)
    open_doors = {address for address in DOORS if client.get(address).status_code == 200}
    assert open_doors == {address for address, allowed in DOORS.items() if role in allowed}


@pytest.mark.parametrize("role", sorted(SIGNED_IN - {"officer"}))
def test_each_door_closes_for_a_leaver_at_the_next_request(
    client: Client, cast: Callable[[str], Learner | None], role: str
) -> None:
    learner = cast(role)
    assert learner
    client.force_login(learner)
    Learner.objects.filter(pk=learner.pk).update(is_active=False)
    for address, allowed in DOORS.items():
        if "nobody" not in allowed:
            assert client.get(address).status_code != 200, address
