"""Clients that others wrote: tincan (Python), @xapi/xapi and tincanjs (npm) store, read, query, page, void, attach,
and keep State and profiles.
"""

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import HOME, Xapi
from tincan import (
    Activity,
    ActivityProfileDocument,
    Agent,
    AgentAccount,
    AgentProfileDocument,
    Attachment,
    RemoteLRS,
    StateDocument,
    Statement,
    StatementRef,
    Verb,
)

from tracking.lrs import query

HERE = Path(__file__).resolve().parent
KARI = Agent(account=AgentAccount(home_page=HOME, name="kari"))
COMPLETED = Verb(id="http://adlnet.gov/expapi/verbs/completed")
COURSE = Activity(id=f"{HOME}/xapi/activities/course/mi")


@pytest.fixture
def remote(transactional_db: None, live_server: Any, key: Any) -> RemoteLRS:
    xapi = key("statements/write", "statements/read/mine", "state", "profile", version="1.0.3")
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


def test_tincan_names_an_attachment_by_its_address(remote: RemoteLRS) -> None:
    """It sends no bytes."""
    file = Attachment(
        usage_type="urn:use:file",
        display={"nb": "fil"},
        content_type="image/png",
        length=4,
        sha2="a" * 64,
        fileurl="https://fagbenk.example/f",
    )
    stored = remote.save_statement(statement(attachments=[file]))
    assert stored.success, stored.data
    read = remote.retrieve_statement(stored.content.id).content
    assert [one.fileurl for one in read.attachments] == ["https://fagbenk.example/f"]


def test_tincan_keeps_state(remote: RemoteLRS) -> None:
    """It sends each PUT of a State twice."""
    for page in ('{"page":1}', '{"page":2}'):
        state = StateDocument(id="bookmark", activity=COURSE, agent=KARI, content=page, content_type="application/json")
        assert remote.save_state(state).success
    assert remote.retrieve_state_ids(COURSE, KARI).content == ["bookmark"]
    assert remote.retrieve_state(COURSE, KARI, "bookmark").data == '{"page":2}'
    assert remote.delete_state(state).success
    assert remote.retrieve_state(COURSE, KARI, "bookmark").response.status == 404
    assert remote.save_state(state).success
    assert remote.clear_state(COURSE, KARI).success
    assert remote.retrieve_state_ids(COURSE, KARI).content == []


def test_tincan_changes_a_profile_whose_etag_it_names(remote: RemoteLRS, key: Any) -> None:
    """A new one it cannot store by 1.0.3, because it has no If-None-Match: the answer tells."""
    kept = key("profile", version="1.0.3")
    where = {"agent": json.dumps({"account": {"homePage": HOME, "name": "kari"}}), "profileId": "language"}
    profile = AgentProfileDocument(id="language", agent=KARI, content="nn", content_type="text/plain")
    refused = remote.save_agent_profile(profile)
    assert refused.response.status == 400
    assert "If-None-Match" in refused.data
    kept.send("PUT", "agents/profile", b"nb", kind="text/plain", headers={"If-None-Match": "*"}, **where)
    profile.etag = remote.retrieve_agent_profile(KARI, "language").response.getheader("ETag")
    assert remote.save_agent_profile(profile).success
    assert remote.retrieve_agent_profile(KARI, "language").data == "nn"
    assert remote.save_agent_profile(profile).response.status == 412
    assert remote.retrieve_agent_profile_ids(KARI).content == ["language"]
    course = ActivityProfileDocument(id="size", activity=COURSE, content="4", content_type="text/plain")
    assert remote.delete_activity_profile(course).success
    assert remote.retrieve_activity_profile_ids(COURSE).content == []


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


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_the_javascript_client_attaches_a_file_and_keeps_state_and_profiles(
    version: str, transactional_db: None, live_server: Any, key: Any
) -> None:
    xapi: Xapi = key("all")
    said = _node("keeping.mjs", f"{live_server.url}/xapi/", xapi.key, xapi.secret, version)
    assert said["read"]["attachments"][0]["display"] == {"nb": "Arbeidsprøve"}
    assert said["file"] == said["text"]
    assert (said["states"], said["state"], said["left"]) == (["bookmark"], {"page": 1, "answers": 3}, [])
    assert said["changed"] == {"tag": "nb"}
    assert said["activity"] == {"pages": 4}


def test_tincanjs_does_all_it_can(transactional_db: None, live_server: Any, key: Any) -> None:
    xapi: Xapi = key("statements/write", "statements/read/mine", "state", "profile")
    said = _node("tincanjs.cjs", f"{live_server.url}/xapi/", xapi.key, xapi.secret)
    assert said["read"] == said["one"] == said["voided"]
    assert (said["first"], said["next"]) == (2, [said["one"]])
    assert said["file"] == "arbeidsprøve"
    assert (said["state"], said["gone"]) == ({"page": 2}, None)
    assert (said["profile"], said["language"]) == ({"pages": 4}, {"tag": "nn"})


def _node(script: str, *arguments: str) -> Any:
    node = which("node")
    assert node, "node is missing: `make test` brings it"
    done = subprocess.run([node, script, *arguments], cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
