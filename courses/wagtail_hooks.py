"""What courses add to Wagtail's admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from learners.models import Unit

from .admin.approving import lead_to_the_choice, not_by_the_dozen
from .admin.banks import QuestionBankViewSet
from .admin.campaigns import CampaignViewSet
from .admin.copying import own_course
from .admin.course_history import history_buttons, history_urls
from .admin.dashboard import what_waits_panel
from .admin.deleting import keep_courses_in_bulk, keep_courses_in_use, keep_what_pages_use
from .admin.error_reports import error_report_urls, error_reports_item
from .admin.exchange import exchange_urls
from .admin.gatherings import GatheringViewSet
from .admin.programmes import CohortViewSet, ProgrammeViewSet
from .admin.publishing import ask_before_publishing, publishing_urls
from .admin.quality import look_over_button, quality_urls, stop_what_is_serious
from .admin.records import CourseViewSet
from .admin.taking_away import keep_parts_in_bulk, keep_parts_in_their_course, tell_before_unpublishing
from .admin.translations import translation_button, translation_urls
from .admin.typing_errors import register_log_action, typing_error_button, typing_error_urls
from .models import Audience
from .views_search import gatherings


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [
        CampaignViewSet(),
        CourseViewSet(),
        GatheringViewSet(),
        ProgrammeViewSet(),
        CohortViewSet(),
        QuestionBankViewSet(),
    ]


hooks.register("before_publish_page", stop_what_is_serious, order=-10)
hooks.register("before_publish_page", ask_before_publishing)
hooks.register("search_site", gatherings)
hooks.register("register_admin_urls", quality_urls)
hooks.register("register_admin_urls", exchange_urls)
hooks.register("register_admin_urls", history_urls)
hooks.register("register_page_header_buttons", history_buttons)
hooks.register("register_page_header_buttons", look_over_button)
hooks.register("register_admin_urls", publishing_urls)
hooks.register("construct_homepage_panels", what_waits_panel)
hooks.register("after_edit_page", lead_to_the_choice)
hooks.register("after_copy_page", own_course)
hooks.register("before_bulk_action", not_by_the_dozen)
hooks.register("before_delete_page", keep_courses_in_use)
hooks.register("before_bulk_action", keep_courses_in_bulk)
hooks.register("before_delete_snippet", keep_what_pages_use)
hooks.register("before_bulk_action", keep_parts_in_bulk)
hooks.register("before_move_page", keep_parts_in_their_course)
hooks.register("before_unpublish_page", tell_before_unpublishing)
hooks.register("register_admin_urls", typing_error_urls)
hooks.register("register_page_header_buttons", typing_error_button)
hooks.register("register_admin_urls", translation_urls)
hooks.register("register_page_header_buttons", translation_button)
hooks.register("register_log_actions", register_log_action)
hooks.register("register_admin_urls", error_report_urls)
hooks.register("register_admin_menu_item", error_reports_item)


@hooks.register("units_are_used")
def campaigns_that_name(units: Sequence[Unit], on: dt.date) -> list[str]:
    """Which campaigns ask for these units by name on the day: whoever closes or merges a unit decides them anew."""
    codes = {unit.code for unit in units}
    named = {
        str(audience.campaign)
        for audience in Audience.objects.on(on).known().select_related("campaign")
        if codes & {*audience.units, *audience.without, *audience.also}
    }
    if not named:
        return []
    return [_("Campaigns that ask for them by name: %(campaigns)s.") % {"campaigns": ", ".join(sorted(named))}]
