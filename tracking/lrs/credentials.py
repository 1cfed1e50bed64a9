"""Keys for other systems: made, checked, and what they allow."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db.models import JSONField

from . import launches
from .asking import ask
from .exceptions import LrsError, MissingScopeError, UnknownCredentialError
from .launches import LAUNCH
from .models import DEFAULT_SCOPES, Credential, Launch, Scope

Bearer = Credential | Launch  # what an Authorization header proves

_FIELDS = Credential._meta.concrete_fields
_ATTRIBUTES = [field.attname for field in _FIELDS]
_HELD = f"SELECT {', '.join(_ATTRIBUTES)} FROM lrs_credential WHERE key = %s AND revoked IS NULL"  # noqa: S608 - our own names
_SELDOM = dt.timedelta(minutes=10)  # how exact `last_used` is

# LAUNCH: for launch tokens too, within their bounds (tracking.lrs.launches), which the resource checks.
CAN_WRITE = {Scope.WRITE, Scope.ALL, LAUNCH}
CAN_READ_ALL = {Scope.READ, Scope.ALL_READ, Scope.ALL}
CAN_READ_MINE = {Scope.READ_MINE, LAUNCH} | CAN_READ_ALL
CAN_VOID_OTHERS = {Scope.ALL}
CAN_KEEP_STATE = {Scope.STATE, Scope.ALL, LAUNCH}
CAN_READ_STATE = {Scope.ALL_READ} | CAN_KEEP_STATE
CAN_KEEP_PROFILES = {Scope.PROFILE, Scope.ALL}
CAN_READ_PROFILES = {Scope.ALL_READ, LAUNCH} | CAN_KEEP_PROFILES
CAN_DEFINE = {Scope.DEFINE, Scope.ALL}
CAN_READ_AGENTS = {Scope.PROFILE, LAUNCH} | CAN_READ_ALL
CAN_READ_ACTIVITIES = {Scope.PROFILE, Scope.DEFINE, LAUNCH} | CAN_READ_ALL


def create(
    name: str, *, at: dt.datetime, scopes: Collection[str] = DEFAULT_SCOPES, per_minute: int | None = None
) -> tuple[Credential, str]:
    """A new key, also where the name has one already, and its secret, which is shown only now."""
    _check_scopes(scopes)
    secret = secrets.token_urlsafe(32)
    credential = Credential.objects.create(
        name=name,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret),
        scopes=sorted(map(str, scopes)),
        created=at,
        per_minute=per_minute,
    )
    return credential, secret


def change(credential: Credential, *, name: str, scopes: Collection[str], per_minute: int | None) -> None:
    """Another name, other scopes, another limit: from the next request on."""
    _check_scopes(scopes)
    said = {"name": name, "scopes": sorted(map(str, scopes)), "per_minute": per_minute}
    Credential.objects.filter(pk=credential.pk).update(**said)


def _check_scopes(scopes: Collection[str]) -> None:
    unknown = set(scopes) - set(Scope.values)
    if unknown:
        raise LrsError(f"No such scope: {', '.join(sorted(unknown))}. There are {', '.join(Scope.values)}.")


def revoke(credential: Credential, at: dt.datetime) -> None:
    """The key is refused from its next request on. What came with it stays."""
    Credential.objects.filter(pk=credential.pk, revoked=None).update(revoked=at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def from_header(header: str, *, at: dt.datetime) -> Bearer:
    """The key or launch that an Authorization header proves. Raises `UnknownCredentialError`, the same for each reason.

    One query; revoking counts at once. SHA-256 costs a microsecond, so nothing has to be remembered between requests.
    """
    key, secret = _basic(header)
    if key.startswith(launches.PREFIX):
        return launches.held(key, secret, at=at)
    credential = _held(key)
    if credential is None or not hmac.compare_digest(credential.secret_hash, _hash(secret)):
        raise UnknownCredentialError
    _note_use(credential, at)
    return credential


def _held(key: str) -> Credential | None:
    """By SQL that is made once: building the same query for each request took a tenth of a statement's time."""
    found = ask(_HELD, [key])
    return Credential.from_db("default", _ATTRIBUTES, _as_python(found[0])) if found else None


def _as_python(row: Sequence[Any]) -> list[Any]:
    """As the model has them: backends hand over JSON as text, and SQLite moments without a zone."""
    found = []
    for field, value in zip(_FIELDS, row, strict=True):
        if value is not None and isinstance(field, JSONField):
            value = json.loads(value) if isinstance(value, str) else value
        elif isinstance(value, dt.datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=dt.UTC)
        found.append(value)
    return found


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


def require(credential: Bearer, allowed: Collection[str], what: str) -> None:
    """Raises `MissingScopeError` unless the key has one of the scopes."""
    if not may(credential, allowed):
        wanted = " or ".join(sorted(set(allowed) - {LAUNCH}))
        raise MissingScopeError(f"This key may not {what}: it needs {wanted} (1.0.3 4.2).")


def may(credential: Bearer, allowed: Collection[str]) -> bool:
    if isinstance(credential, Launch):
        return LAUNCH in allowed
    return not set(allowed).isdisjoint(credential.scopes)


def authority(credential: Bearer) -> dict[str, Any]:
    """The agent who vouches for what comes with this key (1.0.3 Data 2.4.9, 2.0.0 4.2.4.2)."""
    if isinstance(credential, Launch):
        return launches.authority()
    account = {"homePage": settings.XAPI_BASE, "name": f"lrs-key:{credential.key}"}
    return {"objectType": "Agent", "name": credential.name, "account": account}
