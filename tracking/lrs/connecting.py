"""Other record stores entered, by an administrator or a command: checked first, with their secrets sealed."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

from . import egress, query
from .connections import AllowedHost, ForwardTarget, HistoryImport, Remote
from .exceptions import LrsError
from .sealing import seal

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


def allow(host: str, at: dt.datetime) -> None:
    """Puts a host on the list of those that may be reached. Raises `LrsError` where it is no host's name."""
    if not _HOST.fullmatch(host.strip()):
        raise LrsError("Write a host's name alone, such as lrs.example.org.")
    AllowedHost.objects.get_or_create(host=host.strip().lower(), defaults={"added": at})


def allow_endpoint(endpoint: str, at: dt.datetime) -> None:
    """As `allow`, for the host of an address."""
    allow(urlsplit(endpoint).hostname or "", at)


def add_target(
    name: str, endpoint: str, key: str, secret: str, *, at: dt.datetime, from_beginning: bool = True, **more: Any
) -> ForwardTarget:
    """A target that gets everything stored so far too, or only what is stored from now on."""
    start = "" if from_beginning else query.end()
    return _add(ForwardTarget, name, endpoint, key, secret, at, position=start, **more)


def add_import(name: str, endpoint: str, key: str, secret: str, *, at: dt.datetime, **more: Any) -> HistoryImport:
    """An import that begins at the next round."""
    return _add(HistoryImport, name, endpoint, key, secret, at, **more)


def _add(kind: type[Remote], name: str, endpoint: str, key: str, secret: str, at: dt.datetime, **more: Any) -> Any:
    egress.check_name(endpoint)
    if kind._default_manager.filter(name=name).exists():
        raise LrsError(f"There is a connection called {name!r} already.")
    return kind._default_manager.create(
        name=name, endpoint=endpoint, key=key, sealed_secret=seal(secret), created=at, **more
    )


def change(target: ForwardTarget, *, endpoint: str, secret: str = "", name: str, **more: Any) -> None:
    """Other settings of a target; without a secret the one that is kept. Raises `LrsError`."""
    egress.check_name(endpoint)
    if ForwardTarget.objects.filter(name=name).exclude(pk=target.pk).exists():
        raise LrsError(f"There is a connection called {name!r} already.")
    sealed = {"sealed_secret": seal(secret)} if secret else {}
    ForwardTarget.objects.filter(pk=target.pk).update(
        endpoint=endpoint, name=name, failures=0, next_try=None, **sealed, **more
    )
