"""The cache of several machines: in Redis, and while Redis does not answer in files of each machine's own.

Nothing is kept in the cache only, but what it counts (wrong passwords) and remembers (a code that was used) must go on
being counted: so its absence is neither an error nor nothing at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# So long Redis is not asked again: a server that hangs would hold up every page.
LEFT_ALONE = 5.0
_log = logging.getLogger("fagbenk.cache")


def _either(name: str) -> Callable[..., Any]:
    """The method of that name, by Redis, else by the files."""
    in_redis, in_files = getattr(RedisCache, name), getattr(FileBasedCache, name)

    def method(self: RedisOrFiles, *values: Any, **named: Any) -> Any:
        if time.monotonic() >= self.asked_again_at:
            try:
                return in_redis(self, *values, **named)
            except RedisError as error:
                self.asked_again_at = time.monotonic() + LEFT_ALONE
                _log.warning("Redis does not answer, files stand in: %s", type(error).__name__)
        return in_files(self.files, *values, **named)

    return method


class RedisOrFiles(RedisCache):
    """`LOCATION` is Redis' address; `OPTIONS["files"]` the folder that stands in for it."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self.files = FileBasedCache(options.pop("files"), {**params, "OPTIONS": {}})
        self.asked_again_at = 0.0
        super().__init__(server, {**params, "OPTIONS": options})

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
