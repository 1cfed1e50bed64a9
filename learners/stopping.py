"""One click, and no more mails of a kind: signed addresses that need no sign-in (RFC 8058), and what they do.

An app's module `stops` registers its kinds of mail; the modules are read at start. Only what is not required of
anybody may be stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.functional import Promise

from .exceptions import UnknownStop
from .models import Learner

SALT = "fagbenk.stop"


@dataclass(frozen=True)
class Stop:
    """A kind of mail. `stop(learner, about, at)` ends it for what it is about (a unit's code, say; may be "")."""

    kind: str
    title: str | Promise
    stop: Callable[[Learner, str, dt.datetime], None]


_stops: dict[str, Stop] = {}


def register(stop: Stop) -> None:
    """Enter a kind of mail. Raises ValueError where its name is taken."""
    if stop.kind in _stops:
        raise ValueError(f"{stop.kind!r} is registered already.")
    _stops[stop.kind] = stop


def address(kind: str, learner: Learner, about: str = "") -> str:
    """The whole address at which the learner stops mails of this kind. It does not run out, as old mails do not."""
    token = signing.dumps([kind, str(learner.opaque_id), about], salt=SALT, compress=True)
    return f"{settings.SITE_URL}/stopp/{token}/"


def read(token: str) -> tuple[Stop, Learner, str]:
    """What a token stops, for whom, about what. Raises UnknownStop where it is not one of ours."""
    try:
        kind, opaque_id, about = signing.loads(token, salt=SALT)
        return _stops[kind], Learner.objects.get(opaque_id=opaque_id), about
    except (signing.BadSignature, KeyError, ValueError, Learner.DoesNotExist) as error:
        raise UnknownStop("The address is not one of ours, or what it was about is gone.") from error
