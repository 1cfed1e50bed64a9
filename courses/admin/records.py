"""The courses' records in Wagtail's admin: what lists and statements call them. Pages are edited among the pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.widgets import Button

from ..models import Course
from .access import RuledViewSet
from .campaign_form import CourseForm

RETIRED = gettext_lazy(
    "From that day the course is in no catalogue, and nobody new begins it, unless a campaign asks for it. Those who"
    " are in it can go on, and everything that is stored stays."
)


class CourseCreateView(generic.CreateView):
    page_title = gettext_lazy("New course")

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items()[:-1], {"url": "", "label": _("New course")}]


class CourseEditView(generic.EditView):
    page_title = gettext_lazy("Course")

    @property
    def header_more_buttons(self) -> list[Button]:
        pk = self.object.pk
        return [
            *super().header_more_buttons,
            Button(_("Versions"), reverse("course-versions", args=[pk]), icon_name="history"),
            Button(_("What works"), reverse("course-insights", args=[pk]), icon_name="view"),
            Button(_("Course as a file"), reverse("export-course", args=[pk]), icon_name="download"),
            Button(_("Questions as Moodle XML"), reverse("export-questions", args=[pk, "xml"]), icon_name="download"),
            Button(_("Questions as GIFT"), reverse("export-questions", args=[pk, "gift"]), icon_name="download"),
        ]


class CourseIndexView(generic.IndexView):
    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(_("Course from a file"), reverse("import-course"), icon_name="upload"),
        ]


class CourseViewSet(RuledViewSet):
    model = Course
    icon = "clipboard-list"
    url_prefix = "kurs"
    url_namespace = "course-records"
    menu_label = pgettext_lazy("plural", "Course records")
    menu_order = 111
    add_view_class = CourseCreateView
    edit_view_class = CourseEditView
    index_view_class = CourseIndexView
    search_fields = ["code", "title", "title_nn"]
    list_display = ["title", "code", "subject", "retired_on"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("title"),
            FieldPanel("title_nn"),
            FieldRowPanel([FieldPanel("subject"), FieldPanel("retired_on", help_text=RETIRED)]),
            FieldPanel("hours"),
            FieldRowPanel([FieldPanel("gathering_from"), FieldPanel("gathering_until")]),
        ],
        base_form_class=CourseForm,
    )
