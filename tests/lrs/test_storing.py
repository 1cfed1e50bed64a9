"""The log: whole batches or nothing, idempotent by id, nothing ever changed (1.0.3 Data 2.2 and 2.3)."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from lrs_cast import AT, PLATFORM, agent, build, voiding

from tracking.lrs.exceptions import ConflictError, InvalidStatementError
from tracking.lrs.models import Reference, Statement, StatementActivity, StatementAgent
from tracking.lrs.query import get
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db


def put(*statements: dict[str, Any], at: dt.datetime = AT, **options: Any) -> list[str]:
    return store(statements, authority=PLATFORM, at=at, **options)


def payload(statement_id: str) -> dict[str, Any]:
    row = get(statement_id)
    assert row is not None
    return row.statement


def test_what_the_store_sets_is_set() -> None:
    (statement_id,) = put(build())
    stored = payload(statement_id)
    assert stored["id"] == statement_id
    assert stored["stored"] == stored["timestamp"] == "2026-11-16T08:30:00.000000Z"
    assert stored["authority"] == PLATFORM
    assert stored["version"] == "2.0.0"


def test_a_statement_of_version_1_without_version_is_1_0_0() -> None:
    assert payload(put(build(), version="1.0.3")[0])["version"] == "1.0.0"


def test_what_the_sender_says_of_stored_and_authority_is_overwritten() -> None:
    (statement_id,) = put(build(stored="2001-01-01T00:00:00Z", authority=agent("someone")))
    assert payload(statement_id)["authority"] == PLATFORM
    assert payload(statement_id)["stored"].startswith("2026-11-16")


def test_the_senders_id_timestamp_and_version_are_kept() -> None:
    mine = {"id": str(uuid4()), "timestamp": "2026-11-01T10:00:00+01:00", "version": "1.0.2"}
    put(build(**mine))
    assert {name: payload(mine["id"])[name] for name in mine} == mine


def test_the_order_of_a_batch_is_kept_in_stored() -> None:
    ids = put(*(build(id=str(uuid4())) for _ in range(20)))
    assert [str(one) for one in Statement.objects.order_by("stored").values_list("statement_id", flat=True)] == ids


def test_each_statement_may_have_its_own_moment() -> None:
    moments = [AT, AT - dt.timedelta(days=3)]
    store([build(), build()], authority=PLATFORM, at=moments)
    assert set(Statement.objects.values_list("stored", flat=True)) == set(moments)


def test_the_same_statement_again_changes_nothing() -> None:
    statement = build(id=str(uuid4()))
    put(statement)
    before = payload(statement["id"])
    assert put(statement, at=AT + dt.timedelta(hours=1)) == [statement["id"]]
    assert payload(statement["id"]) == before
    assert StatementAgent.objects.count() == 2
    assert StatementActivity.objects.count() == 1


SAME = {
    "another display of the verb": (build(), build(verb={"id": build()["verb"]["id"]})),
    "another definition of the activity": (
        build(),
        build(object={**build()["object"], "definition": {"name": {"nb": "MI"}}}),
    ),
    "the same moment in another zone": (
        build(timestamp="2026-11-16T09:00:00+01:00"),
        build(timestamp="2026-11-16T08:00:00.000Z"),
    ),
    "members in another order": (
        build(actor={"objectType": "Group", "member": [agent("a"), agent("b")]}),
        build(actor={"objectType": "Group", "member": [agent("b"), agent("a")]}),
    ),
    "an agent with and without objectType": (
        build(actor={"mbox": "mailto:a@b.example"}),
        build(actor={"objectType": "Agent", "mbox": "mailto:a@b.example"}),
    ),
    "a context activity alone and in a list": (
        build(context={"contextActivities": {"parent": {"id": "urn:a:b"}}}),
        build(context={"contextActivities": {"parent": [{"id": "urn:a:b"}]}}),
    ),
}
OTHER = {
    "another actor": build(actor=agent("per")),
    "another verb": build(verb={"id": "urn:verb:other"}),
    "another object": build(object={"id": "urn:other:thing"}),
    "a result": build(result={"success": False}),
    "another timestamp": build(timestamp="2026-11-01T10:00:00Z"),
}


@pytest.mark.parametrize(("first", "second"), SAME.values(), ids=SAME)
def test_what_is_no_part_of_the_statement_makes_no_conflict(first: dict[str, Any], second: dict[str, Any]) -> None:
    """1.0.3 Data 2.3.1."""
    statement_id = str(uuid4())
    put({**first, "id": statement_id})
    put({**second, "id": statement_id})
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_another_statement_under_the_same_id_is_a_conflict(other: dict[str, Any]) -> None:
    statement_id = str(uuid4())
    put(build(id=statement_id))
    before = payload(statement_id)
    with pytest.raises(ConflictError):
        put(build(), {**other, "id": statement_id})
    assert payload(statement_id) == before
    assert Statement.objects.count() == 1


def test_one_bad_statement_keeps_the_whole_batch_out() -> None:
    with pytest.raises(InvalidStatementError):
        put(build(), build(verb={}))
    assert not Statement.objects.exists()


def test_one_id_twice_in_a_batch_is_refused() -> None:
    statement = build(id=str(uuid4()))
    with pytest.raises(InvalidStatementError, match="same id"):
        put(statement, statement)


def test_a_statement_is_voided_by_one_that_comes_later() -> None:
    (statement_id,) = put(build())
    put(voiding(statement_id), at=AT + dt.timedelta(days=1))
    row = get(statement_id)
    assert row is not None
    assert row.voided_at == AT + dt.timedelta(days=1)


def test_a_statement_is_voided_by_one_that_came_before_it() -> None:
    statement_id = str(uuid4())
    put(voiding(statement_id))
    put(build(id=statement_id), at=AT + dt.timedelta(days=1))
    row = get(statement_id)
    assert row is not None
    assert row.voided_at == AT


def test_a_voiding_cannot_be_voided() -> None:
    """1.0.3 Data 2.3.2."""
    (statement_id,) = put(build())
    (voiding_id,) = put(voiding(statement_id))
    put(voiding(voiding_id))
    kept, voided = get(voiding_id), get(statement_id)
    assert kept is not None
    assert kept.voided_at is None
    assert voided is not None
    assert voided.voided_at is not None


def test_a_plain_reference_voids_nothing() -> None:
    (statement_id,) = put(build())
    put(build(object={"objectType": "StatementRef", "id": statement_id}))
    row = get(statement_id)
    assert row is not None
    assert row.voided_at is None
    assert Reference.objects.count() == 1


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(django_assert_num_queries: Any) -> None:
    """Savepoint, statements, agents, activities, release; on PostgreSQL the three in the middle are one."""
    queries = 3 if connection.vendor == "postgresql" else 5
    with django_assert_num_queries(queries):
        put(build())
    with django_assert_num_queries(queries):
        put(*(build() for _ in range(100)))
