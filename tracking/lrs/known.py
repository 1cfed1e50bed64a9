"""What the log tells of an agent or an activity: names and definitions, gathered from the newest statements."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.db.models import Q

from . import canonical
from .keys import IDENTIFIERS, NOTHING, agent_key
from .models import DIRECT, AgentUsage, StatementAgent

Json = Mapping[str, Any]
_NEWEST = 100  # statements looked into, so that the answer costs the same however many there are


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
    found: dict[str, Any] = {"objectType": "Activity", "id": iri}
    definitions = canonical.definitions([iri], Q(), _NEWEST)
    return {**found, "definition": definitions[iri]} if definitions else found
