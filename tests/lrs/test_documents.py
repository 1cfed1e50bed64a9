"""State, activity profiles and agent profiles (1.0.3 Communication 2.2, 2.3, 2.6, 2.7, 3.1; 2.0.0 4.1.4, 4.1.6.2-6)."""

import hashlib
import json
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import Xapi, agent

from tracking.lrs.models import Document

KARI, PER = json.dumps(agent("kari")), json.dumps(agent("per"))
ACTIVITY = "https://fagbenk.example/xapi/activities/course/mi"
STATE = ("activities/state", {"activityId": ACTIVITY, "agent": KARI, "stateId": "bookmark"})
ACTIVITY_PROFILE = ("activities/profile", {"activityId": ACTIVITY, "profileId": "layout"})
AGENT_PROFILE = ("agents/profile", {"agent": KARI, "profileId": "colours"})
RESOURCES = {"2.3 State": STATE, "2.7 activity profile": ACTIVITY_PROFILE, "2.6 agent profile": AGENT_PROFILE}
PROFILES = {name: where for name, where in RESOURCES.items() if "profile" in name}
NEW = {"If-None-Match": "*"}

every = pytest.mark.parametrize(("path", "query"), RESOURCES.values(), ids=RESOURCES)
profiles = pytest.mark.parametrize(("path", "query"), PROFILES.values(), ids=PROFILES)


@pytest.fixture(params=["1.0.3", "2.0.0"])
def client(request: Any, key: Any) -> Xapi:
    return key(version=request.param)


def read(client: Xapi, path: str, query: dict[str, str], **changes: str) -> Any:
    return client.send("GET", path, **{**query, **changes})


@every
def test_a_document_comes_back_to_the_byte_with_its_type(client: Xapi, path: str, query: dict[str, str]) -> None:
    body = b"\x00\xff not { JSON"
    assert client.send("PUT", path, body, kind="image/x-own; a=b", headers=NEW, **query).status_code == 204
    answer = read(client, path, query)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, body, "image/x-own; a=b")
    assert answer["ETag"] == f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    assert parsedate_to_datetime(answer["Last-Modified"])
    head = client.send("HEAD", path, **query)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])


@every
def test_what_was_never_stored_is_not_found_and_can_be_deleted(client: Xapi, path: str, query: dict[str, str]) -> None:
    assert read(client, path, query).status_code == 404
    assert client.send("DELETE", path, **query).status_code == 204


@every
def test_a_deleted_document_is_gone(client: Xapi, path: str, query: dict[str, str]) -> None:
    client.send("POST", path, {"a": 1}, **query)
    assert client.send("DELETE", path, **query).status_code == 204
    assert read(client, path, query).status_code == 404


@every
def test_post_merges_one_level_deep_and_keeps_numbers_to_the_letter(
    client: Xapi, path: str, query: dict[str, str]
) -> None:
    client.send("POST", path, b'{"car":{"make":"Ford","model":"T"},"n":1.50}', **query)
    assert client.send("POST", path, b'{"car":{"make":"Volvo"},"b":null}', **query).status_code == 204
    assert read(client, path, query).content == b'{"car":{"make":"Volvo"},"n":1.50,"b":null}'


# name: (what is there, its type, what is posted, its type)
NOT_MERGED = {
    "another type there": (b"{}", "text/plain", b"{}", "application/json"),
    "another type posted": (b"{}", "application/json", b"{}", "text/plain"),
    "an array there": (b"[]", "application/json", b"{}", "application/json"),
    "an array posted": (b"{}", "application/json", b"[]", "application/json"),
    "no JSON posted": (b"{}", "application/json", b"{", "application/json"),
    "a name twice": (b"{}", "application/json", b'{"a":1,"a":2}', "application/json"),
}


@every
@pytest.mark.parametrize(("old", "old_kind", "new", "new_kind"), NOT_MERGED.values(), ids=NOT_MERGED)
def test_what_cannot_be_merged_is_refused_and_changes_nothing(
    client: Xapi, path: str, query: dict[str, str], old: bytes, old_kind: str, new: bytes, new_kind: str
) -> None:
    assert client.send("PUT", path, old, kind=old_kind, headers=NEW, **query).status_code == 204
    assert client.send("POST", path, new, kind=new_kind, **query).status_code == 400
    answer = read(client, path, query)
    assert (answer.content, answer["Content-Type"]) == (old, old_kind)


@every
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_calls_itself_json_and_is_none_is_refused(
    client: Xapi, method: str, path: str, query: dict[str, str]
) -> None:
    assert client.send(method, path, b"{", headers=NEW, **query).status_code == 400
    assert not Document.objects.exists()


