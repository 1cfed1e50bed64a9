"""What of the main menu is for the reader: asked once a page, from today's facts."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Exists, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from .models import Leadership, Learner, RoleGrant
from .policy import has_left

NOBODY, NO_DAY = -1, dt.date.min  # stand in the statement where the reader and the day are to stand


class Held(NamedTuple):
    """What there is of somebody today, whether or not it still counts."""

    leads: bool = False
    manages: bool = False
    runs: bool = False
    edits: bool = False


class Navigation:
    """Whether the reader has a team, reports, and pages to edit; asked when the menu is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        user = getattr(request, "user", None)
        self.user = user if isinstance(user, Learner) and user.is_active else None
        self.today = timezone.localdate()

    @cached_property
    def leader(self) -> bool:
        return self._held.leads and not self._has_left

    @cached_property
    def reports(self) -> bool:
        runs = self.user is not None and self.user.is_superuser and self._held.runs
        return self.leader or ((self._held.manages or runs) and not self._has_left)

    @cached_property
    def editor(self) -> bool:
        return self.user is not None and (self.user.is_superuser or self._held.edits)

    @cached_property
    def _held(self) -> Held:
        return _held(self.user.pk, self.today) if self.user else Held()

    @cached_property
    def _has_left(self) -> bool:
        return self.user is not None and has_left(self.user, self.today)


def _held(learner_id: int, on: dt.date) -> Held:
    """One statement, which every page asks; so it is made once, and not put together anew for each page."""
    sql, said = _statement(connection.vendor)
    stands_for = {NOBODY: learner_id, _stored(NO_DAY): _stored(on)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [stands_for.get(value, value) for value in said])
        found = cursor.fetchone()
    return Held(*map(bool, found)) if found else Held()


def _stored(day: dt.date) -> Any:
    return connection.ops.adapt_datefield_value(day)


@cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values, for the database at work."""
    leads = Leadership.objects.on(NO_DAY).known().filter(learner=NOBODY)
    roles = RoleGrant.objects.on(NO_DAY).known().filter(learner=NOBODY)
    admin = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    asked = Learner.objects.filter(pk=NOBODY).values_list(
        Exists(leads),
        Exists(roles.filter(role=RoleGrant.Role.MANAGEMENT)),
        Exists(roles.filter(role=RoleGrant.Role.SYSTEM)),
        Exists(admin.filter(Q(user=NOBODY) | Q(group__user=NOBODY))),
    )
    sql, said = asked.query.sql_with_params()
    return sql, tuple(said)


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """For the templates: `nav`."""
    return {"nav": Navigation(request)}
