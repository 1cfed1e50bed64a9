"""The glossary in Wagtail's admin."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSet

from .glossary import Term


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "openquote"
    url_prefix = "ordliste"
    menu_order = 113
    add_to_admin_menu = True
    list_display = ["word", "locale"]
    search_fields = ["word", "meaning"]
