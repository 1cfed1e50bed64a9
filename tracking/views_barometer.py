"""The barometer's addresses: thin views that turn a request into a figure, and the figure into a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learners.models import Unit
from learners.policy import policy

from .barometer import asking, offered, page, series
from .barometer.strips import strips
from .clock import oslo_day
from .exceptions import BadQuery, SignInNeeded, UnknownCampaign


def cached(response: HttpResponse, public: bool) -> HttpResponse:
    # A figure changes with the next completion: what is public may be stored, but is asked for again (ETag).
    response["Cache-Control"] = "public, no-cache" if public else "private, no-store"
    return response


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An ETag on what is found, and 304 for who has it already; Django's own leaves HEAD without."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 200 or "no-store" in response.get("Cache-Control", ""):
            return response
        set_response_etag(response)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return told


@policy("public")
@require_safe
@conditional
def barometer_list(request: HttpRequest) -> HttpResponse:
    """All campaigns that the visitor may see."""
    at = timezone.now()
    found = strips(request.user.is_authenticated, at, only_current=False)
    context = {
        "strips": found,
        "offers": offered.programmes(at),
        "over_years": series.stored(request.user.is_authenticated),
    }
    return cached(render(request, "tracking/barometer_list.html", context), not request.user.is_authenticated)


@policy("campaign")
@require_safe
@conditional
def barometer_campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    """One campaign's figure as a page."""
    at = timezone.now()
    try:
        figure = asking.ask(request, campaign, at, page.PARAMETERS, deep=True)
        earlier, wall = asking.earlier(request, figure, at), asking.wall_screen(request)
    except SignInNeeded:
        return redirect_to_login(request.get_full_path())
    except UnknownCampaign as error:
        raise Http404 from error
    except Unit.DoesNotExist:
        return _refused_page(request, campaign, _("There is no such unit."), 404)
    except BadQuery as error:
        return _refused_page(request, campaign, str(error), 400)
    context = page.context(figure, request.GET.dict(), oslo_day(at), earlier, offered.beside(figure))
    template = "tracking/barometer_screen.html" if wall else "tracking/barometer.html"
    response = render(request, template, context)
    return cached(response, figure.campaign.public and not request.user.is_authenticated)


def _refused_page(request: HttpRequest, campaign: str, sentence: str, status: int) -> HttpResponse:
    context = {"sentence": sentence, "back": reverse("barometer-campaign", args=[campaign])}
    response = render(request, "tracking/barometer_refused.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
