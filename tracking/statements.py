"""(learner, deed) -> xAPI statement: one function a verb, built with tincan's classes, returned as JSON-ready dicts.

A statement's id is made from what it says (registration, verb, object, a counter): a deed told twice is one statement.
Source: xAPI 2.0.0 (IEEE 9274.1.1) 4.2; verbs and sessions as in cmi5 9.3.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
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
    InteractionComponent,
    InteractionComponentList,
    LanguageMap,
    Result,
    Score,
    Statement,
    Verb,
)

from courses.questions import Question, Response

from . import vocabulary as v
from .identities import activities

NAMESPACE = uuid.UUID("8a6f8d1e-6d34-5a6c-9a53-2f9d4b1c7e10")
VERSION = "1.0.3"
_KINDS = {
    "single": "choice",
    "multiple": "choice",
    "order": "sequencing",
    "match": "matching",
    "numeric": "numeric",
    "gaps": "fill-in",
}


@dataclass(frozen=True)
class Setting:
    """What all statements of one attempt share."""

    account: str  # the actor's account name
    registration: str
    session: str
    course_code: str
    course_title: str
    version: int
    language: str


@dataclass(frozen=True)
class Part:
    """A lesson or the closing quiz."""

    key: str
    title: str
    quiz: bool = False


def authority() -> dict[str, Any]:
    """Who vouches for what the platform itself saw."""
    return {"objectType": "Agent", "account": {"homePage": settings.XAPI_BASE, "name": "fagbenk"}}


def launched(here: Setting, at: dt.datetime) -> dict[str, Any]:
    return _statement(here, v.LAUNCHED, _course(here), at, here.session)


def initialized(here: Setting, at: dt.datetime) -> dict[str, Any]:
    return _statement(here, v.INITIALIZED, _course(here), at, here.session)


def experienced(here: Setting, part: Part, at: dt.datetime) -> dict[str, Any]:
    """The learner has gone through a lesson."""
    return _statement(
        here, v.EXPERIENCED, _part(here, part), at, part.key, Result(completion=True), parent=_course(here)
    )


def answered(
    here: Setting, part: Part, question: Question, response: Response, correct: bool, number: int, at: dt.datetime
) -> dict[str, Any]:
    """The learner's `number`-th answer to a marked question.

    Raises ValueError for a reflection or free text: those are in no statement.
    """
    if not question.marked:
        raise ValueError("A reflection's text is in no statement.")
    result = Result(success=correct, response=interaction_response(response))
    target = _question(here, part, question)
    return _statement(here, v.ANSWERED, target, at, f"{question.key}:{number}", result, parent=_part(here, part))


def passed(here: Setting, quiz: Part, scaled: float, number: int, at: dt.datetime) -> dict[str, Any]:
    return _judged(here, v.PASSED, quiz, scaled, number, at)


def failed(here: Setting, quiz: Part, scaled: float, number: int, at: dt.datetime) -> dict[str, Any]:
    return _judged(here, v.FAILED, quiz, scaled, number, at)


def completed(here: Setting, at: dt.datetime, resting_on: str = "", again: int = 0) -> dict[str, Any]:
    """The learner has completed the course: the statement that a completion is made from.

    `resting_on`: the IRI of the gathering that was the other half of it; `again`: how often it was taken back before.
    """
    unique = f"again:{again}" if again else ""
    return _statement(here, v.COMPLETED, _course(here), at, unique, Result(completion=True), other=resting_on)


def elearning_completed(here: Setting, at: dt.datetime) -> dict[str, Any]:
    """The learner has done the e-learning of a course that needs a gathering too."""
    part = _activity(activities.elearning_iri(here.course_code), v.MODULE, here.course_title, here)
    return _statement(here, v.COMPLETED, part, at, "", Result(completion=True), parent=_course(here))


def terminated(here: Setting, at: dt.datetime) -> dict[str, Any]:
    return _statement(here, v.TERMINATED, _course(here), at, here.session)


def interaction_response(response: Response) -> str:
    """A response in xAPI's text form: items joined by [,], pairs by [.] (xAPI 1.0.3 Data 2.4.4.1)."""
    if isinstance(response, str):
        return response
    if isinstance(response, Mapping):
        return "[,]".join(f"{left}[.]{right}" for left, right in response.items())
    return "[,]".join(response)


def _judged(here: Setting, verb: str, quiz: Part, scaled: float, number: int, at: dt.datetime) -> dict[str, Any]:
    result = Result(success=verb == v.PASSED, score=Score(scaled=round(scaled, 4)))
    extra = {v.extension(v.ATTEMPT): number}
    return _statement(
        here, verb, _part(here, quiz), at, f"{quiz.key}:{number}", result, parent=_course(here), extra=extra
    )


def _statement(
    here: Setting,
    verb: str,
    target: Activity,
    at: dt.datetime,
    unique: str,
    result: Result | None = None,
    parent: Activity | None = None,
    extra: Mapping[str, Any] | None = None,
    other: str = "",
) -> dict[str, Any]:
    identity = uuid.uuid5(NAMESPACE, f"{here.registration}|{verb}|{target.id}|{unique}")
    grouping = [Activity(id=activities.version_iri(here.course_code, here.version))]
    around = ContextActivities(
        parent=ActivityList([Activity(id=parent.id)]) if parent else None,
        grouping=ActivityList(grouping),
        other=ActivityList([Activity(id=other)]) if other else None,
    )
    session = {v.SESSION_ID: here.session} if here.session else {}  # outside a visit there is none
    context = Context(
        registration=here.registration,
        language=here.language,
        context_activities=around,
        extensions={**session, **(extra or {})} or None,
    )
    statement = Statement(
        id=identity,
        actor=Agent(account=AgentAccount(name=here.account, home_page=settings.XAPI_BASE)),
        verb=Verb(id=verb, display=LanguageMap(v.DISPLAY[verb])),
        object=target,
        result=result,
        context=context,
        timestamp=at,
    )
    return statement.as_version(VERSION)


def _course(here: Setting) -> Activity:
    return _activity(activities.course_iri(here.course_code), v.COURSE, here.course_title, here)


def _part(here: Setting, part: Part) -> Activity:
    return _activity(
        activities.part_iri(here.course_code, part.key), v.ASSESSMENT if part.quiz else v.LESSON, part.title, here
    )


def _activity(iri: str, kind: str, title: str, here: Setting) -> Activity:
    return Activity(id=iri, definition=ActivityDefinition(type=kind, name=LanguageMap({here.language: title})))


def _question(here: Setting, part: Part, question: Question) -> Activity:
    definition: dict[str, Any] = {
        "type": v.QUESTION,
        "description": LanguageMap({here.language: question.prompt}),
        "interaction_type": _KINDS[question.kind],
    }
    if question.kind in ("single", "multiple", "order", "match"):
        definition |= _choices(question, here)
    iri = activities.question_iri(here.course_code, part.key, question.key)
    return Activity(id=iri, definition=ActivityDefinition(**definition))


def _choices(question: Question, here: Setting) -> dict[str, Any]:
    left = _components([(o.key, o.text) for o in question.options], here)
    if question.kind == "match":
        return {"source": left, "target": _components([(o.key, o.match) for o in question.options], here)}
    return {"choices": left}


def _components(texts: list[tuple[str, str]], here: Setting) -> InteractionComponentList:
    # By key: the order that the editor wrote them in is the answer to "put in order".
    return InteractionComponentList(
        [InteractionComponent(id=key, description=LanguageMap({here.language: text})) for key, text in sorted(texts)]
    )
