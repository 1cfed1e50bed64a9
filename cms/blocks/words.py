"""A word explained where it is used, from the glossary."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class DefinitionBlock(blocks.StructBlock):
    term = SnippetChooserBlock("cms.Term", label=_("Word in the glossary"))

    class Meta:
        icon = "openquote"
        label = _("Definition")
        template = "cms/blocks/definition.html"
