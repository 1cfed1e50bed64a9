"""Straight to the record store: what a page needs on its way (session, language, messages …), a machine does not.

Half of the time that a single statement took was spent in middleware that knows only browsers. What guards an answer
stays: TLS and its headers (Django's SecurityMiddleware comes first), the allowed hosts, and the browser's own rules.
"""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

_BELOW = "/xapi"
_ADDRESSES = "tracking.lrs.urls"
_GUARDS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}

Answer = Callable[[HttpRequest], HttpResponse]


def straight_to_the_record_store(get_response: Answer) -> Answer:
    """Requests below `/xapi/` go to their view at once, all others on as ever.

    Raises `DisallowedHost` for a host that is not ours, as CommonMiddleware does.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(f"{_BELOW}/"):
            return get_response(request)
        request.get_host()
        # To look whether the connection still stands would be a third trip to the database for a single statement: a
        # lost one is answered with 503 here, and the client comes again.
        connection.health_check_done = True  # type: ignore[attr-defined]
        view, positional, named = get_resolver(_ADDRESSES).resolve(request.path_info.removeprefix(_BELOW))
        response: HttpResponse = view(request, *positional, **named)
        for name, value in _GUARDS.items():
            response.headers.setdefault(name, value)
        if "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware
