"""What courses add to Wagtail's admin."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from .admin.campaigns import CampaignViewSet
from .admin.records import CourseViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [CampaignViewSet(), CourseViewSet()]
