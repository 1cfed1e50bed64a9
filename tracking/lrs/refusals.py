"""What was refused in the last week, by key: kinds of complaints and how often, never what the content said.

Each process writes a kind at most every few seconds, however often it comes: content that fails by the thousand costs
the database nothing. What is still to be written when a process ends is not counted.
"""

import datetime as dt
import re
import time

from django.db import DatabaseError, transaction
from django.db.models import F

from .exceptions import LrsError
from .models import Credential, Launch
from .telling import Refusal

TOLD = (400, 403, 409, 413, 429)
KINDS = 50  # a key and day; what is beyond counts as one
KEPT = dt.timedelta(days=8)
_PAUSE = 5.0  # seconds between two writings of one kind by one process
_REMEMBERED = 2000  # kinds
# What stands in quotes is the content's own; so are the ids of statements.
_SAID = re.compile(r"""(?<!\w)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}""")

_Kind = tuple[str, dt.date, str]
_waiting: dict[_Kind, tuple[float, int]] = {}  # when it was written last, and how often it has come since


def note(bearer: Credential | Launch, error: LrsError, at: dt.datetime) -> None:
    """Counts one refusal. Never fails: what was refused matters more than that it is counted."""
    if error.status not in TOLD:
        return
    key = "launch" if isinstance(bearer, Launch) else bearer.key
    kind = (key, at.date(), kind_of(str(error)))
    times = _due(kind, time.monotonic())
    if times:
        try:
            with transaction.atomic():
                _count(kind, error.status, times, at)
        except DatabaseError:
            return


def kind_of(sentence: str) -> str:
    """The complaint without what the content said."""
    return _SAID.sub("…", sentence)[:300]


def _due(kind: _Kind, now: float) -> int:
    """How many are to be written now; 0: later."""
    written, times = _waiting.get(kind, (-_PAUSE, 0))
    if now - written < _PAUSE:
        _waiting[kind] = (written, times + 1)
        return 0
    if len(_waiting) >= _REMEMBERED:
        _waiting.clear()
    _waiting[kind] = (now, 0)
    return times + 1


def _count(kind: _Kind, status: int, times: int, at: dt.datetime) -> None:
    key, day, sentence = kind
    rows = Refusal.objects.filter(key=key, day=day)
    if rows.filter(sentence=sentence).update(times=F("times") + times, last=at):
        return
    if rows.count() >= KINDS:
        sentence = ""
        if rows.filter(sentence="").update(times=F("times") + times, last=at):
            return
    Refusal.objects.create(key=key, day=day, sentence=sentence, status=status, times=times, last=at)


def forget(at: dt.datetime) -> None:
    """Removes what is older than a week."""
    Refusal.objects.filter(day__lt=(at - KEPT).date()).delete()
