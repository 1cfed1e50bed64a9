"""Mails about work: to those who teach, that something waits; to its writer, that it is assessed or has a new date.

A mail holds nothing of the work or of what was said of it: that stands behind the sign-in.
"""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.figures import long_date
from cms.templatetags.frame import prefixed
from learners import outbox
from learners.models import Learner
from learners.outbox import OutgoingMail, Written
from learners.policy import has_left

from ..models import Assessment, Cohort, Work
from . import standing

GATHERED = dt.timedelta(minutes=30)  # what comes in within it is one mail
COMPOSER = "work"


def _reached(learner: Learner, at: dt.datetime) -> bool:
    return bool(learner.email) and learner.is_active and not has_left(learner, timezone.localdate(at))


def _link(path: str) -> str:
    return f"{settings.SITE_URL}{prefixed(path, translation.get_language() or settings.LANGUAGE_CODE)}"


def _written(subject: str, sentence: str, path: str, button: str, cohort: Cohort) -> Written:
    context = {
        "subject": subject,
        "sentence": sentence,
        "link": _link(path),
        "button": button,
        "cohort": cohort,
        "demo": settings.LOCAL,
        "language": translation.get_language(),
    }
    text, html = (render_to_string(f"mail/work.{kind}", context) for kind in ("txt", "html"))
    return Written(subject, text, html)


# --- To those who teach -------------------------------------------------------------------------------------------
def handed_in(work: Work, at: dt.datetime) -> int:
    """To each who teaches the class one mail in four hours at most, half an hour after the first hand-in of them; it
    says how many wait then."""
    cohort, local = work.member.cohort, timezone.localtime(at)
    teachers = [one.learner for one in cohort.teachers.select_related("learner") if _reached(one.learner, at)]
    keyed = {f"arbeid:levert:{cohort.pk}:{one.opaque_id}:{local:%Y%m%d}:{local.hour // 4}": one for one in teachers}
    return outbox.plan(keyed, COMPOSER, at + GATHERED)


def compose(mail: OutgoingMail, at: dt.datetime) -> Written | None:
    """How many wait at `at`; None where nobody does, or the reader teaches the class no more."""
    found = re.match(r"arbeid:levert:(\d+):", mail.key)
    cohort = Cohort.objects.select_related("programme").filter(pk=int(found[1])).first() if found else None
    reader = mail.learner
    if cohort is None or reader is None or not standing.may_read(reader, cohort, timezone.localdate(at)):
        return None
    count = len(waiting(cohort))
    if not count:
        return None
    mail.to = reader.email or mail.to
    with translation.override(reader.language):
        said = ngettext(
            "%(count)d piece of work waits for your assessment.",
            "%(count)d pieces of work wait for your assessment.",
            count,
        ) % {"count": count}
        path = f"/program/{cohort.programme.slug}/{cohort.slug}/"
        return _written(f"{cohort.title}: {_('work handed in')}", said, path, _("To the class’s page"), cohort)


def waiting(cohort: Cohort) -> list[Work]:
    """The class's work whose newest hand-in has no assessment, the one that has waited longest first."""
    works = Work.objects.filter(member__cohort=cohort, member__left_at=None, handins__isnull=False).distinct()
    found = []
    for work in works.select_related("member__learner", "part").prefetch_related("handins__assessments"):
        newest = max(work.handins.all(), key=lambda one: one.number)
        if not any(one.known_to is None for one in newest.assessments.all()):
            found.append((newest.handed_in_at, work.pk, work))
    return [work for _at, _pk, work in sorted(found, key=lambda row: row[:2])]


outbox.register_composer(COMPOSER, compose)


# --- To its writer ------------------------------------------------------------------------------------------------
def assessed(work: Work, assessment: Assessment, at: dt.datetime) -> bool:
    """That there is an assessment; not which."""
    with translation.override(work.member.learner.language):
        said = _("Your work “%(part)s” has been assessed. Sign in to read what was said of it.")
        return _tell(work, f"vurdert:{assessment.pk}", _("your work is assessed"), said, at)


def given_time(work: Work, until: dt.date, at: dt.datetime) -> bool:
    with translation.override(work.member.learner.language):
        said = _("You can hand in “%(part)s” until %(day)s.")
        name = f"frist:{work.pk}:{until}:{at:%Y%m%d%H%M}"
        return _tell(work, name, _("a new date for your work"), said, at, day=long_date(until))


def _tell(work: Work, name: str, subject: str, sentence: str, at: dt.datetime, **words: str) -> bool:
    learner, cohort = work.member.learner, work.member.cohort
    if not _reached(learner, at):
        return False
    part = work.part.title_in(translation.get_language() or "nb")
    path = f"/program/{cohort.programme.slug}/{cohort.slug}/arbeid/{work.part.key}/"
    made = _written(f"{cohort.title}: {subject}", sentence % {"part": part, **words}, path, _("To your work"), cohort)
    return outbox.put(f"arbeid:{name}", learner, made.subject, made.text, made.html, at)
