"""The weekly reports' pages and files, for those who manage or lead the unit."""

from __future__ import annotations

import datetime as dt
from functools import wraps
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from learners import looks
from learners.models import Learner, Unit, UnitPlace
from learners.policy import (
    leads_as,
    manages,
    may_see_report,
    policy,
    report_units,
    signed_in,
    team_unit_ids,
    units_led_by,
)

from .barometer import asking
from .clock import oslo_day
from .exceptions import BadQuery
from .reports import choices, period_page, period_sheet
from .reports.exceptions import BadWeek, NoReport, ReportError
from .reports.files import MEDIA_TYPES, file
from .reports.listing import listings
from .reports.making import content_of
from .reports.models import WeeklyReport
from .reports.overview import overview
from .reports.own_team import as_read_by, period_as_read_by
from .reports.periods import parse as parse_period
from .reports.periods import recent, table
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
    learner = signed_in(request)
    context = {
        "unit": unit,
        "mine": report_units(request.user, oslo_day(at)),
        "overview": overview(unit, learner, at),
        "periods": recent(oslo_day(at)),
        "wants_mail": choices.wants_mail(learner),
        "wants_pdf": choices.wants_pdf(learner),
    }
    return TemplateResponse(request, "tracking/report_list.html", context)


@require_POST
@PRIVATE
@policy("report")
def report_choice(request: HttpRequest) -> HttpResponse:
    """The reader's own choice: the mail of a new report, and the PDF with it. 403 for those who get none."""
    if not report_units(request.user, oslo_day(timezone.now())):
        raise PermissionDenied("Gets no report.")
    choices.choose(signed_in(request), "mail" in request.POST, "pdf" in request.POST, timezone.now())
    messages.success(request, _("Your choice is saved."))
    return redirect("reports")


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_period(request: HttpRequest, period: str) -> HttpResponse:
    """The table of a tertial ("2026-T2") or a year ("2026"); with "units=all" nothing is folded in."""
    at = timezone.now()
    unit = _unit(request, oslo_day(at), "units")
    if request.GET.get("units") not in (None, "all"):
        raise BadQuery(_("“units” is “all”, or left out."))
    told = period_as_read_by(signed_in(request), table(parse_period(period), unit, at), oslo_day(at))
    found = period_page.campaigns(told)
    context = {
        "told": told,
        "campaigns": found,
        "foldable": len(found) > 1 and any(campaign.has_units for campaign in found),
        "unfolded": "units" in request.GET or len(found) == 1,
        "lead": period_sheet.lead(told),
        "note": period_sheet.note(),
    }
    return TemplateResponse(request, "tracking/report_period.html", context)


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_period_file(request: HttpRequest, period: str) -> HttpResponse:
    """The same as a spreadsheet, in the reader's own language."""
    at = timezone.now()
    with translation.override(_language(request)):
        everybodys = table(parse_period(period), _unit(request, oslo_day(at)), at)
        told = period_as_read_by(signed_in(request), everybodys, oslo_day(at))
        answer = HttpResponse(period_sheet.render(told), content_type=MEDIA_TYPES["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{told.period.name}-{told.unit.code}.xlsx"'
    return answer


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_list_behind(request: HttpRequest, week: str) -> HttpResponse:
    """The lists behind a frozen report's figures; names of the reader's own team only, and that is recorded."""
    at = timezone.now()
    on, reader = oslo_day(at), signed_in(request)
    unit = _unit(request, on)
    content, report = content_of(asked_for(week, at), unit, at)
    if report is None:
        raise NoReport(_("The week is not finished: its lists are not frozen yet."))
    led = [one for one in units_led_by(reader, on) if one == unit]
    teams = {pk for one in led for pk in team_unit_ids(one, on)}
    found = listings(as_read_by(reader, content, report, on), report, teams, on)
    for one in led:
        seen = {line.learner.pk: line.learner for listing in found for line in listing.lines}
        looks.record(reader, seen.values(), "report", leads_as(reader, one, on), at)
    context = {"report": report, "unit": unit, "listings": found, "told": tell(report.content, report)}
    context["unchanged"] = WeeklyReport.objects.get(pk=report.pk).is_unchanged
    return TemplateResponse(request, "tracking/report_behind.html", context)


@require_safe
@PRIVATE
@policy("report")
@answers_in_sentences
def report_page(request: HttpRequest, week: str) -> HttpResponse:
    """One week's report, or the unfinished week so far."""
    at = timezone.now()
    unit = _unit(request, oslo_day(at))
    content, report = content_of(asked_for(week, at), unit, at)
    told = tell(as_read_by(signed_in(request), content, report, oslo_day(at)), report)
    context = {"told": told, "unit": unit, "open_to": _open_to(request, unit, oslo_day(at))}
    context["is_frozen"] = report is not None
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
        made = file(kind, as_read_by(signed_in(request), content, report, oslo_day(at)), report)
    answer = HttpResponse(made.data, content_type=made.media_type)
    disposition = "inline" if kind == "json" else "attachment"
    answer["Content-Disposition"] = f'{disposition}; filename="{made.name}"'
    return answer


def _language(request: HttpRequest) -> str:
    """Files have no language in their address: they come in the language that the reader gets mails in."""
    return request.user.language if isinstance(request.user, Learner) else translation.get_language()


def _unit(request: HttpRequest, on: dt.date, *others: str) -> Unit:
    """The unit asked for, or the reader's own highest one. Raises BadQuery, UnknownUnit, Refused.

    `others`: what the page takes beside "unit".
    """
    asking.check_parameters(request, {"unit", *others})
    mine = report_units(request.user, on)
    if not mine:
        raise Refused(_("Weekly reports are for those who manage or lead a unit."))
    code = request.GET.get("unit")
    if code is None:
        return mine[0]
    try:
        unit = asking.unit_named(code)
    except Unit.DoesNotExist as error:
        raise UnknownUnit(_("There is no unit “%(code)s”.") % {"code": code[:40]}) from error
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
