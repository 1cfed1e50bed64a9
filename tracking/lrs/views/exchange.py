"""What every request to /xapi/ goes through: version, credentials, errors as sentences, headers."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from .. import credentials, limits, refusals
from ..credentials import Bearer
from ..exceptions import InvalidRequestError, LrsError, UnknownCredentialError
from . import alternate, arriving

VERSION_HEADER = "X-Experience-API-Version"
VERSIONS = ("1.0.3", "2.0.0")  # the latest patch of each line, as answers say it
# A client of the time before the header gets the answer of that time, which both conformance suites take.
_BEFORE_VERSIONS = "0.95"
_SENT_HEADERS = f"Authorization, Content-Type, If-Match, If-None-Match, Accept-Language, {VERSION_HEADER}"
_SEEN_HEADERS = f"ETag, Last-Modified, Retry-After, {VERSION_HEADER}, X-Experience-API-Consistent-Through"
_LINE = re.compile(r"([12])\.0(\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True)
class Exchange:
    """A request whose version and key are known."""

    request: HttpRequest
    version: str
    credential: Bearer

    @property
    def body(self) -> bytes:
        return arriving.body(self.request)


Handler = Callable[[Exchange], HttpResponse]
View = Callable[[HttpRequest], HttpResponse]


def resource(**handlers: Handler) -> View:
    """A view with a handler for each method, as `GET=...`; HEAD is answered as GET without the body."""
    known = {**handlers, **({"HEAD": handlers["GET"]} if "GET" in handlers else {})}

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight(known)
        handler = known.get(request.method or "")
        if handler is None:
            return _with_version(_not_allowed(request, known), _version_to_say(request))
        version = _version(request)
        at = timezone.now()
        credential = credentials.from_header(request.headers.get("Authorization", ""), at=at)
        try:
            limits.count(credential, at)
            return _with_version(handler(Exchange(request, version, credential)), version)
        except LrsError as error:
            refusals.note(credential, error, at)
            raise

    return answering(view)


def answering(view: View) -> View:
    """Errors become answers, and every answer says its version."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        try:
            arriving.check_address(request)
            request = alternate.unfolded(request)
            response = view(request)
        except LrsError as error:
            response = _refusal(request, error)
        except OperationalError:
            response = _sentence(request, 503, "The record store cannot reach its database. Try again in a moment.")
            response["Retry-After"] = "5"
        return _without_body(request, _for_browsers(_with_version(response, _version_to_say(request))))

    return wrapped


def _preflight(known: Collection[str]) -> HttpResponse:
    """What a browser asks before it sends a request of another origin's page (the Fetch standard's CORS)."""
    methods = ", ".join(sorted({*known, "OPTIONS"}))
    return HttpResponse(
        status=204,
        headers={
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": _SENT_HEADERS,
            "Access-Control-Max-Age": "86400",
        },
    )


def _for_browsers(response: HttpResponse) -> HttpResponse:
    """Any origin may ask: only the key counts here, never a cookie, and that is for the page to have."""
    response["Cache-Control"] = "no-store, private"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _SEEN_HEADERS
    return response


def _version(request: HttpRequest) -> str:
    """1.0.3 Communication 3.3, 2.0.0 4.1.3."""
    said = request.headers.get(VERSION_HEADER)
    if said is None:
        raise InvalidRequestError(f"The header {VERSION_HEADER} is missing (xAPI 1.0.3 Communication 3.3).")
    match = _LINE.fullmatch(said.strip())
    if match is None:
        raise InvalidRequestError(
            f"The version {said[:40]!r} is not served; these are: {', '.join(VERSIONS)} (xAPI 1.0.3 Communication 3.3)."
        )
    return VERSIONS[int(match[1]) - 1]


def _version_to_say(request: HttpRequest) -> str:
    said = request.headers.get(VERSION_HEADER)
    match = _LINE.fullmatch((said or "").strip())
    if match:
        return VERSIONS[int(match[1]) - 1]
    return _BEFORE_VERSIONS if said is None else VERSIONS[-1]


def _with_version(response: HttpResponse, version: str) -> HttpResponse:
    if VERSION_HEADER not in response:
        response[VERSION_HEADER] = version
    return response


def _refusal(request: HttpRequest, error: LrsError) -> HttpResponse:
    response = _sentence(request, error.status, str(error))
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, UnknownCredentialError):
        response["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return response


def _not_allowed(request: HttpRequest, known: dict[str, Handler]) -> HttpResponse:
    response = _sentence(request, 405, f"{request.method} is not for this address; {', '.join(sorted(known))} are.")
    response["Allow"] = ", ".join(sorted(known))
    return response


def _sentence(request: HttpRequest, status: int, text: str) -> HttpResponse:
    """As plain text, or as JSON for whom it suits better (1.0.3 Communication 3.2)."""
    if request.get_preferred_type(["text/plain", "application/json"]) == "application/json":
        return JsonResponse({"error": text}, status=status)
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _without_body(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Not every server strips the body of an answer to HEAD; the length stays that of GET."""
    if request.method == "HEAD":
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
