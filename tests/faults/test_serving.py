"""What befalls a web server under load: workers killed, the same sent twice, bodies too large or too slow."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from .places import made, own_cluster, stored
from .serving import OK, Load, Server, serving, statement

CLIENTS = 8
MEBIBYTE = 1024 * 1024


@dataclass
class Place:
    server: Server
    url: str

    def stored(self) -> set[str]:
        return stored(self.url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One server and one database for all that is tried here: each test looks at its own statements."""
    folder: Path = tmp_path_factory.mktemp("serving")
    with ExitStack() as stack:
        lite = request.param == "sqlite"
        url = f"sqlite:///{folder / 'store.sqlite3'}" if lite else stack.enter_context(own_cluster()).url
        key, secret = made(url, folder)
        own = {"DATABASE_URL": url, "FAGBENK_VAR": str(folder), "FAGBENK_XAPI_PATIENCE": "2"}
        yield Place(stack.enter_context(serving(folder / "log", key, secret, **own)), url)


def test_a_killed_worker_takes_nothing_along_that_was_acknowledged(place: Place, long: bool) -> None:
    load, chance = Load(place.server), random.Random(1)
    before = place.stored()
    with load.running():
        for number in range(200 if long else 6):
            load.wait_for_more()
            time.sleep(chance.random() * 0.2)
            place.server.kill_a_worker(number)
    load.check(place.stored() - before)
    assert load.acknowledged
    assert set(load.answers) <= {0, OK, 503}, load.answers


def test_what_eight_clients_send_at_once_and_again_is_stored_once(place: Place, long: bool) -> None:
    for _ in range(20 if long else 3):
        batch = [statement(str(uuid4())) for _ in range(20)]
        before = place.stored()

        def send(client: int, batch: list[object] = list(batch)) -> set[int]:  # noqa: B006 - this round's own
            order = random.Random(client)
            shuffled = [order.sample(batch, len(batch)) for _ in range(order.randint(1, 5))]
            return {place.server.post(one)[0] for one in [*shuffled, batch[:1]]}

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = set().union(*pool.map(send, range(CLIENTS)))
        assert answers == {OK}
        assert place.stored() - before == {one["id"] for one in batch}


def test_of_eight_clients_that_say_different_things_under_one_id_one_is_heard(place: Place) -> None:
    statement_id = str(uuid4())

    def send(client: int) -> int:
        return place.server.post(statement(statement_id, result={"response": str(client)}))[0]

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert sorted(pool.map(send, range(CLIENTS))) == [OK, *[409] * (CLIENTS - 1)]


def test_a_body_that_is_too_large_is_refused_and_the_next_one_is_stored(place: Place) -> None:
    body = json.dumps([statement(str(uuid4()), result={"response": "x" * 9 * MEBIBYTE})]).encode()
    assert place.server.post(body)[0] in (413, 0)  # 0: the line was closed while it was still being sent
    assert place.server.post(statement(str(uuid4())))[0] == OK


def test_slow_clients_leave_room_for_others_and_store_nothing_by_halves(place: Place) -> None:
    """As many as the server has threads: each is given up when nothing has come for a while."""
    before, body = place.stored(), json.dumps([statement(str(uuid4()))]).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in place.server.headers().items())
    request = f"POST /xapi/statements HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", place.server.port))) for _ in range(8)]
        for line in lines:
            line.sendall(request.encode() + body[: len(body) // 2])
        begun, own = time.monotonic(), str(uuid4())
        assert place.server.post(statement(own))[0] == OK
        assert time.monotonic() - begun < 10
        for line in lines:
            line.settimeout(10)
            assert b" 400 " in line.recv(4096).splitlines()[0]
    assert place.stored() - before == {own}
