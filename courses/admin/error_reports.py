"""The editors' inbox: errors that learners have reported, each with the way to its place. No names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem

from learners.policy import policy, signed_in

from .. import reporting
from ..models import ErrorReport

A_PAGE = 30


class AnswerForm(forms.Form):
    state = forms.ChoiceField(choices=ErrorReport.State.choices)
    answer = forms.CharField(required=False, max_length=reporting.TEXT_MAX)


def error_report_urls() -> list[URLPattern]:
    return [
        path("feilmeldinger/", inbox, name="error-reports"),
        path("feilmeldinger/<int:pk>/", answer, name="error-report"),
    ]


def may_see(user: Any) -> bool:
    return bool(user.has_perm("courses.change_questionbank"))  # what every editor may


@require_safe
@policy("editor")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, or with `?vis=ferdig` what is done."""
    if not may_see(request.user):
        raise PermissionDenied
    done = request.GET.get("vis") == "ferdig"
    reports = Paginator(reporting.inbox(still_open=not done), A_PAGE).get_page(request.GET.get("p"))
    lines = [(one, _place(one)) for one in reports]
    context = {"lines": lines, "done": done, "reports": reports, "states": ErrorReport.State}
    return render(request, "courses/admin/error_reports.html", context)


def _place(one: ErrorReport) -> str:
    """Where in the editor it is; "" where the page is gone."""
    page = reporting.page_of(one)
    if page is None:
        return ""
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return f"{edit}#block-{one.block}-section" if one.block else edit


@require_POST
@policy("editor")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    if not may_see(request.user):
        raise PermissionDenied
    one = get_object_or_404(ErrorReport, pk=pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        reporting.handle(
            one, form.cleaned_data["state"], form.cleaned_data["answer"], signed_in(request), timezone.now()
        )
        messages.success(request, _("Stored. The one who reported it sees it."))
    else:
        messages.error(request, _("That was not stored: say what becomes of it, in at most 2,000 characters."))
    return redirect("error-reports")


class ErrorReportsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)


def error_reports_item() -> MenuItem:
    label, url = gettext_lazy("Reported errors"), reverse_lazy("error-reports")
    return ErrorReportsItem(label, url, name="error-reports", icon_name="warning", order=105)
