"""The site that every installation begins with: its languages, a start page in each, and the plain pages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site, Task, Workflow

from .models import GlossaryPage, NewsIndexPage, ResourceIndexPage, StartPage, TextPage

WRITTEN = ("nb", "nn")  # the languages that all content is written in; the others mirror the first until translated
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.XAPI_BASE}/pages")
APPROVAL = "godkjenning"  # reads as "Send inn til godkjenning"
CONTENT = Path(__file__).parent / "content"
PLAIN_PAGES, LISTS = CONTENT / "plain_pages.yaml", CONTENT / "lists.yaml"


@transaction.atomic
def ensure_site() -> StartPage:
    """The bokmål start page, with everything around it made where it is missing; nothing that is there is changed."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
    start = StartPage.objects.filter(locale=locales["nb"], depth=2).first()
    if start is None:
        start = _start_page(locales)
        _plain_pages(locales)
        _lists(locales)
        _name_the_workflow()
    return start


def start_page(language: str) -> StartPage:
    """The start page in `language`. Raises StartPage.DoesNotExist before `ensure_site`."""
    return StartPage.objects.get(locale__language_code=language, depth=2)


def mirror(page: Page, locales: dict[str, Locale], written: Collection[str] = WRITTEN) -> None:
    """Let the languages that it is not written in show `page`, with all that is below it."""
    for code, locale in locales.items():
        if code not in written:
            parent = page.get_parent().specific
            page.create_alias(
                recursive=True,
                parent=parent if parent.is_root() else parent.get_translation(locale),
                update_slug=f"{page.slug}-{code}" if parent.is_root() else page.slug,
                update_locale=locale,
                reset_translation_key=False,
            )


def publish(parent: Page, page: Page) -> Page:
    """Put `page` below `parent`, published, with its first revision.

    In one save: publishing a draft would save, and index, each page three times more. The revision stands in the
    page's history, so that what was there first can be taken back.
    """
    page.live, page.first_published_at = True, timezone.now()
    page.last_published_at = page.first_published_at
    added = parent.add_child(instance=page)
    revision = added.save_revision(clean=False, log_action=True)
    type(added).objects.filter(pk=added.pk).update(live_revision=revision, has_unpublished_changes=False)
    added.live_revision, added.has_unpublished_changes = revision, False
    return added


def _start_page(locales: dict[str, Locale]) -> StartPage:
    root = Page.get_first_root_node()
    key = uuid.uuid5(NAMESPACE, "start")
    pages = [StartPage(title="Fagbenk", slug="fagbenk", locale=locales["nb"], translation_key=key)]
    pages += [
        StartPage(title="Fagbenk", slug=f"fagbenk-{code}", locale=locales[code], translation_key=key)
        for code in WRITTEN[1:]
    ]
    for page in pages:
        publish(root, page)
    _serve(pages[0])
    mirror(pages[0], locales)
    return pages[0]


def _serve(start: StartPage) -> None:
    """`start` is what the default site shows, instead of Wagtail's welcome page."""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.hostname, site.port, site.site_name, site.root_page = address.hostname or "localhost", port, "Fagbenk", start
    site.save()
    if welcome and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()


def _name_the_workflow() -> None:
    """Wagtail's own steps of approval have an English name, which editors would meet on a button."""
    for kind in (Workflow, Task):
        kind.objects.filter(name="Moderators approval").update(name=APPROVAL)


def _plain_pages(locales: dict[str, Locale]) -> None:
    for slug, languages in yaml.safe_load(PLAIN_PAGES.read_text(encoding="utf-8")).items():
        pages = [
            publish(start_page(code), _text_page(slug, languages[code], locales[code]))
            for code in WRITTEN
        ]  # fmt: skip
        mirror(pages[0], locales)


def _lists(locales: dict[str, Locale]) -> None:
    """News, resources and glossary, empty."""
    kinds = {"nyheter": NewsIndexPage, "ressurser": ResourceIndexPage, "ordliste": GlossaryPage}
    for slug, languages in yaml.safe_load(LISTS.read_text(encoding="utf-8")).items():
        pages = []
        for code in WRITTEN:
            key = uuid.uuid5(NAMESPACE, slug)
            named = {"slug": slug, "locale": locales[code], "translation_key": key, "show_in_menus": True}
            pages.append(publish(start_page(code), kinds[slug](**languages[code], **named)))
        mirror(pages[0], locales)


def _text_page(slug: str, text: dict[str, Any], locale: Locale) -> TextPage:
    return TextPage(
        title=text["title"],
        slug=slug,
        summary=text["summary"],
        body=json.dumps(list(_body(slug, text["sections"]))),
        locale=locale,
        translation_key=uuid.uuid5(NAMESPACE, slug),
        show_in_menus=True,
    )


def _body(slug: str, sections: list[dict[str, str]]) -> Any:
    """The StreamField's stored form of a page's sections."""
    for number, section in enumerate(sections):
        for kind, name in (("heading", "heading"), ("text", "html")):
            if name in section:
                yield {
                    "type": kind,
                    "value": section[name],
                    "id": str(uuid.uuid5(NAMESPACE, f"{slug}:{number}:{kind}")),
                }
