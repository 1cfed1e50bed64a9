"""/xapi/statements: stored by PUT and POST, found by GET (1.0.3 Communication 2.1, 2.0.0 4.1.6.1)."""

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from .. import attachments, clock, credentials, moments, multipart, signatures, voiding
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


@dataclass(frozen=True)
class Received:
    """Statements, whether they came as an array, and the parts that came with them."""

    statements: list[Incoming]
    many: bool
    parts: attachments.Parts


def _post(exchange: Exchange) -> HttpResponse:
    once(exchange.request.GET, set())
    received = _received(exchange)
    return JsonResponse(_stored(exchange, received.statements, received.parts), safe=False)


def _put(exchange: Exchange) -> HttpResponse:
    query = exchange.request.GET
    once(query, {"statementId"})
    if "statementId" not in query:
        raise InvalidRequestError(f"The parameter 'statementId' is missing ({_SECTION}).")
    wanted = read(query).statement_id
    received = _received(exchange)
    if received.many:
        raise InvalidRequestError(f"PUT takes one statement, not an array ({_SECTION}).")
    _stored(exchange, [_under(received.statements[0], str(wanted))], received.parts)
    return HttpResponse(status=204)


def _under(incoming: Incoming, statement_id: str) -> Incoming:
    said = incoming.said.get("id", statement_id)
    if not isinstance(said, str) or said.lower() != statement_id:
        raise InvalidRequestError(f"The statement's id is not the parameter 'statementId' ({_SECTION}).")
    return Incoming({"id": statement_id, **incoming.said}, incoming.raw)


def _received(exchange: Exchange) -> Received:
    credentials.require(exchange.credential, credentials.CAN_WRITE, "store statements")
    kind = exchange.request.content_type or ""
    if kind == "multipart/mixed":
        return _received_in_parts(exchange)
    _refuse_other_than_json(kind)
    return Received(*parse(exchange.body), {})


def _received_in_parts(exchange: Exchange) -> Received:
    first, *others = multipart.parts(exchange.body, (exchange.request.content_params or {}).get("boundary", ""))
    _refuse_other_than_json(first.headers.get("content-type", "").partition(";")[0].strip())
    return Received(*parse(first.content), attachments.by_hash(others))


def _refuse_other_than_json(kind: str) -> None:
    if kind != "application/json":
        raise InvalidRequestError(
            f"The content type is {kind[:80]!r}, not application/json (xAPI 1.0.3 Communication 1.5.1, 2.0.0 4.1.3)."
        )


def _stored(exchange: Exchange, incoming: list[Incoming], parts: attachments.Parts) -> list[str]:
    for one_of_them in incoming:
        validate(one_of_them.raw, exchange.version)
        signatures.check(one_of_them.said, parts, exchange.version)
    said = [one_of_them.said for one_of_them in incoming]
    attachments.check(said, parts)
    authority = credentials.authority(exchange.credential)
    with transaction.atomic():
        if not credentials.may(exchange.credential, credentials.CAN_VOID_OTHERS):
            voiding.refuse_foreign(said, authority)
        ids = store_incoming(incoming, authority=authority, at=clock.moment(), version=exchange.version)
        if parts:
            attachments.keep(said, ids, parts)
    return ids


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
    response = _answer(wanted, _formatted(exchange, wanted, payload), [payload])
    response["Last-Modified"] = http_date(stored.timestamp())
    return response


def _many(exchange: Exchange, wanted: Wanted, mine: str | None, through: dt.datetime) -> HttpResponse:
    found = page(wanted, mine=mine, through=through)
    statements = ",".join(_formatted(exchange, wanted, payload) for payload in found.payloads)
    whole = f'{{"statements":[{statements}],"more":"{_more(exchange, found)}"}}'
    return _answer(wanted, whole, found.payloads)


def _formatted(exchange: Exchange, wanted: Wanted, payload: str) -> str:
    return in_format(payload, wanted.format, exchange.request.headers.get("Accept-Language", ""))


def _more(exchange: Exchange, found: Page) -> str:
    """The next page as an address on this host; quoting leaves nothing that JSON must escape."""
    if found.end is None:
        return ""
    query = exchange.request.GET.copy()
    query["after"] = str(found.end)
    return f"{exchange.request.path}?{query.urlencode()}"


def _answer(wanted: Wanted, text: str, payloads: list[str]) -> HttpResponse:
    """JSON, or where attachments are wanted multipart/mixed with JSON first (1.0.3 Communication 2.1.3)."""
    if not wanted.attachments:
        return HttpResponse(text, content_type="application/json")
    first = multipart.Part({"Content-Type": "application/json"}, text.encode())
    others = attachments.stored([msgspec.json.decode(payload) for payload in payloads])
    boundary = f"xapi-{uuid4().hex}"  # nobody can have put it into what they sent
    body = multipart.joined([first, *others], boundary)
    return HttpResponse(body, content_type=f"multipart/mixed; boundary={boundary}")


_statements = resource(GET=_get, POST=_post, PUT=_put)


@csrf_exempt
def statements(request: HttpRequest) -> HttpResponse:
    """Every answer says through when the store is consistent, also a refusal (1.0.3 Communication 2.1.3)."""
    response = _statements(request)
    if _THROUGH not in response and response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
        response[_THROUGH] = moments.text(clock.consistent_through())
    return response
