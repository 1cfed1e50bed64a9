"""(person, deed) -> xAPI statement, for what happens beside a course's pages: gatherings, programmes, what is voided.

As in `statements`, a statement's id is made from what it says; `unique` tells apart what happened again after a
correction. Source: xAPI 2.0.0 (IEEE 9274.1.1) 4.2.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from tincan import (
    Activity,
    ActivityDefinition,
    ActivityList,
    Agent,
    AgentAccount,
    Context,
    ContextActivities,
    LanguageMap,
    Result,
    Statement,
    StatementRef,
    Verb,
)

from . import vocabulary as v
from .statements import NAMESPACE, VERSION


@dataclass(frozen=True)
class Thing:
    """What the deed is about: its IRI, kind (vocabulary) and name."""

    iri: str
    kind: str
    title: str
    language: str = "nb"


@dataclass(frozen=True)
class Doer:
    """Whose deed it is: the actor's account name, and the registration that it belongs to."""

    account: str
    registration: str


def attended(
    who: Doer,
    what: Thing,
    at: dt.datetime,
    *,
    minutes: int,
    unique: str,
    parent: str = "",
    grouping: Sequence[str] = (),
    told_by: str = "",
    whole: bool = False,
) -> dict[str, Any]:
    """Was there for so many minutes; `whole`: long enough, so that the gathering counts.

    `told_by`: the account name of the teacher who took the attendance.
    """
    result = Result(duration=f"PT{minutes}M", completion=True) if whole else Result(duration=f"PT{minutes}M")
    return _statement(who, v.ATTENDED, what, at, unique, result, parent=parent, grouping=grouping, told_by=told_by)


def completed(
    who: Doer,
    what: Thing,
    at: dt.datetime,
    *,
    unique: str = "",
    parent: str = "",
    grouping: Sequence[str] = (),
    told_by: str = "",
) -> dict[str, Any]:
    """Has completed a programme, a part of one, or a course elsewhere."""
    result = Result(completion=True)
    return _statement(who, v.COMPLETED, what, at, unique, result, parent=parent, grouping=grouping, told_by=told_by)


def voided(statement_id: uuid.UUID, by: str, at: dt.datetime) -> dict[str, Any]:
    """`by` (an account name) takes a statement back."""
    return Statement(
        id=uuid.uuid5(NAMESPACE, f"voided:{statement_id}"),
        actor=_agent(by),
        verb=_verb(v.VOIDED),
        object=StatementRef(id=statement_id),
        timestamp=at,
    ).as_version(VERSION)


def _statement(
    who: Doer,
    verb: str,
    what: Thing,
    at: dt.datetime,
    unique: str,
    result: Result,
    parent: str = "",
    grouping: Sequence[str] = (),
    told_by: str = "",
) -> dict[str, Any]:
    context = Context(
        registration=who.registration,
        language=what.language,
        instructor=_agent(told_by) if told_by else None,
        context_activities=ContextActivities(
            parent=ActivityList([Activity(id=parent)]) if parent else None,
            grouping=ActivityList([Activity(id=iri) for iri in grouping]) if grouping else None,
        )
        if parent or grouping
        else None,
    )
    definition = ActivityDefinition(type=what.kind, name=LanguageMap({what.language: what.title}))
    return Statement(
        id=uuid.uuid5(NAMESPACE, f"{who.registration}|{verb}|{what.iri}|{unique}"),
        actor=_agent(who.account),
        verb=_verb(verb),
        object=Activity(id=what.iri, definition=definition),
        result=result,
        context=context,
        timestamp=at,
    ).as_version(VERSION)


def _agent(account: str) -> Agent:
    return Agent(account=AgentAccount(name=account, home_page=settings.XAPI_BASE))


def _verb(verb: str) -> Verb:
    return Verb(id=verb, display=LanguageMap(v.DISPLAY[verb]))
