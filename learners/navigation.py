"""What of the main menu is for the reader: asked once a page, from today's facts."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.contrib.auth.models import Permission
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from .models import Leadership, Learner, RoleGrant
from .policy import has_left
from .prepared import Prepared

NOBODY, NO_DAY = -1, dt.date.min  # where the reader and the day are to stand


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
        found = _held(learner=self.user.pk, on=self.today) if self.user else []
        return Held(*map(bool, found[0])) if found else Held()

    @cached_property
    def _has_left(self) -> bool:
        return self.user is not None and has_left(self.user, self.today)


def _asked() -> QuerySet[Learner, tuple[bool, ...]]:
    leads = Leadership.objects.on(NO_DAY).known().filter(learner=NOBODY)
    roles = RoleGrant.objects.on(NO_DAY).known().filter(learner=NOBODY)
    admin = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    return Learner.objects.filter(pk=NOBODY).values_list(
        Exists(leads),
        Exists(roles.filter(role=RoleGrant.Role.MANAGEMENT)),
        Exists(roles.filter(role=RoleGrant.Role.SYSTEM)),
        Exists(admin.filter(Q(user=NOBODY) | Q(group__user=NOBODY))),
    )


_held = Prepared(_asked, like={"learner": NOBODY, "on": NO_DAY})


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """For the templates: `nav`."""
    return {"nav": Navigation(request)}
