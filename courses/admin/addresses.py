"""Addresses of records: where one is left empty, it is made from the title."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms.models import WagtailAdminModelForm

from ..models.course_form import first_free, in_address

LONGEST = 80  # the records' `slug`


class AddressedForm(WagtailAdminModelForm):
    """A record with `title` and `slug`.

    The browser writes the address as the title is typed. Whoever is quicker than the page's script, or has none, gets
    the same from here; on a record that has its address, an emptied one stays as it was.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """Raises ValidationError for a title without letters or digits."""
        slug = str(self.cleaned_data["slug"] or self.initial.get("slug") or "")
        if slug or not self.cleaned_data.get("title"):  # without a title, that is what is said
            return slug
        if wanted := in_address(self.cleaned_data["title"])[: LONGEST - 5].strip("-"):
            return self._free(wanted)
        raise forms.ValidationError(self.fields["slug"].error_messages["required"], code="required")

    def _free(self, wanted: str) -> str:
        alike = self._meta.model.objects.filter(slug__startswith=wanted)
        return first_free(wanted, set(alike.values_list("slug", flat=True)))
