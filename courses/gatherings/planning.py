"""What follows when a gathering is saved: which sessions count as changed, and who is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learners.models import Learner
from learners.policy import may_decide_campaigns

from ..models import Gathering, GatheringTeacher, Registration, Session
from . import registering

TOLD = ("starts", "ends", "title", "title_nn", "place", "video_link", "agenda", "agenda_nn", "cancelled")


@dataclass(frozen=True)
class Seen:
    """What calendars have of a gathering."""

    state: str = Gathering.State.DRAFT
    titles: tuple[str, str] = ("", "")
    sessions: dict[int, tuple] = field(default_factory=dict)


def seen(pk: int | None) -> Seen:
    """What is stored of the gathering now; of a new one, nothing."""
    stored = Gathering.objects.filter(pk=pk).first() if pk else None
    if stored is None:
        return Seen()
    rows = stored.sessions.values_list("pk", *TOLD)
    return Seen(stored.state, (stored.title, stored.title_nn), {row[0]: tuple(map(_same, row[1:])) for row in rows})


def _same(value: Any) -> Any:
    """A browser ends lines with two signs: a text that comes back from it is no change."""
    return value.splitlines() if isinstance(value, str) else value


def follow(gathering: Gathering, before: Seen, at: dt.datetime) -> None:
    """Count the changes of sessions, and mark whoever is to be told of them; free seats go to those who wait."""
    now = seen(gathering.pk)
    changed = {pk for pk, row in now.sessions.items() if before.sessions.get(pk) != row}
    if before.titles != now.titles or before.state != now.state:
        changed = set(now.sessions)
    if changed and before.state != Gathering.State.DRAFT:
        Session.objects.filter(pk__in=changed).update(sequence=F("sequence") + 1)
        gathering.registrations.filter(state__in=Registration.ACTIVE).update(untold=True)
    registering.settle(gathering, at)


def keep_teacher(gathering: Gathering, by: Learner, on: dt.date) -> None:
    """A teacher who plans a gathering teaches it; so it does not go out of their own sight."""
    if not may_decide_campaigns(by, on):
        GatheringTeacher.objects.get_or_create(gathering=gathering, learner=by)


def saved(gathering: Gathering) -> str:
    """What the one who has saved is told."""
    told = gathering.registrations.filter(untold=True).count()
    said = _("“%(gathering)s” is saved.") % {"gathering": gathering}
    if not told:
        return said
    more = ngettext("%(count)d person is told of it.", "%(count)d people are told of it.", told) % {"count": told}
    return f"{said} {more}"
