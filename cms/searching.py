"""The search over the site: pages, the glossary, and what other apps add, in both written forms of Norwegian.

What is looked for and what is stored are compared as stems (cms.stems), the same on every database. A page is shown
only to those whom its policy lets in; drafts, answers and questions are not looked in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from wagtail import hooks
from wagtail.models import Page

from . import stems
from .glossary import Term
from .models import BasePage, GlossaryPage

MOST = 240  # pages that are looked at in one search; a page is there once in each language
LONGEST = 200  # letters of a question
HOOK = "search_site"  # functions of (stems, language, signed in) -> hits, of apps that have more than pages
Provider = Callable[[list[str], str, bool], Iterable["Hit"]]


@dataclass(frozen=True)
class Hit:
    """`kind`: what it is, in words; `language`: of title and summary."""

    kind: str | Promise
    title: str
    summary: str
    url: str
    language: str


def search(query: str, language: str, *, signed_in: bool) -> list[Hit]:
    """What is found, the best first: all of the words, or where nothing has them all, some of them."""
    looked_for = stems.asked(query[:LONGEST])
    if not looked_for:
        return []
    return _all_kinds(looked_for, language, signed_in, "and") or _all_kinds(looked_for, language, signed_in, "or")


def _all_kinds(looked_for: list[str], language: str, signed_in: bool, operator: str) -> list[Hit]:
    found = list(_pages(looked_for, language, signed_in, operator))
    if operator == "and":
        found += _terms(looked_for, language)
        for provider in hooks.get_hooks(HOOK):
            found += provider(looked_for, language, signed_in)
    return found


def _kinds(signed_in: bool) -> list[type[BasePage]]:
    """The page types that the reader may see."""
    ours = (model for model in apps.get_models() if issubclass(model, BasePage))
    return [model for model in ours if model.policy == "public" or (signed_in and model.policy == "signed_in")]


def _pages(looked_for: list[str], language: str, signed_in: bool, operator: str) -> Iterator[Hit]:
    """Found in whatever language it is written in, shown in the reader's where it is there."""
    written = Page.objects.live().public().type(*_kinds(signed_in))
    found = [page.pk for page in written.search(" ".join(looked_for), operator=operator)[:MOST]]
    keys = dict(Page.objects.filter(pk__in=found).values_list("pk", "translation_key"))
    shown = _in_language(set(keys.values()), language)
    for key in dict.fromkeys(keys[pk] for pk in found if pk in keys):
        page = shown.get(key)
        if page and page.may_be_found() and (url := page.get_url()):
            yield Hit(page._meta.verbose_name or "", page.title, page.summary, url, page.content_language)


def _in_language(keys: set[object], language: str) -> dict[object, BasePage]:
    live = Page.objects.live().public().filter(translation_key__in=keys, locale__language_code=language)
    return {page.translation_key: page for page in live.specific() if isinstance(page, BasePage)}


def _terms(looked_for: list[str], language: str) -> Iterator[Hit]:
    """Words of the glossary, where it has a page; in the language that the page shows."""
    page = GlossaryPage.objects.live().filter(locale__language_code=language).select_related("locale").first()
    if page is None:
        return
    wanted = set(looked_for)
    other = Term.objects.exclude(locale__language_code=page.content_language)
    elsewhere = {term.translation_key for term in other if _says(term, wanted)}
    kind, shown = Term._meta.verbose_name or "", page.content_language
    for term in Term.objects.filter(locale__language_code=shown).order_by("word"):
        if _says(term, wanted) or term.translation_key in elsewhere:
            yield Hit(kind, term.word, term.meaning, f"{page.get_url()}#{term.anchor}", shown)


def _says(term: Term, wanted: set[str]) -> bool:
    return stems.holds(f"{term.word} {term.also} {term.meaning}", wanted)
