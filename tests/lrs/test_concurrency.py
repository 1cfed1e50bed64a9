"""Eight clients at once, each on a connection of its own: nothing lost, nothing doubled, nobody waits for ever."""

import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from lrs_cast import AT, PLATFORM, agent, build

from tracking.lrs import clock, documents, query
from tracking.lrs.documents import Address, Condition, Content
from tracking.lrs.exceptions import ConflictError, PreconditionFailedError
from tracking.lrs.models import Document, Reference, Statement, StatementActivity, StatementAgent
from tracking.lrs.store import store

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 8
postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="On SQLite writers come one at a time: there is no late commit."
)


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield pool


def each(pool: ThreadPoolExecutor, work: Callable[[int], Any]) -> list[Any]:
    def with_own_connection(client: int) -> Any:
        try:
            return work(client)
        finally:
            connections.close_all()

    return list(pool.map(with_own_connection, range(CLIENTS)))


def deliver(batch: list[dict[str, Any]]) -> list[str]:
    return store(batch, authority=PLATFORM, at=AT)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_statements_shuffled_by_eight_clients_are_stored_once(clients: ThreadPoolExecutor, seed: int) -> None:
    """Batches overlap and come in every order; each is delivered one to five times."""
    statements = [build(id=str(uuid4()), actor=agent(f"n{n % 7}")) for n in range(60)]

    def work(client: int) -> None:
        order = random.Random(100 * seed + client)
        for _ in range(order.randint(1, 5)):
            mixed = order.sample(statements, len(statements))
            for start in range(0, len(mixed), 20):
                deliver(mixed[start : start + 20])

    each(clients, work)
    assert {str(one) for one in Statement.objects.values_list("statement_id", flat=True)} == {
        one["id"] for one in statements
    }
    assert StatementAgent.objects.count() == 2 * len(statements)
    assert StatementActivity.objects.count() == len(statements)


def test_of_eight_different_statements_under_one_id_one_is_stored_and_seven_are_told(
    clients: ThreadPoolExecutor,
) -> None:
    statement_id = str(uuid4())

    def work(client: int) -> bool:
        try:
            deliver([build(id=statement_id, actor=agent(f"n{client}"))])
        except ConflictError:
            return False
        return True

    assert sorted(each(clients, work)) == [False] * 7 + [True]
    assert Statement.objects.count() == 1


def test_a_batch_with_a_conflict_leaves_nothing_behind_while_others_write(clients: ThreadPoolExecutor) -> None:
    statement_id = str(uuid4())
    deliver([build(id=statement_id)])

    def work(client: int) -> None:
        for _ in range(5):
            deliver([build()])
            with pytest.raises(ConflictError):
                deliver([build(), build(id=statement_id, result={"success": True})])

    each(clients, work)
    assert Statement.objects.count() == 1 + 5 * CLIENTS
    assert not Reference.objects.exists()


def test_a_follower_sees_every_statement_once_while_eight_clients_write(clients: ThreadPoolExecutor) -> None:
    seen: list[str] = []
    written = Event()

    def follow() -> None:
        cursor = ""
        while True:
            last = written.is_set()
            rows, cursor = query.after(cursor, 7)
            seen.extend(str(row.statement_id) for row in rows)
            if last and not rows:
                connections.close_all()
                return

    follower = Thread(target=follow)
    follower.start()
    stored = each(clients, lambda client: [deliver([build(), build()]) for _ in range(10)])
    written.set()
    follower.join(timeout=60)
    expected = [one for client in stored for batch in client for one in batch]
    assert sorted(seen) == sorted(expected)


@postgresql
def test_a_statement_that_commits_late_is_read_late_and_not_skipped() -> None:
    begun, go_on = Event(), Event()
    late: list[str] = []

    def slowly() -> None:
        with transaction.atomic():
            late.extend(deliver([build()]))
            begun.set()
            go_on.wait(30)
        connections.close_all()

    writer = Thread(target=slowly)
    writer.start()
    begun.wait(30)
    (early,) = deliver([build()])  # begun later, committed earlier
    held_back, cursor = query.after("")
    go_on.set()
    writer.join(30)
    assert held_back == []
    deadline = time.monotonic() + 60  # a transaction in another database of the same server holds rows back, too
    while len(rows := query.after(cursor)[0]) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [str(row.statement_id) for row in rows] == [*late, early]


