"""What tracking does when editors have decided something."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses.models import Campaign, Course
from learners.models import Learner
from learners.policy import may_decide_campaigns, signed_in

from .barometer.series_admin import YearlyFigureViewSet, YearlySeriesViewSet
from .completions import achievements, projection
from .identities.models import FormerLink
from .identities.people import names_of, relink
from .log_admin.viewset import LogViewSet
from .tasks import refresh_campaign


class _ExemptionsItem(MenuItem):
    """To those who decide campaigns: exemptions wait for them outside the admin, where leaders decide too."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_decide_campaigns(signed_in(request), timezone.localdate())


@hooks.register("register_admin_menu_item")
def exemptions_item() -> MenuItem:
    return _ExemptionsItem(_("Exemptions"), reverse("exemptions"), name="exemptions", icon_name="check", order=112)


@hooks.register("after_decide_campaign")
def refresh_its_cells(campaign: Campaign) -> None:
    """Another audience is another figure: computed at once, not at the next round of the clock."""
    transaction.on_commit(partial(refresh_campaign.delay, campaign.pk), robust=True)


@hooks.register("register_admin_viewset")
def learning_log() -> LogViewSet:
    return LogViewSet()


@hooks.register("register_admin_viewset")
def series_over_years() -> list[ViewSet]:
    return [YearlySeriesViewSet(), YearlyFigureViewSet()]


@hooks.register("after_merge_people")
def statements_go_over(kept: Learner, gone: Learner, at: dt.datetime) -> None:
    """Every statement about the record that went is about the one who stays: no completion is lost."""
    relink(gone, kept, names_of([gone.pk]), at)
    _complete_anew(kept, gone)


@hooks.register("after_part_people")
def statements_come_back(kept: Learner, gone: Learner, at: dt.datetime) -> None:
    """The account names that were the other's are so again."""
    theirs = FormerLink.objects.filter(learner=gone, actor__learner=kept).values_list("actor_id", flat=True)
    relink(kept, gone, [str(name) for name in theirs], at)
    _complete_anew(kept, gone)


def _complete_anew(*learners: Learner) -> None:
    for course in Course.objects.all():
        for learner in learners:
            projection.refresh(learner.pk, course)
    for learner in learners:
        achievements.refresh_all(learner.pk)


class DoneElsewhereItem(MenuItem):
    """For those who keep the records."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_decide_campaigns(request.user, timezone.localdate())  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def done_elsewhere() -> MenuItem:
    return DoneElsewhereItem(_("Done elsewhere"), reverse_lazy("prior-learning"), icon_name="success", order=115)
