"""The record store beside bare INSERTs of the same rows, in one run on one database.

`python benchmarks/lrs.py [STATEMENTS]` on SQLite below the state folder, or on the database that DATABASE_URL names: it
makes a database of its own there and drops it. Raw and ours take turns batch by batch, so a busy machine changes both.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BATCH = 100
HOME = "https://fagbenk.example"
AUTHORITY = {"objectType": "Agent", "account": {"homePage": HOME, "name": "bench"}}
AT = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)


def statement(number: int) -> dict[str, Any]:
    """About 0.9 kB as stored."""
    activity = {
        "objectType": "Activity",
        "id": f"{HOME}/xapi/activities/question/{number % 300}",
        "definition": {"name": {"nb": "Et spørsmål om samtalen"}, "description": {"nb": "Hva svarer du? " * 8}},
    }
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": f"n{number % 4300}"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"nb": "svarte"}},
        "object": activity,
        "result": {"success": True, "response": "b", "score": {"scaled": 1}},
        "context": {
            "registration": str(uuid4()),
            "contextActivities": {
                "parent": [{"id": f"{HOME}/xapi/activities/lesson/{number % 30}"}],
                "grouping": [{"id": f"{HOME}/xapi/activities/course/mi"}],
            },
        },
    }


def main(count: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FAGBENK_DEMO", "1")
    django.setup()
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _storing(count)
        _http(count // 10)
        _reading()
    finally:
        connection.creation.destroy_test_db(str(before), verbosity=0)


def _storing(count: int) -> None:
    from tracking.lrs import store as module
    from tracking.lrs.completing import complete

    ours: list[float] = []
    checked: list[float] = []
    raw: list[float] = []
    for number in range(0, count, BATCH):
        batches = [[statement(number + n) for n in range(BATCH)] for _ in range(3)]
        whole = complete(batches[2], authority=AUTHORITY, at=AT, version="2.0.0")
        lines = _lines(whole)
        ours.append(_timed(partial(module.store, batches[0], authority=AUTHORITY, at=AT, trusted=True)))
        checked.append(_timed(partial(module.store, batches[1], authority=AUTHORITY, at=AT)))
        raw.append(_timed(partial(_bare, lines)))
    rates = {name: BATCH / median(times) for name, times in (("raw", raw), ("ours", ours), ("validated", checked))}
    for name, rate in rates.items():
        print(f"batches of {BATCH}, {name}: {rate:,.0f} statements/s ({rate / rates['raw']:.0%} of raw)")


def _lines(whole: list[Any]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The same rows as ours, ready to be inserted."""
    from django.db import connection

    from tracking.lrs.rows import rows

    adapt = connection.ops.adapt_datetimefield_value
    made = [(rows(one.said, one.stored), one.payload) for one in whole]
    keys = [(r.verb_key, r.actor_key, r.object_key, r.authority_key, r.registration) for r, _ in made]
    stored = [
        (r.statement_id, adapt(r.stored), adapt(r.timestamp), *key, payload)
        for (r, payload), key in zip(made, keys, strict=True)
    ]
    agents = [(key, adapt(r.stored), n, usage) for n, (r, _) in enumerate(made) for key, usage in r.agents.items()]
    activities = [
        (key, adapt(r.stored), n, usage) for n, (r, _) in enumerate(made) for key, usage in r.activities.items()
    ]
    return [
        ("lrs_statement (statement_id, stored, timestamp, verb_key, actor_key, object_key, authority_key,"
         " registration, payload)", stored),
        ("lrs_statementagent (agent, stored, statement_id, usage)", agents),
        ("lrs_statementactivity (activity, stored, statement_id, usage)", activities),
    ]  # fmt: skip


_taken = 10**9  # positions that no statement of ours has


def _bare(lines: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
    """One INSERT of many rows a table, in one transaction: the fastest plain way to the same rows."""
    global _taken
    from django.db import connection, transaction

    _taken += BATCH
    with transaction.atomic(), connection.cursor() as cursor:
        for number, (table, held) in enumerate(lines):
            if number:
                held = [(key, at, _taken + n, usage) for key, at, n, usage in held]
            places = ", ".join(["(" + ", ".join(["%s"] * len(held[0])) + ")"] * len(held))
            cursor.execute(f"INSERT INTO {table} VALUES {places}", [value for row in held for value in row])


def _http(count: int) -> None:
    """Through Django, without a network: what a request costs the worker."""
    post, _ = _client()
    wall: list[float] = []
    begun = time.process_time()
    for number in range(count):
        body = json.dumps(statement(number)).encode()
        wall.append(_timed(partial(post, body)))
    cpu = (time.process_time() - begun) / count * 1000
    print(f"POST of one: {cpu:.2f} ms CPU, median {median(wall) * 1000:.2f} ms")


def _reading() -> None:
    _, get = _client()
    agent = json.dumps({"account": {"homePage": HOME, "name": "n7"}})
    queries: dict[str, dict[str, str]] = {
        "unfiltered": {},
        "by agent": {"agent": agent},
        "by activity": {"activity": f"{HOME}/xapi/activities/question/7"},
        "by course, related": {"activity": f"{HOME}/xapi/activities/course/mi", "related_activities": "true"},
    }
    for name, query in queries.items():
        times = [_timed(partial(get, {**query, "limit": "25"})) for _ in range(60)]
        print(
            f"GET {name}, limit 25: p50 {median(times) * 1000:.1f} ms, p95 {quantiles(times, n=20)[-1] * 1000:.1f} ms"
        )


def _client() -> tuple[Callable[[bytes], Any], Callable[[dict[str, str]], Any]]:
    from django.test import Client

    from tracking.lrs import credentials

    key, secret = credentials.create("bench", at=AT, scopes=["all"])
    token = b64encode(f"{key.key}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "2.0.0"}
    client = Client(SERVER_NAME="localhost", headers=headers)

    def post(body: bytes) -> None:
        answer = client.post("/xapi/statements", body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    def get(query: dict[str, str]) -> None:
        answer = client.get("/xapi/statements", query)
        assert answer.status_code == 200, answer.content

    return post, get


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
