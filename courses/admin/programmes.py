"""Programmes and classes in Wagtail's admin. Who is in a class is decided on the class's own page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.views import generic
from wagtail.admin.widgets import SlugInput

from learners.policy import may_decide_campaigns

from .. import programmes
from ..models import Cohort, CohortTeacher, Part, Programme
from .access import RuledViewSet
from .addresses import AddressedForm
from .campaigns import DayColumn
from .gatherings import PlannersPolicy

NOT_SAVED = gettext_lazy("Nothing is saved yet: some fields need another look.")


class ProgrammeForm(AddressedForm):
    """A programme with its parts and choices."""

    def clean_slug(self) -> str:
        slug = super().clean_slug()
        if self.instance.pk and slug != self.initial["slug"] and self.instance.cohorts.exists():
            raise ValidationError(_("The address stays once a class has the programme: what is done is kept under it."))
        return slug

    def is_valid(self) -> bool:
        return super().is_valid() and self._parts_can_stand()

    def _parts_can_stand(self) -> bool:
        """Work that somebody has begun is not taken away under them; and a choice is one that can be made."""
        parts = [form for form in self.formsets["parts"].forms if form.has_changed() or form.instance.pk]
        gone = [form.instance.pk for form in parts if form.cleaned_data.get("DELETE") and form.instance.pk]
        for title in Part.objects.filter(pk__in=gone, works__isnull=False).distinct().values_list("title", flat=True):
            self.add_error(None, _("“%(part)s” stays: somebody has begun the work for it.") % {"part": title})
        groups = [form.cleaned_data.get("group") for form in parts if not form.cleaned_data.get("DELETE")]
        for form in self.formsets["choices"].forms:
            said = form.cleaned_data
            if said and not said.get("DELETE") and said.get("least", 0) > groups.count(said.get("group")):
                text = _("The group “%(group)s” has %(number)d parts: so many cannot be asked for.")
                form.add_error("least", text % {"group": said.get("group"), "number": groups.count(said.get("group"))})
        return not self.errors and not any(form.errors for form in self.formsets["choices"].forms)


class ProgrammeCreateView(generic.CreateView):
    page_title = gettext_lazy("New programme")
    error_message = NOT_SAVED

    def get_page_subtitle(self) -> str:
        return ""


class ProgrammeEditView(generic.EditView):
    page_title = gettext_lazy("Programme")
    error_message = NOT_SAVED


class ProgrammeViewSet(RuledViewSet):
    model = Programme
    icon = "list-ol"
    url_prefix = "programmer"
    url_namespace = "programme-records"
    menu_label = gettext_lazy("Programmes")
    menu_order = 113
    add_view_class = ProgrammeCreateView
    edit_view_class = ProgrammeEditView
    search_fields = ["title", "title_nn", "slug"]
    list_display = ["title", "hours"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("title", targets=["slug"], placeholder=False, classname=""),
                    FieldPanel("title_nn"),
                    FieldPanel("slug", widget=SlugInput),
                    FieldPanel("about"),
                    FieldPanel("about_nn"),
                    FieldPanel("outcomes"),
                    FieldPanel("outcomes_nn"),
                    FieldPanel("hours"),
                ],
                heading=gettext_lazy("What it is"),
            ),
            InlinePanel(
                "parts",
                heading=gettext_lazy("Parts, in order"),
                label=gettext_lazy("Part"),
                panels=[
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("course")]),
                    FieldRowPanel([FieldPanel("title"), FieldPanel("title_nn")]),
                    FieldRowPanel([FieldPanel("due_days"), FieldPanel("group")]),
                    FieldPanel("after_previous"),
                    FieldRowPanel([FieldPanel("task"), FieldPanel("task_nn")]),
                    FieldRowPanel([FieldPanel("criteria"), FieldPanel("criteria_nn")]),
                ],
            ),
            InlinePanel(
                "choices",
                heading=gettext_lazy("How many of the elective ones"),
                label=gettext_lazy("Group"),
                panels=[FieldRowPanel([FieldPanel("group"), FieldPanel("least")])],
            ),
        ],
        base_form_class=ProgrammeForm,
    )


class CohortPolicy(PlannersPolicy):
    """Today's teachers, for the classes they teach, and those who decide campaigns."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        runs = programmes.may_run(user, instance, timezone.localdate())
        return runs and self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Cohort]:
        if may_decide_campaigns(user, timezone.localdate()):
            return Cohort.objects.all()
        return Cohort.objects.filter(teachers__learner=user)


class _Kept:
    """A teacher who makes a class teaches it; so it does not go out of their own sight."""

    @transaction.atomic
    def save_instance(self) -> Cohort:
        cohort, by = super().save_instance(), self.request.user  # type: ignore[misc, attr-defined]
        if not may_decide_campaigns(by, timezone.localdate()):
            CohortTeacher.objects.get_or_create(cohort=cohort, learner=by)
        return cohort


class CohortIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Cohort]:
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, {"change"})


class CohortCreateView(_Kept, generic.CreateView):
    page_title = gettext_lazy("New class")
    error_message = NOT_SAVED

    def get_page_subtitle(self) -> str:
        return ""


class CohortEditView(_Kept, generic.EditView):
    page_title = gettext_lazy("Class")
    error_message = NOT_SAVED


class CohortViewSet(RuledViewSet):
    model = Cohort
    policy_class = CohortPolicy
    icon = "group"
    url_prefix = "kull"
    url_namespace = "cohort-records"
    menu_label = gettext_lazy("Classes")
    menu_order = 114
    index_view_class = CohortIndexView
    add_view_class = CohortCreateView
    edit_view_class = CohortEditView
    search_fields = ["title", "slug"]
    list_display = ["title", "programme", DayColumn("starts", label=gettext_lazy("Starts"), sort_key="starts")]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("title", targets=["slug"], placeholder=False, classname=""),
            FieldPanel("slug", widget=SlugInput),
            FieldPanel("programme"),
            FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
            InlinePanel(
                "teachers",
                heading=gettext_lazy("Those who teach"),
                label=gettext_lazy("Teacher"),
                panels=[FieldPanel("learner")],
            ),
        ],
        base_form_class=AddressedForm,
    )
