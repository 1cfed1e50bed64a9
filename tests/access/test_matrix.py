"""Every address, as every role, for the own, a sibling's and the parent's unit: nobody reads a name that is not theirs,
and what may not be read may not be written either.

The people of the tree have names that occur nowhere else; an answer may hold only those that the reader may see. A new
address is tried without being entered here. Each day has its own tree; ACCESS_SEEDS=1,2,3 and ACCESS_READERS=all for
more of them, which takes minutes.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from wagtail.models import Page

from cms.site import ensure_site
from courses.models import Campaign
from learners.models import Leadership, Learner
from learners.policy import SIGNED_IN
from tests.access.asked import WHOLE, asked, written
from tests.access.doors import Door, doors
from tests.access.trees import FOR_ALL, Service, grow

pytestmark = [pytest.mark.django_db, pytest.mark.long_file]
SEEDS = [int(text) for text in os.environ.get("ACCESS_SEEDS", str(timezone.localdate().toordinal())).split(",")]
OWN, SIBLING, PARENT = "OST0", "OST1", "OST"
# Who reads: an officer of the own unit, its leader, those beside and above, and each role for the whole service.
EVERYBODY = ("nobody", "ost0n0", "ost0leder", "ost1leder", "ostleder", "local", "region", *FOR_ALL)
SHORT = ("nobody", "ost0n0", "ost0leder", "teacher")  # an editor: in the admin, below
READERS = EVERYBODY if os.environ.get("ACCESS_READERS") == "all" else SHORT
# Editors see who edited what, not how anybody learns; the pages of this tree have been edited by nobody.
KEEP_OUT = ("ost0n0", "ost0leder", "local", "region", "director")
EVERY = sorted(set(doors()), key=lambda door: door.route)
OUTSIDE = [door for door in EVERY if not door.admin]
ADMIN = [door for door in EVERY if door.admin]
# Where somebody's right hangs on whom they lead, teach or manage today.
BY_RIGHT = [door for door in OUTSIDE if door.policy in SIGNED_IN - {"signed_in"}]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module", params=SEEDS)
def service(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Service]:
    logging.disable(logging.CRITICAL)  # thousands of refusals
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_site()
        yield grow(request.param)
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def pools(service: Service) -> dict[str, list]:
    """What parameters are filled with: people, units, pages and things that are there."""
    today = timezone.localdate()
    year, week, _day = (today - dt.timedelta(days=7)).isocalendar()
    people = [service.people[name] for name in ("ost0n0", "ost1n0", "ostn0")]
    pages = list(Page.objects.filter(depth__gt=1).order_by("pk").values_list("pk", flat=True)[:2])
    return {
        "int": [people[1].pk, 1],
        "page_id": pages,
        "parent_page_id": pages,
        "page_to_move_id": pages,
        "uuid": [person.opaque_id for person in people],
        "person": [person.opaque_id for person in people],
        "campaign": [Campaign.objects.get().slug],
        "week": [f"{year}-W{week:02d}"],
        "unit": [OWN, SIBLING, PARENT],
        "code": [OWN, SIBLING, PARENT],
        "str": ["alle", OWN, SIBLING, PARENT],
    }


class Reader(Client):
    """A browser that stays signed in: after an address that signs out, it signs in again."""

    def __init__(self, learner: Learner | None) -> None:
        super().__init__(raise_request_exception=False)
        self.learner, self.key = learner, ""
        self.stay()

    def stay(self) -> None:
        cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
        if self.learner is not None and (cookie is None or cookie.value != self.key):
            self.force_login(self.learner)
            self.key = self.cookies[settings.SESSION_COOKIE_NAME].value


def reading(service: Service, name: str) -> Reader:
    return Reader(None if name == "nobody" else service.people[name])


def send(client: Reader, address: str, method: str = "GET") -> SimpleNamespace:
    """`units`: whether the answer hangs on `?unit=`; `writes`: the tables that it wrote to."""
    with asked() as names, written() as tables:
        answer = client.generic(method, address)
        content = answer.getvalue()
    client.stay()
    text = content.decode("utf-8", "replace")
    where = answer.headers.get("Location", "")
    units = bool(names & {"unit", WHOLE})
    return SimpleNamespace(status=answer.status_code, text=text, units=units, writes=tables, where=where)


def read_all(client: Reader, door: Door, pools: dict[str, list]) -> Iterator[tuple[str, SimpleNamespace]]:
    """The door's addresses; the first one also for each unit, where the view asks for one."""
    for number, address in enumerate(door.addresses(pools)):
        got = send(client, address)
        yield address, got
        for code in (OWN, SIBLING, PARENT) if got.units and number == 0 else ():
            yield f"{address}?unit={code}", send(client, f"{address}?unit={code}")


def allowed(service: Service, name: str) -> set[str]:
    """Whose names the reader may see outside the admin: the own, and the own team's."""
    if name == "nobody":
        return set()
    me = service.people[name]
    return {me.family_name} | service.team(me)


def shown(service: Service, text: str) -> set[str]:
    return {name for name in service.names() if name in text}


