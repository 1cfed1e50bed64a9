"""Each case names the section of xAPI 1.0.3 (part Data) that it comes from; 2.0.0 says the same unless noted."""

from typing import Any

import msgspec
import pytest
from lrs_cast import agent, build, voiding

from tracking.lrs.exceptions import InvalidStatementError
from tracking.lrs.validation import validate

MBOX = {"mbox": "mailto:kari@fagbenk.example"}
ACTIVITY = {"id": "https://fagbenk.example/a"}
UUID4 = "0d1c1a3e-8f5b-4a53-9f0e-6f1f3f1f3f1f"
ATTACHMENT = {
    "usageType": "https://fagbenk.example/use",
    "display": {"nb": "bilde"},
    "contentType": "image/png",
    "length": 4,
    "sha2": "a" * 64,
    "fileUrl": "https://fagbenk.example/f",
}


def sub(**changes: Any) -> dict[str, Any]:
    return build(object={"objectType": "SubStatement", **build(**changes)})


def group(**changes: Any) -> dict[str, Any]:
    return {"objectType": "Group", **changes}


def definition(**changes: Any) -> dict[str, Any]:
    return build(object={**ACTIVITY, "definition": changes})


ACCEPTED = {
    "2.4.2.1 an agent without objectType": build(actor=MBOX),
    "2.4.2.2 an identified group without members": build(actor=group(**MBOX)),
    "2.4.2.2 an anonymous group with members": build(actor=group(member=[MBOX, agent("per")])),
    "2.4.2.3 mbox_sha1sum": build(actor={"mbox_sha1sum": "A" * 40}),
    "2.4.2.3 openid": build(actor={"openid": "https://fagbenk.example/kari"}),
    "2.4.4.1 an interaction with its components": definition(
        interactionType="choice", choices=[{"id": "a"}, {"id": "b", "description": {"nb": "b"}}]
    ),
    "2.4.4.2 an agent as object": build(object=agent("per")),
    "2.4.4.3 a statement as object": build(object={"objectType": "StatementRef", "id": UUID4}),
    "2.4.4.3 a sub-statement": sub(),
    "2.4.5 a whole result": build(
        result={
            "score": {"scaled": -1, "raw": 3.5, "min": 0, "max": 10},
            "success": True,
            "completion": False,
            "response": "",
            "duration": "PT1H30M0.5S",
        }
    ),
    "2.4.6 registration as UUID version 7": build(context={"registration": "0192f3a0-7c1d-7b3a-8f00-0123456789ab"}),
    "2.4.6 registration as UUID version 6": build(context={"registration": "1ef1b7a0-7c1d-6b3a-8f00-0123456789ab"}),
    "2.4.6.2 context activities as list and alone": build(
        context={"contextActivities": {"parent": ACTIVITY, "other": [ACTIVITY]}}
    ),
    "2.4.7 a timestamp with offset": build(timestamp="2026-11-16T09:30:00.123+01:00"),
    "2.4.10 version 1.0.9": build(version="1.0.9"),
    "2.4.11 an attachment by fileUrl": build(attachments=[ATTACHMENT]),
    "4.1 extension values may be null and empty": build(
        result={"extensions": {"https://fagbenk.example/e": None, "https://fagbenk.example/f": {}, "urn:g:h": ""}}
    ),
    "4.2 a language tag with script and region": build(context={"language": "zh-Hans-CN"}),
    "4.6 a duration in weeks": build(result={"duration": "P4W"}),
    "4.6 a duration with a comma": build(result={"duration": "P1Y2M3DT4H5M6,25S"}),
    "2.3.2 a voiding": voiding(UUID4),
}

