"""When figures cannot be trusted: they are behind what has happened, or differ from a count anew.

`/readyz` is red on it, and the pages with figures say so. Nobody has to have run for it to be seen: it is asked when
somebody looks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min

from courses.models import Campaign

from ..clock import OSLO, oslo_day
from ..completions import following
from .models import CellDay, Checked

BEHIND_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Alarm:
    """`behind_since`: what happened after that moment may be missing. `wrong`: units whose stored counts differ."""

    measured: bool  # a campaign runs
    behind_since: dt.datetime | None = None
    wrong: int = 0

    @property
    def on(self) -> bool:
        return self.behind_since is not None or self.wrong > 0


def state(at: dt.datetime) -> Alarm:
    """What is amiss at the moment `at`; three queries, however many people and units."""
    campaigns = dict(Campaign.objects.filter(start__lte=oslo_day(at)).values_list("pk", "start"))
    if not campaigns:
        return Alarm(measured=False)
    known = [_fresh_until(campaigns), following.read_until(at)]
    oldest = min((moment for moment in known if moment), default=None)
    behind = oldest if oldest and at - oldest > BEHIND_AFTER else None
    wrong = Checked.objects.filter(is_wrong=True, campaign__in=campaigns).count()
    return Alarm(True, behind, wrong)


def _fresh_until(campaigns: dict[int, dt.date]) -> dt.datetime:
    """Up to when every cell has all that was completed and recorded. One that has none yet: since its first day."""
    rows = CellDay.objects.filter(campaign__in=campaigns).values_list("campaign_id")
    fresh = dict(rows.annotate(Min("fresh_at")).order_by())
    return min(fresh.get(pk) or dt.datetime.combine(start, dt.time(), OSLO) for pk, start in campaigns.items())
