"""What tracking does when editors have decided something."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from wagtail import hooks

from courses.models import Campaign

from .tasks import refresh_campaign


@hooks.register("after_decide_campaign")
def refresh_its_cells(campaign: Campaign) -> None:
    """Another audience is another figure: computed at once, not at the next round of the clock."""
    transaction.on_commit(partial(refresh_campaign.delay, campaign.pk), robust=True)
