"""Statements and what they hold, at every place (1.0.3 Data 2.2, 2.4.3 to 2.4.11, 4; 2.0.0 4.2)."""

import pytest
from lrs_cast import agent, build
from lrs_parts import (
    ACTIVITY_RULES,
    ATTACHMENT_RULES,
    CONTEXT_RULES,
    DEFINITION_RULES,
    OBJECT_RULES,
    RESULT_RULES,
    SCORE_RULES,
    STATEMENT_RULES,
    SUB_RULES,
    VERB_RULES,
    WRITTEN_WRONG,
)
from lrs_places import (
    ACTIVITIES,
    ATTACHMENTS,
    CONTEXTS,
    DEFINITIONS,
    EXTENSIONS,
    IRIS,
    LANGUAGE_MAPS,
    MBOX,
    RESULTS,
    SCORES,
    STATEMENTS,
    TIMESTAMPS,
    UUID,
    UUIDS,
    VERBS,
    Places,
    with_context,
)
from lrs_rules import Rule, cases, check
from lrs_texts import (
    AUTHORITY_RULES,
    EXTENSION_RULES,
    IRI_RULES,
    LANGUAGE_RULES,
    NO_TAGS,
    TIMESTAMP_RULES,
    UUID_RULES,
    VERSION_RULES,
    VOIDING_RULES,
)

ROOT = {"": STATEMENTS[""]}
SUB = {"object": STATEMENTS["object"]}
ABOUT_ACTIVITIES = [
    Rule(
        "2.4.6",
        "4.2.2.5",
        f"{name} where the object is {kind}",
        {**build(object=target), "context": {name: "x"}},
        f".context.{name}",
    )
    for name in ("revision", "platform")
    for kind, target in {
        "an agent": agent("per"),
        "a group": {"objectType": "Group", "member": [MBOX]},
        "a reference": {"objectType": "StatementRef", "id": UUID},
    }.items()
]
ALL = [
    *cases(STATEMENTS, STATEMENT_RULES),
    *cases(STATEMENTS, WRITTEN_WRONG, leave_out=["object"]),
    *cases(STATEMENTS, ABOUT_ACTIVITIES),
    *cases(ROOT, [rule for rule in OBJECT_RULES if "sub-statement" not in rule.what]),
    *cases(SUB, OBJECT_RULES),
    *cases(SUB, SUB_RULES),
    *cases(VERBS, VERB_RULES),
    *cases(ACTIVITIES, ACTIVITY_RULES[:2]),
    *cases({name: put for name, put in ACTIVITIES.items() if "context" not in name}, ACTIVITY_RULES[2:]),
    *cases(DEFINITIONS, DEFINITION_RULES),
    *cases(RESULTS, RESULT_RULES),
    *cases(SCORES, SCORE_RULES),
    *cases(CONTEXTS, CONTEXT_RULES),
    *cases(ATTACHMENTS, ATTACHMENT_RULES),
    *cases(LANGUAGE_MAPS, LANGUAGE_RULES),
    *cases(EXTENSIONS, EXTENSION_RULES),
    *cases(UUIDS, UUID_RULES),
    *cases(IRIS, IRI_RULES),
    *cases(TIMESTAMPS, TIMESTAMP_RULES),
    *cases(ROOT, [*VERSION_RULES, *AUTHORITY_RULES, *VOIDING_RULES]),
]


@pytest.mark.parametrize(("rule", "places"), ALL)
def test_what_the_specification_says_of_a_part_holds_wherever_it_stands(rule: Rule, places: Places) -> None:
    check(rule, places)


@pytest.mark.parametrize("tag", NO_TAGS)
def test_a_language_map_and_the_language_of_a_context_take_only_language_tags(tag: str) -> None:
    """1.0.3 Data 4.2 and 2.4.6, 2.0.0 4.2.7 and 4.2.2.5 (RFC 5646)."""
    for place, put in LANGUAGE_MAPS.items():
        below = ".description" if place.endswith("choices") else ""
        check(Rule("", "", tag, {tag: "x"}, below), {place: put})
    check(Rule("", "", tag, tag, ""), {"context.language": lambda one: with_context(language=one)})
