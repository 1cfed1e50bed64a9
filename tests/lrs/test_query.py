"""What the rest of tracking reads: by activity, and what is new."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from lrs_cast import AT, HOME, PLATFORM, agent, build, voiding

from tracking.lrs import query
from tracking.lrs.exceptions import LrsError
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
COURSE = f"{HOME}/xapi/activities/course/mi"


def put(*statements: dict[str, Any], at: dt.datetime = AT) -> list[str]:
    return store(statements, authority=PLATFORM, at=at)


def about(accounts: list[str] | None = None, verbs: tuple[str, ...] = (COMPLETED,)) -> list[query.Row]:
    return query.about(COURSE, accounts=accounts, verbs=verbs, home_page=HOME)


def test_a_row_says_what_a_completion_needs() -> None:
    registration = uuid4()
    put(build(timestamp="2026-11-10T10:00:00+01:00", context={"registration": str(registration)}))
    (row,) = about()
    assert (row.account, row.verb, row.stored) == ("kari", COMPLETED, AT)
    assert row.timestamp == dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
    assert row.registration == registration
    assert row.voided_at is None
    assert row.statement["object"]["id"] == COURSE


def test_only_the_wanted_accounts_verbs_and_activity_are_given() -> None:
    put(
        build(),
        build(actor=agent("per")),
        build(verb={"id": "urn:verb:other"}),
        build(object={"id": f"{COURSE}/lesson"}),
        build(actor={"objectType": "Agent", "account": {"homePage": "https://elsewhere.example", "name": "kari"}}),
    )
    assert [row.account for row in about()] == ["kari", "per"]
    assert [row.account for row in about(["per", "nobody"])] == ["per"]
    assert len(about(verbs=(COMPLETED, "urn:verb:other"))) == 3


def test_voided_statements_are_given_with_the_moment_of_their_voiding() -> None:
    (statement_id,) = put(build())
    put(voiding(statement_id), at=AT + dt.timedelta(hours=2))
    (row,) = about(["kari"])
    assert row.voided_at == AT + dt.timedelta(hours=2)


def test_everybody_is_one_query_and_a_thousand_accounts_are_two(django_assert_num_queries: Any) -> None:
    put(*(build(actor=agent(f"n{n}")) for n in range(50)))
    with django_assert_num_queries(1):
        assert len(about()) == 50
    with django_assert_num_queries(2):
        assert len(about([f"n{n}" for n in range(1000)])) == 50


@pytest.mark.django_db(transaction=True)  # the log shows only what is committed
def test_the_log_is_read_in_pieces_without_gaps() -> None:
    ids = [put(build())[0] for _ in range(7)]
    found, cursor = [], ""
    while True:
        rows, cursor = query.after(cursor, 3)
        if not rows:
            break
        found += [str(row.statement_id) for row in rows]
    assert found == ids


@pytest.mark.django_db(transaction=True)  # the log shows only what is committed
def test_the_cursor_stays_where_nothing_is_new() -> None:
    put(build())
    _, cursor = query.after("")
    assert query.after(cursor) == ([], cursor)
    (new,) = put(build())
    rows, _ = query.after(cursor)
    assert [str(row.statement_id) for row in rows] == [new]


def test_a_cursor_of_somebody_else_is_refused() -> None:
    with pytest.raises(LrsError):
        query.after("yesterday")


def test_an_unknown_id_is_nothing() -> None:
    assert query.get(UUID(int=1)) is None


@pytest.mark.parametrize(
    ("low", "end", "expected"),
    [(990, 1000, 990), (1005, 1000, 1005), (2**32 - 5, 2**32 + 10, 2**32 - 5), (3, 2**32 + 10, 2**32 + 3)],
    ids=["running", "younger than the end", "over the epoch", "in this epoch"],
)
def test_a_running_transaction_is_known_by_its_lower_half(low: int, end: int, expected: int) -> None:
    assert end + query._signed(low % 2**32 - end) == expected
