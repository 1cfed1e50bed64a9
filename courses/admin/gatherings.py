"""Gatherings in Wagtail's admin: planned, published, changed, cancelled; those who are registered are told."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import SlugInput

from cms.figures import short_date
from learners.models import Learner
from learners.policy import may_decide_campaigns

from ..gatherings import planning, registering, rights
from ..models import Gathering
from ..tasks import settle_gatherings
from .access import RolesPolicy, RuledViewSet
from .gathering_form import GatheringForm


class PlannersPolicy(RolesPolicy):
    """Today's teachers, for what they teach, and those who decide campaigns."""

    def may(self, user: Any) -> bool:
        return rights.may_plan(user, timezone.localdate())

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        runs = rights.may_run(user, instance, timezone.localdate())
        return runs and self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Gathering]:
        if may_decide_campaigns(user, timezone.localdate()):
            return Gathering.objects.all()
        return Gathering.objects.filter(teachers__learner=user)

    def users_with_any_permission(self, actions: Any) -> QuerySet[Learner]:
        return Learner.objects.none()


class _Planning:
    """Saving a gathering says who is to be told of it, in the same transaction."""

    @transaction.atomic
    def save_instance(self) -> Gathering:
        form, by = self.form, self.request.user  # type: ignore[attr-defined]
        before = planning.seen(form.instance.pk)
        gathering = super().save_instance()  # type: ignore[misc]
        planning.keep_teacher(gathering, by, timezone.localdate())
        planning.follow(gathering, before, timezone.now())
        registering.seat_class(gathering, by, timezone.now())
        transaction.on_commit(settle_gatherings.delay, robust=True)
        return gathering

    def get_success_message(self, instance: Gathering | None = None) -> str:
        gathering = instance or self.object  # type: ignore[attr-defined]
        return planning.saved(gathering)


class GatheringCreateView(_Planning, generic.CreateView):
    page_title = gettext_lazy("New gathering")
    error_message = gettext_lazy("Nothing is saved yet: some fields need another look.")

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items()[:-1], {"url": "", "label": _("New gathering")}]


class GatheringEditView(_Planning, generic.EditView):
    page_title = gettext_lazy("Gathering")
    error_message = gettext_lazy("Nothing is saved yet: some fields need another look.")


class GatheringIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Gathering]:
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, {"change"})


class FirstDayColumn(Column):
    def get_value(self, instance: Any) -> str:
        first = instance.sessions.order_by("starts").first()
        return short_date(first.starts) if first else ""


class GatheringViewSet(RuledViewSet):
    model = Gathering
    policy_class = PlannersPolicy
    icon = "group"
    url_prefix = "samlinger"
    url_namespace = "gathering-records"
    menu_label = gettext_lazy("Gatherings")
    menu_order = 112
    index_view_class = GatheringIndexView
    add_view_class = GatheringCreateView
    edit_view_class = GatheringEditView
    search_fields = ["title", "title_nn", "slug"]
    list_display = ["title", FirstDayColumn("first", label=gettext_lazy("First day")), "state", "seats"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("title", targets=["slug"], placeholder=False, classname=""),
                    FieldPanel("title_nn"),
                    FieldPanel("slug", widget=SlugInput),
                    FieldPanel("about"),
                    FieldPanel("about_nn"),
                    FieldPanel("course"),
                    FieldRowPanel([FieldPanel("cohort"), FieldPanel("part")]),
                    FieldPanel("contact"),
                ],
                heading=gettext_lazy("What it is"),
            ),
            InlinePanel(
                "sessions",
                heading=gettext_lazy("When and where"),
                label=gettext_lazy("Session"),
                help_text=gettext_lazy("A session that people are registered for is cancelled, not taken away."),
                panels=[
                    FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
                    FieldRowPanel([FieldPanel("title"), FieldPanel("title_nn")]),
                    FieldRowPanel([FieldPanel("place"), FieldPanel("video_link")]),
                    FieldRowPanel([FieldPanel("agenda"), FieldPanel("agenda_nn")]),
                    FieldPanel("cancelled"),
                ],
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("seats"), FieldPanel("least_percent")]),
                    FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
                    FieldRowPanel([FieldPanel("cancel_days"), FieldPanel("answer_hours")]),
                ],
                heading=gettext_lazy("Seats and rules"),
            ),
            InlinePanel(
                "teachers",
                heading=gettext_lazy("Those who teach"),
                label=gettext_lazy("Teacher"),
                panels=[FieldPanel("learner")],
            ),
            InlinePanel(
                "materials",
                heading=gettext_lazy("Documents and pictures"),
                label=gettext_lazy("File"),
                panels=[
                    FieldRowPanel([FieldPanel("title"), FieldPanel("title_nn")]),
                    FieldPanel("file"),
                    FieldRowPanel([FieldPanel("when"), FieldPanel("alt")]),
                ],
            ),
            MultiFieldPanel([FieldPanel("state")], heading=gettext_lazy("State")),
        ],
        base_form_class=GatheringForm,
    )
