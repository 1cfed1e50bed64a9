"""Prior learning: course administrators record it; its owner and they read its document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import NoVersion
from courses.models import Course
from learners import finding, looks
from learners.models import Learner, RoleGrant
from learners.policy import may_decide_campaigns, policy, signed_in

from .certificates import prior
from .certificates.models import PriorLearning

KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".odt")
MOST_BYTES = 10 * 1024 * 1024
SHOWN = 50


class PriorForm(forms.Form):
    """Whose, which course, when, where, and the paper that shows it."""

    who = forms.CharField(label=gettext_lazy("HR number or e-mail address"), max_length=254)
    course = forms.ModelChoiceField(label=gettext_lazy("Course"), queryset=Course.objects.filter(retired_on=None))
    on = forms.DateField(label=gettext_lazy("Completed"), widget=forms.DateInput(attrs={"type": "date"}))
    where = forms.CharField(label=gettext_lazy("Where it was done"), max_length=200)
    document = forms.FileField(
        label=gettext_lazy("Document"), required=False, help_text=gettext_lazy("A PDF or picture, at most 10 MB.")
    )

    def clean_who(self) -> Learner:
        found = finding.one_employed(self.cleaned_data["who"], timezone.localdate())
        if found is None:
            raise forms.ValidationError(_("Nobody employed has this number or address."))
        return found

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("The day is yet to come."))
        return self.cleaned_data["on"]

    def clean_document(self) -> UploadedFile | None:
        file = self.cleaned_data["document"]
        if file and (not file.name.lower().endswith(KINDS) or file.size > MOST_BYTES):
            raise forms.ValidationError(
                _("This file is not taken: %(kinds)s, at most 10 MB.") % {"kinds": " ".join(KINDS)}
            )
        return file


def _keeps_records(request: HttpRequest) -> Learner:
    """Who asks. Raises PermissionDenied."""
    if not may_decide_campaigns(request.user, timezone.localdate()):  # type: ignore[arg-type]
        raise PermissionDenied("Keeps no records.")
    return signed_in(request)


@require_http_methods(["GET", "HEAD", "POST"])
@policy("teacher")
def prior_learning(request: HttpRequest) -> HttpResponse:
    """The form, and what was recorded last."""
    by, at = _keeps_records(request), timezone.now()
    form = PriorForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            prior.record(said["who"], said["course"], said["on"], said["where"], said["document"], by, at)
        except NoVersion:
            form.add_error("course", _("The course is not open yet, so nothing counts as having done it."))
        else:
            text = _("Recorded: %(name)s, %(course)s. Nobody asks for it again.")
            messages.success(request, text % {"name": said["who"], "course": said["course"]})
            return redirect("prior-learning")
    rows = list(PriorLearning.objects.select_related("learner", "course")[:SHOWN])
    looks.record(by, [row.learner for row in rows], "prior", str(RoleGrant.Role.COURSE_ADMIN), at)
    return render(request, "tracking/prior_learning.html", {"form": form, "rows": rows})


@require_POST
@policy("teacher")
def prior_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    by = _keeps_records(request)
    row = get_object_or_404(PriorLearning.objects.select_related("learner", "course"), pk=pk)
    prior.take_back(row, by, timezone.now())
    messages.success(request, _("Taken back. That it was recorded is kept as a trace."))
    return redirect("prior-learning")


@require_safe
@policy("signed_in")
def prior_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document, to its owner and to those who keep the records."""
    row = get_object_or_404(PriorLearning, pk=pk)
    reader = signed_in(request)
    if row.learner_id != reader.pk and not may_decide_campaigns(reader, timezone.localdate()):
        raise Http404("Somebody else's.")
    try:
        opened = row.document.open("rb")
    except (OSError, ValueError) as error:
        raise Http404("There is no document.") from error
    response = FileResponse(opened, as_attachment=True, filename=Path(row.document.name or "").name)
    response["Cache-Control"] = "private, no-store"
    return response
