"""The barometer in templates: numbers, the name of a part, the trend's picture, the start page's strips."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone, translation

from courses.models import Campaign

from ..barometer import alarm, words
from ..barometer import chart as charts
from ..barometer.models import YearlySeries
from ..barometer.published import Figure, version_of
from ..barometer.series import Series
from ..barometer.strips import strips

register = template.Library()
register.filter("count", words.count)
register.filter("bar_name", words.bar_name)
register.filter("signed", words.signed)
register.filter("cause_words", words.cause_words)
register.filter("version", version_of)


@register.filter
def title_of(named: Campaign | YearlySeries) -> str:
    """Its title in the reader's language."""
    return named.title_in(translation.get_language() or "nb")


@register.simple_tag
def campaign_title(campaign: Campaign) -> str:
    """The campaign's title in the reader's language."""
    return campaign.title_in(translation.get_language() or "nb")


@register.inclusion_tag("tracking/barometer_chart.html")
def trend_chart(figure: Figure, label: str) -> dict[str, Any]:
    """The trend as a picture, once for wide pages and once for narrow; `label` says it in words."""
    drawn = [charts.draw(figure, form) for form in (charts.WIDE, charts.NARROW)]
    return {"charts": [chart for chart in drawn if chart], "target": figure.campaign.target, "label": label}


@register.inclusion_tag("tracking/barometer_chart.html")
def years_chart(series: Series, label: str) -> dict[str, Any]:
    """A share over years as a picture, wide and narrow; `label` says it in words."""
    drawn = [charts.draw_years(series.points, series.target, form) for form in (charts.WIDE, charts.NARROW)]
    return {"charts": [chart for chart in drawn if chart], "target": series.target, "label": label}


@register.inclusion_tag("tracking/figures_alarm.html")
def figures_alarm() -> dict[str, Any]:
    """A sentence where the figures cannot be trusted just now; else nothing."""
    return {"alarm": alarm.state(timezone.now())}


@register.inclusion_tag("tracking/barometer_strip_list.html", takes_context=True)
def barometer_strips(context: template.Context) -> dict[str, Any]:
    """The campaigns that run now, as small rules."""
    user = context.get("user")
    signed_in = bool(user and user.is_authenticated)
    return {"strips": strips(signed_in, timezone.now(), only_current=True)}
