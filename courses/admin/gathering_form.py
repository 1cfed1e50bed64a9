"""The form of a gathering: what cannot be taken back once people are registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cms.document_form import is_upload_what_it_says, not_what_it_says

from ..models import Gathering, Material, Registration
from .addresses import AddressedForm

TAKEN_ADDRESSES = {"kalender"}
MOST_BYTES = 25 * 1024 * 1024
KINDS = (*Material.PICTURES, ".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".txt")
State = Gathering.State


class GatheringForm(AddressedForm):
    """A gathering with its sessions, teachers and files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = self.instance.state if self.instance.pk else State.DRAFT
        states = self.fields["state"].choices
        allowed = {State.OPEN: {State.OPEN, State.CANCELLED}, State.CANCELLED: {State.CANCELLED}}.get(self.was)
        self.fields["state"].choices = [one for one in states if one[0] in (allowed or State.values) and one[0]]

    def clean_slug(self) -> str:
        slug = super().clean_slug()
        if slug in TAKEN_ADDRESSES:
            raise forms.ValidationError(_("This address is taken by a page of Fagbenk's own. Choose another."))
        if self.instance.pk and self.was != State.DRAFT and slug != self.initial["slug"]:
            raise forms.ValidationError(_("The address stays once the gathering is published: mails lead to it."))
        return slug

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return valid and self._sessions_can_stand() and self._files_can_stand()

    def _sessions_can_stand(self) -> bool:
        rows = [form for form in self.formsets["sessions"].forms if form.has_changed() or form.instance.pk]
        gone = [form for form in rows if form.cleaned_data.get("DELETE")]
        kept = [form for form in rows if form not in gone]
        if self.cleaned_data.get("state") == State.OPEN and not kept:
            self.add_error(None, _("A published gathering needs at least one session: say when it is."))
        registered = self.instance.pk and Registration.objects.filter(gathering=self.instance).exists()
        if registered and any(form.instance.pk for form in gone):
            self.add_error(None, _("People are registered, so a session cannot be taken away. Tick “cancelled” on it."))
        return not self.errors

    def _files_can_stand(self) -> bool:
        for form in self.formsets["materials"].forms:
            file = form.cleaned_data.get("file") if hasattr(form, "cleaned_data") else None
            if not file or form.cleaned_data.get("DELETE") or "file" not in form.changed_data:
                continue
            if not file.name.lower().endswith(KINDS):
                form.add_error(
                    "file", _("This kind of file is not taken. These are: %(kinds)s") % {"kinds": " ".join(KINDS)}
                )
            elif not is_upload_what_it_says(file):
                form.add_error("file", not_what_it_says(file.name))
            if file.size > MOST_BYTES:
                form.add_error("file", _("The file is larger than 25 MB."))
        return not any(form.errors for form in self.formsets["materials"].forms)
