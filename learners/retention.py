"""What has served its purpose goes by itself, every night."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.sessions.models import Session

from .erasing import erase_again, erase_leavers
from .personal_data import holdings


def keep_limits(at: dt.datetime) -> dict[str, int]:
    """Delete what is older than its limit at `at`; returns how much, by what: holdings' keys, sessions, people."""
    gone = {holding.key: holding.prune(at) for holding in holdings() if holding.prune}
    gone["sessions"] = Session.objects.filter(expire_date__lt=at).delete()[0]
    gone["erased_again"] = erase_again(at)
    gone["leavers"] = erase_leavers(at, settings.LEAVERS_YEARS)
    return gone
