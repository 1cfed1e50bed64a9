"""A learner says that something is wrong in a lesson or quiz."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners.policy import policy, signed_in

from . import reporting
from .exceptions import TooManyReports
from .models import LessonPage, QuizPage
from .ports import learning
from .reporting_form import ReportForm


@require_http_methods(["GET", "POST"])
@policy("signed_in")
def report_error(request: HttpRequest, page_id: int) -> HttpResponse:
    """The form, and what the learner has reported here before. What could not be sent stays in the form."""
    learner, part = signed_in(request), _part(page_id)
    part = learning().as_begun(learner, part)
    form = ReportForm(request.POST or None, places=reporting.places(part))
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            reporting.report(learner, part, said["block"], said["text"], timezone.now())
        except TooManyReports:
            form.add_error(None, _("You have sent many within the hour. What you wrote stands here: send it later."))
            status = 429
        else:
            messages.success(request, _("Thank you. It is with those who write the course."))
            return redirect(part.get_url(request))
    elif request.method == "POST":
        status = 400
    context = {"page": part, "form": form, "mine": reporting.mine(learner, part)[:20]}
    return render(request, "courses/report_error.html", context, status=status)


def _part(page_id: int) -> LessonPage | QuizPage:
    """The published part of a published course. Raises Http404."""
    for kind in (LessonPage, QuizPage):
        found = kind.objects.live().select_related("locale", "alias_of__locale").filter(pk=page_id).first()
        if found and found.course_page.live:
            return found
    raise Http404("There is no such lesson.")
