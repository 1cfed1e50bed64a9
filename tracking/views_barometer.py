"""The barometer's addresses: thin views that turn a request into a figure, and the figure into a page or JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from learners.models import Unit

from .barometer import asking, figures
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


@require_safe
@conditional_page
@_errors_as_json
def barometer_json(request: HttpRequest, campaign: str) -> HttpResponse:
    """The figure as JSON (docs/barometer.md lists the keys)."""
    figure = asking.ask(request, campaign, timezone.now())
    response = JsonResponse(figures.as_json(figure), json_dumps_params={"ensure_ascii": False})
    return _cached(response, figure.campaign.public)
