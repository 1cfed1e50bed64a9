"""What the site adds to Wagtail."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from .admin import TermViewSet
from .together import MoveTogether, PublishTogether, UnpublishTogether, free_in_every_language


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [TermViewSet()]


for bulk_action in (MoveTogether, PublishTogether, UnpublishTogether):
    hooks.register("register_bulk_action", bulk_action, order=10)  # after Wagtail's own: the last of a name is taken
hooks.register("before_move_page", free_in_every_language)


@hooks.register("insert_global_admin_js")
def our_own_script() -> str:
    said = _(
        "There is no network just now, so nothing was stored. What you have written is still here: try again later."
    )
    return format_html('<script src="{}" data-offline="{}"></script>', static("js/admin.js"), said)


@hooks.register("insert_global_admin_css")
def our_own_pages() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
