"""What the log tells of an agent or an activity: names and definitions, gathered from the newest statements.

Gathered at reading: storing statements then writes no row that two of them share.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from . import credentials
from .keys import IDENTIFIERS, NOTHING, agent_key, iri_key
from .models import DIRECT, ActivityUsage, AgentUsage, Credential, StatementActivity, StatementAgent

Json = Mapping[str, Any]
_NEWEST = 100  # statements looked into, so that the answer costs the same however many there are
_MAPS = ("name", "description", "extensions")  # parts of a definition of which each entry counts for itself


def person(agent: Json) -> dict[str, Any]:
    """The Person of an agent (1.0.3 Communication 2.4, 2.0.0 4.1.6.3): its identifier, and its names, newest first."""
    key = agent_key(agent) or NOTHING
    names = [agent["name"]] if "name" in agent else []
    names += [one["name"] for one in _seen(key) if "name" in one and agent_key(one) == key]
    found: dict[str, Any] = {"objectType": "Person"}
    if names:
        found["name"] = list(dict.fromkeys(names))
    return found | {name: [agent[name]] for name in IDENTIFIERS if name in agent}


def _seen(key: str) -> Iterator[Json]:
    """The actors and agents as object of the newest statements in which the agent stands as such."""
    links = StatementAgent.objects.filter(agent=key, usage__lte=DIRECT).order_by("-stored", "-statement_id")
    for payload, usage in links.values_list("statement__payload", "usage")[:_NEWEST]:
        said = msgspec.json.decode(payload)
        whole = said["actor"] if usage == AgentUsage.ACTOR else said["object"]
        yield whole
        yield from whole.get("member", ())


def activity(iri: str) -> dict[str, Any]:
    """The activity with what is known of it (1.0.3 Communication 2.5, 2.0.0 4.1.6.4), also where nothing is."""
    definition: dict[str, Any] = {}
    for held in reversed(list(_definitions(iri))):
        maps = {name: {**definition.get(name, {}), **held[name]} for name in _MAPS if name in held}
        definition = {**definition, **held, **maps}
    found: dict[str, Any] = {"objectType": "Activity", "id": iri}
    return {**found, "definition": definition} if definition else found


def _definitions(iri: str) -> Iterator[Json]:
    """Newest first, of keys that may define."""
    links = StatementActivity.objects.filter(activity=iri_key(iri), usage=ActivityUsage.OBJECT)
    links = links.exclude(statement__authority_key__in=_not_defining()).order_by("-stored", "-statement_id")
    for (payload,) in links.values_list("statement__payload")[:_NEWEST]:
        held = msgspec.json.decode(payload)["object"].get("definition")
        if held:
            yield held


def _not_defining() -> list[str | None]:
    """1.0.3 Communication 4.2: what keys without the scope `define` say of an activity is kept, and changes nothing."""
    keys = [one for one in Credential.objects.all() if not credentials.may(one, credentials.CAN_DEFINE)]
    return [agent_key(credentials.authority(one)) for one in keys]
