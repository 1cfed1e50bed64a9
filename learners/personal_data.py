"""What is stored of a person: the registry that every app enters its models in, with purpose and time limit.

An app's module `holdings` says what the app holds; the modules are read at start. A foreign key to a person that no
holding covers fails a test (tests/house/test_personal_data.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Learner

Text = str | Promise
Export = Callable[[Learner], Iterable[dict[str, Any]]]

# For how long: the limits that are set.
WHILE_EMPLOYED = _("as long as you are employed, and then as long as the figures need it, without your name")
WITH_COMPLETION = _("as long as the completion it belongs to")
UNTIL_ERASED = _("until you are erased")
SHORT = _("until it has served its purpose, at most a year")


@dataclass(frozen=True)
class Holding:
    """One kind of personal data. `covers`: the foreign keys to a person that it answers for ("app.Model.field")."""

    key: str
    title: Text
    purpose: Text
    retention: Text
    export: Export
    covers: frozenset[str] = field(default_factory=frozenset)


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Enter a holding. Raises ValueError where its key is taken by another one."""
    if holding.key in _holdings:
        raise ValueError(f"{holding.key!r} is registered already.")
    _holdings[holding.key] = holding


def holdings() -> list[Holding]:
    """Every holding, in the order in which the apps stand in the settings."""
    return list(_holdings.values())


def rows(model: type[models.Model], path: str, fields: Iterable[str]) -> Export:
    """An export of the rows whose `path` leads to the person, with the named fields."""
    names = tuple(fields)

    def export(learner: Learner) -> Iterable[dict[str, Any]]:
        return model._default_manager.filter(**{path: learner}).order_by("pk").values(*names)

    return export


def export_all(learner: Learner) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored of the person, by holding; JSON-ready with Django's encoder."""
    return {holding.key: list(holding.export(learner)) for holding in holdings()}
