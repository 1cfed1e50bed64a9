"""The barometer in templates: numbers, the name of a part, the trend's picture, the start page's strips."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.models import Campaign, Course

from ..barometer import chart as charts
from ..barometer.figures import Figure
from ..barometer.strips import strips

register = template.Library()
NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def count(number: float | None) -> str:
    """4300 as "4 300" (English: "4,300"); a hidden number is a dash."""
    if number is None:
        return "–"
    return f"{round(number):,}".replace(",", "," if translation.get_language() == "en" else NO_BREAK)


@register.filter
def part_name(course: Course | None, courses: int) -> str:
    """A part's course in the reader's language; None is all `courses` of them."""
    if course is not None:
        return course.title_in(translation.get_language() or "nb")
    names = {2: _("both courses"), 3: _("all three courses"), 4: _("all four courses"), 5: _("all five courses")}
    return names.get(courses) or _("all %(number)s courses") % {"number": courses}


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
