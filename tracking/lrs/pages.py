"""From what a GET asks for to one page of statements, by keyset, newest first or oldest first.

Each filter that has links begins at them: their index holds the order, so a page costs the same however many
statements there are. What meets the filters and what refers to that comes in one question to the database.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from .asking import ask
from .models import DIRECT, Reference, ReferenceUsage, Statement
from .parameters import Place, Wanted
from .rows import VOIDED_KEY

_BEGINNING, _END = dt.datetime(1, 1, 2, tzinfo=dt.UTC), dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


class Part(NamedTuple):
    """A piece of SQL and its values."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Page:
    """Payloads in order; `end` is where the next page goes on, None where there is none."""

    payloads: list[str]
    end: Place | None


@dataclass(frozen=True)
class Reach:
    """What may be read: statements with these values in these columns; empty: all."""

    equal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only(self) -> Q:
        """As a condition on a statement."""
        return Q(**self.equal)

    @property
    def authority(self) -> str | None:
        """The key of the one whose statements alone may be read."""
        return self.equal.get("authority_key")


def page(wanted: Wanted, *, reach: Reach, bound: dt.datetime | None) -> Page:
    """Nothing later than `bound` is shown, up to which nothing can still arrive (`tracking.lrs.clock.settled`):
    whoever follows `more`, either way, never skips a statement that commits late.
    """
    wanted = replace(wanted, until=min(filter(None, (wanted.until, bound)), default=None))
    found = [(_moment(stored), position, payload) for stored, position, payload in ask(*_selected(wanted, reach))]
    shown = found[: wanted.limit]
    end = Place(*shown[-1][:2]) if len(found) > wanted.limit else None
    return Page([payload for _, _, payload in shown], end)


def one(statement_id: UUID, *, voided: bool, reach: Reach) -> tuple[str, dt.datetime] | None:
    """Payload and `stored` of a statement, if it is voided or not as asked (1.0.3 Communication 2.1.4)."""
    held = Statement.objects.filter(reach.only, statement_id=statement_id)
    held = held.filter(_is_voided()) if voided else held.exclude(_is_voided())
    return held.values_list("payload", "stored").first()


def _is_voided() -> Q:
    voiding = Reference.objects.filter(target=OuterRef("statement_id"), usage=ReferenceUsage.VOIDS)
    return ~Q(verb_key=VOIDED_KEY) & Q(Exists(voiding))


def _selected(wanted: Wanted, reach: Reach) -> Part:
    """One page and one row more: what meets the filters itself, and what refers to it; who is in both is there once."""
    direct = _direct(wanted, reach)
    if not wanted.filters:
        return direct
    followers = _followers(wanted, reach)
    return Part(
        f"WITH direct AS ({direct.text}) SELECT * FROM (SELECT * FROM direct UNION "  # noqa: S608 - as in _page
        f"SELECT * FROM ({followers.text}) AS part) AS found {_order(wanted, 'stored', 'id')}",
        (*direct.values, *followers.values),
    )


def _direct(wanted: Wanted, reach: Reach) -> Part:
    """What meets the filters itself, in order."""
    table, base, others = _base(wanted, reach.authority)
    place = ("link.stored", "link.statement_id") if table else ("s.stored", "s.id")
    source = f"{table} link JOIN lrs_statement s ON s.id = link.statement_id" if table else "lrs_statement s"
    return _page(Part(source), [*base, *_window(wanted, *place), *_meets(others, "s")], wanted, reach, place)


def _base(wanted: Wanted, mine: str | None) -> tuple[str, list[Part], Wanted]:
    """The links whose index gives the order, the condition on them, and the filters that are left."""
    if wanted.agent:
        met = _linked_to("agent", wanted.agent, wanted.related_agents)
        return "lrs_statementagent", met, replace(wanted, agent=None)
    if wanted.activity:
        met = _linked_to("activity", wanted.activity, wanted.related_activities)
        return "lrs_statementactivity", met, replace(wanted, activity=None)
    if mine and not wanted.filters:
        return "lrs_statementagent", _linked_to("agent", mine, True), wanted
    return "", [], wanted


def _linked_to(column: str, key: str, related: bool) -> list[Part]:
    whose = Part(f"link.{column} = %s", (key,))
    return [whose] if related else [whose, Part(f"link.usage <= {DIRECT}")]


