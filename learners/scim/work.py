"""Employment and place at work of those whom the directory, not the HR file, employs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from ..changes import Changes, like
from ..importing.posts import Positions
from ..importing.stored import StoredPerson, holds, one
from ..importing.tree import Places
from ..models import Employment, Learner, Posting

OSLO = ZoneInfo("Europe/Oslo")
DAY = dt.timedelta(days=1)


def follow(learner: Learner, said: dict[str, Any], was_active: bool, at: dt.datetime) -> None:
    """Employed while active: from the day of the news, until the day on which it ends. The unit is the department,
    where its name or code is a unit's; the position is the title, where there is one of that name."""
    today = at.astimezone(OSLO).date()
    person, changes = one(learner), Changes()
    if not learner.is_active:
        if was_active:
            for row in (*person.employments, *person.postings, *person.leaderships):
                changes.end(row, today + DAY)
    else:
        _employ(person, changes, today)
        _post(person, changes, said, today)
    changes.apply(at)


def _employ(person: StoredPerson, changes: Changes, today: dt.date) -> None:
    now = [row for row in person.employments if holds(row, today)]
    if not now:
        changes.add.append(Employment(learner=person.learner, valid_from=today))
    elif now[-1].valid_to is not None:
        changes.replace(now[-1], valid_to=None)  # came back on the day that was to be the last


def _post(person: StoredPerson, changes: Changes, said: dict[str, Any], today: dt.date) -> None:
    places, positions = Places.load(today), Positions.load()
    named = places.find(said.get("department") or "") if said.get("department") else None
    unit = places.leaf(named) if named else None
    if unit is None:
        return
    title = str(said.get("title") or "")
    position = positions.known.get(title.casefold()) or positions.get("")
    primary = [row for row in person.postings if row.primary and holds(row, today)]
    for row in primary:
        if (row.unit_id, row.position_id) == (unit.pk, position.pk):
            if row.valid_to is not None:
                changes.replace(row, valid_to=None)
            return
    new = Posting(learner=person.learner, unit=unit, position=position, valid_from=today)
    for row in primary:
        changes.end(row, today)
        new = like(row, unit=unit, position=position, valid_from=today, valid_to=None)
    changes.add.append(new)
