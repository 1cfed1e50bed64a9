"""The versions of a course and the people on them: who is on which, what each reads, who goes over to the next."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from courses.models import Course, CourseVersion, FrozenPage
from courses.ports import Bar, CourseStanding, Part
from courses.requirements import running_campaigns
from learners.models import Learner

from ..barometer.figures import figure
from ..completions.models import Completion
from . import attempts
from .models import Attempt


def as_begun(learner: Learner, page: Part) -> Part:
    """The part as it was when the learner's version was taken over by a newer one; else the page as it is published.

    One query.
    """
    mine = Attempt.objects.filter(learner=learner, version__course=OuterRef("version__course"))
    newest = mine.order_by("-version__number", "-number").values("version")[:1]
    return _kept(page, FrozenPage.objects.filter(version=Subquery(newest)))


def as_attempted(attempt: Attempt, page: Part) -> Part:
    """The same where the learner's newest attempt is known."""
    return _kept(page, FrozenPage.objects.filter(version=attempt.version_id))


def _kept(page: Part, frozen: QuerySet[FrozenPage]) -> Part:
    kept = frozen.filter(key=page.key, language=page.content_language).first()
    return _at_its_place(page, page.with_content_json(kept.content)) if kept else page


def _at_its_place(page: Part, kept: Part) -> Part:
    """What was kept, at the address that the page has now."""
    kept.slug, kept.url_path, kept.locale = page.slug, page.url_path, page.locale
    return kept


def standing(course: Course, on: dt.date) -> CourseStanding:
    """Persons in progress, persons with a completion that stands, and each running campaign's share for the service."""
    begun = Attempt.objects.filter(version__course=course)
    completed = Completion.objects.filter(version__course=course, known_to=None)
    bars = tuple(
        Bar(campaign.title, figure(campaign, None, None, "now", None, timezone.now()).own.share)
        for campaign in running_campaigns(course, on)
    )
    return CourseStanding(
        in_progress=_in_progress(begun).values("learner").distinct().count(),
        completed=completed.values("learner").distinct().count(),
        bars=bars,
    )


def completed_by_version(course: Course) -> dict[int, int]:
    """Completions that stand, by version id."""
    rows = Completion.objects.filter(version__course=course, known_to=None).values("version")
    return dict(rows.annotate(number=Count("pk")).values_list("version", "number"))


def carry_over(old: CourseVersion, new: CourseVersion) -> int:
    """Those who are in the course on `old` go over to `new`, with what they have done; returns how many."""
    moved = _in_progress(Attempt.objects.filter(version=old)).update(version=new)
    if moved:
        attempts.freeze_outline(new)
    return moved


def _in_progress(begun: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Those of the attempts that have no completion."""
    done = Completion.objects.filter(registration=OuterRef("registration"), known_to=None)
    return begun.filter(~Exists(done))
