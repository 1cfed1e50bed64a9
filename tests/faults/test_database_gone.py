"""The database restarted under load, a disk that is full: 503 with Retry-After, no false success, then well again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from .places import made, own_cluster, small_disk, stored
from .serving import Load, Server, serving, statement


def test_a_restarted_database_loses_nothing_and_is_ready_within_ten_seconds(tmp_path: Path, long: bool) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(own_cluster())
        key, secret = made(cluster.url, tmp_path, "learners")
        own = {"DATABASE_URL": cluster.url, "FAGBENK_VAR": str(tmp_path)}
        server = stack.enter_context(serving(tmp_path / "log", key, secret, **own))
        load, waits = Load(server), []
        assert pages(server) == {401}
        with load.running():
            for _ in range(20 if long else 2):
                load.wait_for_more()
                cluster.stop()
                assert pages(server) == {503}
                cluster.start()
                begun = time.monotonic()
                load.wait_for_more()
                waits.append(time.monotonic() - begun)
        assert pages(server) == {401}
        cluster.stop()
        cluster.start()
        assert pages(server) == {401}, "a thread that was idle meanwhile holds on to the connection that it had"
        load.check(stored(cluster.url))
    assert set(load.answers) <= {200, 503}, load.answers
    assert load.answers[503]
    assert load.without_retry_after == 0
    assert max(waits) < 10, waits


def pages(server: Server) -> set[int]:
    """What every thread answers that looks a key up: 401 for this one, 503 with Retry-After without a database."""

    def ask(_number: int) -> int:
        asked = Request(f"http://127.0.0.1:{server.port}/scim/v2/Users")
        asked.add_header("Authorization", "Bearer fbk_nobodys_secret")
        try:
            with urlopen(asked, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as refusal:
            assert (refusal.code == 503) == ("Retry-After" in refusal.headers)
            return refusal.code

    with ThreadPoolExecutor(8) as threads:
        return set(threads.map(ask, range(40)))


def fill(server: Server, load: Load) -> None:
    """Stores until the disk is full."""
    answers: list[int] = []
    while answers[-3:] != [503] * 3:
        ids = [str(uuid4()) for _ in range(50)]
        load.attempted.append(ids)
        status, headers = server.post([statement(one, result={"response": str(uuid4()) * 60}) for one in ids])
        answers.append(status)
        if status == 200:
            load.acknowledged.append(ids)
        else:
            assert (status, "Retry-After" in headers) == (503, True), status
        assert len(answers) < 5000


@pytest.fixture(params=["sqlite", "postgresql"])
def on_a_small_disk(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """A database's address, and a file beside it that takes room until it is removed."""
    with ExitStack() as stack:
        disk = Path(stack.enter_context(TemporaryDirectory(prefix="disk-")))  # not pytest's: PostgreSQL's user looks in
        lite = request.param == "sqlite"
        stack.enter_context(small_disk(disk, 8 if lite else 128))
        ballast = disk / "ballast"
        if lite:
            url = f"sqlite:///{disk / 'store.sqlite3'}"
        else:
            (folder := disk / "pg").mkdir()
            url = stack.enter_context(own_cluster(folder)).url
        ballast.write_bytes(b"\0" * (2 if lite else 40) * 1024 * 1024)
        yield url, ballast


def test_a_full_disk_is_never_a_false_success_and_recovers_by_itself(
    on_a_small_disk: tuple[str, Path], tmp_path: Path
) -> None:
    url, ballast = on_a_small_disk
    key, secret = made(url, tmp_path)
    with serving(tmp_path / "log", key, secret, DATABASE_URL=url, FAGBENK_VAR=str(tmp_path)) as server:
        load = Load(server)
        fill(server, load)
        ballast.unlink()
        ids = [str(uuid4())]
        load.attempted.append(ids)
        assert _acknowledged(server, ids[0])
        load.acknowledged.append(ids)
    load.check(stored(url))
    assert len(load.acknowledged) > 2


def _acknowledged(server: Server, statement_id: str) -> bool:
    """Within ten seconds: a database that had no room left for its log has restarted itself."""
    deadline = time.monotonic() + 10
    while (status := server.post([statement(statement_id)])[0]) != 200 and time.monotonic() < deadline:
        assert status == 503
        time.sleep(0.2)
    return status == 200
