"""Agents, groups and accounts, at every place where one can stand (1.0.3 Data 2.4.2, 2.0.0 4.2.2.1)."""

from itertools import permutations
from typing import Any

import pytest
from lrs_places import AGENTS, GROUPS, MBOX, Places
from lrs_rules import Rule, allowed, cases, check

ACCOUNT = {"homePage": "https://fagbenk.example", "name": "kari"}
IDENTIFIERS: dict[str, Any] = {
    "mbox": MBOX["mbox"],
    "mbox_sha1sum": "a" * 40,
    "openid": "https://fagbenk.example/kari",
    "account": ACCOUNT,
}
NEW = "4.2.2.1"
NO_TEXT: dict[str, Any] = {"a number": 12, "an object": {"a": 1}, "null": None, "a list": []}


def _identified(group: bool) -> list[Rule]:
    """What holds for agents and identified groups alike."""
    kind: dict[str, Any] = {"objectType": "Group"} if group else {}
    own = "2.4.2.2" if group else "2.4.2.1"
    rules = [Rule(own, NEW, f"known by {name}", {**kind, name: one}) for name, one in IDENTIFIERS.items()]
    rules += [
        Rule(own, NEW, f"{one} beside {two}", {**kind, one: IDENTIFIERS[one], two: IDENTIFIERS[two]}, "")
        for one, two in permutations(IDENTIFIERS, 2)
    ]
    for name, wrong in NO_TEXT.items():
        rules += [
            Rule("2.4.2.3", NEW, f"mbox is {name}", {**kind, "mbox": wrong}, ".mbox"),
            Rule("2.4.2.3", NEW, f"mbox_sha1sum is {name}", {**kind, "mbox_sha1sum": wrong}, ".mbox_sha1sum"),
            Rule("2.4.2.3", NEW, f"openid is {name}", {**kind, "openid": wrong}, ".openid"),
        ]
    for name, mbox in {
        "no mailto": "kari@fagbenk.example",
        "another scheme": "http://kari@fagbenk.example",
        "no at": "mailto:kari",
        "nothing before the at": "mailto:@fagbenk.example",
        "empty": "",
    }.items():
        rules.append(Rule("2.4.2.3", NEW, f"mbox with {name}", {**kind, "mbox": mbox}, ".mbox"))
    rules += [
        Rule("2.4.2.3", NEW, "mbox_sha1sum too short", {**kind, "mbox_sha1sum": "a" * 39}, ".mbox_sha1sum"),
        Rule("2.4.2.3", NEW, "mbox_sha1sum not hexadecimal", {**kind, "mbox_sha1sum": "g" * 40}, ".mbox_sha1sum"),
        Rule("2.4.2.3", NEW, "openid without a scheme", {**kind, "openid": "fagbenk.example/kari"}, ".openid"),
        Rule("2.4.2.4", NEW, "an account without homePage", {**kind, "account": {"name": "k"}}, ".account.homePage"),
        Rule("2.4.2.4", NEW, "an account without name", {**kind, "account": {"homePage": "urn:a:b"}}, ".account.name"),
        Rule("2.4.2.4", NEW, "an account that is text", {**kind, "account": "kari"}, ".account"),
        Rule("2.4.2.4", NEW, "an unknown part", {**kind, "account": {**ACCOUNT, "age": 4}}, ".account.age"),
    ]
    for name, wrong in {"no IRL": "fagbenk.example", "a number": 1, "an object": {}}.items():
        account = {"homePage": wrong, "name": "k"}
        rules.append(Rule("2.4.2.4", NEW, f"homePage is {name}", {**kind, "account": account}, ".account.homePage"))
    for name, wrong in NO_TEXT.items():
        account = {**ACCOUNT, "name": wrong}
        rules.append(Rule("2.4.2.4", NEW, f"account name is {name}", {**kind, "account": account}, ".account.name"))
    return rules


AGENT_RULES = [
    *_identified(group=False),
    *allowed("2.4.2.1", NEW, with_objectType={"objectType": "Agent", **MBOX}, with_a_name={"name": "Kari", **MBOX}),
    Rule("2.4.2.1", NEW, "nothing to know it by", {"name": "Kari"}, ""),
    Rule("2.4.2.1", NEW, "members", {**MBOX, "member": [MBOX]}, ""),
]
GROUP_RULES = [
    *_identified(group=True),
    Rule("2.4.2.2", NEW, "anonymous with members", {"objectType": "Group", "member": [MBOX, {"account": ACCOUNT}]}),
    Rule("2.4.2.2", NEW, "identified with members", {"objectType": "Group", "member": [MBOX], **MBOX}),
    Rule("2.4.2.2", NEW, "identified with an empty list of members", {"objectType": "Group", "member": [], **MBOX}),
    Rule("2.4.2.2", NEW, "anonymous without members", {"objectType": "Group", "name": "Laget"}, ""),
    Rule("2.4.2.2", NEW, "anonymous with an empty list", {"objectType": "Group", "member": []}, ""),
    Rule("2.4.2.2", NEW, "members that are one object", {"objectType": "Group", "member": MBOX}, ".member"),
    Rule("2.4.2.2", NEW, "a member that is text", {"objectType": "Group", "member": ["kari"]}, ".member"),
    Rule(
        "2.4.2.2",
        NEW,
        "a group as member",
        {"objectType": "Group", "member": [{"objectType": "Group", **MBOX}]},
        ".member.objectType",
    ),
]


@pytest.mark.parametrize(("rule", "places"), cases(AGENTS, AGENT_RULES))
def test_an_agent_is_one_wherever_it_stands(rule: Rule, places: Places) -> None:
    check(rule, places)


@pytest.mark.parametrize(("rule", "places"), cases(GROUPS, GROUP_RULES))
def test_a_group_is_one_wherever_it_stands(rule: Rule, places: Places) -> None:
    check(rule, places)
