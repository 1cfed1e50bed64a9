"""From what a GET asks for to one page of statements, by keyset, newest first or oldest first.

Each filter that has links begins at them: their index holds the order, so a page costs the same however many
statements there are.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import DIRECT, AgentUsage, Reference, ReferenceUsage, Statement, StatementActivity, StatementAgent
from .parameters import Place, Wanted
from .rows import VOIDED_KEY


@dataclass(frozen=True)
class Page:
    """Payloads in order; `end` is where the next page goes on, None where there is none."""

    payloads: list[str]
    end: Place | None


def page(wanted: Wanted, *, mine: str | None, through: dt.datetime) -> Page:
    """`mine` limits to what this authority key vouches for. Going forward stops at `through`, up to which nothing
    can still arrive: whoever follows `more` never skips a statement that commits late.
    """
    found = list(_direct(wanted, mine, through)[: wanted.limit + 1].values_list("stored", "id", "payload"))
    if wanted.filters:
        followers = _followers(wanted, mine, through)[: wanted.limit + 1]
        found = _merged([*found, *followers.values_list("stored", "id", "payload")], wanted.ascending)
    shown = found[: wanted.limit]
    end = Place(*shown[-1][:2]) if len(found) > wanted.limit else None
    return Page([payload for _, _, payload in shown], end)


def one(statement_id: UUID, *, voided: bool, mine: str | None) -> tuple[str, dt.datetime] | None:
    """Payload and `stored` of a statement, if it is voided or not as asked (1.0.3 Communication 2.1.4)."""
    held = Statement.objects.filter(statement_id=statement_id)
    if mine:
        held = held.filter(authority_key=mine)
    held = held.filter(_is_voided()) if voided else held.exclude(_is_voided())
    return held.values_list("payload", "stored").first()


def _merged(found: Iterable[tuple[dt.datetime, int, str]], ascending: bool) -> list[tuple[dt.datetime, int, str]]:
    return sorted({line[1]: line for line in found}.values(), key=lambda line: line[:2], reverse=not ascending)


def _is_voided() -> Q:
    voiding = Reference.objects.filter(target=OuterRef("statement_id"), usage=ReferenceUsage.VOIDS)
    return ~Q(verb_key=VOIDED_KEY) & Q(Exists(voiding))


def _direct(wanted: Wanted, mine: str | None, through: dt.datetime) -> QuerySet[Statement]:
    """What meets the filters itself, in order."""
    base, by = _base(wanted, mine)
    others = replace(wanted, agent=None if by == "agents__" else wanted.agent)
    others = replace(others, activity=None if by == "activities__" else wanted.activity)
    held = Statement.objects.filter(base & _window(wanted, by, through))
    held = held.filter(_meets(others)).exclude(_is_voided())
    return _ordered(held.filter(authority_key=mine) if mine else held, wanted, by)


def _base(wanted: Wanted, mine: str | None) -> tuple[Q, str]:
    """The condition whose index gives the order, and the prefix of its columns."""
    if wanted.agent:
        direct = Q() if wanted.related_agents else Q(agents__usage__lte=DIRECT)
        return Q(agents__agent=wanted.agent) & direct, "agents__"
    if wanted.activity:
        direct = Q() if wanted.related_activities else Q(activities__usage__lte=DIRECT)
        return Q(activities__activity=wanted.activity) & direct, "activities__"
    if mine and not wanted.filters:
        return Q(agents__agent=mine, agents__usage=AgentUsage.AUTHORITY), "agents__"
    return Q(), ""


def _meets(wanted: Wanted) -> Q:
    """The filters that are not time or sequence, as conditions on a statement's own row."""
    condition = Q()
    if wanted.verb:
        condition &= Q(verb_key=wanted.verb)
    if wanted.registration:
        condition &= Q(registration=wanted.registration)
    if wanted.agent:
        condition &= _linked(StatementAgent.objects.filter(agent=wanted.agent), wanted.related_agents)
    if wanted.activity:
        condition &= _linked(StatementActivity.objects.filter(activity=wanted.activity), wanted.related_activities)
    return condition


def _linked(links: QuerySet[Any], related: bool) -> Q:
    # By stored too: with the key it is the index's beginning, and the statement then one step away.
    held = links.filter(statement_id=OuterRef("id"), stored=OuterRef("stored"))
    return Q(Exists(held if related else held.filter(usage__lte=DIRECT)))


def _followers(wanted: Wanted, mine: str | None, through: dt.datetime) -> QuerySet[Statement]:
    """What refers to a statement that meets the filters (1.0.3 Communication 2.1.3, StatementRefs).

    A voided statement still counts as met, so that its voiding is found.
    """
    met = Statement.objects.filter(_meets(wanted), statement_id=OuterRef("target"))
    referring = Reference.objects.filter(Exists(met)).values("statement_id")
    held = Statement.objects.filter(_window(wanted, "", through), id__in=referring).exclude(_is_voided())
    return _ordered(held.filter(authority_key=mine) if mine else held, wanted, "")


def _window(wanted: Wanted, by: str, through: dt.datetime) -> Q:
    """`since` and `until`, both on `stored`, and where the page begins."""
    condition = Q()
    if wanted.since:
        condition &= Q(**{f"{by}stored__gt": wanted.since})
    until = min(wanted.until or through, through) if wanted.ascending else wanted.until
    if until:
        condition &= Q(**{f"{by}stored__lte": until})
    return condition & _after(wanted.after, wanted.ascending, by) if wanted.after else condition


def _after(place: Place, ascending: bool, by: str) -> Q:
    position = f"{by}statement_id" if by else "id"
    way = "gt" if ascending else "lt"
    beyond = Q(**{f"{by}stored__{way}": place.stored}) | Q(**{f"{position}__{way}": place.position})
    return Q(**{f"{by}stored__{way}e": place.stored}) & beyond


def _ordered(held: QuerySet[Statement], wanted: Wanted, by: str) -> QuerySet[Statement]:
    sign = "" if wanted.ascending else "-"
    return held.order_by(f"{sign}{by}stored", f"{sign}{by}statement_id" if by else f"{sign}id")
