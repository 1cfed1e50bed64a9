"""The code on the screen: six signs that those in the room see, another one every five minutes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings

from ..models import Session

EVERY = dt.timedelta(minutes=5)
EARLY = dt.timedelta(minutes=30)  # the door is open so long before the start
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
LENGTH = 6


def code(session: Session, at: dt.datetime) -> str:
    """The code at the moment `at`."""
    return _made(session, _turn(at))


def is_open(session: Session, at: dt.datetime) -> bool:
    """Whether a code is taken now: from half an hour before the start until the end."""
    return not session.cancelled and session.starts - EARLY <= at <= session.ends


def fits(session: Session, said: str, at: dt.datetime) -> bool:
    """Whether `said` is the code now, or was the one before: whoever is slow at typing is let in."""
    clean = "".join(sign for sign in said.upper() if sign.isalnum())
    turn = _turn(at)
    return is_open(session, at) and any(hmac.compare_digest(clean, _made(session, n)) for n in (turn, turn - 1))


def _turn(at: dt.datetime) -> int:
    return int(at.timestamp() // EVERY.total_seconds())


def _made(session: Session, turn: int) -> str:
    key = f"{settings.SECRET_KEY}:{session.secret}".encode()
    number = int.from_bytes(hmac.new(key, f"{session.uid}:{turn}".encode(), hashlib.sha256).digest())
    signs = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(SIGNS))
        signs.append(SIGNS[rest])
    return "".join(signs)
