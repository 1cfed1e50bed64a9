"""Launch tokens: bound to actor, registration and activity, short-lived, and unable to reach anything else."""

import datetime as dt
import json
from base64 import b64decode
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from lrs_cast import AT, HOME, PLATFORM, Xapi, agent, build, voiding

from tracking.lrs import launches
from tracking.lrs.exceptions import LrsError
from tracking.lrs.models import Launch, Statement
from tracking.lrs.store import store

REGISTRATION = uuid4()
ACTIVITY = f"{HOME}/xapi/activities/course/mi"
OWN = "https://package.example/au/1"


@pytest.fixture
def launched(db: None) -> Xapi:
    token = launches.begin(agent("kari"), REGISTRATION, [ACTIVITY, OWN], at=timezone.now())
    name, _, secret = b64decode(token).decode().partition(":")
    return Xapi(name, secret)


def said(registration: Any = REGISTRATION, **changes: Any) -> dict[str, Any]:
    context = {**changes.pop("context", {}), "registration": str(registration)}
    return build(context=context, **changes)


@pytest.mark.parametrize("iri", [ACTIVITY, f"{ACTIVITY}/part/1", f"{OWN}?subContentId=3", f"{OWN}#slide-2"])
def test_a_launch_stores_about_its_activities_and_what_lies_below_them(launched: Xapi, iri: str) -> None:
    assert launched.post(said(object={"id": iri})).status_code == 200


OUTSIDE = {
    "another actor": said(actor=agent("ola")),
    "a group with the actor's account": said(actor={**agent("kari"), "objectType": "Group", "member": [agent("ola")]}),
    "an anonymous group": said(actor={"objectType": "Group", "member": [agent("kari")]}),
    "the same name elsewhere": said(
        actor={"objectType": "Agent", "account": {"homePage": "https://other.example", "name": "kari"}}
    ),
    "another registration": said(uuid4()),
    "no registration": build(),
    "another activity": said(object={"id": f"{HOME}/xapi/activities/course/pedagogikk"}),
    "an activity that only begins alike": said(object={"id": f"{ACTIVITY}2"}),
    "an agent as object": said(object=agent("kari")),
    "a statement within": said(object={**build(), "objectType": "SubStatement"}),
    "a voiding": {**voiding(str(uuid4())), "context": {"registration": str(REGISTRATION)}},
}


@pytest.mark.parametrize("statement", OUTSIDE.values(), ids=OUTSIDE)
def test_a_launch_stores_nothing_else(launched: Xapi, statement: dict[str, Any]) -> None:
    assert launched.post(statement).status_code == 403
    assert launched.post([said(), statement]).status_code == 403
    assert launched.put(str(uuid4()), statement).status_code == 403
    assert not Statement.objects.exists()


