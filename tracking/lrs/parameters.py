"""The parameters of a GET for statements: each one honoured or refused by name."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
from django.http import QueryDict

from . import moments
from .exceptions import InvalidRequestError, InvalidStatementError
from .keys import agent_key, iri_key
from .parsing import strictly
from .validation.actors import Actor
from .validation.texts import Iri, Uuid

MOST = 500  # statements a page, also where none or more are asked for
MOST_WITH_ATTACHMENTS = 25  # their bytes are in memory
MOST_CANONICAL = 100  # for each activity and verb others are looked into
FORMATS = ("exact", "ids", "canonical")
_SECTION = "xAPI 1.0.3 Communication 2.1.3, 2.0.0 4.1.6.1"
_ALONE = ("statementId", "voidedStatementId")


@dataclass(frozen=True)
class Place:
    """Where a page ended: the last statement's `stored` and position."""

    stored: dt.datetime
    position: int

    def __str__(self) -> str:
        return f"{moments.text(self.stored)},{self.position}"


@dataclass(frozen=True)
class Wanted:
    """What a GET asks for; keys as `tracking.lrs.keys` makes them."""

    statement_id: UUID | None = None
    voided_statement_id: UUID | None = None
    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    limit: int = MOST
    format: str = "exact"
    ascending: bool = False
    attachments: bool = False
    after: Place | None = None

    @property
    def filters(self) -> bool:
        """Whether a filter is set that also follows references."""
        return any((self.agent, self.verb, self.activity, self.registration))


def as_iri_key(text: str) -> str:
    return iri_key(as_iri(text))


def as_uuid(text: str) -> UUID:
    return UUID(_typed(text, Uuid, "is no UUID in its standard form"))


def _typed(text: str, form: Any, complaint: str) -> str:
    try:
        return msgspec.convert(text, form)
    except msgspec.ValidationError as error:
        raise ValueError(complaint) from error


def as_agent_key(text: str) -> str:
    key = agent_key(as_agent(text))
    if key is None:
        raise ValueError("is an anonymous group, which cannot be looked for")
    return key


def as_agent(text: str) -> dict[str, Any]:
    try:
        raw = text.encode("utf-8", "replace")
        agent = strictly(raw)
        msgspec.json.decode(raw, type=Actor)
    except (InvalidStatementError, msgspec.MsgspecError) as error:
        raise ValueError(f"is no agent or identified group: {error}") from error
    return agent


def as_iri(text: str) -> str:
    return _typed(text, Iri, "is no absolute IRI (with a scheme)")


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text == "true"


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("is no whole number from 0")
    return min(int(text) or MOST, MOST)


def _format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError(f"is none of {', '.join(FORMATS)}")
    return text


def _place(text: str) -> Place:
    stored, _, position = text.partition(",")
    if not (position.isascii() and position.isdigit() and len(position) < 19):
        raise ValueError("is not from a `more` of this record store")
    return Place(moments.parse(stored), int(position))


# parameter: (field, how it is read); `after` is ours and stands only in `more`.
_PARAMETERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "statementId": ("statement_id", as_uuid),
    "voidedStatementId": ("voided_statement_id", as_uuid),
    "agent": ("agent", as_agent_key),
    "verb": ("verb", as_iri_key),
    "activity": ("activity", as_iri_key),
    "registration": ("registration", as_uuid),
    "related_activities": ("related_activities", _boolean),
    "related_agents": ("related_agents", _boolean),
    "since": ("since", moments.parse),
    "until": ("until", moments.parse),
    "limit": ("limit", _limit),
    "format": ("format", _format),
    "ascending": ("ascending", _boolean),
    "attachments": ("attachments", _boolean),
    "after": ("after", _place),
}


def read(query: QueryDict) -> Wanted:
    """Raises `InvalidRequestError`, which names the parameter."""
    once(query, set(_PARAMETERS))
    _refuse_company(query)
    given = {name: (_PARAMETERS[name], text) for name, text in query.items()}
    wanted = replace(
        Wanted(), **{field: parsed(name, text, reader, _SECTION) for name, ((field, reader), text) in given.items()}
    )
    return replace(wanted, limit=min(wanted.limit, _most(wanted)))


def _most(wanted: Wanted) -> int:
    if wanted.attachments:
        return MOST_WITH_ATTACHMENTS
    return MOST_CANONICAL if wanted.format == "canonical" else MOST


def once(query: QueryDict, known: set[str]) -> None:
    """Raises unless each parameter is known, and there once (1.0.3 Communication 3.2)."""
    for name, values in query.lists():
        if name not in known:
            raise InvalidRequestError(
                f"The parameter {name[:80]!r} is not known here (xAPI 1.0.3 Communication 3.2, 2.0.0 4.1.6)."
            )
        if len(values) != 1:
            raise InvalidRequestError(f"The parameter {name!r} is there {len(values)} times ({_SECTION}).")


def _refuse_company(query: Mapping[str, Any]) -> None:
    for alone in _ALONE:
        others = sorted(set(query) - {alone, "attachments", "format"})
        if alone in query and others:
            raise InvalidRequestError(f"With {alone!r} there is no {others[0]!r} ({_SECTION}).")


def parsed(name: str, text: Any, reader: Callable[[str], Any], section: str) -> Any:
    """What a parameter says. Raises `InvalidRequestError`, which names it."""
    try:
        return reader(text)
    except ValueError as error:
        raise InvalidRequestError(f"The parameter {name!r} {error} ({section}).") from error
