"""The form of a course's page, in which a new course gets its record too."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm

from .course import Course, Subject

LONGEST = 40  # Course.code
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")  # it is part of an address (tracking.identities)
_IN_ADDRESSES = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def in_address(title: str) -> str:
    """ "Å spørre godt" -> "a-sporre-godt", as the admin's script writes it; "" where nothing is left."""
    return slugify(title.lower().translate(_IN_ADDRESSES)).replace("_", "-").strip("-")


def code_of(title: str) -> str:
    """ "Å spørre godt" -> "A-SPORRE-GODT"; "KURS" where nothing is left."""
    return in_address(title).upper() or "KURS"


def free_code(wanted: str, record: Course | None = None) -> str:
    """ "MI" -> "MI", or "MI-2" where another course than `record` has that: the first that is free."""
    taken = set(Course.objects.values_list("code", flat=True)) - {record.code if record else None}
    return first_free(wanted[: LONGEST - 5].strip("-"), taken)


def first_free(wanted: str, taken: Collection[str | None]) -> str:
    """ "mi" -> "mi", or "mi-2", "mi-3" …: the first that is not taken."""
    return next(name for n in range(1, 10_000) if (name := wanted if n == 1 else f"{wanted}-{n}") not in taken)


class CoursePageForm(WagtailAdminPageForm):
    """Until the course is published, its code and subject are its writers' to change; then they stand in the record,
    which publishers keep, and the page stays the course's."""

    code = forms.CharField(
        label=gettext_lazy("code"), required=False, max_length=LONGEST,
        help_text=gettext_lazy(
            "Short, such as HMS-2. Empty: made from the title. It stands once the course is published."
        ),
    )  # fmt: skip
    subject = forms.ChoiceField(label=gettext_lazy("subject"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record: Course | None = self.instance.course if self.instance.course_id else None
        if self.record and self.record.is_begun():
            del self.fields["code"], self.fields["subject"]
            self.fields["course"].disabled = True
            return
        for name in ("code", "subject"):
            self.fields[name].label = capfirst(self.fields[name].label)
        self.fields["subject"].choices = [("", "---------"), *Subject.choices]
        if self.record:
            self.initial |= {"code": self.record.code, "subject": self.record.subject}
        self._offer_records()

    def _offer_records(self) -> None:
        """Those that no other page is about, and first the new one."""
        theirs = type(self.instance).objects.exclude(translation_key=self.instance.translation_key)
        free = Course.objects.filter(retired_on=None).exclude(pk__in=theirs.values("course")).order_by("title")
        named = [(course.pk, f"{course.title} ({course.code})") for course in free]
        field = self.fields["course"]
        field.required = False
        field.choices = named if self.record else [("", _("A new course")), *named]
        if not self.record:
            field.help_text = _("Leave this as it is, unless the course is in the register already.")

    def clean(self) -> dict[str, Any]:
        """A course has one page, and its translations: two would count as one course."""
        cleaned: dict[str, Any] = super().clean()
        if "code" not in self.fields:
            return cleaned
        chosen = cleaned.get("course")
        others = type(self.instance).objects.exclude(translation_key=self.instance.translation_key)
        if chosen and others.filter(course=chosen).exists():
            self.add_error("course", _("Another page is about this course already. Make a course of its own for this."))
        if not chosen or chosen == self.record:
            self._check_record(cleaned)
        return cleaned

    def _check_record(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("subject"):
            self.add_error("subject", _("Say which subject the course belongs to."))
        code = cleaned["code"] = (cleaned.get("code") or "").strip().upper()
        if code and not is_code(code):
            self.add_error("code", _("A code is letters, digits and hyphens, such as HMS-2."))
        elif code and self._is_taken(code):
            said = _("There is a course with the code %(code)s already. Give another code.")
            self.add_error("code", said % {"code": code})

    def _is_taken(self, code: str) -> bool:
        found = Course.objects.filter(code=code)
        return (found.exclude(pk=self.record.pk) if self.record else found).exists()

    def _post_clean(self) -> None:
        """The record is written when the page is: looking at a draft stores nothing."""
        super()._post_clean()
        if "code" in self.fields and not self.errors:
            self.instance.written_record = self._written()

    def _written(self) -> Course | None:
        cleaned, chosen = self.cleaned_data, self.cleaned_data.get("course")
        if chosen and chosen != self.record:
            return None
        title = cleaned.get("title") or ""
        record = self.record or Course(title=title)
        record.subject = cleaned["subject"]
        record.code = cleaned["code"] or free_code(code_of(title), self.record)
        if record.title == self.initial.get("title"):
            record.title = title
        self.instance.course = record
        return record
