"""The forms in which a statement is given back: exact, ids, canonical (1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Q
from django.utils.translation.trans_real import parse_accept_lang_header

from . import canonical
from .canonical import Canon
from .keys import IDENTIFIERS

Json = Mapping[str, Any]
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def in_format(payloads: Sequence[str], name: str, accept_language: str, only: Q) -> list[str]:
    """`payloads` as they stand (exact), with no more than what identifies (ids), or with the canonical words of
    activities and verbs in one language (canonical), as far as statements that meet `only` tell them.
    """
    if name == "exact":
        return list(payloads)
    statements = [msgspec.json.decode(payload) for payload in payloads]
    if name == "ids":
        changed = [_ids(said) for said in statements]
    else:
        canon, languages = canonical.of(statements, only), _languages(accept_language)
        changed = [_canonical(said, canon, languages) for said in statements]
    return [msgspec.json.encode(said).decode() for said in changed]


Change = Callable[[Json], dict[str, Any]]


@dataclass(frozen=True)
class Changes:
    """What becomes of each agent, activity and verb of a statement."""

    agent: Change
    activity: Change
    verb: Change


def _ids(statement: Json) -> dict[str, Any]:
    return _mapped(statement, Changes(_agent_ids, _activity_ids, lambda verb: {"id": verb["id"]}))


def _agent_ids(agent: Json) -> dict[str, Any]:
    """An anonymous group keeps its members, by what identifies them."""
    keep = ("objectType", *IDENTIFIERS)
    found = {name: agent[name] for name in keep if name in agent}
    if not any(name in agent for name in IDENTIFIERS):
        found["member"] = [_agent_ids(member) for member in agent.get("member", [])]
    return found


def _activity_ids(activity: Json) -> dict[str, Any]:
    return {"id": activity["id"]}  # without objectType an object is an activity


def _canonical(statement: Json, canon: Canon, languages: list[str]) -> dict[str, Any]:
    def activity(whole: Json) -> dict[str, Any]:
        held = canon.definition(whole)
        return {**whole, "definition": _definition(held, languages)} if held else dict(whole)

    def verb(whole: Json) -> dict[str, Any]:
        held = canon.display(whole)
        return {**whole, "display": _one(held, languages)} if held else dict(whole)

    return _mapped(statement, Changes(dict, activity, verb))


def _definition(definition: Json, languages: list[str]) -> dict[str, Any]:
    changed = dict(definition)
    for name in ("name", "description"):
        if name in changed:
            changed[name] = _one(changed[name], languages)
    for name in _COMPONENTS:
        if name in changed:
            changed[name] = [_component(one, languages) for one in changed[name]]
    return changed


def _component(component: Json, languages: list[str]) -> dict[str, Any]:
    if "description" not in component:
        return dict(component)
    return {**component, "description": _one(component["description"], languages)}


def _languages(accept: str) -> list[str]:
    return [name for name, quality in parse_accept_lang_header(accept) if quality > 0]


def _one(texts: Mapping[str, str], languages: list[str]) -> dict[str, str]:
    """The entry that the reader likes best: a range stands for all that begin with it (RFC 2616 14.4)."""
    for wanted in languages:
        for name in texts:
            if wanted == "*" or name.lower() == wanted or name.lower().startswith(f"{wanted}-"):
                return {name: texts[name]}
    return {name: texts[name] for name in list(texts)[:1]}


def _mapped(statement: Json, change: Changes) -> dict[str, Any]:
    """A copy with each agent, activity and verb in it changed; of a sub-statement too."""
    changed = dict(statement)
    changed["actor"] = change.agent(statement["actor"])
    changed["verb"] = change.verb(statement["verb"])
    changed["object"] = _object(statement["object"], change)
    if "authority" in statement:
        changed["authority"] = change.agent(statement["authority"])
    if "context" in statement:
        changed["context"] = _context(statement["context"], change)
    return changed


def _object(target: Json, change: Changes) -> dict[str, Any]:
    match target.get("objectType", "Activity"):
        case "Activity":
            return change.activity(target)
        case "Agent" | "Group":
            return change.agent(target)
        case "SubStatement":
            return _mapped(target, change)
    return dict(target)


def _context(context: Json, change: Changes) -> dict[str, Any]:
    changed = dict(context)
    for name in ("instructor", "team"):
        if name in changed:
            changed[name] = change.agent(changed[name])
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in changed:
            changed[name] = [{**one, inner: change.agent(one[inner])} for one in changed[name]]
    if "contextActivities" in changed:
        changed["contextActivities"] = {
            name: [change.activity(one) for one in held] for name, held in changed["contextActivities"].items()
        }
    return changed
