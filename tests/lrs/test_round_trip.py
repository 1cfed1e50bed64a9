"""Statements made from the grammar come back as they went in; nearly valid ones never bring the store down."""

import json
import re
import string
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lrs_cast import Xapi, agent

from tracking.lrs.exceptions import InvalidStatementError
from tracking.lrs.parsing import parse
from tracking.lrs.validation import validate

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# Built from parts: regular expressions, and the library's own e-mail addresses, take most of a test's time to draw.
IRI = st.builds(
    "{}:{}".format,
    st.sampled_from(["https", "urn", "tag"]),
    st.text("abcdefghijklmnopqrstuvwxyzæøå0123456789./_-", min_size=1, max_size=20),
)
ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=^_`{|}~", min_size=1, max_size=10)
LABEL = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=10).map(lambda text: f"a{text}z")
EMAIL = st.builds(
    lambda atoms, labels: f"{'.'.join(atoms)}@{'.'.join(labels)}",
    st.lists(ATOM, min_size=1, max_size=3),
    st.lists(LABEL, min_size=2, max_size=4),
)
LANGUAGE = st.sampled_from(["nb", "nn", "se", "en-GB", "zh-Hans-CN", "x-klingon"])
TEXTS = st.dictionaries(LANGUAGE, TEXT, max_size=3)
LEAF = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**17), max_value=10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
EXTENSIONS = st.dictionaries(IRI, JSON, max_size=2)


def some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


AGENT = st.one_of(
    some({"mbox": EMAIL.map(lambda text: f"mailto:{text}")}, {"name": TEXT, "objectType": st.just("Agent")}),
    some({"account": some({"homePage": IRI, "name": TEXT}, {})}, {"name": TEXT}),
    some({"mbox_sha1sum": st.binary(min_size=20, max_size=20).map(bytes.hex)}, {}),
    some({"openid": IRI}, {}),
)
GROUP = some({"objectType": st.just("Group"), "member": st.lists(AGENT, min_size=1, max_size=3)}, {"name": TEXT})
ACTIVITY = some(
    {"id": IRI},
    {
        "objectType": st.just("Activity"),
        "definition": some({}, {"name": TEXTS, "description": TEXTS, "type": IRI, "extensions": EXTENSIONS}),
    },
)
UUID = st.uuids(allow_nil=False).map(str)
RESULT = some(
    {},
    {
        "score": some({}, {"scaled": st.floats(-1, 1), "raw": st.integers(0, 100), "max": st.just(100)}),
        "success": st.booleans(),
        "completion": st.booleans(),
        "response": TEXT,
        "duration": st.sampled_from(["PT0S", "PT1H30M", "P4W", "P1Y2M3DT4H5M6.78S"]),
        "extensions": EXTENSIONS,
    },
)
CONTEXT = some(
    {},
    {
        "registration": UUID,
        "instructor": AGENT | GROUP,
        "team": GROUP,
        "contextActivities": some(
            {}, {"parent": st.lists(ACTIVITY, max_size=2), "other": st.lists(ACTIVITY, max_size=2)}
        ),
        "language": LANGUAGE,
        "statement": some({"objectType": st.just("StatementRef"), "id": UUID}, {}),
        "extensions": EXTENSIONS,
    },
)
SAID = {"actor": AGENT | GROUP, "verb": some({"id": IRI}, {"display": TEXTS}), "object": ACTIVITY}
MORE = {"result": RESULT, "context": CONTEXT, "timestamp": st.datetimes().map(lambda at: f"{at.isoformat()}Z")}
SUB = some({"objectType": st.just("SubStatement"), **SAID}, MORE)
REFERENCE = some({"objectType": st.just("StatementRef"), "id": UUID}, {})
STATEMENT = some(
    {**SAID, "object": ACTIVITY | SUB | REFERENCE | AGENT.map(lambda one: {**one, "objectType": "Agent"})}, MORE
)


@FEW
@given(statement=STATEMENT)
def test_a_valid_statement_comes_back_as_it_went_in(statement: dict[str, Any], xapi: Xapi) -> None:
    answer = xapi.post(json.dumps(statement, ensure_ascii=False).encode())
    assert answer.status_code == 200, answer.content
    given_back = xapi.get(statementId=answer.json()[0]).json()
    assert {name: given_back[name] for name in statement} == statement


@FEW
@given(statement=STATEMENT, data=st.data())
def test_a_spoilt_statement_is_stored_or_refused_but_never_an_error_of_ours(
    statement: dict[str, Any], data: st.DataObject, xapi: Xapi
) -> None:
    _spoil(statement, data)
    body = json.dumps(statement).encode()
    cut = data.draw(st.integers(0, len(body)) | st.just(len(body)))
    assert xapi.post(body[:cut]).status_code in {200, 400}


def _spoil(held: Any, data: st.DataObject) -> None:
    """Changes one value somewhere to another kind of value, or takes it away."""
    while isinstance(held, dict) and held:
        name = data.draw(st.sampled_from(sorted(held)))
        if not isinstance(held[name], dict) or not held[name] or data.draw(st.booleans()):
            change = data.draw(st.sampled_from(["value", "gone", "new"]))
            if change == "gone":
                del held[name]
            else:
                held[name if change == "value" else "new"] = data.draw(JSON)
            return
        held = held[name]


@FEW
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_stored_or_refused_but_never_an_error_of_ours(body: bytes, xapi: Xapi) -> None:
    assert xapi.post(body).status_code in {200, 400}


@FEW
@given(
    name=st.sampled_from(["agent", "verb", "activity", "registration", "since", "until", "limit", "after", "format"]),
    value=TEXT | JSON.map(json.dumps) | st.just(json.dumps(agent("kari"))),
)
def test_any_parameter_is_honoured_or_refused_but_never_an_error_of_ours(name: str, value: str, xapi: Xapi) -> None:
    assert xapi.get(**{name: value}).status_code in {200, 400}


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@FEW
@given(statement=STATEMENT)
def test_what_the_grammar_makes_is_valid_in_both_versions(statement: dict[str, Any], version: str) -> None:
    raw = msgspec.json.encode(statement)
    validate(raw, version)
    assert parse(raw)[0][0].said == statement


# A change that makes any statement invalid: (where, value), what the refusal names, sections of 1.0.3 and 2.0.0.
NEARLY = {
    "id": (("id",), "1234", "id", "2.4.1", "4.2.4.2"),
    "actor without identifier": (("actor",), {"name": "Kari"}, "actor", "2.4.2.1", "4.2.2.1"),
    "group without members": (("actor",), {"objectType": "Group"}, "actor", "2.4.2.2", "4.2.2.1"),
    "mbox": (("actor",), {"mbox": "kari@fagbenk.example"}, "actor.mbox", "2.4.2.3", "4.2.2.1"),
    "account": (("actor",), {"account": {"name": "k"}}, "actor.account.homePage", "2.4.2.4", "4.2.2.1"),
    "verb": (("verb", "id"), "completed", "verb.id", "2.4.3", "4.2.2.2"),
    "verb display": (("verb", "display"), {"nb_NO": "x"}, "verb.display", "4.2", "4.2.7"),
    "object": (("object",), {"id": "a b"}, "object.id", "2.4.4", "4.2.2.3"),
    "object type": (("object",), {"objectType": "Thing", "id": "urn:a:b"}, "object.objectType", "2.4.4", "4.2.2.3"),
    "definition": (
        ("object",),
        {"id": "urn:a:b", "definition": {"choices": []}},
        "object.definition",
        "2.4.4.1",
        "4.2.2.3",
    ),
    "result": (("result", "success"), "true", "result.success", "2.4.5", "4.2.2.4"),
    "score": (("result", "score"), {"scaled": 1.01}, "result.score.scaled", "2.4.5.1", "4.2.2.4"),
    "duration": (("result", "duration"), "P4W1D", "result.duration", "4.6", "4.2.7"),
    "registration": (("context", "registration"), "x", "context.registration", "2.4.6.1", "4.2.2.5"),
    "context activities": (
        ("context", "contextActivities"),
        {"cousin": []},
        "context.contextActivities.cousin",
        "2.4.6.2",
        "4.2.2.5",
    ),
    "language": (("context", "language"), "nb_NO", "context.language", "2.4.6", "4.2.2.5"),
    "extensions": (("context", "extensions"), {"room": 1}, "context.extensions", "4.1", "4.2.7"),
    "timestamp": (("timestamp",), "2026-11-16T08:00:00-00:00", "timestamp", "2.4.7", "4.2.4.2"),
    "stored": (("stored",), "i dag", "stored", "2.4.8", "4.2.4.2"),
    "authority": (
        ("authority",),
        {"objectType": "Group", "mbox": "mailto:a@b.example"},
        "authority",
        "2.4.9",
        "4.2.4.2",
    ),
    "version": (("version",), "3.0", "version", "2.4.10", "4.2.4.3"),
    "attachments": (("attachments",), [{"usageType": "x"}], "attachments.usageType", "2.4.11", "4.2.2.6"),
    "an unknown property": (("colour",), "red", "colour", "2.2", "4.2"),
    "another letter": (("Result",), {}, "Result", "2.2", "4.2"),
}


@settings(FEW, max_examples=100)
@given(statement=STATEMENT, case=st.sampled_from(sorted(NEARLY)), within=st.booleans())
def test_a_nearly_valid_statement_is_refused_with_the_right_section(
    statement: dict[str, Any], case: str, within: bool
) -> None:
    """Whatever else it says, and in a sub-statement as well."""
    where, value, path, old, new = NEARLY[case]
    within = within and where[0] not in ONLY_WHOLE and statement["object"].get("objectType") != "SubStatement"
    spoilt = _with(statement, where, value)
    raw = msgspec.json.encode(_with(SMALL, ("object",), {"objectType": "SubStatement", **spoilt}) if within else spoilt)
    for version, section in (("1.0.3", f"Data {old}"), ("2.0.0", new)):
        with pytest.raises(InvalidStatementError) as refusal:
            validate(raw, version)
        said = re.sub(r"\[[0-9.]+\]", "", str(refusal.value))
        assert f"`{'object.' if within else ''}{path}`" in said
        assert f"(xAPI {version} {section})" in said


# What stands in a whole statement alone, or is refused in a sub-statement for being there.
ONLY_WHOLE = {"id", "stored", "authority", "version", "colour", "Result"}
SMALL = {"actor": {"mbox": "mailto:a@b.example"}, "verb": {"id": "urn:v:x"}, "object": {"id": "urn:a:b"}}


def _with(held: dict[str, Any], where: tuple[str, ...], value: Any) -> dict[str, Any]:
    name, *rest = where
    return {**held, name: _with(held.get(name, {}), tuple(rest), value) if rest else value}
