"""Sign-in addresses follow the people data."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from .models import Learner


def follow(learners: Iterable[Learner]) -> None:
    """The address that each signs in with is the one that the people data have now; without one there is none."""
    for learner in learners:
        mine = EmailAddress.objects.filter(user=learner)
        if not mine.exists():
            continue
        mine.delete()
        if learner.email:
            EmailAddress.objects.filter(email__iexact=learner.email).delete()
            EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
