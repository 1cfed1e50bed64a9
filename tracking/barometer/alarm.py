"""When figures cannot be trusted: they are behind what has happened, or differ from a count anew.

`/readyz` is red on it, and the pages with figures say so. Nobody has to have run for it to be seen: it is asked when
somebody looks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

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
    """What is amiss at the moment `at`; two queries where nothing is, however many people and units."""
    days = CellDay.objects.filter(campaign=OuterRef("pk")).order_by("fresh_at").values("fresh_at")[:1]
    differ = Checked.objects.filter(campaign=OuterRef("pk"), is_wrong=True)
    counted = differ.order_by().values("campaign").annotate(number=Count("pk")).values("number")
    campaigns = Campaign.objects.filter(start__lte=oslo_day(at)).order_by()
    rows = list(campaigns.values_list("start", Subquery(days), Coalesce(Subquery(counted), 0)))
    if not rows:
        return Alarm(measured=False)
    # Every cell has all that was completed and recorded until then. One that has none yet: since its first day.
    fresh_until = min(fresh or dt.datetime.combine(start, dt.time(), OSLO) for start, fresh, _wrong in rows)
    late = at - BEHIND_AFTER
    unread_since = following.oldest_unread(late)
    behind = min([moment for moment in (fresh_until, unread_since) if moment and moment < late], default=None)
    return Alarm(True, behind, sum(wrong for _start, _fresh, wrong in rows))
