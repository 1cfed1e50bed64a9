"""Pages that are moved or unpublished together take their translations along, as each of them does when it goes alone.

Wagtail's own bulk actions leave the translations where they are: a lesson would be in one course in bokmål and in
another in nynorsk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.pages.bulk_actions import MoveBulkAction, PublishBulkAction, UnpublishBulkAction
from wagtail.models import Page


class PagesBelowForm(forms.Form):
    """Wagtail's field, with a label that is translated."""

    include_descendants = forms.BooleanField(label=gettext_lazy("With the pages below"), required=False)


class PublishTogether(PublishBulkAction):
    form_class = PagesBelowForm


class MoveTogether(MoveBulkAction):
    template_name = "cms/admin/move_together.html"

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, Any]]:
        """Wagtail looks whether the address is free for each page by itself, and in the page's own language."""
        pages, others = super().get_actionable_objects()
        if self.cleaned_form is None:
            return pages, others
        destination, free, taken = self.cleaned_form.cleaned_data["chooser"], list[Page](), set[str]()
        for page in pages:
            if page.slug in taken or languages_where_taken(page, destination):
                told = {"item": page, "can_edit": page.permissions_for_user(self.request.user).can_edit()}
                others["pages_with_duplicate_slugs"].append(told)
            else:
                free.append(page)
                taken.add(page.slug)
        return free, others

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


def languages_where_taken(page: Page, destination: Page) -> list[str]:
    """In which another page has the address of one that would be moved along with `page`."""
    found = []
    for other in _beside([page]):
        there = destination.get_translation_or_none(other.locale)
        if there and not Page._slug_is_available(other.slug, there, page=other):
            found.append(str(other.locale))
    return found


def free_in_every_language(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Before a page is moved: Wagtail asks for the page's own address only, and would move the rest onto others."""
    languages = languages_where_taken(page, destination)
    if not languages:
        return None
    said = _(
        "Nothing is moved: another page there has the address of this one in %(languages)s. Change one of them first."
    )
    messages.error(request, said % {"languages": ", ".join(languages)})
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def _translations(pages: Sequence[Page]) -> list[Page]:
    """Those that are not among `pages` themselves."""
    chosen = {page.pk for page in pages}
    return [other for page in pages for other in page.get_translations().specific() if other.pk not in chosen]


def _beside(pages: Sequence[Page]) -> list[Page]:
    """The translations that stand where the page stands, in the tree of their language."""
    parents = {page.translation_key: page.get_parent().translation_key for page in pages}
    return [one for one in _translations(pages) if one.get_parent().translation_key == parents[one.translation_key]]
