"""Bearer keys of other systems for people data: made, checked, revoked. The secret is shown once and stored hashed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection

from .exceptions import LearnersError
from .models import MachineKey

PREFIX = "fbk"
SELDOM = dt.timedelta(minutes=10)  # how exact `last_used_at` is
Scope = MachineKey.Scope


class UnknownKey(LearnersError):
    """The Authorization header names no key that is in force."""


class MissingScope(LearnersError):
    """The key is not for this; the message says which scope is."""


def create(name: str, scopes: Collection[str], at: dt.datetime) -> tuple[MachineKey, str]:
    """A new key and its token, which is shown only now. Raises LearnersError for an unknown scope, or none."""
    unknown = set(scopes) - set(Scope.values)
    if unknown or not scopes:
        raise LearnersError(f"A key is for one or more of {', '.join(Scope.values)}.")
    secret, key = secrets.token_urlsafe(32), secrets.token_hex(8)
    made = MachineKey.objects.create(
        name=name[:80], key=key, secret_hash=_hash(secret), scopes=sorted(map(str, scopes)), created_at=at
    )
    return made, f"{PREFIX}_{key}_{secret}"


def revoke(key: MachineKey, at: dt.datetime) -> None:
    """From now on the key opens nothing."""
    MachineKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def from_header(header: str, scope: str, at: dt.datetime) -> MachineKey:
    """The key that an Authorization header proves. Raises UnknownKey (the same for each reason) or MissingScope."""
    kind, _blank, token = header.partition(" ")
    prefix, _line, rest = token.strip().partition("_")
    key, _line, secret = rest.partition("_")
    found = MachineKey.objects.filter(key=key, revoked_at=None).first() if prefix == PREFIX else None
    proven = hmac.compare_digest(found.secret_hash if found else "", _hash(secret))
    if kind.lower() != "bearer" or found is None or not proven:
        raise UnknownKey("The key is not known here.")
    if scope not in found.scopes:
        raise MissingScope(f"This key is not for {scope}.")
    if found.last_used_at is None or at - found.last_used_at > SELDOM:
        MachineKey.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
