"""How much comes in, what is refused, and how other stores fare: the learning log's first page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..clock import OSLO, oslo_day
from ..lrs import volume
from ..lrs.models import Credential, DeadLetter, ForwardTarget, Refusal
from .base import LogPage

DAYS = 28
_KINDS = 10  # of complaints shown for a key


@dataclass(frozen=True)
class Bar:
    """One day in SVG units."""

    x: float
    y: float
    width: float
    height: float
    day: dt.date
    count: int
    joint: bool  # a Monday: the rule's joint


@dataclass(frozen=True)
class Picture:
    """Bars on a folding rule: a tick a day, a joint a week."""

    bars: list[Bar]
    most: int
    width: int = 840
    base: int = 160


def draw(counts: Mapping[dt.date, int]) -> Picture:
    """Pure: `counts` by day, in order."""
    most = max([*counts.values(), 1])
    step = 840 / max(len(counts), 1)
    bars = [
        Bar(
            x=round(number * step, 1),
            y=round(160 - 140 * count / most, 1),
            width=round(step - 4, 1),
            height=round(140 * count / most, 1),
            day=day,
            count=count,
            joint=day.isoweekday() == 1,
        )
        for number, (day, count) in enumerate(counts.items())
    ]
    return Picture(bars, max(counts.values(), default=0))


class Overview(LogPage):
    tab = "overview"
    template_name = "tracking/log/overview.html"

    def get_page_title(self) -> str:
        return _("Learning log")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        today = oslo_day(timezone.now())
        counts = volume.by_day(today - dt.timedelta(days=DAYS - 1), today, OSLO)
        week = sum(count for day, count in counts.items() if day > today - dt.timedelta(days=7))
        return super().get_context_data(
            picture=draw(counts),
            counts=list(counts.items())[::-1],
            week=week,
            before=sum(counts.values()) - week,
            weeks=DAYS // 7 - 1,
            refusals=refusals_of_the_week(today),
            trouble=list(ForwardTarget.objects.filter(enabled=True, failures__gt=0).order_by("name")),
            dead=DeadLetter.objects.count(),
            **more,
        )


def refusals_of_the_week(today: dt.date) -> list[dict[str, Any]]:
    """By key: its name, how often something was refused, and the kinds of it, the most frequent first."""
    names = dict(Credential.objects.values_list("key", "name")) | {"launch": _("Packages")}
    found: dict[str, dict[tuple[int, str], dict[str, Any]]] = {}
    for row in Refusal.objects.filter(day__gt=today - dt.timedelta(days=7)):
        kinds = found.setdefault(row.key, {})
        begun = {"status": row.status, "sentence": row.sentence, "times": 0}
        kind = kinds.setdefault((row.status, row.sentence), begun)
        kind["times"] += row.times
        kind["last"] = max(row.last, kind.get("last", row.last))
    keys = [
        {
            "name": names.get(key, key),
            "times": sum(kind["times"] for kind in kinds.values()),
            "kinds": sorted(kinds.values(), key=lambda kind: -kind["times"])[:_KINDS],
        }
        for key, kinds in found.items()
    ]
    return sorted(keys, key=lambda one: -one["times"])
