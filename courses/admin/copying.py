"""A course copied as a template is a course of its own: nobody's completion of the one counts for the other."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from ..models import Course, CoursePage
from ..models.course_form import free_code


@transaction.atomic
def own_course(request: HttpRequest, page: Page, copy: Page) -> None:
    """After a page was copied: a course's page gets a new record, named by the copy's title, with what held for the
    old one but its dates."""
    made = CoursePage.objects.filter(pk=copy.pk).select_related("course").first()
    if made is None or made.alias_of_id:
        return
    old = made.course
    made.course = Course.objects.create(
        code=free_code(old.code), title=made.draft_title or made.title, subject=old.subject, hours=old.hours
    )
    made.save()
    revision = made.latest_revision
    if revision is not None:
        revision.content["course"] = made.course_id
        revision.save(update_fields=["content"])
    said = _("The copy is a course of its own, with the code %(code)s. You can change code and title in its record.")
    messages.info(request, said % {"code": made.course.code})
