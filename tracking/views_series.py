"""Series over years: a page with picture and table, and the same for machines."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learners.policy import policy

from .barometer import asking, series
from .barometer.models import YearlySeries
from .exceptions import BadQuery, SignInNeeded
from .views_barometer import cached, conditional


def _asked(request: HttpRequest, slug: str) -> tuple[YearlySeries, series.Series]:
    """Raises Http404, SignInNeeded (not public, and nobody has signed in), BadQuery (no parameter is taken)."""
    row = YearlySeries.objects.select_related("campaign").filter(slug=slug).first()
    if row is None:
        raise Http404("No such series.")
    if not row.public and not request.user.is_authenticated:
        raise SignInNeeded(_("Sign in to see this series."))
    asking.check_parameters(request, frozenset())
    return row, series.read(row, timezone.now())


@policy("campaign")
@require_safe
@conditional
def series_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The series as a page."""
    try:
        row, told = _asked(request, slug)
    except SignInNeeded:
        return redirect_to_login(request.get_full_path())
    except BadQuery as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    response = render(request, "tracking/series.html", {"series": told})
    return cached(response, row.public and not request.user.is_authenticated)


@policy("campaign")
@require_safe
@conditional
def series_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The series as JSON or CSV."""
    try:
        row, told = _asked(request, slug)
    except SignInNeeded as error:
        return JsonResponse({"error": str(error)}, status=403, json_dumps_params={"ensure_ascii": False})
    except BadQuery as error:
        return JsonResponse({"error": str(error)}, status=400, json_dumps_params={"ensure_ascii": False})
    if kind == "json":
        answer: HttpResponse = JsonResponse(series.as_json(told), json_dumps_params={"ensure_ascii": False})
    else:
        answer = HttpResponse(series.as_csv(told), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{row.slug}.csv"'
    return cached(answer, row.public)
