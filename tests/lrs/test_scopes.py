"""Every scope at every resource and method: a door opens for those named here and for nobody else (1.0.3 4.2)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from lrs_cast import AT, PLATFORM, agent, build, voiding

from tracking.lrs.models import Scope
from tracking.lrs.store import store

KARI = json.dumps(agent("kari"))
ACTIVITY = build()["object"]["id"]
STATE = {"activityId": ACTIVITY, "agent": KARI, "stateId": "bookmark"}
ACTIVITY_PROFILE = {"activityId": ACTIVITY, "profileId": "p"}
AGENT_PROFILE = {"agent": KARI, "profileId": "p"}
READS_ALL = {"statements/read", "all/read", "all"}
KEEPS_STATE, KEEPS_PROFILES = {"state", "all"}, {"profile", "all"}

# (method, resource, parameters, body): scopes for which it opens
DOORS: list[tuple[str, str, dict[str, str], Any, set[str]]] = [
    ("POST", "statements", {}, build(), {"statements/write", "all"}),
    (
        "PUT",
        "statements",
        {"statementId": str(uuid4())},
        build(),
        {"statements/write", "all"},
    ),
    ("GET", "statements", {}, b"", READS_ALL | {"statements/read/mine"}),
    ("HEAD", "statements", {}, b"", READS_ALL | {"statements/read/mine"}),
    ("GET", "agents", {"agent": KARI}, b"", READS_ALL | {"profile"}),
    ("GET", "activities", {"activityId": ACTIVITY}, b"", READS_ALL | {"profile", "define"}),
]
for path, parameters, keeps in (
    ("activities/state", STATE, KEEPS_STATE),
    ("activities/profile", ACTIVITY_PROFILE, KEEPS_PROFILES),
    ("agents/profile", AGENT_PROFILE, KEEPS_PROFILES),
):
    several = {name: text for name, text in parameters.items() if name not in ("stateId", "profileId")}
    DOORS += [
        ("POST", path, parameters, {"a": 1}, keeps),
        ("PUT", path, {**parameters, "fresh": "1"}, {"a": 1}, keeps),
        ("GET", path, several, b"", keeps | {"all/read"}),
        ("HEAD", path, several, b"", keeps | {"all/read"}),
        ("GET", path, parameters, b"", keeps | {"all/read"}),
        ("DELETE", path, parameters, b"", keeps),
    ]


def knock(xapi: Any, door: tuple[Any, ...]) -> int:
    method, path, parameters, body, _ = door
    given = dict(parameters)
    if given.pop("fresh", None):
        name = "stateId" if "stateId" in given else "profileId"
        given[name] += xapi.key
    return int(xapi.send(method, path, body, **given).status_code)


@pytest.mark.parametrize("scope", Scope.values)
def test_each_scope_opens_its_doors_and_no_others(scope: str, key: Any) -> None:
    everything = key("all")
    xapi = key(scope)
    opened = set()
    for number, door in enumerate(DOORS):
        if door[1] != "statements":
            everything.send("POST", door[1], {"a": 1}, **{k: v for k, v in door[2].items() if k != "fresh"})
        if knock(xapi, door) != 403:
            opened.add(number)
    assert opened == {number for number, door in enumerate(DOORS) if scope in door[4]}


def test_a_key_of_two_scopes_opens_the_doors_of_both(key: Any) -> None:
    xapi = key("state", "define")
    assert xapi.send("GET", "activities", b"", activityId=ACTIVITY).status_code == 200
    assert xapi.send("PUT", "activities/state", {"a": 1}, **STATE).status_code == 204
    assert xapi.get().status_code == 403


def test_only_a_key_for_everything_voids_what_others_stored(key: Any) -> None:
    (foreign,) = store([build()], authority=PLATFORM, at=AT)
    assert key("statements/write").post(voiding(foreign)).status_code == 403
    assert key("all").post(voiding(foreign)).status_code == 200


def test_the_authority_is_ours_whatever_the_client_says(key: Any) -> None:
    xapi = key("statements/write", "statements/read/mine")
    (stored,) = xapi.post(build(authority=agent("somebody-else"))).json()
    authority = xapi.get(statementId=stored).json()["authority"]
    assert authority["account"]["name"] == f"lrs-key:{xapi.key}"
