"""Launch tokens: what a running package may reach, and nothing beside it.

A token is bound to one actor, one registration and the activities it was begun for. Within those a package stores and
reads statements, keeps State, and reads profiles; it voids nothing, defines nothing, and speaks for nobody else.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings

from .documents import Address
from .exceptions import LrsError, OutsideLaunchError, UnknownCredentialError
from .keys import agent_key
from .models import Document, Launch

Json = Mapping[str, Any]
LAUNCH = "launch"  # stands among the scopes that a resource allows where a launch comes in too
PREFIX = "launch-"  # of a launch's key: no other key begins so
LASTS = dt.timedelta(hours=4)
_KEPT = dt.timedelta(days=7)  # after its end, for whoever asks why a package was refused


def begin(
    actor: Json, registration: UUID, activities: Sequence[str], *, at: dt.datetime, lasts: dt.timedelta = LASTS
) -> str:
    """A new launch; the answer is its token, as it stands behind `Authorization: Basic`. It is shown only now.

    `actor` is an identified agent, `activities` are IRIs: the one that was launched, then what else belongs to it.
    Raises `LrsError` where one of them is missing.
    """
    key = agent_key(actor)
    if key is None or not activities:
        raise LrsError("A launch needs an actor with an identifier, and an activity.")
    secret = secrets.token_urlsafe(32)
    launch = Launch.objects.create(
        key=PREFIX + secrets.token_hex(16),
        secret_hash=_hash(secret),
        actor_key=key,
        registration=registration,
        activities=list(activities),
        created=at,
        expires=at + lasts,
    )
    return b64encode(f"{launch.key}:{secret}".encode()).decode()


def held(key: str, secret: str, *, at: dt.datetime) -> Launch:
    """The running launch of this key and secret. Raises `UnknownCredentialError`, the same for each reason."""
    launch = Launch.objects.filter(key=key, ended=None, expires__gt=at).first()
    if launch is None or not hmac.compare_digest(launch.secret_hash, _hash(secret)):
        raise UnknownCredentialError
    return launch


def end_all(registration: UUID, at: dt.datetime) -> None:
    """Ends the launches of an attempt: their tokens are refused from the next request on."""
    Launch.objects.filter(registration=registration, ended=None).update(ended=at)


def forget(at: dt.datetime) -> int:
    """Removes launches that ran out a week ago; returns how many."""
    return Launch.objects.filter(expires__lt=at - _KEPT).delete()[0]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def authority() -> dict[str, Any]:
    """Who vouches for what packages say: one agent for all, as the registration tells which it was."""
    return {"objectType": "Agent", "name": "Fagbenk", "account": {"homePage": settings.XAPI_BASE, "name": "lrs-launch"}}


def own(launch: Launch) -> dict[str, Any]:
    """The statements that the launch may read: those with these values."""
    return {"actor_key": launch.actor_key, "registration": launch.registration}


def check_statements(launch: Launch, statements: Sequence[Json]) -> None:
    """Raises `OutsideLaunchError` unless each (valid) statement is the launch's own actor's, of its registration, and
    about one of its activities. What refers to another statement or holds one is refused: so it voids nothing.
    """
    for said in statements:
        actor, target = said["actor"], said["object"]
        if actor.get("objectType", "Agent") != "Agent" or agent_key(actor) != launch.actor_key.hex:
            raise OutsideLaunchError("`actor`: this token was made for another one.")
        if said.get("context", {}).get("registration", "").lower() != str(launch.registration):
            raise OutsideLaunchError("`context.registration`: this token was made for another one.")
        if target.get("objectType", "Activity") != "Activity" or not _within(launch, target["id"]):
            raise OutsideLaunchError("`object`: this token is for its own activity and what lies below it.")


def check_document(launch: Launch, address: Address, activity: str, *, reading: bool) -> None:
    """Raises `OutsideLaunchError`. `activity` is the IRI in the address, empty where it has none."""
    if address.kind != Document.Kind.STATE and not reading:
        raise OutsideLaunchError("A launch token only reads profiles.")
    if address.kind != Document.Kind.ACTIVITY_PROFILE:
        check_agent(launch, address.agent)
    if address.kind != Document.Kind.AGENT_PROFILE:
        check_activity(launch, activity)
    if address.kind == Document.Kind.STATE and address.registration != launch.registration.hex:
        raise OutsideLaunchError("'registration': this token was made for another one.")


def check_agent(launch: Launch, key: str | None) -> None:
    if key != launch.actor_key.hex:
        raise OutsideLaunchError("'agent': this token was made for another one.")


def check_activity(launch: Launch, iri: str) -> None:
    if not _within(launch, iri):
        raise OutsideLaunchError("'activityId': this token is for its own activity and what lies below it.")


def _within(launch: Launch, iri: str) -> bool:
    return any(iri == one or iri.startswith(tuple(one.rstrip("/") + end for end in "/#?")) for one in launch.activities)
