"""What each resource asks of a request and gives back (1.0.3 Communication 1 to 4, 2.0.0 4.1)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from lrs_cast import Xapi, agent, build, voiding

KARI = json.dumps(agent("kari"))
ACTIVITY = "urn:a:b"
STATE = {"activityId": ACTIVITY, "agent": KARI, "stateId": "s"}
ACTIVITY_PROFILE = {"activityId": ACTIVITY, "profileId": "p"}
AGENT_PROFILE = {"agent": KARI, "profileId": "p"}
# resource: (section of 1.0.3, of 2.0.0, path, a whole address, the parameter that names one document)
DOCUMENTS = {
    "State": ("2.3", "4.1.6.2", "activities/state", STATE, "stateId"),
    "activity profile": ("2.7", "4.1.6.6", "activities/profile", ACTIVITY_PROFILE, "profileId"),
    "agent profile": ("2.6", "4.1.6.5", "agents/profile", AGENT_PROFILE, "profileId"),
}
KEPT = ("PUT", "POST", "GET", "DELETE")
NO_AGENTS = {
    "no JSON": "kari",
    "a number": "12",
    "an array": "[]",
    "nothing to know it by": "{}",
    "no mailto": '{"mbox":"kari@fagbenk.example"}',
    "a name twice": '{"mbox":"mailto:a@b.example","mbox":"mailto:a@b.example"}',
}
NO_IRIS = {"no scheme": "a/b", "empty": "", "a space": "urn:a b"}
NO_UUIDS = {"a word": "one", "a digit too many": f"{uuid4()}0", "empty": ""}
NO_MOMENTS = {"a word": "yesterday", "empty": "", "a day alone": "2026-11-16"}
WRONG = {"agent": NO_AGENTS, "activityId": NO_IRIS, "registration": NO_UUIDS, "since": NO_MOMENTS}


def _document_cases() -> Iterator[Any]:
    for name, (old, new, path, whole, own) in DOCUMENTS.items():
        for method in KEPT:
            for bad, query in _bad_queries(method, name, whole, own):
                yield pytest.param(method, path, query, id=f"{old} | {new}: {method} of {name} {bad}")


def _bad_queries(method: str, name: str, whole: dict[str, str], own: str) -> Iterator[tuple[str, dict[str, str]]]:
    lists = method == "GET" or (method == "DELETE" and name == "State")
    for missing in whole:
        if missing != own or not lists:
            yield f"without {missing}", {k: v for k, v in whole.items() if k != missing}
    given = {**whole, **({"registration": str(uuid4())} if name == "State" else {})}
    for parameter, kinds in WRONG.items():
        for kind, value in kinds.items():
            if parameter in given:
                yield f"whose {parameter} is {kind}", {**given, parameter: value}
            elif parameter == "since" and method == "GET":
                listing = {k: v for k, v in whole.items() if k != own}
                yield f"whose {parameter} is {kind}", {**listing, parameter: value}
    for parameter in whole:
        yield f"with {parameter.upper()}", {k.upper() if k == parameter else k: v for k, v in whole.items()}
    yield "with an unknown parameter", {**whole, "colour": "red"}
    if method != "GET":
        yield "with since", {**whole, "since": "2026-11-16T08:00:00Z"}


@pytest.fixture(params=["1.0.3", "2.0.0"])
def xapi(request: Any, key: Any) -> Xapi:
    return key(version=request.param)


@pytest.fixture
def both(key: Any) -> list[Xapi]:
    """One key that speaks each version."""
    one = key()
    return [replace(one, version=version) for version in ("1.0.3", "2.0.0")]


@pytest.mark.parametrize(("method", "path", "query"), list(_document_cases()))
def test_an_address_that_is_not_a_documents_is_refused(
    method: str, path: str, query: dict[str, str], both: list[Xapi]
) -> None:
    body = {"a": 1} if method in ("PUT", "POST") else b""
    for xapi in both:
        answer = xapi.send(method, path, body, headers={"If-None-Match": "*"} if method == "PUT" else None, **query)
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"].startswith("text/plain")
        assert answer["X-Experience-API-Version"] == xapi.version


ONE = str(uuid4())
FILTERS = {
    "agent": KARI,
    "verb": "urn:v:x",
    "activity": ACTIVITY,
    "registration": ONE,
    "related_activities": "true",
    "related_agents": "true",
    "since": "2026-11-16T08:00:00Z",
    "until": "2026-11-16T08:00:00Z",
    "limit": "1",
    "ascending": "true",
}
BAD_GETS = {
    **{f"statementId beside {name}": {"statementId": ONE, name: value} for name, value in FILTERS.items()},
    **{f"voidedStatementId beside {name}": {"voidedStatementId": ONE, name: value} for name, value in FILTERS.items()},
    "statementId beside voidedStatementId": {"statementId": ONE, "voidedStatementId": ONE},
    **{f"{name.upper()}": {name.upper(): value} for name, value in FILTERS.items()},
    "an unknown parameter": {"colour": "red"},
    **{f"agent: {kind}": {"agent": value} for kind, value in NO_AGENTS.items()},
    **{f"{name}: {kind}": {name: value} for name in ("verb", "activity") for kind, value in NO_IRIS.items()},
    **{
        f"{name}: {kind}": {name: value}
        for name in ("registration", "statementId", "voidedStatementId")
        for kind, value in NO_UUIDS.items()
    },
    **{f"{name}: {kind}": {name: value} for name in ("since", "until") for kind, value in NO_MOMENTS.items()},
    **{
        f"{name}: {value!r}": {name: value}
        for name in ("related_agents", "related_activities", "ascending", "attachments")
        for value in ("yes", "1", "", "True")
    },
    **{f"limit: {value!r}": {"limit": value} for value in ("-1", "many", "1.5", "")},
    **{f"format: {value!r}": {"format": value} for value in ("all", "Exact", "")},
}


@pytest.mark.parametrize("query", BAD_GETS.values(), ids=[f"2.1.3 | 4.1.6.1: {name}" for name in BAD_GETS])
def test_a_query_that_cannot_be_honoured_is_refused(query: dict[str, str], both: list[Xapi]) -> None:
    for xapi in both:
        answer = xapi.get(**query)
        assert answer.status_code == 400
        assert "X-Experience-API-Consistent-Through" in answer
        assert any(name in answer.content.decode() for name in query)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_nothing_meets_gives_an_empty_list(name: str, xapi: Xapi) -> None:
    """1.0.3 Communication 2.1.3.s2.b4, 2.0.0 4.1.6.1."""
    answer = xapi.get(**{name: FILTERS[name]})
    assert (answer.status_code, answer.json()) == (200, {"statements": [], "more": ""})
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("extra", [{"attachments": "false"}, {"format": "ids"}, {"format": "exact"}], ids=str)
def test_one_statement_may_be_asked_for_in_a_format(extra: dict[str, str], xapi: Xapi) -> None:
    """1.0.3 Communication 2.1.3.s2.b2, 2.0.0 4.1.6.1."""
    (stored,) = xapi.post(build()).json()
    assert xapi.get(statementId=stored, **extra).json()["id"] == stored
    xapi.post(voiding(stored))
    assert xapi.get(statementId=stored, **extra).status_code == 404
    assert xapi.get(voidedStatementId=stored, **extra).json()["id"] == stored


def test_neither_a_voiding_nor_what_is_voided_already_is_voided(xapi: Xapi) -> None:
    """1.0.3 Data 2.3.2.s2.b7, 2.0.0 4.2.5."""
    (stored,) = xapi.post(build()).json()
    (first,) = xapi.post(voiding(stored)).json()
    for target in (first, stored):
        xapi.post(voiding(target))
    assert xapi.get(statementId=first).json()["id"] == first
    assert xapi.get(voidedStatementId=stored).json()["id"] == stored
    assert xapi.get(voidedStatementId=first).status_code == 404


# resource: (path, query) of a GET that finds something
READ = {
    "2.1 | 4.1.6.1 statements": ("statements", {}),
    "2.3 | 4.1.6.2 one State": ("activities/state", STATE),
    "2.3 | 4.1.6.2 States": ("activities/state", {"activityId": ACTIVITY, "agent": KARI}),
    "2.4 | 4.1.6.3 agents": ("agents", {"agent": KARI}),
    "2.5 | 4.1.6.4 activities": ("activities", {"activityId": ACTIVITY}),
    "2.6 | 4.1.6.5 one agent profile": ("agents/profile", AGENT_PROFILE),
    "2.6 | 4.1.6.5 agent profiles": ("agents/profile", {"agent": KARI}),
    "2.7 | 4.1.6.6 one activity profile": ("activities/profile", ACTIVITY_PROFILE),
    "2.7 | 4.1.6.6 activity profiles": ("activities/profile", {"activityId": ACTIVITY}),
    "2.8 | 4.1.6.7 about": ("about", {}),
}


@pytest.fixture
def full(xapi: Xapi) -> Xapi:
    xapi.post(build())
    for _, _, path, query, _ in DOCUMENTS.values():
        xapi.send("PUT", path, b'{"a":1}', headers={"If-None-Match": "*"}, **query)
    return xapi


@pytest.mark.parametrize(("path", "query"), READ.values(), ids=READ)
def test_head_is_get_without_the_body_at_every_resource(path: str, query: dict[str, str], full: Xapi) -> None:
    """1.0.3 Communication 1.1, 2.0.0 4.1.2."""
    whole, head = full.get(path, **query), full.get(path, method="head", **query)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    moving = {"Date", "Expires", "X-Experience-API-Consistent-Through"}
    assert {k: v for k, v in head.items() if k not in moving} == {k: v for k, v in whole.items() if k not in moving}
    assert head["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize(("path", "query"), READ.values(), ids=READ)
def test_every_resource_but_about_wants_a_version_and_a_key(path: str, query: dict[str, str], full: Xapi) -> None:
    """1.0.3 Communication 3.3 and 4.0, 2.0.0 4.1.3 and 4.1.5."""
    free = path == "about"
    assert full.get(path, headers={"X-Experience-API-Version": None}, **query).status_code == (200 if free else 400)
    assert full.get(path, headers={"Authorization": None}, **query).status_code == (200 if free else 401)
    for wrong in ("Basic", "Basic !", "Basic YTpi", "Bearer x", "Digest a"):
        answer = full.get(path, headers={"Authorization": wrong}, **query)
        assert answer.status_code == (200 if free else 401)
        assert free or answer["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("said", ["0.9", "0.95", "1.1.0", "2.1.0", "3.0", "1", "1.0.", "x", ""])
def test_another_version_is_refused_at_every_resource(said: str, full: Xapi) -> None:
    """1.0.3 Communication 3.3.s3.b7, 2.0.0 4.1.3."""
    for path, query in READ.values():
        answer = full.get(path, headers={"X-Experience-API-Version": said}, **query)
        assert answer.status_code == (200 if path == "about" else 400), path


def test_a_person_is_made_of_arrays(full: Xapi) -> None:
    """1.0.3 Communication 2.4.s5, 2.0.0 4.1.6.3."""
    full.post(build(actor={**agent("kari"), "name": "Kari"}))
    assert full.get("agents", agent=KARI).json() == {
        "objectType": "Person",
        "name": ["Kari"],
        "account": [agent("kari")["account"]],
    }
    for name, value in {"mbox": "mailto:a@b.example", "mbox_sha1sum": "a" * 40, "openid": "urn:a:b"}.items():
        assert full.get("agents", agent=json.dumps({name: value})).json() == {"objectType": "Person", name: [value]}


def test_about_names_both_versions_and_refuses_parameters() -> None:
    """1.0.3 Communication 2.8, 2.0.0 4.1.6.7."""
    assert Client().get("/xapi/about").json() == {"version": ["1.0.3", "2.0.0"]}
    assert Client().get("/xapi/about?colour=red").status_code == 400


@pytest.mark.parametrize("spoilt", [0, 1, 2])
def test_of_a_batch_with_one_bad_statement_nothing_is_stored(spoilt: int, xapi: Xapi) -> None:
    """1.0.3 Communication 3.2.s3.b9, 2.0.0 4.1.6.1."""
    batch = [build(id=str(uuid4())) for _ in range(3)]
    batch[spoilt] = build(verb={"id": "no IRI"})
    assert xapi.post(batch).status_code == 400
    assert xapi.ids() == []


@pytest.mark.parametrize("said", ["1.0.0", "1.0.3", "1.0.7"])
def test_a_statement_keeps_its_version_and_has_one_where_it_said_none(said: str, xapi: Xapi) -> None:
    """1.0.3 Data 2.4.10 and Communication 3.3, 2.0.0 4.2.4.3."""
    first, second = xapi.post([build(version=said), build()]).json()
    assert xapi.get(statementId=first).json()["version"] == said
    assert xapi.get(statementId=second).json()["version"] == ("1.0.0" if xapi.version == "1.0.3" else "2.0.0")


def test_moments_keep_their_milliseconds(xapi: Xapi) -> None:
    """1.0.3 Data 4.5.s1.b3, 2.0.0 4.2.7."""
    (stored,) = xapi.post(build(timestamp="2026-11-16T08:30:00.123+01:00")).json()
    said = xapi.get(statementId=stored).json()
    assert said["timestamp"] == "2026-11-16T08:30:00.123+01:00"
    assert len(said["stored"].partition(".")[2]) >= 4
