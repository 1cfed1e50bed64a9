"""What no database can store: the null character and half a surrogate pair. Whoever sends it gets a 400, and nothing
is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

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
        null = isinstance(error, DataError) and "NUL" in str(error)
        half = isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason
        return _refusal(request) if null or half else None


def _refusal(request: HttpRequest) -> HttpResponse:
    said = _("There is a character in it that is no text (such as a null character). Nothing was stored.")
    return render(request, "400.html", {"said": said}, status=400)
