"""A screen on a wall goes on: what goes wrong once is asked for again."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

RETRY = 60  # seconds


def wall_screens_go_on(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """An error on a wall screen's address (?skjerm=1) tells the browser to try again; nobody stands there to do so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Elsewhere the address's parameters are not ours to read: some cannot be.
        if response.status_code >= 400 and "/barometer/" in request.path and request.GET.get("skjerm") == "1":
            response["Refresh"] = str(RETRY)
        return response

    return middleware
