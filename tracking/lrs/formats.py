"""The forms in which a statement is given back: exact, ids, canonical (1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1)."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.utils.translation.trans_real import parse_accept_lang_header

from .keys import IDENTIFIERS
from .rows import as_list

Json = Mapping[str, Any]
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def in_format(payload: str, name: str, accept_language: str = "") -> str:
    """`payload` as it stands (exact), with no more than what identifies (ids), or in one language (canonical)."""
    if name == "exact":
        return payload
    statement = msgspec.json.decode(payload)
    changed = _ids(statement) if name == "ids" else _canonical(statement, _languages(accept_language))
    return msgspec.json.encode(changed).decode()


def _ids(statement: Json) -> dict[str, Any]:
    changed = _mapped(statement, agent=_agent_ids, activity=_activity_ids)
    changed["verb"] = {"id": statement["verb"]["id"]}
    return changed


def _agent_ids(agent: Json) -> dict[str, Any]:
    """An anonymous group keeps its members, by what identifies them."""
    keep = ("objectType", *IDENTIFIERS)
    found = {name: agent[name] for name in keep if name in agent}
    if not any(name in agent for name in IDENTIFIERS):
        found["member"] = [_agent_ids(member) for member in agent.get("member", [])]
    return found


def _activity_ids(activity: Json) -> dict[str, Any]:
    return {name: activity[name] for name in ("objectType", "id") if name in activity}


def _canonical(statement: Json, languages: list[str]) -> dict[str, Any]:
    """Each statement carries its own definition, which we take as the canonical one."""

    def activity_in_one_language(activity: Json) -> dict[str, Any]:
        if "definition" not in activity:
            return dict(activity)
        return {**activity, "definition": _definition(activity["definition"], languages)}

    changed = _mapped(statement, agent=dict, activity=activity_in_one_language)
    if "display" in statement["verb"]:
        changed["verb"] = {**statement["verb"], "display": _one(statement["verb"]["display"], languages)}
    return changed


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


Change = Callable[[Json], dict[str, Any]]


def _mapped(statement: Json, *, agent: Change, activity: Change) -> dict[str, Any]:
    """A copy with each agent and each activity in it changed; a sub-statement too."""
    changed = dict(statement)
    changed["actor"] = agent(statement["actor"])
    if "authority" in statement:
        changed["authority"] = agent(statement["authority"])
    changed["object"] = _object(statement["object"], agent, activity)
    if "context" in statement:
        changed["context"] = _context(statement["context"], agent, activity)
    return changed


def _object(target: Json, agent: Change, activity: Change) -> dict[str, Any]:
    kind = target.get("objectType", "Activity")
    if kind == "SubStatement":
        changed = _mapped(target, agent=agent, activity=activity)
        changed["verb"] = target["verb"]
        return changed
    if kind == "Activity":
        return activity(target)
    return agent(target) if kind in ("Agent", "Group") else dict(target)


def _context(context: Json, agent: Change, activity: Change) -> dict[str, Any]:
    changed = dict(context)
    for name in ("instructor", "team"):
        if name in changed:
            changed[name] = agent(changed[name])
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in changed:
            changed[name] = [{**one, inner: agent(one[inner])} for one in changed[name]]
    if "contextActivities" in changed:
        changed["contextActivities"] = {
            name: [activity(one) for one in as_list(held)] for name, held in changed["contextActivities"].items()
        }
    return changed
