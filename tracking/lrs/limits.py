"""How often a key may ask: counted by the minute, by all processes together, and never in the database.

With `CACHE_URL` the count is in Redis, for web servers on several machines; else in a small locked file for each key.
Where neither can be reached the request goes on: a limit protects the store, and statements are worth more than it.
"""

import datetime as dt
import fcntl
import logging
import os
import struct
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from .exceptions import TooOftenError
from .models import Credential, Launch

LAUNCH_PER_MINUTE = 600
_MINUTE = 60  # seconds
_UNUSED = 24 * 3600  # seconds after which a key's file goes
_counted = struct.Struct("<qq")  # minute, requests in it
_log = logging.getLogger("fagbenk.lrs")


def allowed(bearer: Credential | Launch) -> int:
    """Requests a minute."""
    if isinstance(bearer, Launch):
        return LAUNCH_PER_MINUTE
    return settings.XAPI_PER_MINUTE if bearer.per_minute is None else bearer.per_minute


def count(bearer: Credential | Launch, at: dt.datetime) -> None:
    """Counts one request. Raises `TooOftenError` with the seconds to wait."""
    minute, second = divmod(int(at.timestamp()), _MINUTE)
    try:
        requests = _in_redis(bearer.key, minute) if settings.CACHE_URL else _in_file(bearer.key, minute)
    except (OSError, RedisError) as error:
        _log.warning("requests of a key could not be counted: %s", type(error).__name__)
        return
    most = allowed(bearer)
    if requests > most:
        refusal = TooOftenError(f"This key may ask {most} times a minute. Try again when this minute is over.")
        refusal.retry_after = _MINUTE - second
        raise refusal


def _in_redis(key: str, minute: int) -> int:
    name = f"xapi-{key}-{minute}"
    cache.add(name, 0, 2 * _MINUTE)
    return int(cache.incr(name))


def _in_file(key: str, minute: int) -> int:
    folder = _folder()
    handle = os.open(folder / key, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # ends with the file's closing
        held = os.pread(handle, _counted.size, 0)
        before, requests = _counted.unpack(held) if len(held) == _counted.size else (minute, 0)
        requests = requests + 1 if before == minute else 1
        os.pwrite(handle, _counted.pack(minute, requests), 0)
    finally:
        os.close(handle)
    return requests


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "limits"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def forget_unused() -> None:
    """Removes the files of keys that have not asked for a day."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > _UNUSED:
            path.unlink(missing_ok=True)