# name: (statement, what the message says)
REFUSED = {
    "2.2 null": (build(result={"response": None, "success": True}), "`result.response`"),
    "2.2 an unknown property": (build(colour="red"), "`colour`"),
    "2.4 no object": ({name: v for name, v in build().items() if name != "object"}, "`object`"),
    "2.4.1 an id that is no UUID": (build(id="1234"), "`id`"),
    "2.4.2.1 an agent with nothing to know it by": (build(actor={"name": "Kari"}), "`actor`"),
    "2.4.2.1 an agent with two identifiers": (build(actor={**MBOX, "openid": "https://a.example"}), "`actor`"),
    "2.4.2.1 an agent with members": (build(actor={**MBOX, "member": [MBOX]}), "`actor`"),
    "2.4.2.2 an anonymous group without members": (build(actor=group()), "`actor`"),
    "2.4.2.2 a group within a group": (build(actor=group(member=[group(**MBOX)])), "`actor.member"),
    "2.4.2.2 an unknown objectType": (build(actor={"objectType": "Robot", **MBOX}), "`actor.objectType`"),
    "2.4.2.3 an mbox without mailto": (build(actor={"mbox": "kari@fagbenk.example"}), "`actor.mbox`"),
    "2.4.2.4 an account without homePage": (build(actor={"account": {"name": "k"}}), "`actor.account.homePage`"),
    "2.4.3 a verb without id": (build(verb={"display": {"nb": "x"}}), "`verb.id`"),
    "2.4.3 a verb whose id has no scheme": (build(verb={"id": "completed"}), "`verb.id`"),
    "2.4.4 an unknown objectType": (build(object={"objectType": "Thing", **ACTIVITY}), "`object.objectType`"),
    "2.4.4.1 components without interactionType": (definition(choices=[{"id": "a"}]), "`object.definition`"),
    "2.4.4.1 components of another interaction": (
        definition(interactionType="numeric", scale=[{"id": "a"}]),
        "`object.definition`",
    ),
    "2.4.4.1 two components with one id": (
        definition(interactionType="likert", scale=[{"id": "a"}, {"id": "a"}]),
        "`object.definition`",
    ),
    "2.4.4.3 a sub-statement with an id": (
        build(object={"objectType": "SubStatement", **build(id=UUID4)}),
        "`object.id`",
    ),
    "2.4.4.3 a sub-statement within a sub-statement": (
        sub(object={"objectType": "SubStatement", **build()}),
        "`object.object.objectType`",
    ),
    "2.4.5.1 scaled above 1": (build(result={"score": {"scaled": 1.5}}), "`result.score.scaled`"),
    "2.4.5.1 raw above max": (build(result={"score": {"raw": 11, "max": 10}}), "`result.score`"),
    "2.4.5.1 min above max": (build(result={"score": {"min": 11, "max": 10}}), "`result.score`"),
    "2.4.5 success as text": (build(result={"success": "true"}), "`result.success`"),
    "2.4.6 revision where the object is an agent": (
        build(object=agent("per"), context={"revision": "1"}),
        "`context.revision`",
    ),
    "2.4.6 platform within a sub-statement about an agent": (
        sub(object=agent("per"), context={"platform": "x"}),
        "`object.context.platform`",
    ),
    "2.4.6 a team that is an agent": (build(context={"team": agent("per")}), "`context.team"),
    "2.4.6.2 an unknown kind of context activity": (
        build(context={"contextActivities": {"cousin": [ACTIVITY]}}),
        "`context.contextActivities.cousin`",
    ),
    "2.4.7 a date alone": (build(timestamp="2026-11-16"), "`timestamp`"),
    "2.4.7 a day that does not exist": (build(timestamp="2026-02-30T10:00:00Z"), "`timestamp`"),
    "2.4.9 a group as authority with three members": (
        build(authority=group(member=[MBOX, MBOX, MBOX])),
        "`authority`",
    ),
    "2.4.10 version 1.1.0": (build(version="1.1.0"), "`version`"),
    "2.4.11 an attachment whose length is text": (build(attachments=[{**ATTACHMENT, "length": "4"}]), "`attachments"),
    "2.3.2 a voiding of an activity": (build(verb=voiding(UUID4)["verb"]), "`object`"),
    "4.1 an extension whose name is no IRI": (build(context={"extensions": {"room": 1}}), "`context.extensions`"),
    "4.2 a language tag with a space": (build(verb={"id": "urn:v:x", "display": {"norsk bokmål": "x"}}), "display"),
    "4.3 an IRI with a space": (build(object={"id": "https://fagbenk.example/a b"}), "`object.id`"),
    "4.5 the offset -00:00": (build(timestamp="2026-11-16T08:00:00-00:00"), "`timestamp`"),
    "4.6 weeks and days together": (build(result={"duration": "P4W1D"}), "`result.duration`"),
    "4.6 a duration of nothing": (build(result={"duration": "PT"}), "`result.duration`"),
    "4.6 a fraction before the last number": (build(result={"duration": "P1.5DT1H"}), "`result.duration`"),
}


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("statement", ACCEPTED.values(), ids=ACCEPTED)
def test_what_the_specification_allows_is_accepted(statement: dict[str, Any], version: str) -> None:
    validate(msgspec.json.encode(statement), version)


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("statement", "place"), REFUSED.values(), ids=REFUSED)
def test_what_the_specification_forbids_is_refused_with_its_place(
    statement: dict[str, Any], place: str, version: str
) -> None:
    with pytest.raises(InvalidStatementError) as refusal:
        validate(msgspec.json.encode(statement), version)
    assert place in str(refusal.value)
    assert f"(xAPI {version} " in str(refusal.value)


CONTEXT_AGENTS = {"contextAgents": [{"objectType": "contextAgent", "agent": MBOX, "relevantTypes": ["urn:t:x"]}]}
CONTEXT_GROUPS = {"contextGroups": [{"objectType": "contextGroup", "group": group(**MBOX)}]}


@pytest.mark.parametrize("context", [CONTEXT_AGENTS, CONTEXT_GROUPS], ids=["contextAgents", "contextGroups"])
def test_context_agents_and_groups_came_with_version_2(context: dict[str, Any]) -> None:
    validate(msgspec.json.encode(build(context=context)), "2.0.0")
    with pytest.raises(InvalidStatementError):
        validate(msgspec.json.encode(build(context=context)), "1.0.3")


def test_a_context_agent_names_at_least_one_relevant_type_or_none_at_all() -> None:
    context = {"contextAgents": [{"objectType": "contextAgent", "agent": MBOX, "relevantTypes": []}]}
    with pytest.raises(InvalidStatementError, match=r"4\.2\.2\.5"):
        validate(msgspec.json.encode(build(context=context)), "2.0.0")


def test_a_statement_of_version_2_is_not_for_a_store_of_version_1() -> None:
    validate(msgspec.json.encode(build(version="2.0.0")), "2.0.0")
    with pytest.raises(InvalidStatementError, match=r"1\.0 or 1\.0\.x"):
        validate(msgspec.json.encode(build(version="2.0.0")), "1.0.3")


def test_a_timestamp_without_offset_is_only_for_version_1() -> None:
    validate(msgspec.json.encode(build(timestamp="2026-11-16T08:00:00")), "1.0.3")
    with pytest.raises(InvalidStatementError, match="offset"):
        validate(msgspec.json.encode(build(timestamp="2026-11-16T08:00:00")), "2.0.0")
