"""Agents and activities (1.0.3 Communication 2.4 and 2.5; 2.0.0 4.1.6.3 and 4.1.6.4)."""

import json
from typing import Any

import pytest
from lrs_cast import Xapi, agent, build

ACTIVITY = "urn:activity:one"


def defined(**definition: Any) -> dict[str, Any]:
    return build(object={"objectType": "Activity", "id": ACTIVITY, "definition": definition})


def test_a_person_has_the_agents_identifier_and_the_names_it_was_seen_under(xapi: Xapi) -> None:
    for name in ("Kari", "Kari N"):
        xapi.post(build(actor={**agent("kari"), "name": name}))
    xapi.post(build(actor={**agent("per"), "name": "Per"}))
    answer = xapi.get("agents", agent=json.dumps(agent("kari")))
    expected = {"objectType": "Person", "name": ["Kari N", "Kari"], "account": [agent("kari")["account"]]}
    assert (answer.status_code, answer.json()) == (200, expected)


def test_an_agent_that_was_never_seen_is_a_person_too(xapi: Xapi) -> None:
    mbox = {"mbox": "mailto:a@b.example"}
    assert xapi.get("agents", agent=json.dumps(mbox)).json() == {"objectType": "Person", "mbox": [mbox["mbox"]]}


def test_an_activity_has_what_all_statements_say_of_it_and_the_latest_word_counts(xapi: Xapi) -> None:
    xapi.post(defined(name={"nb": "Verksted", "en": "Shop"}, type="urn:type:one"))
    xapi.post(defined(name={"nn": "Verkstad", "en": "Workshop"}, moreInfo="urn:more:info"))
    assert xapi.get("activities", activityId=ACTIVITY).json() == {
        "objectType": "Activity",
        "id": ACTIVITY,
        "definition": {
            "name": {"nb": "Verksted", "en": "Workshop", "nn": "Verkstad"},
            "type": "urn:type:one",
            "moreInfo": "urn:more:info",
        },
    }


def test_an_activity_that_was_never_seen_is_given_by_its_id(xapi: Xapi) -> None:
    assert xapi.get("activities", activityId=ACTIVITY).json() == {"objectType": "Activity", "id": ACTIVITY}


@pytest.mark.parametrize(("scopes", "heard"), [(("statements/write",), False), (("statements/write", "define"), True)])
def test_only_a_key_with_the_scope_define_says_what_an_activity_is(scopes: Any, heard: bool, key: Any) -> None:
    """1.0.3 Communication 4.2."""
    key(*scopes).post(defined(name={"nb": "Verksted"}))
    assert ("definition" in key().get("activities", activityId=ACTIVITY).json()) == heard


BAD = {
    "2.4 no agent": ("agents", {}, "agent"),
    "2.4 an agent that nothing identifies": ("agents", {"agent": '{"name":"Kari"}'}, "agent"),
    "2.4 an anonymous group": (
        "agents",
        {"agent": '{"objectType":"Group","member":[{"mbox":"mailto:a@b.example"}]}'},
        "agent",
    ),
    "2.5 no activityId": ("activities", {}, "activityId"),
    "2.5 an activityId that is no IRI": ("activities", {"activityId": "true"}, "activityId"),
    "3.2 an unknown parameter": ("activities", {"activityId": ACTIVITY, "colour": "red"}, "colour"),
}


@pytest.mark.parametrize(("path", "query", "word"), BAD.values(), ids=BAD)
def test_a_bad_address_is_told_what_is_wrong(path: str, query: dict[str, str], word: str, xapi: Xapi) -> None:
    answer = xapi.get(path, **query)
    assert answer.status_code == 400
    assert word in answer.content.decode()


SCOPES = {
    "statements/write": (403, 403),
    "statements/read/mine": (403, 403),
    "state": (403, 403),
    "define": (403, 200),
    "profile": (200, 200),
    "statements/read": (200, 200),
    "all/read": (200, 200),
    "all": (200, 200),
}


@pytest.mark.parametrize(("scope", "statuses"), SCOPES.items())
def test_a_key_may_read_what_its_scope_says(scope: str, statuses: tuple[int, int], key: Any) -> None:
    client = key(scope)
    answers = client.get("agents", agent=json.dumps(agent("kari"))), client.get("activities", activityId=ACTIVITY)
    assert tuple(answer.status_code for answer in answers) == statuses
