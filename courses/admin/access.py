"""Who may decide campaigns and keep courses' records, as Wagtail asks it; `learners.policy` answers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.permission_policies.base import BasePermissionPolicy

from learners.models import Learner
from learners.policy import may_decide_campaigns

ACTIONS = {"add", "change", "view"}  # nothing is deleted: completions and decisions rest on it


class DecidersPolicy(BasePermissionPolicy):
    """Today's publishers, course administrators and administrators; a role that has ended counts no more."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ACTIONS and may_decide_campaigns(user, timezone.localdate())

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> QuerySet[Learner]:
        allowed = [learner.pk for learner in Learner.objects.filter(is_active=True) if self._some(learner, actions)]
        return Learner.objects.filter(pk__in=allowed)

    def _some(self, learner: Learner, actions: Any) -> bool:
        return self.user_has_any_permission(learner, actions)
