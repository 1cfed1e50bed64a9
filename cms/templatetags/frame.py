"""What the frame of every page needs: addresses in the reader's language, and the same page in another."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page

from ..common import common
from ..figures import STAND_IN

register = template.Library()
ELSEWHERE = {"kurs", "tilgjengelighet"}  # linked from every page by their addresses


def prefixed(path: str, language: str) -> str:
    """A bokmål address ("/kurs/") in `language` ("/nn/kurs/")."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def unprefixed(path: str) -> str:
    """The bokmål address of the same page."""
    _, _, rest = path.partition("/")
    first, _, tail = rest.partition("/")
    others = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    return f"/{tail}" if first in others else path


@register.simple_tag
def interface_language() -> str:
    """The language that the interface's words are in: a language that has no catalogue yet shows bokmål."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return STAND_IN.get(language, language)


@register.simple_tag
def address(path: str) -> str:
    """`path` in the language of the page."""
    return prefixed(path, translation.get_language() or settings.LANGUAGE_CODE)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: template.Context, path: str, text: str) -> dict[str, Any]:
    """A link of the main menu; the one we stand at or below says so."""
    request: HttpRequest | None = context.get("request")
    here = unprefixed(request.path) if request else ""
    return {"url": address(path), "text": text, "current": "page" if here == path else here.startswith(path)}


@register.inclusion_tag("components/languages.html", takes_context=True)
def languages(context: template.Context) -> dict[str, Any]:
    """The same page in the other languages; after a POST the start page, since the address may not be asked for."""
    request: HttpRequest | None = context.get("request")
    path = unprefixed(request.path) if request and request.method in ("GET", "HEAD") else "/"
    query = (
        f"?{request.META['QUERY_STRING']}"
        if request and request.method in ("GET", "HEAD") and request.META.get("QUERY_STRING")
        else ""
    )
    current = translation.get_language()
    codes = [code for code, _name in settings.LANGUAGES]
    links = [
        {"code": code, "name": translation.get_language_info(code)["name_local"], "url": prefixed(path, code) + query}
        for code in codes
    ]
    return {"links": links, "current": current}


@register.simple_tag
def site_menu() -> list[dict[str, str]]:
    """The pages below the start page that are to be in menus, in the editors' order."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return common(("menu", language), lambda: _menu(language))


def _menu(language: str) -> list[dict[str, str]]:
    below = Page.objects.live().public().in_menu().filter(depth=3, locale__language_code=language)
    pages = below.exclude(slug__in=ELSEWHERE).select_related("locale", "alias_of__locale").order_by("path")
    return [
        {
            "title": page.title,
            "url": page.get_url() or "",
            "language": (page.alias_of or page).locale.language_code,
        }
        for page in pages
    ]
