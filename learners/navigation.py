"""What of the main menu is for the reader: asked once a page, from today's facts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from .models import Learner, RoleGrant
from .policy import holds_somewhere, units_led_by


class Navigation:
    """Whether the reader has a team, reports, and pages to edit; asked when the menu is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = getattr(request, "user", None)
        self.today = timezone.localdate()

    @cached_property
    def leader(self) -> bool:
        return isinstance(self.user, Learner) and bool(units_led_by(self.user, self.today))

    @cached_property
    def reports(self) -> bool:
        wanted = {RoleGrant.Role.MANAGEMENT.value}
        if isinstance(self.user, Learner) and self.user.is_superuser:
            wanted.add(RoleGrant.Role.SYSTEM.value)
        return self.leader or holds_somewhere(self.user, wanted, self.today)

    @cached_property
    def editor(self) -> bool:
        return isinstance(self.user, Learner) and self.user.has_perm("wagtailadmin.access_admin")


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """For the templates: `nav`."""
    return {"nav": Navigation(request)}
