"""Campaigns in Wagtail's admin: listed, made, changed; what is decided becomes facts."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import SlugInput

from cms.figures import short_date
from learners import looks
from learners.policy import admin_role

from ..deciding import asked_now, courses_counted, decide_audience, decide_versions, singled
from ..models import Campaign
from .access import RuledViewSet
from .campaign_form import CampaignForm, reach_sentence
from .reaching import people, reach
from .shares import share_text
from .successors import successor


class _Deciding:
    """Saving a campaign decides its audience and versions in the same transaction."""

    @transaction.atomic
    def save_instance(self) -> Campaign:
        campaign = super().save_instance()  # type: ignore[misc]
        form, at, by = self.form, timezone.now(), self.request.user  # type: ignore[attr-defined]
        decide_audience(campaign, form.asked(), by, at)
        if not form.started:
            decide_versions(campaign, courses_counted(form.chosen_rows()), at)
        for hook in hooks.get_hooks("after_decide_campaign"):
            hook(campaign)
        return campaign

    def get_success_message(self, instance: Campaign | None = None) -> str:
        campaign = instance or self.object  # type: ignore[attr-defined]
        reached = reach_sentence(asked_now(campaign))
        return _("“%(campaign)s” is saved. %(reach)s") % {"campaign": campaign, "reach": reached}


class CampaignCreateView(_Deciding, generic.CreateView):
    page_title = gettext_lazy("New campaign")
    page_subtitle = ""
    error_message = gettext_lazy("Nothing is saved yet: some fields need another look.")

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items()[:-1], {"url": "", "label": _("New campaign")}]


class CampaignEditView(_Deciding, generic.EditView):
    page_title = gettext_lazy("Campaign")
    error_message = gettext_lazy("Nothing is saved yet: some fields need another look.")

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Those taken in or out stand in the form by name."""
        response = super().get(*args, **kwargs)
        by, at = self.request.user, timezone.now()
        named = [row.learner for row in singled(self.object)]
        looks.record(by, named, "audience", admin_role(by, timezone.localdate()), at)
        return response


class ShareColumn(Column):
    def get_value(self, instance: Any) -> str:
        return share_text(super().get_value(instance))


class DayColumn(Column):
    def get_value(self, instance: Any) -> str:
        return short_date(super().get_value(instance))


class CampaignViewSet(RuledViewSet):
    model = Campaign
    icon = "calendar-check"
    url_prefix = "kompetansetiltak"
    url_namespace = "campaigns"
    menu_label = gettext_lazy("Campaigns")
    menu_order = 110
    add_view_class = CampaignCreateView
    edit_view_class = CampaignEditView
    search_fields = ["title", "title_nn", "slug"]
    list_display = [
        "title",
        DayColumn("start", label=gettext_lazy("Start"), sort_key="start"),
        DayColumn("deadline", label=gettext_lazy("Deadline"), sort_key="deadline"),
        ShareColumn("target", label=gettext_lazy("Target share"), sort_key="target"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("title", targets=["slug"], placeholder=False, classname=""),
                    FieldPanel("title_nn"),
                    FieldPanel("slug", widget=SlugInput),
                ],
                heading=gettext_lazy("Name"),
            ),
            MultiFieldPanel([FieldPanel("programme")], heading=gettext_lazy("A whole programme")),
            InlinePanel(
                "requirements",
                heading=gettext_lazy("Courses that are asked for"),
                label=gettext_lazy("Course"),
                help_text=gettext_lazy("With several courses, the campaign is completed when all of them are."),
                min_num=1,
                panels=[
                    FieldPanel("course"),
                    FieldRowPanel([FieldPanel("renew_months"), FieldPanel("renewal")]),
                ],
            ),
            MultiFieldPanel(
                [
                    HelpPanel(template="courses/admin/reach.html"),
                    FieldPanel("positions", classname="campaign-choices"),
                    FieldPanel("units", classname="campaign-choices"),
                ],
                heading=gettext_lazy("Who is asked"),
                classname="campaign-audience",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("people_out"), FieldPanel("people_in")]),
                    FieldPanel("without", classname="campaign-choices"),
                    FieldPanel("also", classname="campaign-choices"),
                ],
                heading=gettext_lazy("Exceptions: people and units taken out or in"),
                classname="campaign-audience collapsed",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("start"), FieldPanel("deadline")]),
                    FieldRowPanel([FieldPanel("due_days"), FieldPanel("grace_days")]),
                    FieldRowPanel([FieldPanel("staff_from"), FieldPanel("leaders_deadline")]),
                    FieldPanel("target"),
                    FieldPanel("public"),
                ],
                heading=gettext_lazy("By when, and how many"),
            ),
            HelpPanel(template="courses/admin/decisions.html", heading=gettext_lazy("What was decided")),
        ],
        base_form_class=CampaignForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("rekkevidde/", reach, name="reach"),
            path("rekkevidde/personer/", people, name="people"),
            path("etterfolger/<int:pk>/", successor, name="successor"),
        ]
