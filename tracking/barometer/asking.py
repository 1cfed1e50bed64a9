"""What a request asks of the barometer: campaign, unit, day, known, part; every format takes the same."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.models import Campaign
from learners.models import Unit

from ..exceptions import BadQuery, SignInNeeded, UnknownCampaign
from . import figures

PARAMETERS = frozenset({"unit", "on", "known", "part"})


def ask(request: HttpRequest, slug: str, at: dt.datetime, also: frozenset[str] = frozenset()) -> figures.Figure:
    """The figure that a request asks for; `also` names further parameters that the caller honours itself.

    Raises UnknownCampaign, SignInNeeded (not public, and nobody has signed in), Unit.DoesNotExist, BadQuery.
    """
    campaign = campaign_for(request, slug)
    check_parameters(request, PARAMETERS | also)
    code = request.GET.get("unit")
    unit = Unit.objects.get(code=code) if code is not None else None
    return figures.figure(
        campaign, unit, _day(request.GET.get("on")), request.GET.get("known", "now"), request.GET.get("part"), at
    )


def campaign_for(request: HttpRequest, slug: str) -> Campaign:
    """The campaign, where the one who asks may see its barometer. Raises UnknownCampaign, SignInNeeded."""
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None:
        raise UnknownCampaign(_("There is no such campaign."))
    if not campaign.public and not request.user.is_authenticated:
        raise SignInNeeded(_("Sign in to see this campaign."))
    return campaign


def check_parameters(request: HttpRequest, allowed: frozenset[str]) -> None:
    """Raises BadQuery for a parameter that nobody honours, or that is given twice."""
    unknown = sorted(set(request.GET) - allowed)
    if unknown:
        raise BadQuery(_("Unknown parameter: %(names)s.") % {"names": ", ".join(unknown)})
    doubled = sorted(name for name in request.GET if len(request.GET.getlist(name)) > 1)
    if doubled:
        raise BadQuery(_("Given more than once: %(names)s.") % {"names": ", ".join(doubled)})


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadQuery(_("“on” must be a date such as 2026-11-15.")) from error
    if day.isoformat() != text:
        raise BadQuery(_("“on” must be a date such as 2026-11-15."))
    return day