@pytest.mark.parametrize("name", READERS)
def test_nobody_reads_a_name_that_is_not_theirs(service: Service, pools: dict[str, list], name: str) -> None:
    may, leaks, broken = allowed(service, name), [], []
    client = reading(service, name)
    for door in OUTSIDE:
        for address, got in read_all(client, door, pools):
            more = shown(service, got.text) - may
            leaks += [(address, sorted(more))] if more else []
            broken += [address] if got.status >= 500 and got.status != 503 else []
            if name == "nobody" and door.policy in SIGNED_IN:
                assert got.status in (302, 404, 405), (address, got.status)
    assert not leaks
    assert not broken


@pytest.mark.parametrize("name", READERS)
def test_no_page_of_the_site_shows_a_name_that_is_not_the_reader_s(service: Service, name: str) -> None:
    client = reading(service, name)
    for page in Page.objects.live().filter(depth__gt=1).specific():
        for method in ("GET", "POST"):
            got = send(client, page.url, method)
            assert shown(service, got.text) <= allowed(service, name), (method, page.url)
            assert got.status < 500, (method, page.url)


# --- Methods that change something ------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", UNSAFE)
def test_who_has_not_signed_in_changes_nothing_by_any_method(
    service: Service, pools: dict[str, list], method: str
) -> None:
    client = reading(service, "nobody")
    for door in OUTSIDE:
        address = door.addresses(pools)[0]
        got = send(client, address, method)
        assert not got.writes, (method, address, got.writes)
        assert not shown(service, got.text), (method, address)
        if door.policy in SIGNED_IN:
            assert got.status in (302, 403, 404, 405), (method, address, got.status)


@pytest.mark.parametrize("name", [name for name in READERS if name != "nobody"])
def test_no_unsafe_method_shows_a_name_or_changes_what_only_others_may(
    service: Service, pools: dict[str, list], name: str
) -> None:
    """An empty form is sent everywhere, and by turns the other methods. Who leads nobody and teaches nothing writes
    nothing where that is asked for."""
    client, may = reading(service, name), allowed(service, name)
    for turn, door in enumerate(OUTSIDE):
        for method in ("POST", UNSAFE[1 + turn % 3]):
            address = door.addresses(pools)[-1]
            got = send(client, address, method)
            assert shown(service, got.text) <= may, (method, address)
            assert got.status < 500 or got.status == 503, (method, address)
            if name == "ost0n0" and door in BY_RIGHT:
                assert not got.writes, (method, address, got.writes)


# --- The admin --------------------------------------------------------------------------------------------------------
# Wagtail's own: its words for JavaScript, the way out, and nothing else.
PUBLIC_IN_ADMIN = ("/admin/jsi18n/", "/admin/logout/", "/admin/password_reset/", "/admin/sprite")
BROKEN_BY_INTENT = "/admin/failwhale/"  # Wagtail's, to look at its own page for faults


def refused(service: Service, name: str, address: str, method: str, got: SimpleNamespace) -> None:
    if address.startswith(PUBLIC_IN_ADMIN):
        return
    assert got.status in (302, 403, 404, 405), (method, address, got.status)
    assert not got.writes, (method, address, got.writes)
    assert shown(service, got.text) <= allowed(service, name), (method, address)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_shut_for_those_who_have_not_signed_in(
    service: Service, pools: dict[str, list], method: str
) -> None:
    client = reading(service, "nobody")
    for door in ADMIN:
        address = door.addresses(pools)[0]
        refused(service, "nobody", address, method, send(client, address, method))


@pytest.mark.parametrize("turn", range(len(KEEP_OUT)))
def test_the_admin_is_shut_for_those_who_have_no_work_there(
    service: Service, pools: dict[str, list], turn: int
) -> None:
    """The five share the addresses: each is tried by one of them, to read and to write."""
    name = KEEP_OUT[turn]
    client = reading(service, name)
    for number, door in enumerate(ADMIN):
        if number % len(KEEP_OUT) == turn:
            address = door.addresses(pools)[0]
            for method in ("GET", "POST"):
                refused(service, name, address, method, send(client, address, method))


def test_an_editor_reads_nobody_s_name_in_the_admin(service: Service, pools: dict[str, list]) -> None:
    client, leaks = reading(service, "editor"), []
    pages = [door for door in ADMIN if door.converters and door.converters[0][0] == "page_id"]
    for door in [one for one in ADMIN if not one.converters] + pages:
        address = door.addresses(pools)[0]
        got = send(client, address)
        if shown(service, got.text) - {service.people["editor"].family_name}:
            leaks.append(address)
        assert got.status < 500 or address == BROKEN_BY_INTENT, address
    assert not leaks


# --- At the next request ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["moved", "left", "closed"])
def test_a_leader_who_is_moved_or_leaves_reads_no_name_at_the_next_request(
    service: Service, pools: dict[str, list], how: str
) -> None:
    leader, today = service.people["ost0leder"], timezone.localdate()
    client = reading(service, "ost0leder")
    assert shown(service, send(client, "/leder/").text) > {leader.family_name}
    if how == "moved":
        Leadership.objects.filter(learner=leader).update(valid_to=today)
    elif how == "left":
        leader.employments.update(valid_to=today)
    else:
        Learner.objects.filter(pk=leader.pk).update(is_active=False)
    for door in BY_RIGHT:
        address = door.addresses(pools)[0]
        for asking in (address, f"{address}?unit={OWN}"):
            assert shown(service, send(client, asking).text) <= {leader.family_name}, asking
        got = send(client, door.addresses(pools)[0], "POST")
        assert not got.writes, (door.route, got.writes)