@every
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match_lets_through_only_who_has_read_the_latest(
    client: Xapi, method: str, path: str, query: dict[str, str]
) -> None:
    client.send("POST", path, {"a": 1}, **query)
    before = read(client, path, query)
    refused = client.send(method, path, {"b": 1}, headers={"If-Match": '"1234"'}, **query)
    assert refused.status_code == 412
    assert read(client, path, query).content == before.content
    assert client.send(method, path, {"b": 1}, headers={"If-Match": before["ETag"]}, **query).status_code == 204
    after = client.send(method, path, {"c": 1}, headers={"If-Match": before["ETag"]}, **query)
    assert after.status_code == 412


@every
def test_if_none_match_stores_only_where_nothing_is(client: Xapi, path: str, query: dict[str, str]) -> None:
    assert client.send("PUT", path, {"a": 1}, headers=NEW, **query).status_code == 204
    assert client.send("PUT", path, {"a": 2}, headers=NEW, **query).status_code == 412
    assert read(client, path, query).json() == {"a": 1}


@every
def test_a_tag_without_quotes_is_understood(client: Xapi, path: str, query: dict[str, str]) -> None:
    client.send("POST", path, {"a": 1}, **query)
    tag = read(client, path, query)["ETag"].strip('"')
    assert client.send("PUT", path, {"a": 2}, headers={"If-Match": tag}, **query).status_code == 204


@every
def test_if_match_where_nothing_is_fails(client: Xapi, path: str, query: dict[str, str]) -> None:
    assert client.send("PUT", path, {"a": 1}, headers={"If-Match": "*"}, **query).status_code == 412


@every
def test_a_get_that_names_the_tag_it_has_gets_no_body(client: Xapi, path: str, query: dict[str, str]) -> None:
    client.send("POST", path, {"a": 1}, **query)
    tag = read(client, path, query)["ETag"]
    answer = client.send("GET", path, headers={"If-None-Match": tag}, **query)
    assert (answer.status_code, answer.content) == (304, b"")


# (version, resource): what PUT without a precondition gets where nothing is, and where something is
UNCONDITIONAL = {
    "1.0.3 State": ("1.0.3", STATE, 204, 204),
    "1.0.3 activity profile": ("1.0.3", ACTIVITY_PROFILE, 400, 409),
    "1.0.3 agent profile": ("1.0.3", AGENT_PROFILE, 400, 409),
    "2.0.0 State": ("2.0.0", STATE, 204, 409),
    "2.0.0 activity profile": ("2.0.0", ACTIVITY_PROFILE, 204, 409),
    "2.0.0 agent profile": ("2.0.0", AGENT_PROFILE, 204, 409),
}


@pytest.mark.parametrize(("version", "where", "new", "old"), UNCONDITIONAL.values(), ids=UNCONDITIONAL)
def test_put_without_a_precondition(version: str, where: Any, new: int, old: int, key: Any) -> None:
    client, (path, query) = key(version=version), where
    assert client.send("PUT", path, {"a": 1}, **query).status_code == new
    client.send("POST", path, {"a": 1}, **query)
    answer = client.send("PUT", path, {"b": 1}, **query)
    assert answer.status_code == old
    assert (answer.content == b"") == (old == 204)


@every
def test_the_ids_are_listed_also_since_a_moment(client: Xapi, path: str, query: dict[str, str]) -> None:
    name = next(one for one in query if one in ("stateId", "profileId"))
    where = {one: text for one, text in query.items() if one != name}
    assert read(client, path, where).json() == []
    for one in ("a", "b"):
        client.send("POST", path, {}, **where, **{name: one})
    listed = read(client, path, where)
    assert listed.json() == ["a", "b"]
    assert parsedate_to_datetime(listed["Last-Modified"])
    first = Document.objects.get(name="a").updated.isoformat()
    assert read(client, path, where, since=first).json() == ["b"]
    assert read(client, path, where, since="2099-01-01T00:00:00Z").json() == []


def test_a_state_belongs_to_its_activity_agent_and_registration(client: Xapi) -> None:
    path, query = STATE
    registration = str(uuid4())
    others = [{"agent": PER}, {"activityId": "urn:a:b"}, {"registration": registration}, {"stateId": "other"}]
    for number, changes in enumerate([{}, *others]):
        client.send("POST", path, {"n": number}, **{**query, **changes})
    for number, changes in enumerate([{}, *others]):
        assert read(client, path, query, **changes).json() == {"n": number}
    where = {name: query[name] for name in ("activityId", "agent")}
    assert read(client, path, where).json() == ["bookmark", "bookmark", "other"]
    assert read(client, path, where, registration=registration.upper()).json() == ["bookmark"]


