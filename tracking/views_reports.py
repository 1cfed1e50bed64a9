"""The weekly reports' pages and files, for those who manage or lead the unit."""

from __future__ import annotations

import datetime as dt
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from learners.models import Learner, Unit, UnitPlace
from learners.policy import manages, may_see_report, policy, report_units, units_led_by

from .clock import oslo_day
from .exceptions import BadQuery
from .reports.exceptions import BadWeek, NoReport, ReportError
from .reports.files import file
from .reports.making import content_of
from .reports.overview import overview
from .reports.weeks import asked_for
from .reports.words import tell

PRIVATE = cache_control(private=True, no_store=True)


class Refused(ReportError):
    """The reader may not see that unit's reports."""


class UnknownUnit(ReportError):
    """There is no such unit."""


STATUS: dict[type[Exception], int] = {BadQuery: 400, BadWeek: 400, Refused: 403, UnknownUnit: 404, NoReport: 404}


class View(Protocol):
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def answers_in_sentences(view: View) -> View:
    """What cannot be shown is answered with its status and a sentence, as a page or as JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except tuple(STATUS) as error:
            status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
            if kwargs.get("kind") == "json":
                return JsonResponse({"error": str(error)}, status=status)
            return TemplateResponse(request, "tracking/report_refused.html", {"sentence": str(error)}, status=status)

    return guarded


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_list(request: HttpRequest) -> HttpResponse:
    """The weeks of one unit, the newest first, with what each said."""
    at = timezone.now()
    unit = _unit(request, oslo_day(at))
    context = {"unit": unit, "mine": report_units(request.user, oslo_day(at)), "overview": overview(unit, at)}
    return TemplateResponse(request, "tracking/report_list.html", context)


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_page(request: HttpRequest, week: str) -> HttpResponse:
    """One week's report, or the unfinished week so far."""
    at = timezone.now()
    unit = _unit(request, oslo_day(at))
    content, report = content_of(asked_for(week, at), unit, at)
    told = tell(content, report)
    context = {"told": told, "unit": unit, "open_to": _open_to(request, unit, oslo_day(at))}
    return TemplateResponse(request, "tracking/report.html", context)


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_file(request: HttpRequest, week: str, kind: str) -> HttpResponse:
    """The same as a file, in the reader's own language: `kind` is "pdf", "xlsx" or "json"."""
    at = timezone.now()
    with translation.override(_language(request)):
        content, report = content_of(asked_for(week, at), _unit(request, oslo_day(at)), at)
        made = file(kind, content, report)
    answer = HttpResponse(made.data, content_type=made.media_type)
    disposition = "inline" if kind == "json" else "attachment"
    answer["Content-Disposition"] = f'{disposition}; filename="{made.name}"'
    return answer


def _language(request: HttpRequest) -> str:
    """Files have no language in their address: they come in the language that the reader gets mails in."""
    return request.user.language if isinstance(request.user, Learner) else translation.get_language()


def _unit(request: HttpRequest, on: dt.date) -> Unit:
    """The unit asked for, or the reader's own highest one. Raises BadQuery, UnknownUnit, Refused."""
    unknown = set(request.GET) - {"unit"}
    if unknown:
        raise BadQuery(_("Unknown parameter: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    mine = report_units(request.user, on)
    if not mine:
        raise Refused(_("Weekly reports are for those who manage or lead a unit."))
    code = request.GET.get("unit")
    if code is None:
        return mine[0]
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise UnknownUnit(_("There is no unit “%(code)s”.") % {"code": code[:40]})
    if not may_see_report(request.user, unit, on):
        raise Refused(
            _("You do not manage or lead %(unit)s, so its reports are not yours to see.") % {"unit": unit.name}
        )
    return unit


def _open_to(request: HttpRequest, unit: Unit, on: dt.date) -> set[str]:
    """The codes of the units below `unit` whose reports the reader may open too."""
    if manages(request.user, unit, on):
        return set(UnitPlace.objects.on(on).known().filter(parent=unit).values_list("unit__code", flat=True))
    return {led.code for led in units_led_by(request.user, on)}
