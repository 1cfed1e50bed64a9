"""The parameters by which State and profiles are addressed: each one honoured or refused by name."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from . import moments
from .documents import Address
from .exceptions import InvalidRequestError
from .models import Document
from .parameters import as_agent_key, as_iri_key, as_uuid, once, parsed


@dataclass(frozen=True)
class Shape:
    """What the address of a kind of document is made of."""

    kind: Document.Kind
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    name: str
    section: str


STATE = Shape(
    Document.Kind.STATE,
    ("activityId", "agent"),
    ("registration",),
    "stateId",
    "xAPI 1.0.3 Communication 2.3, 2.0.0 4.1.6.2",
)
ACTIVITY_PROFILE = Shape(
    Document.Kind.ACTIVITY_PROFILE, ("activityId",), (), "profileId", "xAPI 1.0.3 Communication 2.7, 2.0.0 4.1.6.6"
)
AGENT_PROFILE = Shape(
    Document.Kind.AGENT_PROFILE, ("agent",), (), "profileId", "xAPI 1.0.3 Communication 2.6, 2.0.0 4.1.6.5"
)


def _name(text: str) -> str:
    if not text or "\x00" in text:
        raise ValueError("is empty or has a null character")
    return text


def _registration(text: str) -> str:
    return as_uuid(text).hex


_PARAMETERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "activityId": ("activity", as_iri_key),
    "agent": ("agent", as_agent_key),
    "registration": ("registration", _registration),
    "stateId": ("name", _name),
    "profileId": ("name", _name),
}


def one(shape: Shape, query: QueryDict) -> Address:
    """The address of one document. Raises `InvalidRequestError`, which names the parameter."""
    return _address(shape, query, (*shape.needed, shape.name))


def many(shape: Shape, query: QueryDict) -> tuple[Address, dt.datetime | None]:
    """The address of all of an activity or agent, and `since`."""
    since = parsed("since", query["since"], moments.parse, shape.section) if "since" in query else None
    return _address(shape, query, shape.needed, extra=("since",)), since


def _address(shape: Shape, query: QueryDict, needed: tuple[str, ...], extra: tuple[str, ...] = ()) -> Address:
    once(query, {*needed, *shape.optional, *extra})
    for name in needed:
        if name not in query:
            raise InvalidRequestError(f"The parameter {name!r} is missing ({shape.section}).")
    given = {name: query[name] for name in query if name in _PARAMETERS}
    fields = {
        _PARAMETERS[name][0]: parsed(name, text, _PARAMETERS[name][1], shape.section) for name, text in given.items()
    }
    return Address(shape.kind, **fields)
