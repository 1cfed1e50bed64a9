"""What a request asks of the barometer: campaign, unit, day, known, part; every format takes the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.models import Campaign
from learners.models import Unit

from ..exceptions import BadQuery, SignInNeeded, UnknownCampaign
from . import figures
from .parts import with_requirements
from .published import Figure

PARAMETERS = frozenset({"unit", "on", "known", "part"})


def ask(
    request: HttpRequest, slug: str, at: dt.datetime, also: frozenset[str] = frozenset(), *, deep: bool = False
) -> Figure:
    """The figure that a request asks for; `also` names further parameters that the caller honours itself.

    Raises UnknownCampaign, SignInNeeded (not public, and nobody has signed in), Unit.DoesNotExist, BadQuery.
    """
    campaign = campaign_for(request, slug)
    check_parameters(request, PARAMETERS | also)
    code = request.GET.get("unit")
    unit = unit_named(code) if code is not None else None
    return figures.figure(
        campaign, unit, _day(request.GET.get("on"), "on"), request.GET.get("known", "now"), request.GET.get("part"), at,
        deep=deep,
    )  # fmt: skip


def unit_named(code: str) -> Unit:
    """Raises Unit.DoesNotExist, also for what no database could hold."""
    if "\0" in code:
        raise Unit.DoesNotExist
    return Unit.objects.get(code=code)


def wall_screen(request: HttpRequest) -> bool:
    """Whether the page is for a screen on a wall. Raises BadQuery."""
    if request.GET.get("skjerm", "1") != "1":
        raise BadQuery(_("“skjerm” must be 1."))
    return "skjerm" in request.GET


def earlier(request: HttpRequest, figure: Figure, at: dt.datetime) -> Figure | None:
    """The same figure on the day `since`, to be compared with; None where nobody asks. Raises BadQuery."""
    since = _day(request.GET.get("since") or None, "since")
    if since is None:
        return None
    if since >= figure.asked_on:
        raise BadQuery(_("“since” must be a day before “on”."))
    if since < figure.campaign.start:
        day = figure.campaign.start.isoformat()
        raise BadQuery(_("“since” lies before the campaign's start, %(day)s.") % {"day": day})
    return figures.figure(figure.campaign, figure.unit, since, figure.known, figure.part, at)


def campaign_for(request: HttpRequest, slug: str) -> Campaign:
    """The campaign, where the one who asks may see its barometer. Raises UnknownCampaign, SignInNeeded."""
    campaign = with_requirements(Campaign.objects.filter(slug=slug)).first()
    if campaign is None:
        raise UnknownCampaign(_("There is no such campaign."))
    if not campaign.public and not request.user.is_authenticated:
        raise SignInNeeded(_("Sign in to see this campaign."))
    return campaign


def check_parameters(request: HttpRequest, allowed: Collection[str]) -> None:
    """Raises BadQuery for a parameter that nobody honours, or that is given twice."""
    unknown = sorted(set(request.GET).difference(allowed))
    if unknown:
        raise BadQuery(_("Unknown parameter: %(names)s.") % {"names": ", ".join(unknown)})
    doubled = sorted(name for name in request.GET if len(request.GET.getlist(name)) > 1)
    if doubled:
        raise BadQuery(_("Given more than once: %(names)s.") % {"names": ", ".join(doubled)})


def _day(text: str | None, name: str) -> dt.date | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadQuery(_("“%(name)s” must be a date such as 2026-11-15.") % {"name": name}) from error
    if day.isoformat() != text:
        raise BadQuery(_("“%(name)s” must be a date such as 2026-11-15.") % {"name": name})
    return day
