"""Bodies, addresses and headers that nobody sends by mistake: each is refused in a sentence, and costs little."""

import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client
from lrs_cast import Xapi, agent, build

from config.wsgi import application
from tracking.lrs.exceptions import InvalidStatementError, TooLargeError
from tracking.lrs.keys import iri_key
from tracking.lrs.models import Statement
from tracking.lrs.parsing import parse
from tracking.lrs.validation import validate

GOOD = json.dumps(build()).encode()


def extended(value: bytes) -> bytes:
    """A statement with `value` as JSON in an extension."""
    return GOOD[:-1] + b', "result": {"extensions": {"urn:e:e": ' + value + b"}}}"


BODIES = {
    "2.2 a number beyond IEEE 754": extended(b"1e400"),
    "2.2 NaN": extended(b"NaN"),
    "2.2 Infinity": extended(b"-Infinity"),
    "2.2 2^63": extended(b"9223372036854775808"),
    "2.2 below -2^63": extended(b"-9223372036854775809"),
    "2.2 a million digits": extended(b"9" * 1_000_000),
    "2.2 a leading zero": extended(b"01"),
    "2.2 a name twice": extended(b'{"a": 1, "a": 1}'),
    "2.2 one name written in two ways": extended(b'{"a": 1, "\\u0061": 1}'),
    "2.2 a high surrogate alone": extended(b'"\\ud800"'),
    "2.2 a low surrogate first": extended(b'"\\udc00\\ud800"'),
    "2.2 half a pair as a name": extended(b'{"\\ud800": 1}'),
    "2.2 a control character": extended(b'"\x00"'),
    "2.2 101 levels": extended(b"[" * 99 + b"]" * 99),
    "2.2 100,000 levels": extended(b"[" * 100_000),
    "2.2 overlong UTF-8": extended(b'"\xc0\x80"'),
    "2.2 a surrogate in UTF-8": extended(b'"\xed\xa0\x80"'),
    "1.4 a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "1.4 UTF-16": GOOD.decode().encode("utf-16"),
    "1.4 Latin-1": json.dumps(build(result={"response": "æ"}), ensure_ascii=False).encode("latin-1"),
    "2.2 two documents": GOOD + GOOD,
    "2.2 a comment": extended(b"/* a */ 1"),
    "2.2 an array in an array": b"[[" + GOOD + b"]]",
    "2.2 null": b"null",
    "2.2 null in an array": b"[null]",
    "2.2 nothing": b"",
    "compressed without saying so": gzip.compress(GOOD),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_strict_json_is_refused_in_a_sentence(body: bytes, xapi: Xapi) -> None:
    answer = xapi.post(body)
    assert answer.status_code == 400
    assert "(xAPI " in answer.content.decode()
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "value", [b"9223372036854775807", b'"\\u0000"', b'"\\ud83d\\ude00"', b"1e-400", b"-0.0", b"1E3"]
)
def test_what_is_odd_but_json_comes_back_to_the_letter(value: bytes, xapi: Xapi) -> None:
    """1.0.3 Data 2.2, 2.0.0 4.2; a null character also on PostgreSQL."""
    (stored,) = xapi.post(extended(value)).json()
    assert b'"urn:e:e": ' + value in xapi.get(statementId=stored).content