def _followers(wanted: Wanted, reach: Reach) -> Part:
    """What refers to a statement that meets the filters (1.0.3 Communication 2.1.3, StatementRefs).

    A voided statement still counts as met, so that its voiding is found. Where what meets the filters itself fills the
    page, only references of the page's own time are looked through; where it does not, there is little to refer to.
    """
    place = ("r.stored", "r.statement_id")
    met = _joined(" AND ", [Part("met.statement_id = r.target"), *_meets(wanted, "met")])
    refers = Part(f"EXISTS (SELECT 1 FROM lrs_statement met WHERE {met.text})", met.values)  # noqa: S608
    referring = _joined(" AND ", [*_window(wanted, *place), _within_page(wanted), refers])
    # By a chain of references one may refer to several.
    source = Part(
        f"(SELECT DISTINCT r.stored, r.statement_id FROM lrs_reference r WHERE {referring.text}) r "  # noqa: S608
        "JOIN lrs_statement s ON s.id = r.statement_id",
        referring.values,
    )
    return _page(source, [], wanted, reach, place)


def _within_page(wanted: Wanted) -> Part:
    """References no further on than the page's last statement, if what meets the filters itself fills it."""
    last, way, unbounded = ("max", "<=", _END) if wanted.ascending else ("min", ">=", _BEGINNING)
    edge = f"(SELECT CASE WHEN count(*) > {int(wanted.limit)} THEN {last}(stored) END FROM direct)"  # noqa: S608
    return Part(f"r.stored {way} coalesce({edge}, %s)", (_adapted(unbounded),))


def _page(source: Part, conditions: list[Part], wanted: Wanted, reach: Reach, place: tuple[str, str]) -> Part:
    """The first statements, in order, that meet the conditions, may be read and are not voided."""
    readable = [Part(f"s.{name} = %s", (_hex(value),)) for name, value in reach.equal.items()]
    not_voided = Part(
        "(s.verb_key = %s OR NOT EXISTS (SELECT 1 FROM lrs_reference v "  # noqa: S608
        f"WHERE v.target = s.statement_id AND v.usage = {ReferenceUsage.VOIDS.value}))",
        (VOIDED_KEY,),
    )
    where = _joined(" AND ", [*conditions, *readable, not_voided])
    return Part(
        f"SELECT {place[0]} AS stored, s.id AS id, s.payload FROM {source.text} "  # noqa: S608 - names of our own tables
        f"WHERE {where.text} {_order(wanted, *place)}",
        (*source.values, *where.values),
    )


def _meets(wanted: Wanted, row: str) -> list[Part]:
    """The filters that are not time or sequence, as conditions on a statement's own `row`."""
    found = []
    if wanted.verb:
        found.append(Part(f"{row}.verb_key = %s", (wanted.verb,)))
    if wanted.registration:
        found.append(Part(f"{row}.registration = %s", (wanted.registration.hex,)))
    if wanted.agent:
        found.append(_has_link("agent", wanted.agent, wanted.related_agents, row))
    if wanted.activity:
        found.append(_has_link("activity", wanted.activity, wanted.related_activities, row))
    return found


def _has_link(column: str, key: str, related: bool, row: str) -> Part:
    # By stored too: with the key it is the index's beginning, and the statement then one step away.
    where = f"l.{column} = %s AND l.stored = {row}.stored AND l.statement_id = {row}.id"
    usage = "" if related else f" AND l.usage <= {DIRECT}"
    return Part(f"EXISTS (SELECT 1 FROM lrs_statement{column} l WHERE {where}{usage})", (key,))  # noqa: S608


def _window(wanted: Wanted, stored: str, position: str) -> list[Part]:
    """`since` and `until`, both on `stored`, and where the page begins."""
    found = []
    if wanted.since:
        found.append(Part(f"{stored} > %s", (_adapted(wanted.since),)))
    if wanted.until:
        found.append(Part(f"{stored} <= %s", (_adapted(wanted.until),)))
    if wanted.after:
        way, at = ">" if wanted.ascending else "<", _adapted(wanted.after.stored)
        found.append(Part(f"({stored}, {position}) {way} (%s, %s)", (at, wanted.after.position)))
    return found


def _order(wanted: Wanted, stored: str, position: str) -> str:
    """One more than a page has, which tells whether there is another. As text: a plan that is made for any number
    takes it for a large one, and sorts what an index has in order.
    """
    way = "ASC" if wanted.ascending else "DESC"
    return f"ORDER BY {stored} {way}, {position} {way} LIMIT {int(wanted.limit) + 1}"


def _joined(by: str, parts: Iterable[Part]) -> Part:
    held = list(parts)
    return Part(by.join(part.text for part in held), tuple(value for part in held for value in part.values))


def _hex(key: Any) -> Any:
    return key.hex if isinstance(key, UUID) else key


def _adapted(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _moment(found: Any) -> dt.datetime:
    """SQLite gives moments as text or without a zone."""
    moment = dt.datetime.fromisoformat(found) if isinstance(found, str) else found
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
