"""Pages that are moved or unpublished together take their translations along, as each of them does when it goes alone.

Wagtail's own bulk actions leave the translations where they are: a lesson would be in one course in bokmål and in
another in nynorsk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.pages.bulk_actions import MoveBulkAction, PublishBulkAction, UnpublishBulkAction
from wagtail.models import Page


class PagesBelowForm(forms.Form):
    """Wagtail's field, with a label that is translated."""

    include_descendants = forms.BooleanField(label=_("With the pages below"), required=False)


class PublishTogether(PublishBulkAction):
    form_class = PagesBelowForm


class MoveTogether(MoveBulkAction):
    template_name = "cms/admin/move_together.html"

    @classmethod
    def execute_action(
        cls, objects: Sequence[Page], destination: Page | None = None, user: Any = None, **kwargs: Any
    ) -> Any:
        following = _beside(objects)
        done = super().execute_action(objects, destination=destination, user=user, **kwargs)
        for page in following:
            there = destination.get_translation_or_none(page.locale) if destination else None
            if there:
                Page.objects.get(pk=page.pk).move(Page.objects.get(pk=there.pk), pos="last-child", user=user)
        return done


class UnpublishTogether(UnpublishBulkAction):
    template_name = "cms/admin/unpublish_together.html"
    form_class = PagesBelowForm

    @classmethod
    def execute_action(
        cls,
        objects: Sequence[Page],
        include_descendants: bool = False,
        user: Any = None,
        permission_checker: Callable[[Page], bool] | None = None,
        **kwargs: Any,
    ) -> Any:
        asked = {"include_descendants": include_descendants, "user": user, "permission_checker": permission_checker}
        done = super().execute_action(objects, **asked, **kwargs)
        # An alias follows its original by itself.
        own = [page for page in _translations(objects) if page.live and not page.alias_of_id]
        super().execute_action(own, **asked, **kwargs)
        return done


def _translations(pages: Sequence[Page]) -> list[Page]:
    """Those that are not among `pages` themselves."""
    chosen = {page.pk for page in pages}
    return [other for page in pages for other in page.get_translations().specific() if other.pk not in chosen]


def _beside(pages: Sequence[Page]) -> list[Page]:
    """The translations that stand where the page stands, in the tree of their language."""
    parents = {page.translation_key: page.get_parent().translation_key for page in pages}
    return [one for one in _translations(pages) if one.get_parent().translation_key == parents[one.translation_key]]
