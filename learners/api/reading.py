"""People, units, postings and leave of a day, as known now or then."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, JsonResponse

from ..facts import Fact
from ..models import Employment, FormerNumber, Learner, Leave, Posting
from ..units.tree import tree, who_worked
from .exchange import Refused, api, asked, day, known_before, unit

PAGE = 500


def _dated(row: Fact) -> dict[str, Any]:
    """`from` and the last day, `until` (null: until further notice)."""
    last = row.valid_to - dt.timedelta(days=1) if row.valid_to else None
    return {"from": row.valid_from, "until": last}


def _posting(row: Posting) -> dict[str, Any]:
    said = {"unit": row.unit.code, "position": row.position.code, "primary": row.primary, "percent": float(row.percent)}
    return said | _dated(row)


def _person(learner: Learner) -> dict[str, Any]:
    names = ("hr_number", "given_name", "family_name", "email", "language")
    return {"id": str(learner.opaque_id)} | {name: getattr(learner, name) for name in names}


def _page(request: HttpRequest, said: dict[str, str], rows: Any, name: str, show: Any) -> JsonResponse:
    number = said.get("page", "1")
    if not (number.isascii() and number.isdigit()) or not 0 < int(number) < 100_000:
        raise Refused(400, "page is a whole number from 1 on.")
    first = (int(number) - 1) * PAGE
    total = rows.count()
    found = [show(row) for row in rows[first : first + PAGE]]
    following = None
    if first + PAGE < total:
        query = request.GET.copy()
        query["page"] = str(int(number) + 1)
        following = f"{request.path}?{query.urlencode()}"
    return JsonResponse({"total": total, "next": following, name: found})


@api("GET")
def postings(request: HttpRequest) -> JsonResponse:
    """Who worked where: `?unit=&on=&known=&page=`."""
    said = asked(request, ("unit", "on", "known", "page"))
    rows = who_worked(unit(said.get("unit")), day(said.get("on")), known_before(said.get("known")))
    return _page(request, said, rows, "postings", lambda row: {"person": str(row.learner.opaque_id)} | _posting(row))


@api("GET")
def people(request: HttpRequest) -> JsonResponse:
    """Those who were employed, at a unit or anywhere: `?unit=&on=&known=&page=`."""
    said = asked(request, ("unit", "on", "known", "page"))
    on, before = day(said.get("on")), known_before(said.get("known"))
    employed = Employment.objects.on(on).known(before).values("learner")
    rows = Learner.objects.filter(pk__in=employed).order_by("pk")
    if "unit" in said:
        rows = rows.filter(pk__in=who_worked(unit(said["unit"]), on, before).order_by().values("learner"))
    return _page(request, said, rows, "people", _person)


@api("GET")
def person(request: HttpRequest, key: str) -> JsonResponse:
    """One person by id or HR number (also a former one), with every fact known: `?known=`."""
    said = asked(request, ("known",))
    learner = _find(key)
    before = known_before(said.get("known"))

    def rows(model: Any) -> Any:
        return model.objects.known(before).filter(learner=learner).order_by("valid_from", "pk")

    former = FormerNumber.objects.filter(learner=learner).values_list("hr_number", flat=True)
    found = _person(learner) | {
        "former_hr_numbers": list(former),
        "employments": [_dated(row) for row in rows(Employment)],
        "postings": [_posting(row) for row in rows(Posting).select_related("unit", "position")],
        "leaves": [{"full_time": row.full_time} | _dated(row) for row in rows(Leave)],
    }
    return JsonResponse(found)


def _find(key: str) -> Learner:
    wanted = Q(hr_number=key) | Q(former_numbers__hr_number=key)
    with suppress(ValueError):
        wanted |= Q(opaque_id=UUID(key))
    found = Learner.objects.filter(wanted).distinct().first()
    if found is None:
        raise Refused(404, f"There is nobody with the id or HR number {key}.")
    return found


@api("GET")
def leaves(request: HttpRequest) -> JsonResponse:
    """Who was on leave: `?on=&known=&page=`. Dates without reason."""
    said = asked(request, ("on", "known", "page"))
    rows = Leave.objects.on(day(said.get("on"))).known(known_before(said.get("known"))).select_related("learner")
    return _page(request, said, rows.order_by("pk"), "leaves", _leave)


def _leave(row: Leave) -> dict[str, Any]:
    return {"person": str(row.learner.opaque_id), "full_time": row.full_time} | _dated(row)


@api("GET")
def units(request: HttpRequest) -> JsonResponse:
    """The tree of a day, parents first: `?on=&known=`."""
    said = asked(request, ("on", "known"))
    nodes = tree(day(said.get("on")), known_before(said.get("known")))
    codes = {node.unit.pk: node.unit.code for node in nodes}
    found = [
        {
            "code": node.unit.code,
            "name": node.unit.name,
            "kind": node.unit.kind,
            "parent": codes.get(node.parent_id) if node.parent_id else None,
        }
        for node in nodes
    ]
    return JsonResponse({"units": found})