HEADERS = {
    "compressed": {"Content_Encoding": "gzip"},
    "another charset": {"Content_Type": "application/json; charset=iso-8859-1"},
    "no type": {"Content_Type": ""},
    "a type in other letters": {"Content_Type": "application/j\xe6son"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_a_body_said_to_be_something_else_is_refused(headers: dict[str, str], xapi: Xapi) -> None:
    kind = headers.get("Content_Type", "application/json")
    assert xapi.post(GOOD, kind=kind, headers=headers).status_code == 400


@pytest.fixture
def open_database(db: None) -> Iterator[None]:
    """The application closes old connections when a request begins; the test's own has to stay."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def asked(xapi: Xapi, method: str, path: str, body: bytes = b"", **environment: Any) -> tuple[int, str]:
    """What the WSGI application answers, as a server asks it."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in xapi.headers().items()}
    answered: list[Any] = []
    path, _, query = path.partition("?")
    address = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "testserver"}
    whole = {
        **address,
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
        "CONTENT_TYPE": "application/json",
        **headers,
        **environment,
    }

    def begin(status: str, *_rest: Any) -> Callable[[bytes], object]:
        answered.append(status)
        return answered.append

    answer = application(whole, begin)
    return int(answered[0].split()[0]), b"".join(answer).decode()


@pytest.mark.usefixtures("open_database")
def test_a_charset_that_is_none_is_refused_and_not_stumbled_over(xapi: Xapi) -> None:
    kind: dict[str, Any] = {"CONTENT_TYPE": "application/json; charset=rot13", "CONTENT_LENGTH": str(len(GOOD))}
    status, said = asked(xapi, "POST", "/xapi/statements", GOOD, **kind)
    assert status == 400
    assert "rot13" in said
    assert asked(xapi, "GET", "/xapi/statements?verb=urn:a:b", **kind)[0] == 200


@pytest.mark.usefixtures("open_database")
def test_a_body_in_chunks_is_read_to_its_end_but_not_beyond_the_limit(xapi: Xapi) -> None:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert asked(xapi, "POST", "/xapi/statements", GOOD, **chunked)[0] == 200
    large = GOOD + b" " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert asked(xapi, "POST", "/xapi/statements", large, **chunked)[0] == 413
    del chunked["wsgi.input_terminated"]
    assert asked(xapi, "POST", "/xapi/statements", GOOD, **chunked)[0] == 400


ADDRESSES = {
    "a % at the end": "verb=urn:a%",
    "a % without digits": "verb=urn:a%zz",
    "no UTF-8": "verb=urn:a%e6",
    "a null character": "verb=urn:a%00b",
    "a null character as agent": "agent=%00",
    "too many parameters": "a&" * 1500,
    "half a surrogate pair": 'agent={"mbox":"mailto:\\ud800@b.example"}',
    "a deep agent": "agent=" + "[" * 3000,
    "a page of nobody": "after=2026-11-16T08:00:00Z,99999999999999999999",
    "another alphabet's digit": "limit=%D9%A3",
}


@pytest.mark.parametrize("query", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_that_cannot_be_read_is_refused_and_not_guessed(query: str, xapi: Xapi) -> None:
    answer = Client().get(f"/xapi/statements?{query}", headers=xapi.headers())
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path", ["statements%00", "statements/", "statements;a=b", "%2e%2e/statements", "statements%0a"]
)
def test_a_path_that_is_nearly_a_resource_is_none(path: str, xapi: Xapi) -> None:
    assert Client().get(f"/xapi/{path}", headers=xapi.headers()).status_code == 404


LARGE = {
    "four million numbers": b"[" + b"0," * 4_000_000 + b"0]",
    "millions of objects": b"[" + b"{}," * 2_600_000 + b"{}]",
    "millions of lists in a statement": extended(b"[" + b"[]," * 2_600_000 + b"[]]"),
    "more statements than a request has": b"[" + GOOD + b"," + b",".join([b"{}"] * 10_000) + b"]",
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_body_of_too_many_values_is_refused_before_it_takes_memory(body: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        parse(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16_000_000


LONG = {
    "an IRI": build(object={"id": "urn:" + "a" * 2_000_000}),
    "an IRI with a space at its end": build(object={"id": "urn:" + "a" * 2_000_000 + " "}),
    "a language": build(verb={"id": "urn:v:x", "display": {"nb" + "-aaaaa" * 300_000: "x"}}),
    "a duration": build(result={"duration": "P" + "1." * 300_000 + "S"}),
    "an address without at": build(actor={"mbox": "mailto:" + "a" * 2_000_000}),
}


@pytest.mark.parametrize("statement", LONG.values(), ids=LONG)
def test_a_long_text_takes_no_memory_while_it_is_looked_at(statement: dict[str, Any]) -> None:
    raw = json.dumps(statement).encode()
    tracemalloc.start()
    with suppress(InvalidStatementError):
        validate(raw, "2.0.0")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(raw)


def test_long_addresses_are_not_kept_in_memory() -> None:
    tracemalloc.start()
    for n in range(50):
        iri_key(f"urn:{n}" + "a" * 1_000_000)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000


def test_an_odd_tag_matches_nothing_and_breaks_nothing(xapi: Xapi) -> None:
    where = {"agent": json.dumps(agent("kari")), "activityId": "urn:a:b", "stateId": "s"}
    assert xapi.send("PUT", "activities/state", b"x", kind="text/plain", **where).status_code == 204
    for tag in ('"\xe6', "", ",,,", '"a", W/"b"', '"' + "a" * 5000 + '"'):
        answer = xapi.send("PUT", "activities/state", b"y", kind="text/plain", headers={"If-Match": tag}, **where)
        assert answer.status_code == 412
    assert xapi.get("activities/state", **where).content == b"x"
