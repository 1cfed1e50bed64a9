"""The courses' records in Wagtail's admin: what lists and statements call them. Pages are edited among the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import Course
from .access import DecidersPolicy
from .campaign_form import CourseForm


class CourseCreateView(generic.CreateView):
    page_title = gettext_lazy("New course")

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items()[:-1], {"url": "", "label": _("New course")}]


class CourseEditView(generic.EditView):
    page_title = gettext_lazy("Course")


class CourseViewSet(ModelViewSet):
    model = Course
    icon = "clipboard-list"
    url_prefix = "kurs"
    url_namespace = "course-records"
    menu_label = pgettext_lazy("plural", "Course records")
    menu_order = 111
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = CourseCreateView
    edit_view_class = CourseEditView
    search_fields = ["code", "title", "title_nn"]
    list_display = ["title", "code", "subject", "retired_on"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("title"),
            FieldPanel("title_nn"),
            FieldRowPanel([FieldPanel("subject"), FieldPanel("retired_on")]),
        ],
        base_form_class=CourseForm,
    )

    @property
    def permission_policy(self) -> DecidersPolicy:
        return DecidersPolicy(self.model)

    def get_permissions_to_register(self) -> Any:
        return super().get_permissions_to_register().none()
