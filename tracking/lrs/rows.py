"""A valid statement to the rows of its tables: pure, nothing is read or written here."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from . import moments
from .keys import agent_key, iri_key
from .models import ActivityUsage, AgentUsage, ReferenceUsage
from .validation import VOIDED

VOIDED_KEY = iri_key(VOIDED)
Json = Mapping[str, Any]

_ACTIVITY_USAGES = {
    "parent": (ActivityUsage.PARENT.value, ActivityUsage.SUB_PARENT.value),
    "grouping": (ActivityUsage.GROUPING.value, ActivityUsage.SUB_GROUPING.value),
    "category": (ActivityUsage.CATEGORY.value, ActivityUsage.SUB_CATEGORY.value),
    "other": (ActivityUsage.OTHER.value, ActivityUsage.SUB_OTHER.value),
}
_AGENT_USAGES = {
    False: (
        AgentUsage.ACTOR.value,
        AgentUsage.OBJECT.value,
        AgentUsage.INSTRUCTOR.value,
        AgentUsage.TEAM.value,
        AgentUsage.CONTEXT_AGENT.value,
        AgentUsage.CONTEXT_GROUP.value,
    ),
    True: (
        AgentUsage.SUB_ACTOR.value,
        AgentUsage.SUB_OBJECT.value,
        AgentUsage.SUB_INSTRUCTOR.value,
        AgentUsage.SUB_TEAM.value,
        AgentUsage.SUB_CONTEXT_AGENT.value,
        AgentUsage.SUB_CONTEXT_GROUP.value,
    ),
}
_OBJECT = {False: ActivityUsage.OBJECT.value, True: ActivityUsage.SUB_OBJECT.value}
_AUTHORITY = AgentUsage.AUTHORITY.value


@dataclass(frozen=True, slots=True)
class Rows:
    """The statement's own columns, and (key, usage) for each of its links."""

    statement_id: str
    stored: dt.datetime
    timestamp: dt.datetime
    verb_key: str
    actor_key: str | None
    object_key: str | None
    authority_key: str | None
    registration: str | None
    agents: Mapping[str, int]
    activities: Mapping[str, int]
    reference: tuple[str, int] | None


def rows(statement: Json, stored: dt.datetime) -> Rows:
    """`statement` is complete: it has id, timestamp and authority."""
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    registration = statement.get("context", {}).get("registration")
    return Rows(
        statement_id=UUID(statement["id"]).hex,
        stored=stored,
        timestamp=moments.parse(statement["timestamp"]),
        verb_key=iri_key(statement["verb"]["id"]),
        actor_key=agent_key(statement["actor"]),
        object_key=_object_key(kind, target),
        authority_key=authority_key(statement["authority"]),
        registration=UUID(registration).hex if registration else None,
        agents=_most_direct(chain(_agents(statement, sub=False), _authority(statement["authority"]))),
        activities=_most_direct(_activities(statement, sub=False)),
        reference=_reference(kind, statement),
    )


def authority_key(authority: Json) -> str | None:
    """The key of who vouches: the agent, or of an OAuth pair the consumer (its first member with an account)."""
    key = agent_key(authority)
    if key is None:
        members = authority.get("member", [])
        key = next((agent_key(one) for one in members if "account" in one), None)
    return key


def _object_key(kind: str, target: Json) -> str | None:
    if kind == "Activity":
        return iri_key(target["id"])
    return agent_key(target) if kind in ("Agent", "Group") else None


def _reference(kind: str, statement: Json) -> tuple[str, int] | None:
    if kind != "StatementRef":
        return None
    voids = statement["verb"]["id"] == VOIDED
    usage = ReferenceUsage.VOIDS if voids else ReferenceUsage.OBJECT
    return UUID(statement["object"]["id"]).hex, usage.value


def _most_direct(found: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    lowest: dict[str, int] = {}
    for key, usage in found:
        if key is not None and usage < lowest.get(key, 1000):
            lowest[key] = usage
    return lowest


def _with_members(agent: Json, usage: int) -> Iterator[tuple[str | None, int]]:
    """A group's members count as the group does (1.0.3 Communication 2.1.3, `agent`)."""
    yield agent_key(agent), usage
    for member in agent.get("member", ()):
        yield agent_key(member), usage


def _authority(authority: Json) -> Iterator[tuple[str | None, int]]:
    return _with_members(authority, _AUTHORITY)


def _agents(statement: Json, *, sub: bool) -> Iterator[tuple[str | None, int]]:
    actor, target, instructor, team, agents, groups = _AGENT_USAGES[sub]
    yield from _with_members(statement["actor"], actor)
    kind = statement["object"].get("objectType")
    if kind in ("Agent", "Group"):
        yield from _with_members(statement["object"], target)
    elif kind == "SubStatement":
        yield from _agents(statement["object"], sub=True)
    context = statement.get("context", {})
    for name, usage in (("instructor", instructor), ("team", team)):
        if name in context:
            yield from _with_members(context[name], usage)
    for held in context.get("contextAgents", ()):
        yield from _with_members(held["agent"], agents)
    for held in context.get("contextGroups", ()):
        yield from _with_members(held["group"], groups)


def _activities(statement: Json, *, sub: bool) -> Iterator[tuple[str | None, int]]:
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield iri_key(target["id"]), _OBJECT[sub]
    elif kind == "SubStatement":
        yield from _activities(target, sub=True)
    for name, held in statement.get("context", {}).get("contextActivities", {}).items():
        usage = _ACTIVITY_USAGES[name][sub]
        for activity in as_list(held):
            yield iri_key(activity["id"]), usage


def as_list(held: Json | Sequence[Json]) -> Sequence[Json]:
    """Context activities may come as one object, for statements older than 1.0 (1.0.3 Data 2.4.6.2)."""
    return [held] if isinstance(held, Mapping) else held
