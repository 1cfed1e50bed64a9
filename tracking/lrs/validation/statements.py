"""Statements, sub-statements and what they hold, in both versions (1.0.3 Data 2.4, 2.0.0 4.2)."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from .activities import Activity, Verb
from .actors import Actor, Agent, Authority, Group
from .texts import AnyVersion, Duration, Extensions, Iri, Language, LanguageMap, MediaType, OldVersion, Sha2, Uuid

Activities = list[Activity] | Activity  # one alone: as before 1.0 (1.0.3 Data 2.4.6.2)


class StatementRef(Struct, forbid_unknown_fields=True):
    objectType: Literal["StatementRef"]  # noqa: N815
    id: Uuid


class Score(Struct, forbid_unknown_fields=True):
    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.min is not UNSET and self.max is not UNSET and self.min >= self.max:
            raise ValueError("min is not less than max")
        if self.raw is not UNSET and self.min is not UNSET and self.raw < self.min:
            raise ValueError("raw is less than min")
        if self.raw is not UNSET and self.max is not UNSET and self.raw > self.max:
            raise ValueError("raw is greater than max")


class Result(Struct, forbid_unknown_fields=True):
    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: Duration | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class ContextActivities(Struct, forbid_unknown_fields=True):
    parent: Activities | UnsetType = UNSET
    grouping: Activities | UnsetType = UNSET
    category: Activities | UnsetType = UNSET
    other: Activities | UnsetType = UNSET


class Context(Struct, forbid_unknown_fields=True):
    registration: Uuid | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Group | UnsetType = UNSET
    contextActivities: ContextActivities | UnsetType = UNSET  # noqa: N815
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class ContextAgent(Struct, forbid_unknown_fields=True):
    objectType: Literal["contextAgent"]  # noqa: N815
    agent: Agent
    relevantTypes: Annotated[list[Iri], Meta(min_length=1)] | UnsetType = UNSET  # noqa: N815


class ContextGroup(Struct, forbid_unknown_fields=True):
    objectType: Literal["contextGroup"]  # noqa: N815
    group: Group
    relevantTypes: Annotated[list[Iri], Meta(min_length=1)] | UnsetType = UNSET  # noqa: N815


class Context2(Context, forbid_unknown_fields=True):
    contextAgents: list[ContextAgent] | UnsetType = UNSET  # noqa: N815
    contextGroups: list[ContextGroup] | UnsetType = UNSET  # noqa: N815


class Attachment(Struct, forbid_unknown_fields=True):
    usageType: Iri  # noqa: N815
    display: LanguageMap
    contentType: MediaType  # noqa: N815
    length: Annotated[int, Meta(ge=0)]
    sha2: Sha2
    description: LanguageMap | UnsetType = UNSET
    fileUrl: Iri | UnsetType = UNSET  # noqa: N815


class Said(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a statement and a sub-statement have in common; the object is decoded apart, by its objectType."""

    actor: Actor
    verb: Verb
    object: Raw
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET


class Statement(Said, forbid_unknown_fields=True, kw_only=True):
    id: Uuid | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Authority | UnsetType = UNSET
    version: OldVersion | UnsetType = UNSET


class Statement2(Statement, forbid_unknown_fields=True, kw_only=True):
    context: Context2 | UnsetType = UNSET
    version: AnyVersion | UnsetType = UNSET


class SubStatement(Said, forbid_unknown_fields=True, kw_only=True):
    objectType: Literal["SubStatement"]  # noqa: N815


class SubStatement2(SubStatement, forbid_unknown_fields=True, kw_only=True):
    context: Context2 | UnsetType = UNSET
