"""/xapi/activities/state, /xapi/activities/profile and /xapi/agents/profile.

1.0.3 Communication 2.3, 2.6 and 2.7; 2.0.0 4.1.6.2, 4.1.6.5 and 4.1.6.6.
"""

from collections.abc import Collection

from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags

from .. import clock, credentials, document_parameters, documents, launches
from ..document_parameters import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, Shape
from ..documents import Address, Condition, Content
from ..exceptions import InvalidRequestError
from ..models import Launch
from .exchange import Exchange, Handler, View, resource

_MOST = 255  # characters of a content type


def _resource(shape: Shape, reading: Collection[str], keeping: Collection[str], what: str) -> View:
    def allowed(handler: Handler, scopes: Collection[str], deed: str) -> Handler:
        def checked(exchange: Exchange) -> HttpResponse:
            credentials.require(exchange.credential, scopes, f"{deed} {what}")
            _keep_within_launch(exchange, shape, reading=deed == "read")
            return handler(exchange)

        return checked

    return resource(
        GET=allowed(lambda exchange: _get(exchange, shape), reading, "read"),
        PUT=allowed(lambda exchange: _put(exchange, shape), keeping, "store"),
        POST=allowed(lambda exchange: _post(exchange, shape), keeping, "store"),
        DELETE=allowed(lambda exchange: _delete(exchange, shape), keeping, "delete"),
    )


def _keep_within_launch(exchange: Exchange, shape: Shape, *, reading: bool) -> None:
    if isinstance(exchange.credential, Launch):
        query = exchange.request.GET
        one_or_many = document_parameters.one if shape.name in query else _all_of
        activity = query.get("activityId", "")
        launches.check_document(exchange.credential, one_or_many(shape, query), activity, reading=reading)


def _all_of(shape: Shape, query: QueryDict) -> Address:
    return document_parameters.many(shape, query)[0]


def _get(exchange: Exchange, shape: Shape) -> HttpResponse:
    return _one(exchange, shape) if shape.name in exchange.request.GET else _many(exchange, shape)


def _one(exchange: Exchange, shape: Shape) -> HttpResponse:
    held = documents.get(document_parameters.one(shape, exchange.request.GET))
    etag, modified = f'"{held.etag}"', int(held.updated.timestamp())
    response = HttpResponse(bytes(held.content), content_type=held.content_type)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    # Whatever a document is, a browser does not run it on our address.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return get_conditional_response(exchange.request, etag, modified, response) or response


def _many(exchange: Exchange, shape: Shape) -> HttpResponse:
    address, since = document_parameters.many(shape, exchange.request.GET)
    found = documents.names(address, since)
    response = JsonResponse([name for name, _ in found], safe=False)
    if found:
        response["Last-Modified"] = http_date(max(updated for _, updated in found).timestamp())
    return response


def _put(exchange: Exchange, shape: Shape) -> HttpResponse:
    address = document_parameters.one(shape, exchange.request.GET)
    content, condition = _content(exchange), _condition(exchange)
    documents.put(address, content, condition, version=exchange.version, at=clock.moment())
    return HttpResponse(status=204)


def _post(exchange: Exchange, shape: Shape) -> HttpResponse:
    address = document_parameters.one(shape, exchange.request.GET)
    documents.merge(address, _content(exchange), _condition(exchange), at=clock.moment())
    return HttpResponse(status=204)


def _delete(exchange: Exchange, shape: Shape) -> HttpResponse:
    query, condition = exchange.request.GET, _condition(exchange)
    if shape is not STATE or shape.name in query:
        documents.delete(document_parameters.one(shape, query), condition)
        return HttpResponse(status=204)
    if condition != Condition():
        raise InvalidRequestError(f"If-Match and If-None-Match are for one document, with stateId ({shape.section}).")
    address, since = document_parameters.many(shape, query)
    if since:
        raise InvalidRequestError(f"The parameter 'since' is for GET ({shape.section}).")
    documents.delete_all(address)
    return HttpResponse(status=204)


def _content(exchange: Exchange) -> Content:
    kind = exchange.request.headers.get("Content-Type") or "application/octet-stream"
    if len(kind) > _MOST or not (kind.isascii() and kind.isprintable()):
        raise InvalidRequestError("The content type is no Internet media type.")
    return Content(exchange.body, kind)


def _condition(exchange: Exchange) -> Condition:
    headers = exchange.request.headers
    return Condition(_tags(headers.get("If-Match")), _tags(headers.get("If-None-Match")))


def _tags(header: str | None) -> tuple[str, ...] | None:
    """Quoted tags; one that came without quotes, as some clients send it, counts as if it had them."""
    if header is None:
        return None
    return tuple(parse_etags(header)) or (f'"{header.strip()}"',)


state = _resource(STATE, credentials.CAN_READ_STATE, credentials.CAN_KEEP_STATE, "State documents")
activity_profile = _resource(
    ACTIVITY_PROFILE, credentials.CAN_READ_PROFILES, credentials.CAN_KEEP_PROFILES, "activity profiles"
)
agent_profile = _resource(AGENT_PROFILE, credentials.CAN_READ_PROFILES, credentials.CAN_KEEP_PROFILES, "agent profiles")
