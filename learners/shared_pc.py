"""Shared PCs: a session that nobody uses ends soon, unless its owner has said that the PC is their own."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

OWN, SEEN = "own_pc", "seen_at"


def say_whose_pc(request: HttpRequest, own: bool) -> None:
    """For the session that begins now, with the sign-in."""
    request.session[OWN], request.session[SEEN] = own, time.time()


def longest_idle(request: HttpRequest) -> int:
    """Seconds without a page after which the session is over."""
    minutes = settings.SESSION_MINUTES if request.session.get(OWN) else settings.SHARED_PC_MINUTES
    return int(minutes * 60)


def ends_when_idle(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The moment of the last page is written now and then, not at each page: a tenth of the limit is close enough."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and SEEN in request.session:
            now, limit = time.time(), longest_idle(request)
            idle = now - request.session[SEEN]
            if idle > limit:
                logout(request)
            elif idle > limit / 10:
                request.session[SEEN] = now
        return get_response(request)

    return middleware