@postgresql
def test_consistent_through_stays_before_a_transaction_that_still_runs() -> None:
    begun, go_on = Event(), Event()
    stamped: list[Any] = []

    def slowly() -> None:
        with transaction.atomic():
            stamped.append(clock.moment())
            store([build()], authority=PLATFORM, at=stamped[0])
            begun.set()
            go_on.wait(30)
        connections.close_all()

    writer = Thread(target=slowly)
    writer.start()
    begun.wait(30)
    while_running = clock.consistent_through()
    go_on.set()
    writer.join(30)
    assert while_running <= stamped[0]
    assert clock.consistent_through() > stamped[0]


def test_the_tests_run_on_a_database_that_threads_share() -> None:
    assert connection.settings_dict["NAME"] != ":memory:"


STATE = Address(Document.Kind.STATE, activity="a" * 32, agent="b" * 32, name="bookmark")


def test_what_eight_clients_merge_into_one_new_document_is_all_there(clients: ThreadPoolExecutor) -> None:
    def work(client: int) -> None:
        for n in range(5):
            content = Content(f'{{"{client}-{n}":1}}'.encode(), "application/json")
            documents.merge(STATE, content, Condition(), at=AT)

    each(clients, work)
    assert len(json.loads(bytes(documents.get(STATE).content))) == 5 * CLIENTS


def test_of_eight_clients_who_store_only_where_nothing_is_one_does(clients: ThreadPoolExecutor) -> None:
    def work(client: int) -> bool:
        content = Content(str(client).encode(), "text/plain")
        try:
            documents.put(STATE, content, Condition(none_match=("*",)), version="2.0.0", at=AT)
        except PreconditionFailedError:
            return False
        return True

    assert sum(each(clients, work)) == 1


def _wait_and_store(client: int, rounds: int, acknowledged: list[str]) -> None:
    """Stamps, dawdles, stores: later stamps become visible before earlier ones."""
    pause = random.Random(client)
    for _ in range(rounds):
        with transaction.atomic():
            at = clock.moment()
            time.sleep(pause.random() * 0.01)
            ids = store([build(), build(actor=agent("per"))], authority=PLATFORM, at=at)
        acknowledged.extend(ids)


def _walk(xapi: Any, ascending: str) -> list[str]:
    """A walk through all pages, a breath taken between them."""
    page = xapi.get(limit="7", ascending=ascending).json()
    found = [one["id"] for one in page["statements"]]
    while page["more"]:
        time.sleep(0.003)
        page = xapi.follow(page["more"]).json()
        found += [one["id"] for one in page["statements"]]
    return found


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_a_walk_through_the_pages_neither_skips_nor_repeats_while_four_clients_write(ascending: str, key: Any) -> None:
    acknowledged: list[str] = []
    walks: list[tuple[list[str], list[str]]] = []
    xapi = key()
    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(_closing, _wait_and_store, client, 25, acknowledged) for client in range(4)]
        while not all(one.done() for one in writing) or not walks:
            before = list(acknowledged)
            walks.append((before, _walk(xapi, ascending)))
    in_order = [str(one) for one in Statement.objects.order_by("stored", "id").values_list("statement_id", flat=True)]
    assert len(in_order) == 200
    for before, found in walks:
        assert set(before) <= set(found), "acknowledged before the walk began, and not on it"
        place = {one: n for n, one in enumerate(in_order)}
        places = sorted(place[one] for one in found)
        assert places == list(range(len(found))), "a gap, or one twice"
        assert [place[one] for one in found] == (places if ascending == "true" else places[::-1])


def _closing(work: Callable[..., Any], *arguments: Any) -> None:
    try:
        work(*arguments)
    finally:
        connections.close_all()