def test_the_alternate_syntax_is_no_way_round(launched: Xapi) -> None:
    headers = {**launched.headers(), "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    form = urlencode({**headers, "content": json.dumps(said(actor=agent("ola")))})
    kind = "application/x-www-form-urlencoded"
    assert Client().post("/xapi/statements?method=POST", form, content_type=kind).status_code == 403


def test_a_launch_reads_its_own_attempt_and_nothing_else(launched: Xapi) -> None:
    others = [said(actor=agent("ola")), said(uuid4()), build()]
    foreign = store(others, authority=PLATFORM, at=AT)
    (own,) = launched.post(said()).json()
    (by_platform,) = store([said()], authority=PLATFORM, at=AT)
    (about_own,) = store(
        [build(actor=agent("ola"), object={"objectType": "StatementRef", "id": own})], authority=PLATFORM, at=AT
    )
    assert set(launched.ids()) == {own, by_platform}
    assert set(launched.ids(activity=ACTIVITY)) == {own, by_platform}
    assert launched.ids(agent=json.dumps(agent("ola"))) == []
    for statement_id in (*foreign, about_own):
        assert launched.get(statementId=statement_id).status_code == 404
        assert launched.get(voidedStatementId=statement_id).status_code == 404


KARI, OLA = json.dumps(agent("kari")), json.dumps(agent("ola"))
STATE = {"activityId": ACTIVITY, "agent": KARI, "stateId": "bookmark", "registration": str(REGISTRATION)}


def test_a_launch_keeps_its_own_state(launched: Xapi) -> None:
    assert launched.send("PUT", "activities/state", {"a": 1}, **STATE).status_code == 204
    assert launched.send("POST", "activities/state", {"b": 1}, **STATE).status_code == 204
    assert launched.send("GET", "activities/state", **STATE).json() == {"a": 1, "b": 1}
    several = {name: text for name, text in STATE.items() if name != "stateId"}
    assert launched.send("GET", "activities/state", **several).json() == ["bookmark"]
    assert launched.send("DELETE", "activities/state", **several).status_code == 204


FOREIGN_STATE = {
    "another agent": {**STATE, "agent": OLA},
    "another activity": {**STATE, "activityId": f"{HOME}/other"},
    "another registration": {**STATE, "registration": str(uuid4())},
    "no registration": {name: text for name, text in STATE.items() if name != "registration"},
    "all of them": {"activityId": ACTIVITY, "agent": KARI},
}


@pytest.mark.parametrize("parameters", FOREIGN_STATE.values(), ids=FOREIGN_STATE)
def test_no_other_state_is_read_stored_or_deleted(launched: Xapi, parameters: dict[str, str], key: Any) -> None:
    key("all").send("PUT", "activities/state", {"a": 1}, **{"stateId": "bookmark", **parameters})
    for method in ("GET", "HEAD", "DELETE"):
        assert launched.send(method, "activities/state", **parameters).status_code == 403
    for method in ("PUT", "POST"):
        named = {"stateId": "bookmark", **parameters}
        assert launched.send(method, "activities/state", {"a": 1}, **named).status_code == 403


def test_a_launch_reads_its_own_profiles_and_changes_none(launched: Xapi, key: Any) -> None:
    everything = key("all")
    for path, own, foreign in (
        ("agents/profile", {"agent": KARI}, {"agent": OLA}),
        ("activities/profile", {"activityId": ACTIVITY}, {"activityId": f"{HOME}/other"}),
    ):
        for where in (own, foreign):
            everything.send("POST", path, {"a": 1}, **where, profileId="p")
        assert launched.send("GET", path, **own, profileId="p").json() == {"a": 1}
        assert launched.send("GET", path, **own).json() == ["p"]
        assert launched.send("GET", path, **foreign, profileId="p").status_code == 403
        for method in ("PUT", "POST", "DELETE"):
            assert launched.send(method, path, {"a": 2}, **own, profileId="p").status_code == 403


def test_a_launch_asks_for_its_own_agent_and_activity_only(launched: Xapi) -> None:
    assert launched.send("GET", "agents", agent=KARI).status_code == 200
    assert launched.send("GET", "agents", agent=OLA).status_code == 403
    assert launched.send("GET", "activities", activityId=OWN).status_code == 200
    assert launched.send("GET", "activities", activityId=f"{HOME}/other").status_code == 403


def test_what_a_package_says_an_activity_is_defines_nothing(launched: Xapi, key: Any) -> None:
    named = {"id": ACTIVITY, "definition": {"name": {"nb": "Overtatt"}}}
    assert launched.post(said(object=named)).status_code == 200
    assert "definition" not in key("all").send("GET", "activities", activityId=ACTIVITY).json()


def test_a_token_runs_out_and_can_be_ended(launched: Xapi) -> None:
    assert launched.post(said()).status_code == 200
    launches.end_all(REGISTRATION, timezone.now())
    assert launched.post(said()).status_code == 401
    Launch.objects.update(ended=None, expires=timezone.now())
    assert launched.post(said()).status_code == 401


def test_a_token_with_a_wrong_secret_is_refused_as_any_key(launched: Xapi) -> None:
    launched.secret = "wrong"
    assert launched.get().status_code == 401


@pytest.mark.django_db
def test_a_launch_needs_somebody_and_something() -> None:
    with pytest.raises(LrsError):
        launches.begin({"objectType": "Group", "member": []}, REGISTRATION, [ACTIVITY], at=AT)
    with pytest.raises(LrsError):
        launches.begin(agent("kari"), REGISTRATION, [], at=AT)


@pytest.mark.django_db
def test_launches_are_forgotten_a_week_after_their_end() -> None:
    launches.begin(agent("kari"), REGISTRATION, [ACTIVITY], at=AT)
    assert launches.forget(AT + dt.timedelta(days=7)) == 0
    assert launches.forget(AT + dt.timedelta(days=8)) == 1
