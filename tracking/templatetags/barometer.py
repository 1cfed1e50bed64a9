"""The barometer in templates: numbers, the name of a part, the trend's picture, the start page's strips."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone, translation

from courses.models import Campaign

from ..barometer import chart as charts
from ..barometer import words
from ..barometer.figures import Figure
from ..barometer.strips import strips

register = template.Library()
register.filter("count", words.count)
register.filter("part_name", words.part_name)


@register.simple_tag
def campaign_title(campaign: Campaign) -> str:
    """The campaign's title in the reader's language."""
    return campaign.title_in(translation.get_language() or "nb")


@register.inclusion_tag("tracking/barometer_chart.html")
def trend_chart(figure: Figure, label: str) -> dict[str, Any]:
    """The trend as a picture, once for wide pages and once for narrow; `label` says it in words."""
    drawn = [charts.draw(figure, form) for form in (charts.WIDE, charts.NARROW)]
    return {"charts": [chart for chart in drawn if chart], "figure": figure, "label": label}


@register.inclusion_tag("tracking/barometer_strip_list.html", takes_context=True)
def barometer_strips(context: template.Context) -> dict[str, Any]:
    """The campaigns that run now, as small rules."""
    user = context.get("user")
    signed_in = bool(user and user.is_authenticated)
    return {"strips": strips(signed_in, timezone.now(), only_current=True)}
