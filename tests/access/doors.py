"""Every address there is, from the resolver: a new one joins by itself."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import LocalePrefixPattern, RegexPattern

OURS = ("config", "tracking", "courses", "learners", "cms")
MOST = 2  # ways to fill one address


@dataclass(frozen=True)
class Door:
    """`route` as the resolver has it ("leder/<unit>/"), and what its parameters may be."""

    route: str
    converters: tuple[tuple[str, Any], ...]
    policy: str
    admin: bool

    def addresses(self, pools: dict[str, list[Any]]) -> list[str]:
        """The address with its parameters filled: by name where a pool has it, else by kind."""
        choices = [[(name, value) for value in _pool(name, kind, pools)] for name, kind in self.converters]
        found = []
        for filled in itertools.islice(itertools.product(*choices), MOST):
            route = self.route
            for (name, value), (_name, kind) in zip(filled, self.converters, strict=True):
                route = route.replace(f"<{_spelt(route, name)}>", kind.to_url(value))
            found.append(f"/{route}")
        return found


def _spelt(route: str, name: str) -> str:
    """The parameter as the route spells it: "int:pk" or "pk"."""
    inside = [part.partition(">")[0] for part in route.split("<")[1:]]
    return next(part for part in inside if part.rpartition(":")[2] == name)


def _pool(name: str, kind: Any, pools: dict[str, list[Any]]) -> list[Any]:
    if name in pools:
        return pools[name]
    if isinstance(kind, IntConverter):
        return pools["int"]
    if isinstance(kind, UUIDConverter):
        return [*pools["uuid"], uuid.UUID(int=0)]
    return pools["str"]


def doors() -> Iterator[Door]:
    """Our own addresses, and every other package's below the admin."""
    for parts, pattern in _walk(get_resolver().url_patterns, ()):
        if any(isinstance(part, RegexPattern) for part in parts):
            continue  # Wagtail's page addresses: the pages themselves are in tests/look and tests/player
        route = "".join(str(part) for part in parts if not isinstance(part, LocalePrefixPattern))
        admin = route.startswith("admin/")
        ours = pattern.callback.__module__.split(".")[0] in OURS
        if ours or admin:
            converters = tuple((n, c) for part in parts for n, c in getattr(part, "converters", {}).items())
            yield Door(route, converters, getattr(pattern.callback, "policy", ""), admin)


def _walk(patterns: list[Any], before: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], URLPattern]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, (*before, one.pattern))
        else:
            yield (*before, one.pattern), one
