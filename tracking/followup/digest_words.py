"""A digest in words, in the active language, as text and HTML: the sentence first, no blame."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.figures import STAND_IN, long_date, percent
from cms.templatetags.frame import prefixed
from courses.models import CoursePage
from courses.way import pages_in_language
from learners import stopping
from learners.outbox import Written

from .digest import KIND, Digest, TeamWeek
from .team import Member, TeamCampaign
from .who import LeftCourse

MOST_NAMES = 12


@dataclass(frozen=True)
class Line:
    """One course: its title, when, and where to open it."""

    title: str
    when: str
    link: str


@dataclass(frozen=True)
class TeamLines:
    """A leader's unit: sentences to read, and where the names are."""

    unit: str
    sentences: list[str]
    link: str


@dataclass(frozen=True)
class Told:
    """All words of one mail."""

    language: str
    subject: str
    greeting: str
    lines: list[Line]
    teams: list[TeamLines]
    why: str
    choose: str
    stop: str
    demo: str


def write(found: Digest, only_urgent: bool) -> Written:
    """The mail in the person's language. What is required (`only_urgent`) carries no address to stop it."""
    with translation.override(found.learner.language):
        told = tell(found, only_urgent)
        text, html = (render_to_string(f"mail/digest.{kind}", {"told": told}) for kind in ("txt", "html"))
    return Written(told.subject, text.strip() + "\n", html, told.stop)


def tell(found: Digest, only_urgent: bool) -> Told:
    """`found` in the active language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    items = found.urgent if only_urgent else found.items
    pages = pages_in_language([item.course for item in items])
    return Told(
        language=STAND_IN.get(language, language),
        subject=_subject(found, items),
        greeting=_("Hello %(name)s,") % {"name": found.learner.given_name} if found.learner.given_name else _("Hello,"),
        lines=[_line(item, pages.get(item.course.pk), found.on) for item in items],
        teams=[_team(week) for week in found.teams],
        why=_why(only_urgent),
        choose=_link("/min-laering/varsler/"),
        stop="" if only_urgent else stopping.address(KIND, found.learner),
        demo=_("This is a demonstration: people and figures are invented.") if settings.LOCAL else "",
    )


def _subject(found: Digest, items: list[LeftCourse]) -> str:
    if not items:
        return _waiting(sum(len(week.waiting) for week in found.teams))
    number, due = len(items), items[0].due
    if due < found.on:
        said = ngettext("You have one course left", "You have %(number)s courses left", number)
        return said % {"number": apnumber(number)}
    said = ngettext(
        "You have one course left, by %(day)s", "You have %(number)s courses left, the first by %(day)s", number
    )
    return said % {"number": apnumber(number), "day": long_date(due)}


def _waiting(number: int) -> str:
    if not number:
        return _("Your team's week")
    said = ngettext(
        "One in your team has not had the time yet", "%(number)s in your team have not had the time yet", number
    )
    return said % {"number": str(apnumber(number)).capitalize()}


def _line(item: LeftCourse, page: CoursePage | None, on: dt.date) -> Line:
    language = translation.get_language() or settings.LANGUAGE_CODE
    link = settings.SITE_URL + page.get_url_parts()[2] if page else _link("/min-laering/")
    return Line(item.course.title_in(language), _when(item, on), link)


def _when(item: LeftCourse, on: dt.date) -> str:
    day = {"day": long_date(item.due)}
    if item.due < on:
        return _("the date was %(day)s; you can still complete it") % day
    return (_("to be renewed by %(day)s") if item.renews else _("by %(day)s")) % day


def _team(week: TeamWeek) -> TeamLines:
    sentences = [_count(count) for count in week.team.campaigns if count.counted]
    if week.lately:
        done = [f"{member.learner} ({course.title_in(_language())})" for member, course in week.lately]
        sentences.append(_("Completed in the last seven days: %(who)s.") % {"who": _some(done)})
    if week.waiting:
        sentences.append(_("Have not had the time yet: %(who)s.") % {"who": _names(week.waiting)})
    return TeamLines(week.unit.name, sentences, f"{_link('/leder/')}?unit={week.unit.code}")


def _count(count: TeamCampaign) -> str:
    return _("%(campaign)s: %(done)s of %(all)s have completed (%(share)s).") % {
        "campaign": count.campaign.title_in(_language()),
        "done": count.completed,
        "all": count.counted,
        "share": percent(count.share),
    }


def _names(members: list[Member]) -> str:
    return _some([str(member.learner) for member in members])


def _some(names: list[str]) -> str:
    """The first of them, and how many more."""
    shown, more = names[:MOST_NAMES], len(names) - MOST_NAMES
    if more > 0:
        shown.append(ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more})
    return ", ".join(shown)


def _why(only_urgent: bool) -> str:
    if only_urgent:
        return _("You have stopped the weekly mail. This one comes because the date is within three days.")
    return _("You get this mail once a week at most, and none when nothing is left.")


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _link(path: str) -> str:
    return settings.SITE_URL + prefixed(path, _language())
