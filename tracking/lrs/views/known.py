"""/xapi/agents and /xapi/activities (1.0.3 Communication 2.4 and 2.5; 2.0.0 4.1.6.3 and 4.1.6.4)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse

from .. import credentials, known, launches
from ..exceptions import InvalidRequestError
from ..keys import agent_key
from ..models import Launch
from ..parameters import as_agent, as_iri, once, parsed
from .exchange import Exchange, resource


def _agents(exchange: Exchange) -> HttpResponse:
    credentials.require(exchange.credential, credentials.CAN_READ_AGENTS, "read agents")
    agent = _only(exchange, "agent", _identified, "xAPI 1.0.3 Communication 2.4, 2.0.0 4.1.6.3")
    if isinstance(exchange.credential, Launch):
        launches.check_agent(exchange.credential, agent_key(agent))
    return JsonResponse(known.person(agent))


def _activities(exchange: Exchange) -> HttpResponse:
    credentials.require(exchange.credential, credentials.CAN_READ_ACTIVITIES, "read activities")
    iri = _only(exchange, "activityId", as_iri, "xAPI 1.0.3 Communication 2.5, 2.0.0 4.1.6.4")
    if isinstance(exchange.credential, Launch):
        launches.check_activity(exchange.credential, iri)
    return JsonResponse(known.activity(iri))


def _only(exchange: Exchange, name: str, reader: Callable[[str], Any], section: str) -> Any:
    query = exchange.request.GET
    once(query, {name})
    if name not in query:
        raise InvalidRequestError(f"The parameter {name!r} is missing ({section}).")
    return parsed(name, query[name], reader, section)


def _identified(text: str) -> dict[str, Any]:
    agent = as_agent(text)
    if agent_key(agent) is None:
        raise ValueError("is an anonymous group, of which there is no Person")
    return agent


agents = resource(GET=_agents)
activities = resource(GET=_activities)
