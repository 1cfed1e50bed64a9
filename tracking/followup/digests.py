"""Who gets a digest today, and sees to it that it is planned: any number of times, by any number of workers, one mail
for each person and ISO week. What it says is written when it is sent (`compose`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

import structlog

from learners import looks, mail_choices, outbox
from learners.models import Leadership, Learner, MailChoice, OutgoingMail
from learners.policy import leads_as

from ..clock import OSLO, oslo_day, week_name
from .digest import KIND, Digest, digest, is_urgent
from .digest_words import MOST_NAMES, write
from .models import DigestDay
from .who import Left, to_remind

FROM = dt.time(7)  # Oslo: nobody's telephone rings before
# A day that was missed (the machine was off) is made up for so long; older ones are let go, the next week has its own.
LOOK_BACK = dt.timedelta(days=2)
LATE_AFTER = dt.timedelta(minutes=15)
log = structlog.get_logger("fagbenk.digests")


def make_due(at: dt.datetime) -> int:
    """Plan the digests of today, and of this week's last two days if they were missed; returns how many are new."""
    today = oslo_day(at)
    missing = [day for day in _days(at) if not DigestDay.objects.filter(day=day).exists()]
    if not missing:
        return 0
    people = _addressed(today, {day.isoweekday() for day in missing})
    planned = outbox.plan({key(learner, today): learner for learner in people}, KIND, at)
    for day in missing:
        DigestDay.objects.get_or_create(day=day, defaults={"made_at": at})
    log.info("digests_planned", days=[str(day) for day in missing], number=planned)
    return planned


def _days(at: dt.datetime) -> list[dt.date]:
    """The days whose digests should have been planned by now."""
    today = oslo_day(at)
    days = [today - dt.timedelta(days=n) for n in range(LOOK_BACK.days, -1, -1)]
    begun = at.astimezone(OSLO).time() >= FROM
    return [day for day in days if week_name(day) == week_name(today) and (day < today or begun)]


def _addressed(on: dt.date, weekdays: Collection[int]) -> list[Learner]:
    """Those who have chosen one of `weekdays` and have something left or a team; and whoever has a date within three
    days, whatever they have chosen."""
    left = to_remind(on)
    urgent = {pk for pk, some in left.items() if _is_urgent(some, on)}
    leaders = set(Leadership.objects.on(on).known().values_list("learner_id", flat=True))
    chosen = _with_weekday(weekdays, set(left) | leaders)
    people = Learner.objects.filter(is_active=True).exclude(email=None).exclude(email="")
    return [one for one in people.order_by("pk") if one.pk in chosen | urgent]


def _is_urgent(some: Collection[Left], on: dt.date) -> bool:
    return any(is_urgent(item, on) for left in some for item in left.items)


def _with_weekday(weekdays: Collection[int], people: set[int]) -> set[int]:
    """Those of `people` whose weekday it is and who have not stopped the weekly mail."""
    rows = MailChoice.objects.filter(kind=KIND).values_list("learner_id", "weekday", "stopped_at")
    chosen = {pk: weekday if stopped is None else None for pk, weekday, stopped in rows}
    return {pk for pk in people if chosen.get(pk, mail_choices.MONDAY) in weekdays}


def key(learner: Learner, on: dt.date) -> str:
    return f"{KIND}:{week_name(on)}:{learner.opaque_id}"


def compose(mail: OutgoingMail, at: dt.datetime) -> outbox.Written | None:
    """The digest as it stands now; None where nothing is left to say, the person is gone or away, or the week is over
    (the mail server was out of reach): the next week has its own."""
    learner = mail.learner
    if learner is None or mail.key != key(learner, oslo_day(at)):
        return None
    mail.to = learner.email or ""
    only_urgent = mail_choices.choice(learner, KIND).stopped_at is not None
    found = digest(learner, oslo_day(at), only_urgent)
    if found is None:
        return None
    _log_names(found, at)
    return write(found, only_urgent)


def _log_names(found: Digest, at: dt.datetime) -> None:
    """The leader sees names in the mail as on the page."""
    for week in found.teams:
        seen = [member.learner for member in week.waiting[:MOST_NAMES]]
        seen += [member.learner for member, _course in week.lately[:MOST_NAMES]]
        looks.record(found.learner, seen, "team", leads_as(found.learner, week.unit, found.on), at)


def state(at: dt.datetime) -> Literal["ok", "late", "off"]:
    """Whether today's digests are planned; off before the first ones."""
    today = oslo_day(at)
    due = dt.datetime.combine(today, FROM, OSLO)
    if not DigestDay.objects.exists():
        return "off"
    if at < due + LATE_AFTER or DigestDay.objects.filter(day=today).exists():
        return "ok"
    return "late"
