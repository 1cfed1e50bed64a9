"""A learner's own gatherings: where they have a seat or wait, what clashes, and what their calendar reads."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners.models import Learner

from ..models import CalendarFeed, Gathering, Registration, Session
from . import calendars

KEPT = dt.timedelta(days=400)  # what a subscription still shows of the past


def registrations(learner: Learner) -> list[Registration]:
    """Those that are not over, with their gatherings."""
    mine = Registration.objects.filter(learner=learner, state__in=Registration.ACTIVE)
    return list(mine.select_related("gathering__course").prefetch_related("gathering__sessions"))


def clashes(gathering: Gathering, learner_ids: Iterable[int]) -> dict[int, list[Session]]:
    """Sessions of other gatherings at the same time, by the learner who has a seat, an offer or a place in line there.

    Touching ends are no clash.
    """
    own = [(s.starts, s.ends) for s in gathering.sessions.all() if not s.cancelled]
    if not own:
        return {}
    others = Session.objects.filter(
        cancelled=False,
        gathering__state=Gathering.State.OPEN,
        gathering__registrations__learner__in=list(learner_ids),
        gathering__registrations__state__in=Registration.ACTIVE,
        starts__lt=max(end for _start, end in own),
        ends__gt=min(start for start, _end in own),
    ).exclude(gathering=gathering)
    found: dict[int, list[Session]] = {}
    rows = others.annotate(who=F("gathering__registrations__learner")).select_related("gathering").order_by("starts")
    wanted = set(learner_ids)
    for other in rows:
        at_once = any(other.starts < end and start < other.ends for start, end in own)
        if at_once and other.who in wanted:  # type: ignore[attr-defined]
            found.setdefault(other.who, []).append(other)  # type: ignore[attr-defined]
    return found


# --- The subscription -------------------------------------------------------------------------------------------------
@transaction.atomic
def new_feed(learner: Learner, at: dt.datetime) -> str:
    """A new secret address's key, shown once; the one before ends."""
    end_feeds(learner, at)
    key = secrets.token_urlsafe(24)
    CalendarFeed.objects.create(
        learner=learner, digest=_digest(key), language=translation.get_language() or "nb", made_at=at
    )
    return key


def end_feeds(learner: Learner, at: dt.datetime) -> int:
    return CalendarFeed.objects.filter(learner=learner, revoked_at=None).update(revoked_at=at)


def feed(key: str) -> CalendarFeed | None:
    """The subscription behind a key that is still good, of somebody who may still sign in."""
    rows = CalendarFeed.objects.filter(digest=_digest(key), revoked_at=None, learner__is_active=True)
    return rows.select_related("learner").first()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def calendar(learner: Learner, at: dt.datetime, gathering: Gathering | None = None) -> bytes:
    """The learner's sessions (of one gathering, or all) as a file; what was cancelled says so, so that it goes away."""
    rows = Registration.objects.filter(learner=learner).exclude(state=Registration.State.WAITING)
    rows = (
        rows.filter(gathering__sessions__ends__gt=at - KEPT) if gathering is None else rows.filter(gathering=gathering)
    )
    newest: dict[int, Registration] = {}
    for row in rows.select_related("gathering").order_by("pk").distinct():
        newest[row.gathering_id] = row
    shown = [row for row in newest.values() if row.invited or row.state == Registration.State.SEAT]
    sessions = Session.objects.filter(gathering__in=[row.gathering_id for row in shown]).select_related("gathering")
    pairs = [(one, newest[one.gathering_id]) for one in sessions.order_by("starts", "pk")]
    return calendars.published(pairs, at, _("Fagbenk: my gatherings"))


def next_session(gathering: Gathering, at: dt.datetime) -> Session | None:
    """The session that is on, or comes next."""
    left = [one for one in gathering.sessions.all() if not one.cancelled and one.ends > at]
    return min(left, key=lambda one: one.starts, default=None)


def is_over(gathering: Gathering, at: dt.datetime | None = None) -> bool:
    return next_session(gathering, at or timezone.now()) is None
