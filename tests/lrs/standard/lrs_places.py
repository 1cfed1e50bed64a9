"""Where in a statement a kind of value can stand: each place builds a statement around the value it is given."""

from collections.abc import Callable, Mapping
from typing import Any

from lrs_cast import build

Json = dict[str, Any]
Places = Mapping[str, Callable[[Any], Json]]
MBOX = {"mbox": "mailto:kari@fagbenk.example"}
ACTIVITY = {"id": "https://fagbenk.example/a"}
UUID = "0d1c1a3e-8f5b-4a53-9f0e-6f1f3f1f3f1f"
ATTACHMENT = {
    "usageType": "https://fagbenk.example/use",
    "display": {"nb": "bilde"},
    "contentType": "image/png",
    "length": 4,
    "sha2": "a" * 64,
    "fileUrl": "https://fagbenk.example/f",
}


def sub(**changes: Any) -> Json:
    return build(object={"objectType": "SubStatement", **build(**changes)})


def within(places: Places) -> Places:
    """The same places in a sub-statement."""

    def moved(place: Callable[[Any], Json]) -> Callable[[Any], Json]:
        return lambda value: build(object={"objectType": "SubStatement", **place(value)})

    return {f"object.{name}": moved(place) for name, place in places.items()}


def with_subs(**places: Callable[[Any], Json]) -> Places:
    """Places by path, `__` for a dot, in a statement and in its sub-statement."""
    named = {name.replace("__", "."): place for name, place in places.items()}
    return {**named, **within(named)}


def as_object(one: Any) -> Json:
    return build(object=one)


def with_definition(**definition: Any) -> Json:
    return build(object={**ACTIVITY, "definition": definition})


def with_context(**context: Any) -> Json:
    return build(context=context)


def with_result(**result: Any) -> Json:
    return build(result=result)


def with_attachment(**changes: Any) -> Json:
    whole = {**ATTACHMENT, **changes}
    return build(attachments=[{name: value for name, value in whole.items() if value is not None}])


def _typed(kind: str) -> Callable[[Any], Json]:
    return lambda one: as_object({"objectType": kind, **one})


AGENTS: Places = {
    **with_subs(
        actor=lambda one: build(actor=one),
        object=_typed("Agent"),
        context__instructor=lambda one: with_context(instructor=one),
    ),
    "authority": lambda one: build(authority=one),
}
GROUPS: Places = with_subs(
    actor=lambda one: build(actor=one),
    object=_typed("Group"),
    context__instructor=lambda one: with_context(instructor=one),
    context__team=lambda one: with_context(team=one),
)
VERBS: Places = with_subs(verb=lambda one: build(verb=one))
ACTIVITIES: Places = with_subs(
    object=as_object,
    context__contextActivities__parent=lambda one: with_context(contextActivities={"parent": one}),
    context__contextActivities__grouping=lambda one: with_context(contextActivities={"grouping": [one]}),
    context__contextActivities__category=lambda one: with_context(contextActivities={"category": [one]}),
    context__contextActivities__other=lambda one: with_context(contextActivities={"other": [one]}),
)
DEFINITIONS: Places = with_subs(object__definition=lambda one: as_object({**ACTIVITY, "definition": one}))
RESULTS: Places = with_subs(result=lambda one: build(result=one))
SCORES: Places = with_subs(result__score=lambda one: with_result(score=one))
CONTEXTS: Places = with_subs(context=lambda one: build(context=one))
ATTACHMENTS: Places = with_subs(attachments=lambda one: build(attachments=[one]))
LANGUAGE_MAPS: Places = with_subs(
    verb__display=lambda one: build(verb={"id": "urn:v:x", "display": one}),
    object__definition__name=lambda one: with_definition(name=one),
    object__definition__description=lambda one: with_definition(description=one),
    object__definition__choices=lambda one: with_definition(
        interactionType="choice", choices=[{"id": "a", "description": one}]
    ),
    attachments__display=lambda one: with_attachment(display=one),
    attachments__description=lambda one: with_attachment(description=one),
)
EXTENSIONS: Places = with_subs(
    object__definition__extensions=lambda one: with_definition(extensions=one),
    result__extensions=lambda one: with_result(extensions=one),
    context__extensions=lambda one: with_context(extensions=one),
)
UUIDS: Places = {
    **with_subs(
        object__id=lambda one: as_object({"objectType": "StatementRef", "id": one}),
        context__registration=lambda one: with_context(registration=one),
        context__statement__id=lambda one: with_context(statement={"objectType": "StatementRef", "id": one}),
    ),
    "id": lambda one: build(id=one),
}
IRIS: Places = with_subs(
    verb__id=lambda one: build(verb={"id": one}),
    actor__openid=lambda one: build(actor={"openid": one}),
    actor__account__homePage=lambda one: build(actor={"account": {"homePage": one, "name": "k"}}),
    object__id=lambda one: as_object({"id": one}),
    object__definition__type=lambda one: with_definition(type=one),
    object__definition__moreInfo=lambda one: with_definition(moreInfo=one),
    attachments__usageType=lambda one: with_attachment(usageType=one),
    attachments__fileUrl=lambda one: with_attachment(fileUrl=one),
)
TIMESTAMPS: Places = {
    **with_subs(timestamp=lambda one: build(timestamp=one)),
    "stored": lambda one: build(stored=one),
}
STATEMENTS: Places = {"": lambda one: one, "object": lambda one: as_object({"objectType": "SubStatement", **one})}
