"""What is the same for everybody: each process keeps it, and reads it anew as soon as anything of it is changed.

A stamp in the cache that all processes share names the state of the content. Whoever changes some of it makes a new
stamp once that is stored, and what was read under another stamp is not looked at again. Nothing of a person's own may
be kept here. What is answered is shared by all threads: to be read, never to be changed.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar, cast

from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save

Made = TypeVar("Made")
STAMP = "content-stamp"
# What was changed past Django (in SQL, or by a process that then ended) shows after so many seconds.
SECONDS = 60


class Held(NamedTuple):
    """What has been read under a stamp since a moment of this process's clock."""

    stamp: str
    since: float
    kept: dict[Hashable, Any]


class Common:
    """What one process has read; the time limit holds from the first reading under a stamp."""

    def __init__(self) -> None:
        self._held = Held("", 0.0, {})

    def __call__(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` answers, from an earlier time if nothing has changed since. `name` says all it depends on beside
        the content: language, day, address."""
        if is_changing():  # what this transaction sees nobody else may see
            return make()
        kept = self._under(stamp())
        if name not in kept:
            kept[name] = make()
        return cast(Made, kept[name])

    def _under(self, now: str) -> dict[Hashable, Any]:
        """What was read under this stamp. A thread that began under another one never gets hold of it."""
        held = self._held
        if now != held.stamp or time.monotonic() - held.since > SECONDS:
            held = self._held = Held(now, time.monotonic(), {})
        return held.kept


common = Common()
_of_request: ContextVar[list[str] | None] = ContextVar("content_stamp", default=None)


def stamp() -> str:
    """The content's state; within a request it is asked for once, before anything is read under it."""
    known = _of_request.get()
    if known:
        return known[0]
    found = str(cache.get_or_set(STAMP, _new, None))
    if known is not None:
        known.append(found)
    return found


def changed() -> None:
    """Something that is the same for everybody has changed: it is read anew, by all once it is stored."""
    _forget()
    if not is_changing():  # said once is enough; taken back with its savepoint, it is said again
        transaction.on_commit(_stored, robust=True)


def is_changing() -> bool:
    """Whether the transaction under way has changed something, and is neither stored nor taken back yet."""
    return any(what is _stored for _savepoints, what, *_ in transaction.get_connection().run_on_commit)


def watch(*kinds: type[models.Model]) -> None:
    """From now on `changed` follows whoever saves or deletes one of these."""
    for kind in kinds:
        for signal in (post_save, post_delete):
            signal.connect(follow, sender=kind, dispatch_uid=f"cms.common.{kind._meta.label}")


def follow(**_about: object) -> None:
    """Receives the signal of a change."""
    changed()


def _stored() -> None:
    _forget()
    cache.set(STAMP, _new(), None)


def _new() -> str:
    return uuid.uuid4().hex


def _begin(**_about: object) -> None:
    _of_request.set([])


def _end(**_about: object) -> None:
    _of_request.set(None)


def _forget() -> None:
    if _of_request.get():
        _of_request.set([])


request_started.connect(_begin, dispatch_uid="cms.common.begin")
request_finished.connect(_end, dispatch_uid="cms.common.end")
