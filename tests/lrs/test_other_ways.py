"""Browsers of other origins (CORS), and the alternate request syntax (1.0.3 Communication 1.3)."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from lrs_cast import Xapi, agent, build

FORM = "application/x-www-form-urlencoded"
PATHS = ["statements", "activities", "activities/state", "activities/profile", "agents", "agents/profile"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.django_db
def test_a_browser_may_ask_first_without_key_and_version(path: str) -> None:
    answer = Client().options(f"/xapi/{path}", headers={"Origin": "https://content.example"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer["Access-Control-Allow-Methods"]
    for name in ("Authorization", "X-Experience-API-Version", "If-Match", "If-None-Match", "Content-Type"):
        assert name in answer["Access-Control-Allow-Headers"]


@pytest.mark.django_db
def test_a_browser_is_not_asked_to_send_cookies(xapi: Xapi) -> None:
    answer = xapi.get()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("status", [200, 400, 401])
def test_a_page_of_another_origin_can_read_every_answer(status: int, xapi: Xapi) -> None:
    changes = {200: {}, 400: {"X-Experience-API-Version": None}, 401: {"Authorization": None}}[status]
    answer = xapi.get(headers=changes)
    assert answer.status_code == status
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer["Access-Control-Expose-Headers"]


def folded(client: Xapi, method: str, path: str = "statements", query: str = "", **fields: str) -> Any:
    """Everything in the form, also the headers."""
    body = urlencode({**client.headers(), **fields})
    return Client().post(f"/xapi/{path}?method={method}{query}", body, content_type=FORM)


@pytest.fixture
def old(key: Any) -> Xapi:
    return key(version="1.0.3")


def test_a_form_can_stand_for_get_and_put_of_statements(old: Xapi) -> None:
    statement_id = str(uuid4())
    stored = folded(old, "PUT", statementId=statement_id, content=json.dumps(build(result={"response": "æ&+"})))
    assert (stored.status_code, stored["X-Experience-API-Version"]) == (204, "1.0.3")
    found = folded(old, "GET", limit="1").json()["statements"]
    assert [(one["id"], one["result"]["response"]) for one in found] == [(statement_id, "æ&+")]
    assert folded(old, "POST", content=json.dumps(build())).status_code == 200


def test_a_form_can_stand_for_what_is_done_with_documents(old: Xapi) -> None:
    where = {"activityId": "urn:a:b", "profileId": "x"}
    kind = {"Content-Type": "text/plain", "Content-Length": "5"}
    path = "activities/profile"
    assert folded(old, "PUT", path, content="hello", **kind, **where, **{"If-None-Match": "*"}).status_code == 204
    read = folded(old, "GET", path, **where)
    assert (read.content, read["Content-Type"]) == (b"hello", "text/plain")
    assert folded(old, "DELETE", path, **where, **{"If-Match": '"1"'}).status_code == 412
    assert folded(old, "DELETE", path, **where).status_code == 204


def test_headers_may_also_stay_headers(old: Xapi) -> None:
    body = urlencode({"agent": json.dumps(agent("kari"))})
    answer = Client().post("/xapi/agents?method=GET", body, content_type=FORM, headers=old.headers())
    assert answer.json()["objectType"] == "Person"


# name: (method, more of the query, fields)
BAD = {
    "1.3 more in the query": ("PUT", "&statementId=x", {"content": "{}"}),
    "1.3 no content": ("PUT", "", {"statementId": "0d1c1a3e-8f5b-4a53-9f0e-6f1f3f1f3f1f"}),
    "1.3 a method that is none": ("BREW", "", {}),
    "1.3 a version in the form that is not served": ("GET", "", {"X-Experience-API-Version": "0.8"}),
    "2.0.0 has no such syntax": ("GET", "", {"X-Experience-API-Version": "2.0.0"}),
}


@pytest.mark.parametrize(("method", "query", "fields"), BAD.values(), ids=BAD)
def test_a_form_that_stands_for_no_request_is_refused(
    method: str, query: str, fields: dict[str, str], old: Xapi
) -> None:
    answer = folded(old, method, "statements", query, **fields)
    assert answer.status_code in (400, 405)


def test_a_form_needs_the_key_as_well(old: Xapi) -> None:
    assert folded(old, "GET", Authorization="Basic eDp5").status_code == 401
