"""Clients that others wrote: tincan (Python) and @xapi/xapi (npm) store, read, query, page and void."""

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import HOME, Xapi
from tincan import Activity, Agent, AgentAccount, RemoteLRS, Statement, StatementRef, Verb

from tracking.lrs import query

HERE = Path(__file__).resolve().parent
KARI = Agent(account=AgentAccount(home_page=HOME, name="kari"))
COMPLETED = Verb(id="http://adlnet.gov/expapi/verbs/completed")
COURSE = Activity(id=f"{HOME}/xapi/activities/course/mi")


@pytest.fixture
def remote(transactional_db: None, live_server: Any, key: Any) -> RemoteLRS:
    xapi = key("statements/write", "statements/read/mine", version="1.0.3")
    return RemoteLRS(endpoint=f"{live_server.url}/xapi/", version="1.0.3", username=xapi.key, password=xapi.secret)


def statement(**changes: Any) -> Statement:
    return Statement(**{"actor": KARI, "verb": COMPLETED, "object": COURSE, **changes})


def test_tincan_stores_one_and_reads_it_back(remote: RemoteLRS) -> None:
    saved = remote.save_statement(statement())
    assert saved.success, saved.data
    read = remote.retrieve_statement(saved.content.id)
    assert read.success, read.data
    assert read.content.actor.account.name == "kari"
    assert read.content.object.id == COURSE.id


def test_tincan_stores_under_its_own_id_by_put(remote: RemoteLRS) -> None:
    mine = str(uuid4())
    assert remote.save_statement(statement(id=mine)).success
    assert remote.save_statement(statement(id=mine)).success
    row = query.get(mine)
    assert row is not None
    assert row.account == ""


def test_tincan_stores_a_batch_queries_it_and_follows_more(remote: RemoteLRS) -> None:
    assert remote.save_statements([statement() for _ in range(5)]).success
    found = remote.query_statements({"agent": KARI, "verb": COMPLETED, "limit": 2})
    assert found.success, found.data
    seen = list(found.content.statements)
    while found.content.more:
        found = remote.more_statements(found.content)
        assert found.success, found.data
        seen += found.content.statements
    assert len({one.id for one in seen}) == 5


def test_tincan_voids_and_reads_the_voided(remote: RemoteLRS) -> None:
    stored = remote.save_statement(statement()).content
    voided = Verb(id="http://adlnet.gov/expapi/verbs/voided")
    assert remote.save_statement(statement(verb=voided, object=StatementRef(id=stored.id))).success
    assert not remote.retrieve_statement(stored.id).success
    assert remote.retrieve_voided_statement(stored.id).content.id == stored.id


def test_tincan_reads_about(remote: RemoteLRS) -> None:
    answer = remote._send_request(_about())  # its own about() refuses a store that also speaks 2.0.0
    assert json.loads(answer.data) == {"version": ["1.0.3", "2.0.0"]}


def _about() -> Any:
    from tincan.http_request import HTTPRequest

    return HTTPRequest(method="GET", resource="about")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_the_javascript_client_stores_reads_queries_pages_and_voids(
    version: str, transactional_db: None, live_server: Any, key: Any
) -> None:
    xapi: Xapi = key("statements/write", "statements/read/mine")
    said = _node("statements.mjs", f"{live_server.url}/xapi/", xapi.key, xapi.secret, version)
    assert said["about"]["version"] == ["1.0.3", "2.0.0"]
    assert said["read"]["id"] == said["one"] == said["voided"]["id"]
    assert len(said["first"]["statements"]) == 2
    assert [one["id"] for one in said["next"]["statements"]] == [said["one"]]
    row = query.get(said["one"])
    assert row is not None
    assert row.voided_at is not None


def _node(script: str, *arguments: str) -> Any:
    node = which("node")
    assert node, "node is missing: `make test` brings it"
    done = subprocess.run([node, script, *arguments], cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
