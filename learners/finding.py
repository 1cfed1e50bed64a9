"""Finding a person by what somebody knows of them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from .models import Learner
from .policy import has_left

MOST = 25


def one_employed(said: str, on: dt.date) -> Learner | None:
    """Whose HR number or e-mail address it is, of those who have not left on the day."""
    if not said.strip():
        return None
    named = Q(hr_number=said.strip()) | Q(email__iexact=said.strip())
    found = Learner.objects.filter(named, is_active=True).first()
    return None if found is None or has_left(found, on) else found


def people(said: str) -> list[Learner]:
    """Whom the words find: every word in a name, or the whole e-mail address or HR number; at most 25."""
    if len(said.strip()) < 2:
        return []
    named = Q()
    for word in said.split()[:5]:
        named &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
    found = Learner.objects.filter(named | Q(email__iexact=said.strip()) | Q(hr_number=said.strip()), erased_on=None)
    return list(found.order_by("family_name", "given_name", "pk")[:MOST])
