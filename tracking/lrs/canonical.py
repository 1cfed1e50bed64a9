"""The canonical definition of an activity and display of a verb: what the newest statements say of them together.

1.0.3 Communication 2.1.3 (format) and 2.5, 2.0.0 4.1.6.1 and 4.1.6.4 leave to the record store how it comes to them.
They are gathered at reading: storing statements then writes no row that two of them share.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from . import credentials, launches
from .keys import agent_key, iri_key
from .models import DIRECT, Credential, Statement, StatementActivity
from .rows import as_list

Json = Mapping[str, Any]
_NEWEST = 20  # statements looked into for each, so that the answer costs the same however many there are
_MOST = 1000  # activities, and verbs, of one answer; the others keep their own words
_TERMS = 100  # of one UNION; SQLite takes 500
_IN_ONE_QUERY = 900
_MAPS = ("name", "description", "extensions")  # parts of a definition of which each entry counts for itself
_INTERACTION = ("interactionType", "correctResponsesPattern", "choices", "scale", "source", "target", "steps")


@dataclass(frozen=True)
class Canon:
    """What is known, by IRI."""

    definitions: Mapping[str, Json] = field(default_factory=dict)
    displays: Mapping[str, Json] = field(default_factory=dict)

    def definition(self, activity: Json) -> Json:
        """Also where the statement itself defines nothing; empty where nobody does."""
        return laid_over(activity.get("definition", {}), self.definitions.get(activity["id"], {}))

    def display(self, verb: Json) -> Json:
        return {**verb.get("display", {}), **self.displays.get(verb["id"], {})}


def of(statements: Sequence[Json], only: Q) -> Canon:
    """For the activities and verbs of these statements; `only` limits what may be looked into."""
    activities = list(dict.fromkeys(one["id"] for said in statements for one in activities_of(said)))[:_MOST]
    verbs = list(dict.fromkeys(one["id"] for said in statements for one in _verbs_of(said)))[:_MOST]
    return Canon(definitions(activities, only), _displays(verbs, only))


def definitions(iris: Sequence[str], only: Q, newest: int = _NEWEST) -> dict[str, Json]:
    """By IRI, of those that somebody who may defines; the latest word counts."""
    keys = [iri_key(iri) for iri in iris]
    links = StatementActivity.objects.order_by("-stored", "-statement_id").values_list("statement_id")
    about = [links.filter(activity=key, usage__lte=DIRECT)[:newest] for key in keys]
    with_it = [links.filter(activity=key)[:newest] for key in keys]
    found: dict[str, Json] = {iri: {} for iri in iris}
    for said in _oldest_first([*about, *with_it], only):
        for one in activities_of(said):
            if one["id"] in found and "definition" in one:
                found[one["id"]] = laid_over(found[one["id"]], one["definition"])
    return {iri: definition for iri, definition in found.items() if definition}


def _displays(iris: Sequence[str], only: Q) -> dict[str, Json]:
    rows = Statement.objects.order_by("-stored", "-id").values_list("id")
    found: dict[str, Json] = {iri: {} for iri in iris}
    for said in _oldest_first([rows.filter(verb_key=iri_key(iri))[:_NEWEST] for iri in iris], only):
        for one in _verbs_of(said):
            if one["id"] in found:
                found[one["id"]] = {**found[one["id"]], **one.get("display", {})}
    return found


def laid_over(old: Json, new: Json) -> dict[str, Any]:
    """Texts and extensions entry by entry; an interaction replaces the old one as a whole."""
    dropped = _INTERACTION if "interactionType" in new else ()
    kept = {name: value for name, value in old.items() if name not in dropped}
    maps = {name: {**old.get(name, {}), **new[name]} for name in _MAPS if name in new}
    return {**kept, **new, **maps}


def _oldest_first(wanted: Sequence[QuerySet[Any]], only: Q) -> Iterator[Json]:
    """The statements whose positions these queries give, of authorities that may define."""
    positions = sorted({position for part in _parts(wanted, _TERMS) for position in _united(part)})
    held: list[tuple[Any, int, str]] = []
    allowed = Statement.objects.filter(only).exclude(authority_key__in=_not_defining())
    for some in _parts(positions, _IN_ONE_QUERY):
        held += allowed.filter(id__in=some).values_list("stored", "id", "payload")
    return (msgspec.json.decode(payload) for _, _, payload in sorted(held))


def _parts(held: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (held[start : start + size] for start in range(0, len(held), size))


def _united(queries: Sequence[QuerySet[Any]]) -> list[int]:
    """In one query; Django's own union knows no LIMIT within its parts on SQLite."""
    texts, values = zip(*(query.query.sql_with_params() for query in queries), strict=True)
    united = " UNION ALL ".join(f"SELECT * FROM ({text}) AS part" for text in texts)  # noqa: S608 - Django's own SQL
    with connection.cursor() as cursor:
        cursor.execute(united, [value for some in values for value in some])
        return [position for (position,) in cursor.fetchall()]


def activities_of(said: Json) -> Iterator[Json]:
    """Each activity in a statement: object, context, and those of its sub-statement."""
    target = said["object"]
    match target.get("objectType", "Activity"):
        case "Activity":
            yield target
        case "SubStatement":
            yield from activities_of(target)
    groups: Iterable[Any] = said.get("context", {}).get("contextActivities", {}).values()
    yield from (activity for group in groups for activity in as_list(group))


def _verbs_of(said: Json) -> Iterator[Json]:
    yield said["verb"]
    if said["object"].get("objectType") == "SubStatement":
        yield from _verbs_of(said["object"])


def _not_defining() -> list[str | None]:
    """1.0.3 Communication 4.2: what keys without the scope `define` say of an activity is kept, and changes nothing."""
    keys = [one for one in Credential.objects.all() if not credentials.may(one, credentials.CAN_DEFINE)]
    return [agent_key(launches.authority()), *(agent_key(credentials.authority(one)) for one in keys)]
