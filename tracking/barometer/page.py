"""What the barometer's page shows besides the figure: the way up, links, the form, and what the counts amount to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learners.models import Unit, UnitPlace

from . import funnel
from .comparison import AHEAD, BEHIND
from .offered import Offer
from .published import Figure, Shown, version_of
from .rule import RULE_VERSION
from .words import count

# Above this part of the audience exempt, the headline says so.
MANY_EXEMPT = 0.05


# What the page takes beside what every format takes: a wall screen, and a day to compare with.
PARAMETERS = frozenset({"skjerm", "since"})


def context(
    figure: Figure, query: Mapping[str, str], today: dt.date, earlier: Figure | None, offers: Sequence[Offer] = ()
) -> dict[str, Any]:
    """The template's context; `query` is what was asked for, kept in every link; `earlier` the day to compare with;
    `offers` of programmes, told of beside the figure."""
    own, last = figure.own, figure.last_sunday
    kept = {name: value for name, value in query.items() if value and name != "skjerm"}
    query = kept
    return {
        "figure": figure,
        "version": _version(figure, earlier, query, today, offers),
        "own": own,
        "campaign": figure.campaign,
        "title": figure.campaign.title_in(translation.get_language() or "nb"),
        "bar": figure.bar,
        "courses": figure.courses,
        "way_up": [] if figure.country else _way_up(figure.unit, figure.asked_on, query),
        "is_today": figure.as_of == today,
        "is_sunday": figure.as_of.isoweekday() == 7,
        "change": figure.change_since_last_week,
        "fewer": -(figure.change_since_last_week or 0),
        "last_share": last.share if last else None,
        "forecast_low": figure.forecast.low if figure.forecast else None,
        "forecast_high": figure.forecast.high if figure.forecast else None,
        "over": figure.campaign.deadline < figure.as_of,
        "pace": max(figure.pace or 0, 0),
        "left_out": _left_out(figure),
        "many_exempt": bool(figure.exempt and figure.in_audience and figure.exempt > MANY_EXEMPT * figure.in_audience),
        "bars": [{"bar": bar, "link": _link(query, part=bar.part)} for bar in figure.bars],
        "offers": offers,
        "bridge": figure.bridge,
        "earlier": earlier,
        "two_days": [earlier, figure] if earlier else [],
        "difference": _difference(earlier, figure) if earlier else "",
        # Worked out only where the page is not in the cache in this version.
        "below": SimpleLazyObject(lambda: _below(figure, query)),
        "file_query": urlencode({name: value for name, value in query.items() if name != "since"}),
        "rule_version": RULE_VERSION,
        "query": query,
        "query_string": urlencode(query),
        "today": today,
    }


def _version(
    figure: Figure, earlier: Figure | None, query: Mapping[str, str], today: dt.date, offers: Sequence[Offer]
) -> str:
    """A name for everything that the page says but the age of the data: another figure has another name, so what is
    stored of the page under it is never old."""
    said = [replace(one, people_received_at=None, statements_received_at=None) for one in (figure, earlier) if one]
    return version_of([said, list(offers), sorted(query.items()), today])


def _below(figure: Figure, query: Mapping[str, str]) -> dict[str, Any]:
    """The table and the comparison of the units below."""
    compared = [unit for group in figure.groups for unit in group.units] or list(figure.units)
    rows = _rows(figure, query)
    return {
        "rows": [row for row in rows if not row["unit"].suppressed],
        "not_shown": _not_shown(figure),
        "funnels": _funnels(figure, compared),
        **{place: ", ".join(u.name for u in compared if u.stands == place) for place in (AHEAD, BEHIND)},
    }


def _rows(figure: Figure, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The units directly below; where there is room, each with those below it."""
    if not figure.groups:
        return [_row(figure, unit, query) for unit in figure.units]
    found = []
    for group in figure.groups:
        found.append(_row(figure, group.unit, query))
        found += [_row(figure, unit, query, inner=True) for unit in group.units]
    return found


def _not_shown(figure: Figure) -> list[dict[str, Any]]:
    """The units without figures by name: those directly below, then, region by region, those below these."""
    direct = [unit.name for unit in figure.units if unit.suppressed]
    found = [{"within": "", "names": direct}] if direct else []
    for group in figure.groups:
        names = [unit.name for unit in group.units if unit.suppressed]
        if names:
            found.append({"within": group.unit.name, "names": names})
    return found


def _row(figure: Figure, unit: Shown, query: Mapping[str, str], inner: bool = False) -> dict[str, Any]:
    link = _link(query, unit=unit.code)
    return {"unit": unit, "link": link, "older": unit.on != figure.as_of, "inner": inner}


def _funnels(figure: Figure, units: list[Shown]) -> list[funnel.Funnel]:
    if figure.yardstick is None:
        return []
    drawn = [funnel.draw(units, figure.yardstick, form) for form in (funnel.WIDE, funnel.NARROW)]
    return [one for one in drawn if one]


def _difference(earlier: Figure, later: Figure) -> str:
    """What the time between two days brought, in a sentence."""
    one, other = earlier.own, later.own
    if one.completed is None or other.completed is None or one.counted is None or other.counted is None:
        return ""
    more = other.completed - one.completed
    said = {
        True: ngettext("%(count)s more has completed.", "%(count)s more have completed.", abs(more)),
        False: ngettext("%(count)s fewer has completed.", "%(count)s fewer have completed.", abs(more)),
    }[more >= 0] % {"count": count(abs(more))}
    change = other.counted - one.counted
    if not change:
        return f"{said} {_('As many count as before.')}"
    counted = {
        True: ngettext("%(count)s more counts.", "%(count)s more count.", abs(change)),
        False: ngettext("%(count)s fewer counts.", "%(count)s fewer count.", abs(change)),
    }[change > 0] % {"count": count(abs(change))}
    return f"{said} {counted}"


def _link(query: Mapping[str, str], **changed: str) -> str:
    return "?" + urlencode({**query, **changed})


def _way_up(unit: Unit, on: dt.date, query: Mapping[str, str]) -> list[dict[str, str]]:
    """The units above, from the root; the root's link asks for no unit."""
    place = UnitPlace.objects.on(on).known().filter(unit=unit).first()
    codes = place.path.strip("/").split("/")[:-1] if place else []
    names = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    rest = {name: value for name, value in query.items() if name != "unit"}
    return [
        {"name": names[code], "link": _link(rest, unit=code) if number else _link(rest)}
        for number, code in enumerate(codes)
        if code in names
    ]


def _left_out(figure: Figure) -> list[tuple[str, int, int]]:
    """(class, persons, of whom done) for the classes that do not count; the country only."""
    numbers = {"on_leave": figure.on_leave, "in_grace": figure.in_grace, "exempt": figure.exempt}
    done = figure.done_not_counted or {}
    return [(name, number, done.get(name, 0)) for name, number in numbers.items() if number]
