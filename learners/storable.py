"""What no database can store, or no calendar reckon with: the null character, half a surrogate pair, the day after the
last one there is. Whoever sends it gets a 400, and nothing is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CANNOT_BE_STORED = "There is a null character or half a surrogate pair in it, which cannot be stored."  # to machines
View = Callable[..., HttpResponse]


def storable(found: Any) -> bool:
    """Whether all text in it, names of keys too, can be stored; `found` is what a body of JSON says."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and UNSTORABLE.search(one):
            return False
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
    return True


class RefusesUnstorable:
    """Forms are looked at before their view; addresses where the database says so, for most are never stored.

    A form without Django's token (the player's, a draft's) answers for itself: it loses nobody's words over this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        return None if storable(list(request.POST.lists())) else _refusal(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OverflowError) and "SQLite INTEGER" in str(error):
            return page_not_found(request, Http404("No number of anything."))
        if isinstance(error, OverflowError) and "date value" in str(error):
            return _bad(
                request, _("There is a day in it that no calendar reaches, such as 31.12.9999. Nothing was stored.")
            )
        null = isinstance(error, DataError) and "NUL" in str(error)
        half = isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason
        return _refusal(request) if null or half else None


def _refusal(request: HttpRequest) -> HttpResponse:
    return _bad(
        request, _("There is a character in it that is no text (such as a null character). Nothing was stored.")
    )


def _bad(request: HttpRequest, said: str) -> HttpResponse:
    return render(request, "400.html", {"said": said}, status=400)
