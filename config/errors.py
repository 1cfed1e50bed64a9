"""What is answered where we fail."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

RETRY_AFTER = "5"  # seconds; a database that is restarted takes some


def failed(request: HttpRequest) -> HttpResponse:
    """500; or 503 with Retry-After where the database is away, being restarted or full, which time may mend."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    answer = render(None, "503.html", status=503)  # without the request: what it would add asks the database
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer
