"""The form with which a learner says that something is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import reporting


class ReportForm(forms.Form):
    block = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=reporting.TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write a few words on what is wrong, so that we find it.")},
    )

    def __init__(self, *args: object, places: Iterable[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        block = self.fields["block"]
        block.choices = [("", _("All of it")), *places]  # type: ignore[attr-defined]
        block.error_messages["invalid_choice"] = _("That place is not here any more: choose another one.")
