"""Changes: rows of people through the import's own checks, and units reorganised; all or nothing."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from ..exceptions import NotPossible
from ..importing import running
from ..importing.columns import FIELDS
from ..importing.faults import FileRefused
from ..importing.reading import Line, Sheet
from ..models import ImportRun, Unit, UnitPlace
from ..units import reorganising
from ..units.reorganising import Outcome
from .exchange import Refused, api, body, day, unit

MOST_ROWS = 5000


@api("POST")
def change_people(request: HttpRequest) -> JsonResponse:
    """`{"rows": [{field: value}], "full", "on", "most_gone", "dry_run"}`; docs/people.md has the fields."""
    said = body(request, ("rows", "full", "on", "most_gone", "dry_run"))
    at, sheet = timezone.now(), _sheet(said.get("rows"))
    order = running.Order(day(said.get("on")), _yes(said, "full"), _share(said), dry_run=_yes(said, "dry_run"))
    logged = ImportRun(
        source="api", finished_at=at, succeeded=False, file_hash=hashlib.sha256(request.body).hexdigest(),
        detail={"on": order.on.isoformat(), "full": order.full},
    )  # fmt: skip
    try:
        report = running.run_sheet(sheet, order, at, logged)
    except FileRefused as reason:
        raise Refused(400, str(reason)) from reason
    faults = [{"row": one.line, "field": one.column, "reason": one.reason} for one in report.faults]
    answer = {"succeeded": report.succeeded, "dry_run": order.dry_run, "counts": dict(report.counts), "faults": faults}
    if report.too_many_gone:
        answer["stopped"] = report.too_many_gone
    return JsonResponse(answer, status=200 if report.succeeded else 422)


def _sheet(rows: Any) -> Sheet:
    """Rows of fields as the table that a file would be; a row's number counts from 1."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refused(400, "rows is a list of objects, one for each position of each person.")
    if len(rows) > MOST_ROWS:
        raise Refused(413, f"At most {MOST_ROWS} rows at once: import a file for more.")
    header = sorted({name for row in rows for name in row})
    unknown = set(header) - FIELDS
    if unknown:
        raise Refused(400, f"Unknown: {', '.join(sorted(unknown))}; there are {', '.join(sorted(FIELDS))}.")
    lines = [Line(number, [_cell(row.get(name)) for name in header]) for number, row in enumerate(rows, start=1)]
    return Sheet(header, 0, lines, [], "api")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        raise Refused(400, "A field's value is a text, a number, true, false, null or a list of texts.")
    return value


def _yes(said: dict[str, Any], name: str) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise Refused(400, f"{name} is true or false.")
    return value


def _share(said: dict[str, Any]) -> float:
    value = said.get("most_gone", running.MOST_GONE)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise Refused(400, "most_gone is a number of per cent between 0 and 100.")
    return float(value)


@api("POST")
def change_units(request: HttpRequest) -> JsonResponse:
    """`{"deed": "open" | "move" | "merge" | "close", "on", …, "dry_run"}`."""
    said = body(request, ("deed", "on", "dry_run", "unit", "units", "into", "parent", "name", "kind"))
    dry = _yes(said, "dry_run")
    if not isinstance(said.get("on"), str):
        raise Refused(400, "on is the day from which it holds.")
    try:
        outcome = reorganising.preview(lambda: _do(said)) if dry else _do(said)
    except NotPossible as reason:
        return JsonResponse({"succeeded": False, "error": str(reason)}, status=422)
    return JsonResponse({"succeeded": True, "dry_run": dry} | _said_of(outcome))


def _do(said: dict[str, Any]) -> Outcome:
    on, at, deed = day(said["on"]), timezone.now(), said.get("deed")
    if deed == "open":
        kind = said.get("kind", Unit.Kind.PRISON)
        if kind not in Unit.Kind.values:
            raise Refused(400, f"kind is one of {', '.join(Unit.Kind.values)}.")
        parent = _named(said, "parent") if said.get("parent") else None
        return reorganising.open_unit(_text(said, "unit"), _text(said, "name"), kind, parent, on, at)
    if deed == "move":
        return reorganising.move(_named(said, "unit"), _named(said, "parent"), on, at)
    if deed == "close":
        return reorganising.close_unit(_named(said, "unit"), on, at)
    if deed == "merge":
        codes = said.get("units")
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise Refused(400, "units is a list of codes.")
        going = [found for code in codes if (found := unit(code)) is not None]
        return reorganising.merge(going, _named(said, "into"), on, at)
    raise Refused(400, "deed is open, move, merge or close.")


def _text(said: dict[str, Any], name: str) -> str:
    if not isinstance(said.get(name), str) or not said[name].strip():
        raise Refused(400, f"{name} is missing.")
    return said[name]


def _named(said: dict[str, Any], name: str) -> Unit:
    found = unit(_text(said, name))
    assert found is not None  # noqa: S101 - a code that is there names a unit, or is refused
    return found


def _said_of(outcome: Outcome) -> dict[str, Any]:
    places = {row.unit_id for row in (*outcome.changes.add, *outcome.changes.close) if isinstance(row, UnitPlace)}
    return {
        "units_opened": [one.code for one in outcome.opened],
        "units_changed": len(places),
        "people_moved": len(outcome.people),
    }
