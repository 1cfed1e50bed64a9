"""What a request asks of the barometer: campaign, unit, day, known, part; every format takes the same."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from courses.models import Campaign
from learners.models import Unit

from ..exceptions import BadQuery, UnknownCampaign
from . import figures

PARAMETERS = {"unit", "on", "known", "part"}


def ask(request: HttpRequest, slug: str, at: dt.datetime, also: frozenset[str] = frozenset()) -> figures.Figure:
    """The figure that a request asks for.

    Raises UnknownCampaign (also where the campaign is not public and nobody has signed in), Unit.DoesNotExist, BadQuery.
    """
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None or not (campaign.public or request.user.is_authenticated):
        raise UnknownCampaign("There is no such campaign.")
    unknown = set(request.GET) - PARAMETERS - also
    if unknown:
        raise BadQuery("unknown parameter: " + ", ".join(sorted(unknown)))
    code = request.GET.get("unit")
    unit = Unit.objects.get(code=code) if code is not None else None
    return figures.figure(
        campaign, unit, _day(request.GET.get("on")), request.GET.get("known", "now"), request.GET.get("part"), at
    )


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadQuery("on must be a date such as 2026-11-15.") from error
    if day.isoformat() != text:
        raise BadQuery("on must be a date such as 2026-11-15.")
    return day
