"""The version header (1.0.3 Communication 3.3, 2.0.0 4.1.3) and about (2.8, 4.1.6.7)."""

from typing import Any

import pytest
from django.test import Client
from lrs_cast import Xapi, build

SERVED = {"1.0": "1.0.3", "1.0.0": "1.0.3", "1.0.3": "1.0.3", "1.0.9": "1.0.3", "2.0": "2.0.0", "2.0.0": "2.0.0"}


@pytest.mark.parametrize(("said", "answered"), SERVED.items())
def test_an_answer_says_the_latest_patch_of_the_requests_line(said: str, answered: str, key: Any) -> None:
    answer = key(version=said).get()
    assert answer.status_code == 200
    assert answer["X-Experience-API-Version"] == answered


@pytest.mark.parametrize("said", ["0.95", "0.9", "1.1.0", "3.0.0", "2", "", "1.0.x", "２.0.0"])
def test_another_version_is_refused(said: str, key: Any) -> None:
    answer = key(version=said).post(build())
    assert answer.status_code == 400
    assert answer["X-Experience-API-Version"]


def test_a_request_without_version_is_refused_as_to_an_old_client(xapi: Xapi) -> None:
    answer = xapi.get(headers={"X-Experience-API-Version": None})
    assert answer.status_code == 400
    assert "X-Experience-API-Version" in answer.content.decode()
    assert answer["X-Experience-API-Version"] == "0.95"


@pytest.mark.parametrize("status", [401, 404, 405, 409])
def test_errors_say_the_version_too(status: int, xapi: Xapi) -> None:
    (statement_id,) = xapi.post(build()).json()
    answers = {
        401: lambda: xapi.get(headers={"Authorization": "Basic eDp5"}),
        404: lambda: xapi.get(statementId="0d1c1a3e-8f5b-4a53-9f0e-6f1f3f1f3f1f"),
        405: lambda: xapi.get(method="delete"),
        409: lambda: xapi.put(statement_id, build(result={"success": True})),
    }
    answer = answers[status]()
    assert answer.status_code == status
    assert answer["X-Experience-API-Version"] == "2.0.0"


def test_about_needs_neither_key_nor_version() -> None:
    answer = Client().get("/xapi/about")
    assert answer.json() == {"version": ["1.0.3", "2.0.0"]}
    assert Client().get("/xapi/about?x=1").status_code == 400
    assert Client().post("/xapi/about").status_code == 405
    assert Client().head("/xapi/about").content == b""


def test_context_agents_are_for_version_2(key: Any) -> None:
    statement = build(
        context={"contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b.example"}}]}
    )
    assert key(version="1.0.3").post(statement).status_code == 400
    assert key(version="2.0.0").post(statement).status_code == 200
