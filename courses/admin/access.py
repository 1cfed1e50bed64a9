"""Who may decide campaigns and keep courses' records, as Wagtail asks it; `learners.policy` answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from learners.models import Learner
from learners.policy import may_decide_campaigns

ACTIONS = {"add", "change", "view"}  # nothing is deleted: completions, decisions, registrations, attendance rest on it


class RolesPolicy(BasePermissionPolicy):
    """Those whom `may` lets, by their roles of today; a role that has ended counts no more."""

    def may(self, user: Any) -> bool:
        raise NotImplementedError

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ACTIONS and self.may(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class DecidersPolicy(RolesPolicy):
    """Today's publishers, course administrators and administrators."""

    def may(self, user: Any) -> bool:
        return may_decide_campaigns(user, timezone.localdate())

    def users_with_any_permission(self, actions: Any) -> QuerySet[Learner]:
        allowed = [learner.pk for learner in Learner.objects.filter(is_active=True) if self._some(learner, actions)]
        return Learner.objects.filter(pk__in=allowed)

    def _some(self, learner: Learner, actions: Any) -> bool:
        return self.user_has_any_permission(learner, actions)


class _ThisOne:
    """A page of one record, whichever it is (to change it, its history, its usage), asks the policy about that record:
    Wagtail asks about the kind of record only."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Raises PermissionDenied."""
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        policy, user = self.permission_policy, self.request.user  # type: ignore[attr-defined]
        if not policy.user_has_permission_for_instance(user, "change", found):
            raise PermissionDenied("Another one's record.")
        return found


class RuledViewSet(ModelViewSet):
    """A model's pages in the admin whose policy is `policy_class`: ours asks the dated roles, so that a group's rights
    on the model would say nothing, and none are offered."""

    policy_class: type[BasePermissionPolicy] = DecidersPolicy
    add_to_admin_menu = True
    copy_view_enabled = False

    @property
    def permission_policy(self) -> BasePermissionPolicy:
        return self.policy_class(self.model)

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        if hasattr(view_class, "get_object"):
            view_class = type(view_class.__name__, (_ThisOne, view_class), {"__module__": view_class.__module__})
        return super().construct_view(view_class, **kwargs)

    def get_permissions_to_register(self) -> Any:
        return super().get_permissions_to_register().none()
