"""Pages that are put in another order in one language are in that order in every language.

Wagtail moves translations along with a page that gets another parent, and leaves them where its order changes.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from treebeard.mp_tree import MP_Node
from wagtail.models import Page

from .common import changed


def follow_order(sender: type[Page], instance: Page, **moved: Any) -> None:
    """After a page was moved (wagtail.signals.post_page_move: reordering passes no hook)."""
    parent = moved["parent_page_after"]
    if moved["parent_page_before"].pk == parent.pk:
        with transaction.atomic():
            for other in parent.get_translations():
                _reorder(other, _keys(parent))


def _keys(parent: Page) -> list[Any]:
    return list(Page.objects.child_of(parent).order_by("path").values_list("translation_key", flat=True))


def _reorder(parent: Page, wanted: list[Any]) -> None:
    """The parent's children as `wanted`, by translation key; what is not there keeps its place behind the others."""
    children = dict(Page.objects.child_of(parent).order_by("path").values_list("translation_key", "pk"))
    order = [key for key in wanted if key in children] + [key for key in children if key not in wanted]
    if order == list(children):
        return
    for key in order:
        # The tree's own move: addresses stay, and nothing is told again. Each one changes the paths of the others.
        MP_Node.move(Page.objects.get(pk=children[key]), Page.objects.get(pk=parent.pk), "last-child")
    changed()