def test_delete_of_all_states_takes_those_of_one_registration_where_it_is_named(client: Xapi) -> None:
    path, query = STATE
    where = {name: query[name] for name in ("activityId", "agent")}
    registration = str(uuid4())
    for changes in ({}, {"registration": registration}, {"agent": PER}):
        client.send("POST", path, {}, **{**query, **changes})
    assert client.send("DELETE", path, **where, registration=registration).status_code == 204
    assert read(client, path, query).status_code == 200
    assert client.send("DELETE", path, **where).status_code == 204
    assert read(client, path, query).status_code == 404
    assert read(client, path, query, agent=PER).status_code == 200


# name: (method, resource, changes to the query; None takes a parameter away; the word in the answer)
BAD = {
    "2.3 no activityId": ("GET", STATE, {"activityId": None}, "activityId"),
    "2.3 an activityId that is no IRI": ("PUT", STATE, {"activityId": "mi"}, "activityId"),
    "2.3 no agent": ("POST", STATE, {"agent": None}, "agent"),
    "2.3 an agent that is no JSON": ("PUT", STATE, {"agent": "kari"}, "agent"),
    "2.3 an agent that nothing identifies": ("DELETE", STATE, {"agent": '{"name":"Kari"}'}, "agent"),
    "2.3 a registration that is no UUID": ("GET", STATE, {"registration": "true"}, "registration"),
    "2.3 no stateId where one is stored": ("PUT", STATE, {"stateId": None}, "stateId"),
    "2.3 a since that is no moment": ("GET", STATE, {"stateId": None, "since": "now"}, "since"),
    "2.3 a since with a stateId": ("GET", STATE, {"since": "2026-11-16T08:00:00Z"}, "since"),
    "2.3 a since where all are deleted": (
        "DELETE",
        STATE,
        {"stateId": None, "since": "2026-11-16T08:00:00Z"},
        "since",
    ),
    "2.3 a null character": ("POST", STATE, {"stateId": "a\x00"}, "stateId"),
    "2.3 a profileId": ("GET", STATE, {"profileId": "x"}, "profileId"),
    "2.6 no agent": ("GET", AGENT_PROFILE, {"agent": None}, "agent"),
    "2.6 no profileId where one is deleted": ("DELETE", AGENT_PROFILE, {"profileId": None}, "profileId"),
    "2.7 no activityId": ("POST", ACTIVITY_PROFILE, {"activityId": None}, "activityId"),
    "2.7 no profileId where one is stored": ("PUT", ACTIVITY_PROFILE, {"profileId": None}, "profileId"),
    "3.2 an unknown parameter": ("GET", ACTIVITY_PROFILE, {"colour": "red"}, "colour"),
}


@pytest.mark.parametrize(("method", "where", "changes", "word"), BAD.values(), ids=BAD)
def test_a_bad_address_is_told_what_is_wrong(
    method: str, where: Any, changes: dict[str, str | None], word: str, client: Xapi
) -> None:
    path, query = where
    whole = {name: text for name, text in {**query, **changes}.items() if text is not None}
    answer = client.send(method, path, {}, headers=NEW if method == "PUT" else None, **whole)
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert not Document.objects.exists()


# scope: (what it may read, what it may store)
SCOPES = {
    "state": ({"activities/state"}, {"activities/state"}),
    "profile": ({"activities/profile", "agents/profile"}, {"activities/profile", "agents/profile"}),
    "all/read": ({"activities/state", "activities/profile", "agents/profile"}, set()),
    "all": (
        {"activities/state", "activities/profile", "agents/profile"},
        {"activities/state", "activities/profile", "agents/profile"},
    ),
    "statements/write": (set(), set()),
    "statements/read": (set(), set()),
    "define": (set(), set()),
}


@every
@pytest.mark.parametrize(("scope", "may"), SCOPES.items())
def test_a_key_may_do_what_its_scope_says(scope: str, may: Any, path: str, query: dict[str, str], key: Any) -> None:
    client = key(scope)
    reading, keeping = may
    assert read(client, path, query).status_code == (404 if path in reading else 403)
    for method in ("PUT", "POST", "DELETE"):
        answer = client.send(method, path, {}, headers=NEW if method == "PUT" else None, **query)
        assert answer.status_code == (204 if path in keeping else 403)


def test_a_document_is_not_run_by_a_browser_on_our_address(client: Xapi) -> None:
    path, query = STATE
    client.send("POST", path, b"<script>", kind="text/html", **query)
    assert "sandbox" in read(client, path, query)["Content-Security-Policy"]
