"""From an issuer's (iss, sub) to a person: linked once by a verified claim, never by e-mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount

from ..models import Learner
from ..policy import has_left
from .exceptions import NobodyFound


def person(provider: Mapping[str, Any], uid: str, claims: Mapping[str, Any], on: dt.date) -> Learner:
    """Whom (provider, uid) is, linking them where they come for the first time. Raises NobodyFound."""
    known = SocialAccount.objects.filter(provider=provider["id"], uid=uid).select_related("user").first()
    named = _named(provider, claims)
    if known and named and named.pk != known.user_id:
        raise NobodyFound("another")  # the number is somebody else's by now: the people data must say who this is
    learner = known.user if known else named
    if not isinstance(learner, Learner):
        raise NobodyFound("unknown")
    if not learner.is_active or learner.erased_on or has_left(learner, on):
        raise NobodyFound("closed")
    if known is None:
        _link(provider, uid, learner)
    return learner


def _named(provider: Mapping[str, Any], claims: Mapping[str, Any]) -> Learner | None:
    """The one person whom the configured claim names."""
    said = claims.get(provider["claim"])
    value = str(said).strip() if isinstance(said, str | int) and not isinstance(said, bool) else ""
    found = list(Learner.objects.filter(**{provider["match"]: value})[:2]) if value else []
    return found[0] if len(found) == 1 else None


def _link(provider: Mapping[str, Any], uid: str, learner: Learner) -> None:
    if SocialAccount.objects.filter(provider=provider["id"], user=learner).exists():
        raise NobodyFound("linked")  # another account of the issuer's is this person already
    SocialAccount.objects.create(provider=provider["id"], uid=uid, user=learner, extra_data={})
