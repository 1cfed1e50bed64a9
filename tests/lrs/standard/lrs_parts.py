"""What the specification says of a statement's parts (1.0.3 Data 2.4.3 to 2.4.8 and 2.4.11; 2.0.0 4.2.2)."""

from typing import Any

from lrs_cast import agent, build
from lrs_places import (
    ACTIVITY,
    ATTACHMENT,
    MBOX,
    UUID,
)
from lrs_rules import NEW_ONLY, Rule, allowed

INTERACTIONS: dict[str, dict[str, Any]] = {
    "true-false": {},
    "choice": {"choices": [{"id": "a"}, {"id": "b", "description": {"nb": "b"}}]},
    "fill-in": {"correctResponsesPattern": ["a"]},
    "long-fill-in": {"correctResponsesPattern": ["{case_matters=false}a"]},
    "matching": {"source": [{"id": "a"}], "target": [{"id": "1"}], "correctResponsesPattern": ["a[.]1"]},
    "performance": {"steps": [{"id": "a"}]},
    "sequencing": {"choices": [{"id": "a"}]},
    "likert": {"scale": [{"id": "1"}]},
    "numeric": {"correctResponsesPattern": ["4[:]8"]},
    "other": {},
}
COMPONENTS = ("choices", "scale", "source", "target", "steps")
SMALL: dict[str, Any] = {"a number": 1, "text": "a", "a list": [1], "null": None}


def wrong(old: str, new: str, name: str, *, but: tuple[str, ...] = (), path: str | None = None) -> list[Rule]:
    """The property `name` with values of other kinds; `but` are the kinds that it may have."""
    kinds = {**SMALL, "an object": {"x": "y"}, "true": True}
    where = f".{name}" if path is None else path
    return [Rule(old, new, f"{name} is {kind}", {name: one}, where) for kind, one in kinds.items() if kind not in but]


