"""The search page."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms import searching, stems
from cms.searching import Hit
from learners.policy import policy

from .models import Gathering

A_PAGE = 20


@require_safe
@policy("public")
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` what is looked for, `?side=` the page of what was found."""
    query = request.GET.get("q", "").strip()[: searching.LONGEST]
    found = searching.search(query, get_language() or "nb", signed_in=request.user.is_authenticated)
    hits = Paginator(found, A_PAGE).get_page(request.GET.get("side"))
    return render(request, "courses/search.html", {"query": query, "hits": hits})


def gatherings(looked_for: list[str], language: str, signed_in: bool) -> Iterator[Hit]:
    """Gatherings that are published and not for one class."""
    if not signed_in:
        return
    for one in Gathering.objects.filter(state=Gathering.State.OPEN, cohort=None).order_by("-pk")[:500]:
        if stems.holds(f"{one.title} {one.title_nn} {one.about} {one.about_nn}", looked_for):
            shown = "nn" if language == "nn" and one.title_nn else "nb"
            about = one.about_in(shown).partition("\n")[0][:220]
            url = reverse("gathering", args=[one.slug])
            yield Hit(Gathering._meta.verbose_name or "", one.title_in(shown), about, url, shown)
