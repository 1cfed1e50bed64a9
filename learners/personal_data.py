"""What is stored of a person: the registry that every app enters its models in, with purpose and time limit.

An app's module `holdings` says what the app holds; the modules are read at start. A foreign key to a person that no
holding covers fails a test (tests/house/test_personal_data.py). What erasing a person does to a holding follows from
its time limit, unless it says something else: see `Holding.forget`. docs/data_protection.md is made from this.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Learner

Text = str | Promise
Export = Callable[[Learner], Iterable[Mapping[str, Any]]]
Erase = Callable[[Learner], object]
Prune = Callable[[dt.datetime], int]
YEAR = dt.timedelta(days=365)

# For how long: the limits that are set.
WHILE_EMPLOYED = _("as long as you are employed, and then as long as the figures need it, without your name")
WITH_COMPLETION = _("as long as the completion it belongs to")
UNTIL_ERASED = _("until you are erased")
SHORT = _("until it has served its purpose, at most a year")


@dataclass(frozen=True)
class Rows:
    """An export of the rows of `model` whose `path` leads to the person, with the named fields."""

    model: type[models.Model]
    path: str
    fields: tuple[str, ...]

    def of(self, learner: Learner) -> models.QuerySet:
        return self.model._default_manager.filter(**{self.path: learner})

    def __call__(self, learner: Learner) -> Iterable[Mapping[str, Any]]:
        return self.of(learner).order_by("pk").values(*self.fields)


@dataclass(frozen=True)
class Holding:
    """One kind of personal data. `covers`: the foreign keys to a person that it answers for ("app.Model.field").

    `erase` is what erasing a person does where it does not follow from the time limit; `prune` deletes what is older
    than its limit at a moment, and returns how much that was. A holding that is kept for a short time must have one.
    """

    key: str
    title: Text
    purpose: Text
    retention: Text
    export: Export
    covers: frozenset[str] = field(default_factory=frozenset)
    erase: Erase | None = None
    prune: Prune | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its rows outlive an erasure, without names and free text."""
        return self.retention not in (UNTIL_ERASED, SHORT)

    def forget(self, learner: Learner) -> None:
        """Erase the person's: rows that are kept lose their free text, others are deleted."""
        if self.erase:
            self.erase(learner)
        elif isinstance(self.export, Rows) and self.is_kept:
            _blank_free_text(self.export.of(learner))
        elif isinstance(self.export, Rows):
            self.export.of(learner).delete()


def _blank_free_text(rows: models.QuerySet) -> None:
    """What people have written themselves is in fields of type TextField; everything else is chosen or counted."""
    written = {f.name: "" for f in rows.model._meta.concrete_fields if type(f) is models.TextField}
    if written:
        rows.update(**written)


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Enter a holding. Raises ValueError where its key is taken by another one."""
    if holding.key in _holdings:
        raise ValueError(f"{holding.key!r} is registered already.")
    _holdings[holding.key] = holding


def holdings() -> list[Holding]:
    """Every holding, in the order in which the apps stand in the settings."""
    return list(_holdings.values())


def rows(model: type[models.Model], path: str, fields: Iterable[str]) -> Rows:
    """An export of the rows whose `path` leads to the person, with the named fields."""
    return Rows(model, path, tuple(fields))


def older_than_a_year(model: type[models.Model], when: str) -> Prune:
    """Deletes the rows whose field `when` is more than a year back."""

    def prune(at: dt.datetime) -> int:
        field_ = model._meta.get_field(when)
        limit = at - YEAR if isinstance(field_, models.DateTimeField) else (at - YEAR).date()
        return model._default_manager.filter(**{f"{when}__lt": limit}).delete()[0]

    return prune


def nothing_to_do(learner: Learner) -> None:
    """Erasing a person leaves this as it is: it names nobody else, and their own name is gone."""


def export_all(learner: Learner) -> dict[str, list[Mapping[str, Any]]]:
    """Everything that is stored of the person, by holding; JSON-ready with Django's encoder."""
    return {holding.key: list(holding.export(learner)) for holding in holdings()}