STATEMENT_RULES = [
    *(
        Rule(old, new, f"without {name}", {part: value for part, value in build().items() if part != name}, f".{name}")
        for name, old, new in (
            ("actor", "2.4.2", "4.2.2.1"),
            ("verb", "2.4.3", "4.2.2.2"),
            ("object", "2.4.4", "4.2.2.3"),
        )
    ),
    *(
        Rule(old, new, f"{name} is null", {**build(), name: None}, f".{name}")
        for name, old, new in (
            ("actor", "2.4.2", "4.2.2.1"),
            ("verb", "2.4.3", "4.2.2.2"),
            ("context", "2.4.6", "4.2.2.5"),
            ("result", "2.4.5", "4.2.2.4"),
            ("attachments", "2.4.11", "4.2.2.6"),
        )
    ),
]
WRITTEN_WRONG = [
    Rule("2.2", "4.2", f"{name} for {right}", {**build(), name: value}, f".{name}")
    for right, name, value in (
        ("id", "iD", UUID),
        ("actor", "Actor", MBOX),
        ("verb", "VERB", {"id": "urn:v:x"}),
        ("object", "objecT", ACTIVITY),
        ("result", "Result", {}),
        ("context", "conText", {}),
        ("timestamp", "timeStamp", "2026-11-16T08:00:00Z"),
        ("stored", "Stored", "2026-11-16T08:00:00Z"),
        ("authority", "Authority", MBOX),
        ("version", "verSion", "1.0.0"),
        ("attachments", "Attachments", []),
    )
]
OBJECT_RULES = [
    Rule("2.4.4", "4.2.2.3", f"objectType {kind}", build(object={"objectType": kind, **MBOX}), ".object.objectType")
    for kind in ("Robot", "activity", "AGENT", "statementRef")
] + [
    Rule("2.4.2.3", "4.2.2.1", "an agent without objectType", build(object=MBOX), ".object.mbox"),
    Rule("2.4.4", "4.2.2.3", "text", build(object="urn:a:b"), ".object"),
    Rule("2.4.4", "4.2.2.3", "a reference without id", build(object={"objectType": "StatementRef"}), ".object.id"),
    *allowed(
        "2.4.4",
        "4.2.2.3",
        an_agent=build(object=agent("per")),
        a_group=build(object={"objectType": "Group", "member": [MBOX]}),
        a_reference=build(object={"objectType": "StatementRef", "id": UUID}),
        an_activity=build(object={"objectType": "Activity", **ACTIVITY}),
    ),
    *(
        Rule("2.4.4", "4.2.2.3", "a sub-statement in it", build(object=held), ".object.objectType")
        for held in ({"objectType": "SubStatement", "x": 1},)
    ),
]
SUB_RULES = [
    Rule("2.4.4", "4.2.2.3", f"{name} in a sub-statement", {**build(), name: value}, f".{name}")
    for name, value in (("id", UUID),)
] + [
    Rule("2.4.8", "4.2.4.2", "stored", {**build(), "stored": "2026-11-16T08:00:00Z"}, ".stored"),
    Rule("2.4.9", "4.2.4.2", "authority", {**build(), "authority": MBOX}, ".authority"),
    Rule("2.4.10", "4.2.4.3", "version", {**build(), "version": "1.0.0"}, ".version"),
]
VERB_RULES = [
    Rule("2.4.3", "4.2.2.2", "with display", {"id": "urn:v:x", "display": {"nb": "x"}}),
    Rule("2.4.3", "4.2.2.2", "without id", {"display": {"nb": "x"}}, ".id"),
    Rule("2.4.3", "4.2.2.2", "text", "urn:v:x", ""),
    Rule("2.4.3", "4.2.2.2", "an unknown part", {"id": "urn:v:x", "colour": "red"}, ".colour"),
]
ACTIVITY_RULES = [
    Rule("2.4.4.1", "4.2.2.3", "with its type", {"objectType": "Activity", **ACTIVITY}),
    Rule("2.4.4.1", "4.2.2.3", "an empty definition", {**ACTIVITY, "definition": {}}),
    Rule("2.4.4.1", "4.2.2.3", "a definition that is text", {**ACTIVITY, "definition": "x"}, ".definition"),
]
DEFINITION_RULES = [
    *(
        Rule("2.4.4.1", "4.2.2.3", f"{name} with its parts", {"interactionType": name, **parts})
        for name, parts in INTERACTIONS.items()
    ),
    *(
        Rule("2.4.4.1", "4.2.2.3", f"{name} in other letters", {"interactionType": name.title()}, ".interactionType")
        for name in INTERACTIONS
    ),
    *(Rule("2.4.4.1", "4.2.2.3", f"{name} without interactionType", {name: [{"id": "a"}]}, "") for name in COMPONENTS),
    Rule("2.4.4.1", "4.2.2.3", "a pattern without interactionType", {"correctResponsesPattern": ["a"]}, ""),
    *(
        Rule("2.4.4.1", "4.2.2.3", f"{part} with {name}", {"interactionType": name, part: [{"id": "a"}]}, "")
        for name in INTERACTIONS
        for part in COMPONENTS
        if part not in INTERACTIONS[name]
    ),
    *(
        Rule("2.4.4.1", "4.2.2.3", f"two of {part} alike", {"interactionType": name, part: [{"id": "a"}] * 2}, "")
        for name, part in (("choice", "choices"), ("likert", "scale"), ("performance", "steps"))
    ),
    Rule(
        "2.4.4.1",
        "4.2.2.3",
        "a component without id",
        {"interactionType": "choice", "choices": [{"description": {"nb": "a"}}]},
        ".choices.id",
    ),
    *wrong("2.4.4.1", "4.2.2.3", "interactionType"),
    *wrong("2.4.4.1", "4.2.2.3", "type"),
    *wrong("2.4.4.1", "4.2.2.3", "moreInfo"),
    *wrong("4.1", "4.2.7", "extensions", but=("an object",)),
]
RESULT_RULES = [
    Rule("2.4.5", "4.2.2.4", "empty", {}),
    *wrong("2.4.5", "4.2.2.4", "success", but=("true",)),
    *wrong("2.4.5", "4.2.2.4", "completion", but=("true",)),
    *wrong("2.4.5", "4.2.2.4", "response", but=("text",)),
    *wrong("2.4.5.1", "4.2.2.4", "score", but=("an object",)),
    *wrong("4.6", "4.2.7", "duration"),
    *wrong("4.1", "4.2.7", "extensions", but=("an object",)),
    *(
        Rule("4.6", "4.2.7", f"duration {text}", {"duration": text})
        for text in ("PT4H35M59.14S", "P3Y1M29DT4H35M59.14S", "PT16559.14S", "P3Y", "P4W", "PT0S", "P1Y2M", "PT1,5H")
    ),
    *(
        Rule("4.6", "4.2.7", f"duration {text or 'empty'}", {"duration": text}, ".duration")
        for text in (
            "P4W1D",
            "P",
            "PT",
            "P1DT",
            "1D",
            "PT1M1H",
            "P1S",
            "PT1D",
            "P1.5DT1H",
            "-PT1S",
            "pt1s",
            "PT 1S",
            "",
        )
    ),
]
SCORE_RULES = [
    *(Rule("2.4.5.1", "4.2.2.4", f"scaled {n}", {"scaled": n}) for n in (-1, 0, 1, 0.123456789)),
    *(Rule("2.4.5.1", "4.2.2.4", f"scaled {n}", {"scaled": n}, ".scaled") for n in (1.0001, -1.0001, 100, "0.5", None)),
    *(
        Rule("2.4.5.1", "4.2.2.4", what, score)
        for what, score in {
            "raw at min": {"raw": 0, "min": 0, "max": 10},
            "raw at max": {"raw": 10, "min": 0, "max": 10},
            "raw alone": {"raw": -1e9},
            "min and max alone": {"min": -5.5, "max": -5.4},
        }.items()
    ),
    *(
        Rule("2.4.5.1", "4.2.2.4", what, score, "")
        for what, score in {
            "raw below min": {"raw": -1, "min": 0},
            "raw above max": {"raw": 11, "max": 10},
            "min above max": {"min": 11, "max": 10},
            "min at max": {"min": 10, "max": 10},
        }.items()
    ),
    *(
        Rule("2.4.5.1", "4.2.2.4", f"{name} is {kind}", {name: value}, f".{name}")
        for name in ("raw", "min", "max")
        for kind, value in {"text": "1", "a list": [1], "true": True, "null": None}.items()
    ),
    Rule("2.4.5.1", "4.2.2.4", "an unknown part", {"percent": 50}, ".percent"),
]
CONTEXT_RULES = [
    Rule("2.4.6", "4.2.2.5", "empty", {}),
    *wrong("2.4.6", "4.2.2.5", "instructor", but=("an object",)),
    *wrong("2.4.6", "4.2.2.5", "team", but=("an object",)),
    *wrong("2.4.6", "4.2.2.5", "revision", but=("text",)),
    *wrong("2.4.6", "4.2.2.5", "platform", but=("text",)),
    *wrong("2.4.6", "4.2.2.5", "language", but=("text",)),
    *wrong("2.4.6.1", "4.2.2.5", "registration"),
    *wrong("2.4.6.2", "4.2.2.5", "contextActivities", but=("an object",)),
    *wrong("2.4.6", "4.2.2.5", "statement", but=("an object",)),
    *wrong("4.1", "4.2.7", "extensions", but=("an object",)),
    Rule("2.4.6", "4.2.2.5", "a team that is an agent", {"team": {"objectType": "Agent", **MBOX}}, ".team.objectType"),
    Rule("2.4.6", "4.2.2.5", "a team without objectType", {"team": MBOX}, ".team.objectType"),
    Rule(
        "2.4.6.2",
        "4.2.2.5",
        "an unknown kind of context activity",
        {"contextActivities": {"cousin": [ACTIVITY]}},
        ".contextActivities.cousin",
    ),
    *(
        Rule("2.4.6.2", "4.2.2.5", f"{name} alone and as list", {"contextActivities": {name: one}})
        for name in ("parent", "grouping", "category", "other")
        for one in (ACTIVITY, [ACTIVITY, ACTIVITY], [])
    ),
    Rule(
        "2.4.2.3",
        "4.2.2.1",
        "an agent as parent",
        {"contextActivities": {"parent": [MBOX]}},
        ".contextActivities.parent.mbox",
    ),
    *(
        Rule("2.4.6", "4.2.2.5", what, held, only=NEW_ONLY)
        for what, held in {
            "context agents": {
                "contextAgents": [{"objectType": "contextAgent", "agent": MBOX, "relevantTypes": ["urn:t:x"]}]
            },
            "a context agent without types": {"contextAgents": [{"objectType": "contextAgent", "agent": MBOX}]},
            "context groups": {
                "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [MBOX]}}]
            },
        }.items()
    ),
    *(
        Rule("2.4.6", "4.2.2.5", what, {"contextAgents": held}, f".contextAgents{path}", only=NEW_ONLY)
        for what, held, path in (
            ("context agents that are one object", {"objectType": "contextAgent", "agent": MBOX}, ""),
            ("a context agent without objectType", [{"agent": MBOX}], ".objectType"),
            ("a context agent of another type", [{"objectType": "agent", "agent": MBOX}], ".objectType"),
            ("a context agent without agent", [{"objectType": "contextAgent"}], ".agent"),
            (
                "empty types",
                [{"objectType": "contextAgent", "agent": MBOX, "relevantTypes": []}],
                ".relevantTypes",
            ),
            (
                "a type that is no IRI",
                [{"objectType": "contextAgent", "agent": MBOX, "relevantTypes": ["leader"]}],
                ".relevantTypes",
            ),
            ("an unknown part", [{"objectType": "contextAgent", "agent": MBOX, "colour": 1}], ".colour"),
        )
    ),
    *(
        Rule("2.4.6", "4.2.2.5", what, {"contextGroups": held}, f".contextGroups{path}", only=NEW_ONLY)
        for what, held, path in (
            ("a context group without group", [{"objectType": "contextGroup"}], ".group"),
            ("an agent as context group", [{"objectType": "contextGroup", "group": MBOX}], ".group.objectType"),
        )
    ),
]
ATTACHMENT_RULES = [
    Rule("2.4.11", "4.2.2.6", "whole", {**ATTACHMENT, "description": {"nb": "x"}}),
    *(
        Rule(
            "2.4.11",
            "4.2.2.6",
            f"without {name}",
            {part: value for part, value in ATTACHMENT.items() if part != name},
            f".{name}",
        )
        for name in ("usageType", "display", "contentType", "length", "sha2")
        if name != "display"
    ),
    Rule("4.2", "4.2.7", "without display", {k: v for k, v in ATTACHMENT.items() if k != "display"}, ".display"),
    *(
        Rule("2.4.11", "4.2.2.6", f"{name} {value!r}", {**ATTACHMENT, name: value}, f".{name}")
        for name, value in (
            ("usageType", "bilde"),
            ("usageType", 1),
            ("contentType", "png"),
            ("contentType", 1),
            ("length", "4"),
            ("length", -1),
            ("length", 4.5),
            ("length", None),
            ("sha2", "xyz"),
            ("sha2", 1),
            ("sha2", "a" * 40),
            ("fileUrl", "f.png"),
            ("fileUrl", 1),
        )
    ),
    Rule("2.4.11", "4.2.2.6", "an unknown part", {**ATTACHMENT, "colour": "red"}, ".colour"),
]
