"""An assignment and its history in words, without blame."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.figures import long_date, short_date

from ..barometer.assignments import Assignment, Episode
from ..barometer.standing import EXEMPT, FAR, IN_GRACE, ON_LEAVE

register = template.Library()
WHY: dict[str, str | Promise] = {
    "start": gettext_lazy("asked from the campaign's start"),
    "named": gettext_lazy("taken in by name"),
    "joined": gettext_lazy("employed, and asked from then on"),
    "posted": gettext_lazy("in a position that is asked"),
    "audience": gettext_lazy("the campaign asks for more people"),
    "left": gettext_lazy("has left the service"),
    "named_out": gettext_lazy("taken out by name"),
    "moved_away": gettext_lazy("in a position that is not asked"),
    "audience_out": gettext_lazy("the campaign asks for fewer people"),
    "unit": gettext_lazy("moved to another unit"),
    "exempt": gettext_lazy("exempt"),
    "exemption_ended": gettext_lazy("the exemption has ended"),
    "leave": gettext_lazy("on leave"),
    "back": gettext_lazy("back from leave"),
    "grace_ended": gettext_lazy("the time for newcomers is over"),
    "new": gettext_lazy("new in the audience"),
    "completed": gettext_lazy("completed"),
    "expired": gettext_lazy("the completion has run out"),
    "date": gettext_lazy("another date"),
}


@register.simple_tag
def assignment_sentence(assignment: Assignment, today: dt.date) -> str:
    """How it stands today."""
    now = assignment.now
    if now.status is None:
        return _("Not asked any more.")
    if now.done:
        return _("Completed.")
    if now.status == EXEMPT:
        return _("Exempt: nothing is asked.")
    if now.status == ON_LEAVE:
        return _("On leave: the date moves by the days away.")
    if now.due is None or now.due == FAR:
        return _("Not completed yet.")
    if now.due < today:
        return _("Not completed yet. The date was %(day)s.") % {"day": long_date(now.due)}
    if now.status == IN_GRACE:
        return _("New, and has until %(day)s.") % {"day": long_date(now.due)}
    return _("To be completed by %(day)s.") % {"day": long_date(now.due)}


@register.simple_tag
def episode_words(assignment: Assignment, episode: Episode) -> str:
    """What happened on the episode's first day; with the unit, and the date where it is new."""
    words = ", ".join(str(WHY[one]) for one in episode.why)
    unit = assignment.units.get(episode.unit_id) if episode.unit_id else None
    if unit and (set(episode.why) & {"start", "named", "joined", "posted", "audience", "unit"}):
        words = _("%(what)s (%(unit)s)") % {"what": words, "unit": unit.name}
    before = _before(assignment, episode)
    if episode.due and episode.due != FAR and not episode.done and (before is None or before.due != episode.due):
        return _("%(what)s; by %(day)s") % {"what": words, "day": short_date(episode.due)}
    return words


def _before(assignment: Assignment, episode: Episode) -> Episode | None:
    place = assignment.episodes.index(episode)
    return assignment.episodes[place - 1] if place else None
