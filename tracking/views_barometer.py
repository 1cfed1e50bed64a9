"""The barometer's addresses: thin views that turn a request into a figure, and the figure into a page or JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from learners.models import Unit
from learners.policy import policy

from .barometer import asking, figures, page, picture
from .barometer.strips import strips
from .clock import oslo_day
from .exceptions import BadQuery, SignInNeeded, UnknownCampaign


def _errors_as_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def told(request: HttpRequest, campaign: str) -> HttpResponse:
        try:
            return view(request, campaign)
        except UnknownCampaign as error:
            return _refusal(error, 404)
        except SignInNeeded as error:
            return _refusal(error, 403)
        except Unit.DoesNotExist:
            return _refusal(_("There is no such unit."), 404)
        except BadQuery as error:
            return _refusal(error, 400)

    return told


def _refusal(sentence: object, status: int) -> HttpResponse:
    response = JsonResponse({"error": str(sentence)}, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _cached(response: HttpResponse, public: bool) -> HttpResponse:
    # A figure changes with the next completion: what is public may be stored, but is asked for again (ETag).
    response["Cache-Control"] = "public, no-cache" if public else "private, no-store"
    return response


@policy("public")
@require_safe
@conditional_page
def barometer_list(request: HttpRequest) -> HttpResponse:
    """All campaigns that the visitor may see."""
    found = strips(request.user.is_authenticated, timezone.now(), only_current=False)
    return _cached(
        render(request, "tracking/barometer_list.html", {"strips": found}), not request.user.is_authenticated
    )


@policy("campaign")
@require_safe
@conditional_page
def barometer_campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    """One campaign's figure as a page."""
    at = timezone.now()
    try:
        figure = asking.ask(request, campaign, at)
    except SignInNeeded:
        return redirect_to_login(request.get_full_path())
    except UnknownCampaign as error:
        raise Http404 from error
    except Unit.DoesNotExist:
        return _refused_page(request, campaign, _("There is no such unit."), 404)
    except BadQuery as error:
        return _refused_page(request, campaign, str(error), 400)
    context = page.context(figure, request.GET.dict(), oslo_day(at))
    response = render(request, "tracking/barometer.html", context)
    return _cached(response, figure.campaign.public and not request.user.is_authenticated)


def _refused_page(request: HttpRequest, campaign: str, sentence: str, status: int) -> HttpResponse:
    context = {"sentence": sentence, "back": reverse("barometer-campaign", args=[campaign])}
    response = render(request, "tracking/barometer_refused.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@policy("campaign")
@require_safe
@conditional_page
@_errors_as_json
def barometer_json(request: HttpRequest, campaign: str) -> HttpResponse:
    """The figure as JSON (docs/barometer.md lists the keys)."""
    figure = asking.ask(request, campaign, timezone.now())
    response = JsonResponse(figures.as_json(figure), json_dumps_params={"ensure_ascii": False})
    return _cached(response, figure.campaign.public)


@policy("campaign")
@require_safe
@conditional_page
@_errors_as_json
def barometer_svg(request: HttpRequest, campaign: str) -> HttpResponse:
    """The figure as a picture."""
    at = timezone.now()
    figure = asking.ask(request, campaign, at)
    response = HttpResponse(picture.svg(figure, oslo_day(at)), content_type="image/svg+xml; charset=utf-8")
    return _cached(response, figure.campaign.public)
