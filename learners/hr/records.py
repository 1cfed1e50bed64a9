"""Two records of one person: found, compared, made one, and parted again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import merging
from ..exceptions import NotPossible
from ..models import Employment, FormerNumber, Learner, MergedRecord, Posting
from ..policy import signed_in
from .pages import hr_page, seen, show


class TwoForm(forms.Form):
    kept = forms.CharField(label=gettext_lazy("The record that stays: HR number or e-mail"), max_length=200)
    gone = forms.CharField(label=gettext_lazy("The record that goes into it: HR number or e-mail"), max_length=200)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("kept", "gone"):
            found = find(said.get(name, ""))
            if found is None and said.get(name):
                self.add_error(name, _("Nobody has this number or address."))
            said[name] = found
        if said["kept"] and said["kept"] == said["gone"]:
            self.add_error("gone", _("Choose two records."))
        return said


def find(said: str) -> Learner | None:
    said = said.strip()
    if not said:
        return None
    return Learner.objects.filter(Q(hr_number=said) | Q(email__iexact=said)).first()


def described(learner: Learner) -> dict[str, Any]:
    """What tells two records apart."""
    return {
        "learner": learner,
        "employments": Employment.objects.known().filter(learner=learner).order_by("valid_from"),
        "postings": Posting.objects.known().filter(learner=learner).select_related("unit", "position"),
        "former": FormerNumber.objects.filter(learner=learner),
    }


@hr_page
def records(request: HttpRequest) -> HttpResponse:
    form = TwoForm(request.POST or None)
    merged = MergedRecord.objects.select_related("kept", "gone", "by").order_by("-at")[:30]
    context: dict[str, Any] = {"form": form, "merged": merged}
    if request.method == "POST" and form.is_valid():
        kept, gone = form.cleaned_data["kept"], form.cleaned_data["gone"]
        compared = f"{kept.pk}:{gone.pk}"  # what the button says: the fields may have been changed since
        if request.POST.get("confirm") == compared:
            try:
                merging.merge(kept, gone, signed_in(request), timezone.now())
            except NotPossible as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, _("The two records are one. It can be undone here."))
            return redirect("people_merge")
        seen(request, [kept, gone])
        context |= {"both": [described(kept), described(gone)], "compared": compared}
    seen(request, [record.kept for record in merged])
    return show(request, "merge", context)


@hr_page
def part(request: HttpRequest, key: int) -> HttpResponse:
    record = get_object_or_404(MergedRecord, pk=key)
    if request.method == "POST":
        try:
            merging.part(record, timezone.now())
        except NotPossible as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("They are two records again."))
    return redirect("people_merge")
