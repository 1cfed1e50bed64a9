"""/xapi/statements: stored by PUT and POST, found by GET (1.0.3 Communication 2.1, 2.0.0 4.1.6.1)."""

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from .. import alone, attachments, clock, credentials, launches, moments, multipart, signatures, voiding
from ..credentials import Bearer
from ..exceptions import InvalidRequestError, NotFoundError
from ..formats import in_format
from ..keys import agent_key
from ..models import Launch
from ..pages import Page, Reach, one, page
from ..parameters import Wanted, once, read
from ..parsing import Incoming, parse
from ..store import store_incoming
from ..validation import validate
from .exchange import Exchange, resource

_THROUGH = "X-Experience-API-Consistent-Through"
_SECTION = "xAPI 1.0.3 Communication 2.1.1, 2.0.0 4.1.6.1"
_CONTENT_TYPES = "xAPI 1.0.3 Communication 1.4 and 1.5.1, 2.0.0 4.1.3"
_CHARSET = re.compile(r'charset\s*=\s*"?([^";\s]+)', re.IGNORECASE)


@dataclass(frozen=True)
class Received:
    """Statements, whether they came as an array, and the parts that came with them."""

    statements: list[Incoming]
    many: bool
    parts: attachments.Parts


def _post(exchange: Exchange) -> HttpResponse:
    once(exchange.request.GET, set())
    received = _received(exchange)
    ids, through = _stored(exchange, received.statements, received.parts)
    return _through(JsonResponse(ids, safe=False), through)


def _put(exchange: Exchange) -> HttpResponse:
    query = exchange.request.GET
    once(query, {"statementId"})
    if "statementId" not in query:
        raise InvalidRequestError(f"The parameter 'statementId' is missing ({_SECTION}).")
    wanted = read(query).statement_id
    received = _received(exchange)
    if received.many:
        raise InvalidRequestError(f"PUT takes one statement, not an array ({_SECTION}).")
    _, through = _stored(exchange, [_under(received.statements[0], str(wanted))], received.parts)
    return _through(HttpResponse(status=204), through)


def _through(response: HttpResponse, through: dt.datetime | None) -> HttpResponse:
    if through:
        response[_THROUGH] = moments.text(through)
    return response


def _under(incoming: Incoming, statement_id: str) -> Incoming:
    said = incoming.said.get("id", statement_id)
    if not isinstance(said, str) or said.lower() != statement_id:
        raise InvalidRequestError(f"The statement's id is not the parameter 'statementId' ({_SECTION}).")
    return Incoming({"id": statement_id, **incoming.said}, incoming.raw)


def _received(exchange: Exchange) -> Received:
    credentials.require(exchange.credential, credentials.CAN_WRITE, "store statements")
    if exchange.request.content_type == "multipart/mixed":
        return _received_in_parts(exchange)
    _refuse_other_than_json(exchange.request.headers.get("Content-Type", ""))
    return Received(*parse(exchange.body), {})


def _received_in_parts(exchange: Exchange) -> Received:
    first, *others = multipart.parts(exchange.body, (exchange.request.content_params or {}).get("boundary", ""))
    _refuse_other_than_json(first.headers.get("content-type", ""))
    return Received(*parse(first.content), attachments.by_hash(others))


def _refuse_other_than_json(said: str) -> None:
    kind, _, rest = said.partition(";")
    if kind.strip().lower() != "application/json":
        raise InvalidRequestError(f"The content type is {kind[:80]!r}, not application/json ({_CONTENT_TYPES}).")
    charset = _CHARSET.search(rest)
    if charset and charset[1].lower() not in ("utf-8", "us-ascii"):
        raise InvalidRequestError(
            f"JSON is UTF-8, not {charset[1][:40]!r} (xAPI 1.0.3 Communication 1.4, 2.0.0 4.1.3)."
        )


def _stored(
    exchange: Exchange, incoming: list[Incoming], parts: attachments.Parts
) -> tuple[list[str], dt.datetime | None]:
    """Their ids, and through when the store is consistent, if that came with the answer."""
    said = [one_of_them.said for one_of_them in incoming]
    _check(exchange, incoming, said, parts)
    authority = credentials.authority(exchange.credential)
    if not parts and alone.can_go(incoming):
        found = alone.store(incoming[0], authority=authority, version=exchange.version)
        if found:
            return [found[0]], found[1]
    with transaction.atomic():
        if not credentials.may(exchange.credential, credentials.CAN_VOID_OTHERS):
            voiding.refuse_foreign(said, authority)
        at = clock.moment()
        ids = store_incoming(incoming, authority=authority, at=at, version=exchange.version, savepoint=False)
        if parts:
            attachments.keep(said, ids, parts)
    return ids, None


def _check(exchange: Exchange, incoming: list[Incoming], said: list[dict[str, Any]], parts: attachments.Parts) -> None:
    """Raises where one of them is not valid, or not for this bearer to say."""
    for one_of_them in incoming:
        validate(one_of_them.raw, exchange.version)
        signatures.check(one_of_them.said, parts, exchange.version)
    attachments.check(said, parts)
    if isinstance(exchange.credential, Launch):
        launches.check_statements(exchange.credential, said)


def _get(exchange: Exchange) -> HttpResponse:
    credentials.require(exchange.credential, credentials.CAN_READ_MINE, "read statements")
    wanted = read(exchange.request.GET)
    reach = _reach(exchange.credential)
    single = wanted.statement_id or wanted.voided_statement_id
    # Before the query: what is said to be there must be in the answer.
    settled = clock.Settled(clock.consistent_through(), None) if single else clock.settled()
    response = _one(exchange, wanted, single, reach) if single else _many(exchange, wanted, reach, settled.bound)
    response[_THROUGH] = moments.text(settled.through)
    return response


def _reach(bearer: Bearer) -> Reach:
    """What a bearer may read of the log."""
    if isinstance(bearer, Launch):
        return Reach(launches.own(bearer))
    if credentials.may(bearer, credentials.CAN_READ_ALL):
        return Reach()
    return Reach({"authority_key": agent_key(credentials.authority(bearer))})


def _one(exchange: Exchange, wanted: Wanted, statement_id: UUID, reach: Reach) -> HttpResponse:
    found = one(statement_id, voided=wanted.statement_id is None, reach=reach)
    if found is None:
        raise NotFoundError
    payload, stored = found
    (text,) = _formatted(exchange, wanted, [payload], reach)
    response = _answer(wanted, text, [payload])
    response["Last-Modified"] = http_date(stored.timestamp())
    return response


def _many(exchange: Exchange, wanted: Wanted, reach: Reach, bound: dt.datetime | None) -> HttpResponse:
    found = page(wanted, reach=reach, bound=bound)
    statements = ",".join(_formatted(exchange, wanted, found.payloads, reach))
    whole = f'{{"statements":[{statements}],"more":"{_more(exchange, found)}"}}'
    return _answer(wanted, whole, found.payloads)


def _formatted(exchange: Exchange, wanted: Wanted, payloads: list[str], reach: Reach) -> list[str]:
    return in_format(payloads, wanted.format, exchange.request.headers.get("Accept-Language", ""), reach.only)


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
        # The database may go away just now: what it has stored stays acknowledged, or a client would send it again.
        with suppress(OperationalError):
            response[_THROUGH] = moments.text(clock.consistent_through())
    return response
