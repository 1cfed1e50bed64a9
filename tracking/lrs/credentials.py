"""Keys for other systems: made, checked, and what they allow."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from .exceptions import LrsError, MissingScopeError, UnknownCredentialError
from .models import DEFAULT_SCOPES, Credential, Scope

_SELDOM = dt.timedelta(minutes=10)  # how exact `last_used` is

CAN_WRITE = {Scope.WRITE, Scope.ALL}
CAN_READ_ALL = {Scope.READ, Scope.ALL_READ, Scope.ALL}
CAN_READ_MINE = {Scope.READ_MINE} | CAN_READ_ALL
CAN_VOID_OTHERS = {Scope.ALL}
CAN_KEEP_STATE = {Scope.STATE, Scope.ALL}
CAN_READ_STATE = {Scope.ALL_READ} | CAN_KEEP_STATE
CAN_KEEP_PROFILES = {Scope.PROFILE, Scope.ALL}
CAN_READ_PROFILES = {Scope.ALL_READ} | CAN_KEEP_PROFILES
CAN_DEFINE = {Scope.DEFINE, Scope.ALL}
CAN_READ_AGENTS = {Scope.PROFILE} | CAN_READ_ALL
CAN_READ_ACTIVITIES = {Scope.PROFILE, Scope.DEFINE} | CAN_READ_ALL


def create(name: str, *, at: dt.datetime, scopes: Collection[str] = DEFAULT_SCOPES) -> tuple[Credential, str]:
    """A new key, also where the name has one already, and its secret, which is shown only now."""
    unknown = set(scopes) - set(Scope.values)
    if unknown:
        raise LrsError(f"No such scope: {', '.join(sorted(unknown))}. There are {', '.join(Scope.values)}.")
    secret = secrets.token_urlsafe(32)
    credential = Credential.objects.create(
        name=name, key=secrets.token_hex(16), secret_hash=_hash(secret), scopes=sorted(map(str, scopes)), created=at
    )
    return credential, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def from_header(header: str, *, at: dt.datetime) -> Credential:
    """The key that an Authorization header proves. Raises `UnknownCredentialError`, the same for each reason."""
    key, secret = _basic(header)
    try:
        credential = Credential.objects.get(key=key, revoked__isnull=True)
    except ObjectDoesNotExist as error:
        raise UnknownCredentialError from error
    if not hmac.compare_digest(credential.secret_hash, _hash(secret)):
        raise UnknownCredentialError
    _note_use(credential, at)
    return credential


def _basic(header: str) -> tuple[str, str]:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        raise UnknownCredentialError
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise UnknownCredentialError from error
    if not colon or "\x00" in key:
        raise UnknownCredentialError
    return key, secret


def _note_use(credential: Credential, at: dt.datetime) -> None:
    if credential.last_used is None or at - credential.last_used > _SELDOM:
        Credential.objects.filter(pk=credential.pk).update(last_used=at)


def require(credential: Credential, allowed: Collection[str], what: str) -> None:
    """Raises `MissingScopeError` unless the key has one of the scopes."""
    if not may(credential, allowed):
        raise MissingScopeError(f"This key may not {what}: it needs {' or '.join(sorted(allowed))} (1.0.3 4.2).")


def may(credential: Credential, allowed: Collection[str]) -> bool:
    return not set(allowed).isdisjoint(credential.scopes)


def authority(credential: Credential) -> dict[str, Any]:
    """The agent who vouches for what comes with this key (1.0.3 Data 2.4.9, 2.0.0 4.2.4.2)."""
    account = {"homePage": settings.XAPI_BASE, "name": f"lrs-key:{credential.key}"}
    return {"objectType": "Agent", "name": credential.name, "account": account}
