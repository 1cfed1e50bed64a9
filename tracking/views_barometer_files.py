"""The same figure for machines and intranets: JSON, CSV, SVG, PNG, and a page for frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from learners.models import Unit
from learners.policy import policy

from .barometer import asking, page, picture, published, sheet
from .barometer.published import Figure
from .clock import oslo_day
from .exceptions import BadQuery, SignInNeeded, UnknownCampaign
from .views_barometer import cached, conditional

STATUS: dict[type[Exception], int] = {UnknownCampaign: 404, SignInNeeded: 403, Unit.DoesNotExist: 404, BadQuery: 400}


def _sentence(error: Exception) -> str:
    return _("There is no such unit.") if isinstance(error, Unit.DoesNotExist) else str(error)


def _errors_as_json(view: Callable[[Figure, dt.date], HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the figure, and answer what cannot be honoured with {"error": a sentence}."""

    @wraps(view)
    def told(request: HttpRequest, campaign: str) -> HttpResponse:
        at = timezone.now()
        try:
            figure = asking.ask(request, campaign, at)
        except tuple(STATUS) as error:
            status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
            said = {"error": _sentence(error)}
            refusal = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
            refusal["Cache-Control"] = "no-store"
            return refusal
        return _for_other_sites(cached(view(figure, oslo_day(at)), figure.campaign.public), figure.campaign.public)

    return told


def _in_the_browsers_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What has words, in the language that the browser asks for: the address has no prefix, and a picture or frame on
    another site's page gets no cookie."""

    @wraps(view)
    def told(request: HttpRequest, campaign: str) -> HttpResponse:
        language = accepted_language(request)
        with translation.override(language):
            response = view(request, campaign)
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return told


def _for_other_sites(response: HttpResponse, public: bool) -> HttpResponse:
    """What everybody may see, other sites' scripts may read; cookies are of no use to them."""
    if public:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@policy("campaign")
@require_safe
@conditional
@_errors_as_json
def barometer_json(figure: Figure, today: dt.date) -> HttpResponse:
    """The figure as JSON (docs/barometer.md lists the keys)."""
    return JsonResponse(published.as_json(figure), json_dumps_params={"ensure_ascii": False})


@policy("campaign")
@require_safe
@conditional
@_errors_as_json
def barometer_csv(figure: Figure, today: dt.date) -> HttpResponse:
    """The figure, its Sundays and the units below as a table."""
    response = HttpResponse(sheet.as_csv(figure), content_type="text/csv; charset=utf-8")
    name = f"{figure.campaign.slug}-{figure.unit.code}-{figure.as_of.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@policy("campaign")
@require_safe
@conditional
@_in_the_browsers_language
@_errors_as_json
def barometer_svg(figure: Figure, today: dt.date) -> HttpResponse:
    """The figure as a drawing, in the language that the browser asks for."""
    return HttpResponse(picture.svg(figure, today), content_type="image/svg+xml; charset=utf-8")


@policy("campaign")
@require_safe
@conditional
@_in_the_browsers_language
@_errors_as_json
def barometer_png(figure: Figure, today: dt.date) -> HttpResponse:
    """The figure as a picture, where drawings are not taken."""
    return HttpResponse(picture.png(figure, today), content_type="image/png")


def accepted_language(request: HttpRequest) -> str:
    """The first of our languages that the browser asks for, else bokmål; "no" is bokmål."""
    for code, _priority in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant("nb" if code.partition("-")[0] == "no" else code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@policy("campaign")
@require_safe
@xframe_options_exempt
@conditional
@_in_the_browsers_language
def barometer_embed(request: HttpRequest, campaign: str) -> HttpResponse:
    """The figure for a frame on another site's page, where the setting lets that site."""
    at = timezone.now()
    try:
        figure = asking.ask(request, campaign, at)
        context = page.context(figure, request.GET.dict(), oslo_day(at), None)
        response = cached(render(request, "tracking/barometer_embed.html", context), figure.campaign.public)
    except tuple(STATUS) as error:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        response = render(request, "tracking/barometer_embed.html", {"sentence": _sentence(error)}, status=status)
        response["Cache-Control"] = "no-store"
    response._csp_replace = {"frame-ancestors": settings.EMBED_ANCESTORS}  # type: ignore[attr-defined] # django-csp's
    return response
