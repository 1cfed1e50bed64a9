"""From an address to a page: the site, its start pages and its addresses are the same for everybody."""

from __future__ import annotations

import copy
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import translation
from wagtail.models import Page, Site
from wagtail.views import serve

from .common import common


class RoutesPages:
    """Finds the page before Wagtail does, which would read the site, the language and each page on the way anew."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        site = know_site(request) if view is serve else None
        if site:
            path = kwargs.get("path", args[0] if args else "")
            request._wagtail_route_for_request = _route(site, request, path)  # type: ignore[attr-defined] # Wagtail's own


def know_site(request: HttpRequest) -> Site | None:
    """The one site, which Wagtail need not look for; None where there are several, or none yet."""
    sites = common("sites", lambda: list(Site.objects.select_related("root_page")))
    if len(sites) != 1 or not sites[0].is_default_site:
        return None
    request._wagtail_site = sites[0]  # type: ignore[attr-defined] # Wagtail's own
    return sites[0]


def _route(site: Site, request: HttpRequest, path: str) -> Any:
    """As Wagtail's Page.route_for_request, which answers None where there is no such page."""
    start = common(("start page", site.pk, translation.get_language()), lambda: site.root_page.localized.specific)
    try:
        return copy.copy(start).route(request, [part for part in path.split("/") if part])
    except Http404:
        return None


def at_address(start: Page, path_components: list[str]) -> Page:
    """The page below `start` at the end of these. Raises Http404.

    A page's address stands with it, so those above it are not read. Where it lies is kept; that nothing does is not,
    or whoever asks for enough of what is not there would fill the memory.
    """
    address = f"{start.url_path}{'/'.join(path_components)}/"
    places: dict[str, tuple[int, int]] = common("addresses", dict)
    place = places.get(address)
    if place is None:
        below = Page.objects.filter(depth=start.depth + len(path_components), slug=path_components[-1])
        place = below.filter(url_path=address).values_list("pk", "content_type").first()
        if place is None:
            raise Http404
        places[address] = place
    return _page(*place)


def _page(pk: int, content_type: int) -> Page:
    from django.contrib.contenttypes.models import ContentType

    model = ContentType.objects.get_for_id(content_type).model_class() or Page
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
