"""Campaigns in Wagtail's admin: listed, made, changed; what is decided becomes facts."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
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
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import SlugInput

from cms.figures import short_date
from learners.policy import may_decide_campaigns, policy

from ..audience import position_choices, unit_choices
from ..deciding import current_audience, decide_audience, decide_versions
from ..models import Campaign
from .access import DecidersPolicy
from .campaign_form import CampaignForm, reach_sentence
from .shares import share_text


class _Deciding:
    """Saving a campaign decides its audience and versions in the same transaction."""

    @transaction.atomic
    def save_instance(self) -> Campaign:
        campaign = super().save_instance()  # type: ignore[misc]
        form, at, by = self.form, timezone.now(), self.request.user  # type: ignore[attr-defined]
        decide_audience(campaign, form.cleaned_data["positions"], form.cleaned_data["units"], by, at)
        if not form.started:
            decide_versions(campaign, form.chosen_courses(), at)
        for hook in hooks.get_hooks("after_decide_campaign"):
            hook(campaign)
        return campaign

    def get_success_message(self, instance: Campaign | None = None) -> str:
        campaign = instance or self.object  # type: ignore[attr-defined]
        audience = current_audience(campaign)
        reached = reach_sentence(audience.positions, audience.units) if audience else ""
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


class ShareColumn(Column):
    def get_value(self, instance: Any) -> str:
        return share_text(super().get_value(instance))


class DayColumn(Column):
    def get_value(self, instance: Any) -> str:
        return short_date(super().get_value(instance))


@policy("editor")
def reach(request: HttpRequest) -> JsonResponse:
    """How many people an audience would reach: `?positions=CODE&units=CODE`, each as often as one likes."""
    if not may_decide_campaigns(request.user, timezone.localdate()):  # type: ignore[arg-type]
        return JsonResponse({"error": _("Only those who decide campaigns may ask.")}, status=403)
    unknown = set(request.GET) - {"positions", "units"}
    positions, units = request.GET.getlist("positions"), request.GET.getlist("units")
    unknown |= set(positions) - {code for code, _name in position_choices()}
    unknown |= set(units) - {code for _h, group in unit_choices(timezone.localdate()) for code, _name in group}
    if unknown:
        return JsonResponse({"error": _("Unknown: %(what)s") % {"what": ", ".join(sorted(unknown))}}, status=400)
    return JsonResponse({"sentence": reach_sentence(positions, units)})


class CampaignViewSet(ModelViewSet):
    model = Campaign
    icon = "calendar-check"
    url_prefix = "kompetansetiltak"
    url_namespace = "campaigns"
    menu_label = gettext_lazy("Campaigns")
    menu_order = 110
    add_to_admin_menu = True
    copy_view_enabled = False
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
            InlinePanel(
                "requirements",
                heading=gettext_lazy("Courses that are asked for"),
                label=gettext_lazy("Course"),
                help_text=gettext_lazy("With several courses, the campaign is completed when all of them are."),
                min_num=1,
                panels=[FieldPanel("course")],
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
                    FieldRowPanel([FieldPanel("start"), FieldPanel("deadline")]),
                    FieldRowPanel([FieldPanel("target"), FieldPanel("grace_days")]),
                    FieldPanel("public"),
                ],
                heading=gettext_lazy("By when, and how many"),
            ),
        ],
        base_form_class=CampaignForm,
    )

    @property
    def permission_policy(self) -> DecidersPolicy:
        return DecidersPolicy(self.model)

    def get_permissions_to_register(self) -> Any:
        return super().get_permissions_to_register().none()

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("rekkevidde/", reach, name="reach")]
