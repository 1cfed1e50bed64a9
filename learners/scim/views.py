"""SCIM 2.0 over HTTP (RFC 7644): keys, resources, lists, PATCH, entity tags, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    PatchOp,
    PreconditionFailedException,
    SCIMException,
    SearchRequest,
)

from .. import keys
from ..directory import all_groups
from ..storable import CANNOT_BE_STORED, storable
from . import groups, narrowing, people
from .schema import CONFIG, ENTERPRISE, FARTHEST, MODELS, MOST_RESULTS, PROVIDER, Group, Person

TYPE = "application/scim+json"
View = Callable[..., HttpResponse]
STORES: dict[str, Any] = {"Users": people, "Groups": groups}


def answer(body: dict[str, Any] | None, status: int = 200, **headers: str) -> HttpResponse:
    content = b"" if body is None else json.dumps(body, ensure_ascii=False, default=str).encode()
    return HttpResponse(
        content, status=status, content_type=TYPE, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def refuse(status: int, detail: str, scim_type: str | None = None, **headers: str) -> HttpResponse:
    error = Error(status=status, scim_type=scim_type, detail=detail)
    return answer(error.model_dump(), status, **headers)


def scim(*methods: str) -> Callable[[View], View]:
    """A view that asks for a key, takes only `methods`, and answers errors as SCIM does; `urls` gives its policy."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, **place: str) -> HttpResponse:
            try:
                keys.from_header(request.headers.get("Authorization", ""), keys.Scope.SCIM, timezone.now())
                if request.method not in methods:
                    return refuse(405, f"This address takes {', '.join(methods)}.", Allow=", ".join(methods))
                if not storable([*request.GET.lists(), place]):
                    raise InvalidValueException(detail=CANNOT_BE_STORED)
                with PROVIDER:
                    return view(request, **place)
            except keys.UnknownKey as error:
                return refuse(401, str(error), WWW_Authenticate='Bearer realm="scim"')
            except keys.MissingScope as error:
                return refuse(403, str(error))
            except SCIMException as error:
                return refuse(error.status, error.detail, error.scim_type or None)
            except ValidationError as error:
                first = Error.from_validation_errors(error)[0]
                return answer(first.model_dump(), first.status or 400)
            except RequestDataTooBig:
                return refuse(413, "The body is too large.")

        return guarded

    return decorate


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/scim/v2")


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidSyntaxException(detail="The body is no JSON.") from error
    if not isinstance(found, dict):
        raise InvalidSyntaxException(detail="The body is a JSON object.")
    if not storable(found):
        raise InvalidValueException(detail=CANNOT_BE_STORED)
    return found


# --- what there is ----------------------------------------------------------------------------------------------------
@scim("GET")
def config(request: HttpRequest) -> HttpResponse:
    body = CONFIG.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    body["meta"] = {"resourceType": "ServiceProviderConfig", "location": f"{_base(request)}/ServiceProviderConfig"}
    return answer(body)


@scim("GET")
def schemas(request: HttpRequest, key: str = "") -> HttpResponse:
    return _described(request, "Schema", "Schemas", PROVIDER.schemas, key)


@scim("GET")
def resource_types(request: HttpRequest, key: str = "") -> HttpResponse:
    return _described(request, "ResourceType", "ResourceTypes", PROVIDER.resource_types, key)


def _described(request: HttpRequest, kind: str, where: str, things: Iterable[Any], key: str) -> HttpResponse:
    if "filter" in request.GET:
        return refuse(403, "What the service has is not filtered (RFC 7644, 4).")
    found = []
    for thing in things:
        body = thing.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        name = str(body.get("id") or body["name"])
        body["meta"] = {"resourceType": kind, "location": f"{_base(request)}/{where}/{name}"}
        if key and name == key:
            return answer(body)
        found.append(body)
    if key:
        raise NotFoundException(detail=f"There is no {kind} {key}.")
    return answer(_list(found, len(found), 1))


def _list(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }


@scim("GET", "POST", "PUT", "PATCH", "DELETE")
def nothing(request: HttpRequest, **place: str) -> HttpResponse:
    raise NotFoundException(detail="There is nothing at this address.")


# --- lists ------------------------------------------------------------------------------------------------------------
@scim("GET", "POST")
def collection(request: HttpRequest, kind: str) -> HttpResponse:
    if request.method == "POST":
        return _create(request, kind)
    asked = {name: request.GET[name] for name in request.GET}
    return _search(request, kind, asked)


@scim("POST")
def search(request: HttpRequest, kind: str) -> HttpResponse:
    return _search(request, kind, _body(request))


