"""The learning log's place in the admin: its addresses and its entry in the menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from . import keys, overview, statements, stores
from .base import NAMESPACE, may_run_log


class LogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_run_log(request.user)


class LogViewSet(ViewSet):
    name = NAMESPACE
    icon = "list-ul"
    url_prefix = "laeringslogg"
    url_namespace = NAMESPACE
    menu_label = gettext_lazy("Learning log")
    menu_order = 900
    menu_item_class = LogMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", overview.Overview.as_view(), name="index"),
            path("nokler/", keys.KeyList.as_view(), name="keys"),
            path("nokler/ny/", keys.NewKey.as_view(), name="new-key"),
            path("nokler/<int:pk>/", keys.EditKey.as_view(), name="edit-key"),
            path("nokler/<int:pk>/trekk/", keys.RevokeKey.as_view(), name="revoke-key"),
            path("utsagn/", statements.StatementList.as_view(), name="statements"),
            path("utsagn/<uuid:statement_id>/", statements.OneStatement.as_view(), name="statement"),
            path("mottakere/", stores.TargetList.as_view(), name="targets"),
            path("mottakere/ny/", stores.NewTarget.as_view(), name="new-target"),
            path("mottakere/verter/", stores.Hosts.as_view(), name="hosts"),
            path("mottakere/<int:pk>/", stores.Target.as_view(), name="target"),
            path("mottakere/<int:pk>/endre/", stores.EditTarget.as_view(), name="edit-target"),
            path("mottakere/<int:pk>/fjern/", stores.RemoveTarget.as_view(), name="remove-target"),
            path("henting/", stores.ImportList.as_view(), name="imports"),
            path("henting/ny/", stores.NewImport.as_view(), name="new-import"),
            path("henting/<int:pk>/", stores.Import.as_view(), name="import"),
        ]
