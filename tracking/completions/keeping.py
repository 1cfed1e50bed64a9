"""Which statements completions rest on, and so outlive the others."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q

from courses.models import Course

from .. import vocabulary
from ..clock import OSLO, add_months, oslo_day
from ..identities.activities import course_iri
from ..lrs.keys import iri_key
from ..lrs.pruning import Pruning, prune
from . import achievements

MOST = 500_000  # statements a night: the first one after years must not take until morning


def rested_on() -> Q:
    """Every statement that somebody has completed a course, or achieved what is no course: which of them counts may
    change with a voiding or a late arrival, so all of them stay, and completions can be rebuilt from what is left.
    """
    courses = [iri_key(course_iri(code)) for code in Course.objects.values_list("code", flat=True)]
    verbs = [iri_key(vocabulary.COMPLETED), iri_key(vocabulary.ATTENDED)]
    others = Q(verb_key__in=verbs, object_key__in=[iri_key(iri) for iri in achievements.known()])
    return Q(verb_key=iri_key(vocabulary.COMPLETED), object_key__in=courses) | others


def too_old(at: dt.datetime) -> dt.datetime:
    """The moment before which detailed statements are not kept: so many months before the day's beginning in Oslo."""
    day = add_months(oslo_day(at), -settings.STATEMENT_MONTHS)
    return dt.datetime.combine(day, dt.time(), OSLO).astimezone(dt.UTC)


def prune_old(at: dt.datetime, *, dry_run: bool = False, most: int | None = MOST) -> Pruning:
    """Removes the detailed statements that are too old at the moment `at`."""
    return prune(too_old(at), rested_on(), dry_run=dry_run, most=most)
