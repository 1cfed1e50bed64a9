"""The glossary: words of the field, explained once and used in any page."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import ClassVar

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

# Norwegian's last letters stand last: æ, ø, å.
_LAST = {"æ": "{1", "ø": "{2", "å": "{3"}


class Term(TranslatableMixin, index.Indexed, models.Model):
    """A word and what it means, in one language."""

    word = models.CharField(_("word"), max_length=80)
    meaning = models.TextField(_("meaning"))
    also = models.CharField(_("also called"), max_length=200, blank=True)

    panels: ClassVar[list] = [FieldPanel("word"), FieldPanel("meaning"), FieldPanel("also")]
    search_fields: ClassVar[list] = [
        index.SearchField("word", boost=2),
        index.AutocompleteField("word"),
        index.SearchField("meaning"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("word in the glossary")
        verbose_name_plural = _("glossary")

    def __str__(self) -> str:
        return self.word

    @property
    def anchor(self) -> str:
        """Its place on the glossary's page."""
        return f"ord-{slugify(self.word) or self.pk}"


def alphabetical(word: str) -> str:
    """A key that sorts as a Norwegian dictionary does."""
    composed = unicodedata.normalize("NFC", word).casefold()
    return "".join(_LAST.get(letter, letter) for letter in composed)


def by_letter(terms: list[Term]) -> list[tuple[str, list[Term]]]:
    """The terms under their first letters, in dictionary order."""
    ordered = sorted(terms, key=lambda term: alphabetical(term.word))
    return [(letter, list(some)) for letter, some in groupby(ordered, key=lambda term: term.word[:1].upper())]