def _search(request: HttpRequest, kind: str, asked: dict[str, Any]) -> HttpResponse:
    model = MODELS[kind]
    wanted = SearchRequest[model].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST)  # type: ignore[valid-type]
    start = _start(wanted)
    count = _count(wanted)
    base, store = _base(request), STORES[kind]
    rows = _rows(kind, wanted)
    if wanted.filter is None and wanted.sort_by is None:
        total, page = rows.count(), [store.resource(row, base) for row in rows[start - 1 : start - 1 + count]]
    else:
        found = [store.resource(row, base) for row in rows.iterator(chunk_size=500)]
        matching = [one for one in found if wanted.filter is None or wanted.filter.match(one)]
        if wanted.sort_by is not None:
            matching = wanted.sort(matching)
        total, page = len(matching), matching[start - 1 : start - 1 + count]
    bodies = [one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted) for one in page]
    return answer(_list(bodies, total, start))


@scim("POST")
def search_all(request: HttpRequest) -> HttpResponse:
    """Users first, then groups. An attribute that only one of them has is no fault (RFC 7644, 3.4.2.1)."""
    everything = SearchRequest[Person | Group].model_validate(_body(request), scim_ctx=Context.SEARCH_REQUEST)
    base = _base(request)
    found = [people.resource(row, base) for row in people.everybody().iterator(chunk_size=500)]
    found += [groups.resource(row, base) for row in all_groups()]
    matching = [one for one in found if everything.filter is None or everything.filter.match(one)]
    matching = everything.sort(matching)
    start, count = _start(everything), _count(everything)
    page = matching[start - 1 : start - 1 + count]
    bodies = [one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=everything) for one in page]
    return answer(_list(bodies, len(matching), start))


def _start(wanted: Any) -> int:
    return min(wanted.start_index or 1, FARTHEST)


def _count(wanted: Any) -> int:
    return MOST_RESULTS if wanted.count is None else min(wanted.count, MOST_RESULTS)


def _rows(kind: str, wanted: Any) -> Any:
    if kind == "Groups":
        return all_groups()
    narrower = narrowing.users(wanted.filter.ast) if wanted.filter is not None else None
    rows = people.everybody()
    return rows if narrower is None else rows.filter(narrower)


# --- one --------------------------------------------------------------------------------------------------------------
def _create(request: HttpRequest, kind: str) -> HttpResponse:
    told = MODELS[kind].model_validate(_mended(_body(request)), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    made = STORES[kind].create(told, timezone.now())
    return _answer_one(request, kind, made, 201, Context.RESOURCE_CREATION_RESPONSE)


@scim("GET", "PUT", "PATCH", "DELETE")
def one(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    store, at = STORES[kind], timezone.now()
    row = store.find(key)
    before = store.resource(row, _base(request))
    tag = before.meta.version
    if request.method == "GET":
        if tag in _tags(request.headers.get("If-None-Match", "")):
            return answer(None, 304, ETag=tag)
        return _answer_one(request, kind, row, 200, Context.RESOURCE_QUERY_RESPONSE)
    _unchanged(request, tag)
    if request.method == "DELETE":
        store.delete(row, at)
        return answer(None, 204)
    if request.method == "PUT":
        told = MODELS[kind].model_validate(_mended(_body(request)), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        told.replace(before)
    else:
        told = before
        changes = PatchOp[MODELS[kind]].model_validate(  # type: ignore[misc,valid-type]
            _mended(_body(request)), scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        changes.patch(told)
    store.replace(row, told, at)
    return _answer_one(request, kind, store.find(key), 200, Context.RESOURCE_REPLACEMENT_RESPONSE)


def _answer_one(request: HttpRequest, kind: str, row: Any, status: int, context: Context) -> HttpResponse:
    model = MODELS[kind]
    asked = {name: request.GET[name] for name in ("attributes", "excludedAttributes") if name in request.GET}
    wanted = SearchRequest[model].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST)  # type: ignore[valid-type]
    found = STORES[kind].resource(row, _base(request))
    body = found.model_dump(scim_ctx=context, response_parameters=wanted)
    return answer(body, status, ETag=found.meta.version, Location=found.meta.location)


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",") if tag.strip()]


def _unchanged(request: HttpRequest, tag: str) -> None:
    wanted = _tags(request.headers.get("If-Match", ""))
    if wanted and "*" not in wanted and tag not in wanted:
        raise PreconditionFailedException(detail="It has been changed since: read it again.")


# --- how Entra ID writes ----------------------------------------------------------------------------------------------
def _mended(body: dict[str, Any]) -> dict[str, Any]:
    """A manager as a bare id is written out; everything else of Entra ID's ways scim2-models knows."""
    for operation in body.get("Operations") or body.get("operations") or []:
        if isinstance(operation, dict):
            path, value = str(operation.get("path") or ""), operation.get("value")
            if path.lower().endswith(":manager") and isinstance(value, str):
                operation["value"] = {"value": value}
            elif not path and isinstance(value, dict):
                _write_out(value)
    return body


def _write_out(said: dict[str, Any]) -> None:
    for name, value in said.items():
        if name.lower() == f"{ENTERPRISE}:manager".lower() and isinstance(value, str):
            said[name] = {"value": value}
        elif name.lower() == ENTERPRISE.lower() and isinstance(value, dict) and isinstance(value.get("manager"), str):
            value["manager"] = {"value": value["manager"]}
