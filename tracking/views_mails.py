"""My mails: the weekday, the stop, and the mail that one would get now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cms.figures import STAND_IN
from learners import mail_choices
from learners.models import Learner
from learners.outbox import Written
from learners.policy import policy, signed_in

from .clock import oslo_day
from .followup import digest_words
from .followup.digest import KIND, at_work, digest


class ChoiceForm(forms.Form):
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekday"),
        coerce=int,
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
    )
    weekly = forms.BooleanField(
        label=gettext_lazy("Write to me once a week while something is left"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "ds-input"}),
    )


@dataclass(frozen=True)
class Preview:
    """The mail that would be sent now, or the sentence that says why there is none."""

    mail: Written | None
    why_not: str
    language: str = ""  # of the mail, which is the person's own wherever the page is read


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def mails(request: HttpRequest) -> HttpResponse:
    """The reader's own choice and preview; nobody else's can be asked for."""
    learner, at = signed_in(request), timezone.now()
    chosen = mail_choices.choice(learner, KIND)
    initial = {"weekday": chosen.weekday, "weekly": chosen.stopped_at is None}
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _choose(learner, form.cleaned_data["weekday"], form.cleaned_data["weekly"], at)
        messages.success(request, _("Your choice is saved."))
        return redirect("my-mails")
    context = {"form": form, "weekly": initial["weekly"], "preview": preview(learner, oslo_day(at))}
    return render(request, "tracking/my_mails.html", context, status=400 if form.errors else 200)


def _choose(learner: Learner, weekday: int, weekly: bool, at: dt.datetime) -> None:
    mail_choices.choose_weekday(learner, KIND, weekday)
    if weekly:
        mail_choices.start(learner, KIND)
    else:
        mail_choices.stop(learner, KIND, at)


def preview(learner: Learner, on: dt.date) -> Preview:
    """What the digest would be on the day."""
    only_urgent = mail_choices.choice(learner, KIND).stopped_at is not None
    found = digest(learner, on, only_urgent)
    if found:
        return Preview(digest_words.write(found, only_urgent), "", STAND_IN.get(learner.language, learner.language))
    if not learner.email:
        return Preview(None, _("None: the people data has no address for you."))
    if not at_work(learner, on):
        return Preview(None, _("None: nobody is written to on leave, or after they have left."))
    if only_urgent:
        return Preview(None, _("None: you have stopped the weekly mail, and no date is within three days."))
    return Preview(None, _("None: nothing is left for you to do just now."))
