"""/xapi/statements: stored by PUT and POST, found by GET (1.0.3 Communication 2.1, 2.0.0 4.1.6.1)."""

import datetime as dt
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from .. import clock, credentials, moments, voiding
from ..exceptions import InvalidRequestError, NotFoundError
from ..formats import in_format
from ..keys import agent_key
from ..pages import Page, one, page
from ..parameters import Wanted, once, read
from ..parsing import Incoming, parse
from ..store import store_incoming
from ..validation import validate
from .exchange import Exchange, resource

_THROUGH = "X-Experience-API-Consistent-Through"
_SECTION = "xAPI 1.0.3 Communication 2.1.1, 2.0.0 4.1.6.1"


def _post(exchange: Exchange) -> HttpResponse:
    once(exchange.request.GET, set())
    incoming, _ = _received(exchange)
    return JsonResponse(_stored(exchange, incoming), safe=False)


def _put(exchange: Exchange) -> HttpResponse:
    query = exchange.request.GET
    once(query, {"statementId"})
    if "statementId" not in query:
        raise InvalidRequestError(f"The parameter 'statementId' is missing ({_SECTION}).")
    wanted = read(query).statement_id
    incoming, many = _received(exchange)
    if many:
        raise InvalidRequestError(f"PUT takes one statement, not an array ({_SECTION}).")
    _stored(exchange, [_under(incoming[0], str(wanted))])
    return HttpResponse(status=204)


def _under(incoming: Incoming, statement_id: str) -> Incoming:
    said = incoming.said.get("id", statement_id)
    if not isinstance(said, str) or said.lower() != statement_id:
        raise InvalidRequestError(f"The statement's id is not the parameter 'statementId' ({_SECTION}).")
    return Incoming({"id": statement_id, **incoming.said}, incoming.raw)


def _received(exchange: Exchange) -> tuple[list[Incoming], bool]:
    credentials.require(exchange.credential, credentials.CAN_WRITE, "store statements")
    kind = exchange.request.content_type or ""
    if kind == "multipart/mixed":
        raise InvalidRequestError(
            "Attachments as multipart/mixed are not taken yet: send application/json, attachments by fileUrl "
            "(xAPI 1.0.3 Communication 1.5.2, 2.0.0 4.1.3)."
        )
    if kind != "application/json":
        raise InvalidRequestError(
            f"The content type is {kind[:80]!r}, not application/json (xAPI 1.0.3 Communication 1.5.1, 2.0.0 4.1.3)."
        )
    return parse(exchange.body)


def _stored(exchange: Exchange, incoming: list[Incoming]) -> list[str]:
    for one_of_them in incoming:
        validate(one_of_them.raw, exchange.version)
        _refuse_missing_attachments(one_of_them)
    said = [one_of_them.said for one_of_them in incoming]
    authority = credentials.authority(exchange.credential)
    with transaction.atomic():
        if not credentials.may(exchange.credential, credentials.CAN_VOID_OTHERS):
            voiding.refuse_foreign(said, authority)
        return store_incoming(incoming, authority=authority, at=clock.moment(), version=exchange.version)


def _refuse_missing_attachments(incoming: Incoming) -> None:
    """1.0.3 Communication 1.5.1, 2.0.0 4.1.3: in application/json each attachment has a fileUrl."""
    said = incoming.said
    held = [*said.get("attachments", ()), *said["object"].get("attachments", ())]
    if any("fileUrl" not in attachment for attachment in held):
        raise InvalidRequestError(
            "`attachments`: in application/json each has a fileUrl (xAPI 1.0.3 Communication 1.5.1, 2.0.0 4.1.3)."
        )


def _get(exchange: Exchange) -> HttpResponse:
    credentials.require(exchange.credential, credentials.CAN_READ_MINE, "read statements")
    wanted = read(exchange.request.GET)
    mine = None
    if not credentials.may(exchange.credential, credentials.CAN_READ_ALL):
        mine = agent_key(credentials.authority(exchange.credential))
    through = clock.consistent_through()  # before the query: what it says must be in the answer
    single = wanted.statement_id or wanted.voided_statement_id
    response = _one(exchange, wanted, single, mine) if single else _many(exchange, wanted, mine, through)
    response[_THROUGH] = moments.text(through)
    return response


def _one(exchange: Exchange, wanted: Wanted, statement_id: UUID, mine: str | None) -> HttpResponse:
    found = one(statement_id, voided=wanted.statement_id is None, mine=mine)
    if found is None:
        raise NotFoundError
    payload, stored = found
    response = _json(_formatted(exchange, wanted, payload))
    response["Last-Modified"] = http_date(stored.timestamp())
    return response


def _many(exchange: Exchange, wanted: Wanted, mine: str | None, through: dt.datetime) -> HttpResponse:
    found = page(wanted, mine=mine, through=through)
    statements = ",".join(_formatted(exchange, wanted, payload) for payload in found.payloads)
    return _json(f'{{"statements":[{statements}],"more":"{_more(exchange, found)}"}}')


def _formatted(exchange: Exchange, wanted: Wanted, payload: str) -> str:
    return in_format(payload, wanted.format, exchange.request.headers.get("Accept-Language", ""))


def _more(exchange: Exchange, found: Page) -> str:
    """The next page as an address on this host; quoting leaves nothing that JSON must escape."""
    if found.end is None:
        return ""
    query = exchange.request.GET.copy()
    query["after"] = str(found.end)
    return f"{exchange.request.path}?{query.urlencode()}"


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json")


_statements = resource(GET=_get, POST=_post, PUT=_put)


@csrf_exempt
def statements(request: HttpRequest) -> HttpResponse:
    """Every answer says through when the store is consistent, also a refusal (1.0.3 Communication 2.1.3)."""
    response = _statements(request)
    if _THROUGH not in response and response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
        response[_THROUGH] = moments.text(clock.consistent_through())
    return response
