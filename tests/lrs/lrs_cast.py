"""Statements for tests, and a client that speaks xAPI."""

import datetime as dt
import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

# On PostgreSQL the log ends before a transaction that still runs, such as a test's own.
FOLLOWING = pytest.mark.django_db(transaction="postgres" in settings.DATABASES["default"]["ENGINE"])
AT = dt.datetime(2026, 11, 16, 8, 30, tzinfo=dt.UTC)
HOME = "https://fagbenk.example"
PLATFORM = {"objectType": "Agent", "account": {"homePage": HOME, "name": "platform"}}


def build(**changes: Any) -> dict[str, Any]:
    """A small valid statement; `None` takes a property away."""
    whole = {
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": "kari"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"nb": "fullførte", "en": "completed"}},
        "object": {"objectType": "Activity", "id": f"{HOME}/xapi/activities/course/mi"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def agent(name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": name}}


def voiding(statement_id: str, **changes: Any) -> dict[str, Any]:
    return build(
        verb={"id": "http://adlnet.gov/expapi/verbs/voided"},
        object={"objectType": "StatementRef", "id": statement_id},
        **changes,
    )


@dataclass
class Xapi:
    """A Django test client with a key and a version."""

    key: str
    secret: str
    version: str = "2.0.0"

    def headers(self, **changes: str | None) -> dict[str, str]:
        token = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        whole = {"Authorization": f"Basic {token}", "X-Experience-API-Version": self.version, **changes}
        return {name.replace("_", "-"): value for name, value in whole.items() if value is not None}

    def get(self, path: str = "statements", *, method: str = "get", headers: Any = None, **query: Any) -> Any:
        call = getattr(Client(), method)
        return call(f"/xapi/{path}", query, headers=self.headers(**(headers or {})))

    def follow(self, more: str) -> Any:
        return Client().get(more, headers=self.headers())

    def post(self, body: Any, *, kind: str = "application/json", headers: Any = None, query: str = "") -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/xapi/statements{query}"
        return Client().post(path, data, content_type=kind, headers=self.headers(**(headers or {})))

    def put(self, statement_id: str, body: Any) -> Any:
        path = f"/xapi/statements?statementId={statement_id}"
        return Client().put(path, json.dumps(body), content_type="application/json", headers=self.headers())

    def send(
        self,
        method: str,
        path: str,
        body: Any = b"",
        *,
        kind: str = "application/json",
        headers: Any = None,
        **query: str,
    ) -> Any:
        """Any method to any resource; `body` as bytes, or as what becomes JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/xapi/{path}?{urlencode(query)}"
        return Client().generic(method, address, data, content_type=kind, headers=self.headers(**(headers or {})))

    def ids(self, **query: Any) -> list[str]:
        """The ids that a GET finds, in order, all pages."""
        answer = self.get(**query)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found = [one["id"] for one in page["statements"]]
        while page["more"]:
            page = self.follow(page["more"]).json()
            found += [one["id"] for one in page["statements"]]
        return found
