"""What every request of the JSON API goes through: key, parameters, errors as `{"error": "a sentence"}`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from .. import keys
from ..models import Unit
from ..policy import policy
from ..roles import OSLO
from ..storable import CANNOT_BE_STORED, storable

View = Callable[..., HttpResponse]
SCOPES = {"GET": keys.Scope.READ, "HEAD": keys.Scope.READ, "POST": keys.Scope.WRITE}


class Refused(Exception):
    """What is asked cannot be answered: a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def api(*methods: str) -> Callable[[View], View]:
    """A view for `methods` that asks for a key: people/read to read, people/write to change. HEAD is as GET."""
    taken = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @policy("key")
        @csrf_exempt
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, **place: str) -> HttpResponse:
            if request.method not in taken:
                answer = error(405, f"This address takes {', '.join(taken)}.")
                answer["Allow"] = ", ".join(taken)
                return answer
            try:
                keys.from_header(request.headers.get("Authorization", ""), SCOPES[request.method], timezone.now())
                if not storable([*request.GET.lists(), place]):
                    raise Refused(400, CANNOT_BE_STORED)
                return view(request, **place)
            except keys.UnknownKey as reason:
                answer = error(401, str(reason))
                answer["WWW-Authenticate"] = 'Bearer realm="api"'
                return answer
            except keys.MissingScope as reason:
                return error(403, str(reason))
            except Refused as reason:
                return error(reason.status, str(reason))
            except RequestDataTooBig:
                return error(413, "The body is too large: send the rows in several parts, or import a file.")

        return guarded

    return decorate


def error(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def asked(request: HttpRequest, known: Collection[str]) -> dict[str, str]:
    """The query's parameters. Raises Refused for one that is unknown, or given twice."""
    for name in request.GET:
        if name not in known:
            raise Refused(400, f"There is no parameter {name}; there are {', '.join(sorted(known))}.")
        if len(request.GET.getlist(name)) > 1:
            raise Refused(400, f"The parameter {name} is given twice.")
    return {name: request.GET[name] for name in request.GET}


def day(said: str | None) -> dt.date:
    """Raises Refused. None: today in Oslo."""
    if said is None:
        return timezone.localdate()
    try:
        return dt.date.fromisoformat(said)
    except (ValueError, TypeError) as reason:
        raise Refused(400, f"{said} is no date such as 2026-11-15.") from reason


def known_before(said: str | None) -> dt.datetime | None:
    """The end in Oslo of the day on which it was known; None: as known now."""
    if said is None:
        return None
    try:
        end = dt.datetime.combine(day(said) + dt.timedelta(days=1), dt.time(), OSLO)
    except OverflowError as reason:
        raise Refused(400, f"{said} is no day that anything is known on.") from reason
    return end.astimezone(dt.UTC)


def unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Refused(404, f"There is no unit {code}.")
    return found


def body(request: HttpRequest, known: Collection[str]) -> dict[str, Any]:
    """The body's object. Raises Refused where it is none, or has a key that is unknown."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as reason:
        raise Refused(400, "The body is no JSON.") from reason
    if not isinstance(found, dict):
        raise Refused(400, "The body is a JSON object.")
    if not storable(found):
        raise Refused(400, CANNOT_BE_STORED)
    unknown = set(found) - set(known)
    if unknown:
        raise Refused(400, f"Unknown: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}.")
    return found
