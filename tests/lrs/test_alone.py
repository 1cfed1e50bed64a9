"""A single statement goes a shorter way on PostgreSQL: what is stored of it is what a batch would store."""

import json
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import Xapi, agent, build

from tracking.lrs import moments
from tracking.lrs.models import Statement

COLUMNS = ("verb_key", "actor_key", "object_key", "authority_key", "registration")
SAID = {"registration": str(uuid4()), "instructor": agent("ola"), "contextActivities": {"parent": {"id": "urn:a:p"}}}


def kept(statement_id: str) -> tuple[dict[str, Any], Any]:
    """The payload but for the id and our moments, and the columns and links."""
    row = Statement.objects.get(statement_id=statement_id)
    said = json.loads(row.payload)
    assert said.pop("id") == statement_id
    assert moments.parse(said.pop("stored")) == row.stored
    assert moments.parse(said["timestamp"]) == row.timestamp
    links = [
        sorted(held.values_list(name, "usage")) for held, name in ((row.agents, "agent"), (row.activities, "activity"))
    ]
    stamped = {*row.agents.values_list("stored", flat=True), *row.activities.values_list("stored", flat=True)}
    assert stamped == {row.stored}
    return said, [*(getattr(row, name) for name in COLUMNS), *links]


@pytest.mark.django_db(transaction=True)
def test_a_statement_alone_is_stored_as_in_a_batch_and_again_without_a_change(xapi: Xapi) -> None:
    own = build(timestamp="2026-11-16T09:30:00.5+01:00", context=SAID, result={"score": {"raw": 1.0}})
    first, second, plain = [str(uuid4()) for _ in range(3)]
    batch = xapi.post([{**own, "id": first}, build()])
    alone = xapi.post({**own, "id": second})
    assert (batch.status_code, alone.status_code, alone.json()) == (200, 200, [second])
    assert kept(first) == kept(second)
    assert xapi.put(plain, build()).status_code == 204
    said, _ = kept(plain)
    assert moments.parse(said["timestamp"]) == Statement.objects.get(statement_id=plain).stored
    assert xapi.post({**own, "id": second}).status_code == 200
    assert xapi.put(second, build()).status_code == 409
    assert Statement.objects.count() == 4
