"""docs/data_protection.md, made from the models and the registry: which fields, why, for how long, and then what."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.utils import translation

from .models import Learner
from .personal_data import Holding, Rows, holdings

# Tables of other packages that are keyed to a person are registered as ours are; these are not about the person.
PLUMBING = {"learners.Learner_groups", "learners.Learner_user_permissions"}
OURS = {"config", "tracking", "courses", "learners", "cms"}
HEAD = """# Data protection

Made from the models by `manage.py data_protection`. A test fails where this page is not up to date, where a field is
keyed to a person and no purpose and time limit is said, or where what is kept for a short time is never deleted.

Those who look after privacy erase a person in the admin (or with `manage.py erase_person`). Erasing takes names,
addresses, HR number, free text, attachments, sessions, mails and the link between the person and the number that the
log of deeds knows them by. Postings and completions stay without a name, so that no figure of the past changes. A
tombstone, the opaque id alone, is kept in the database and in `FAGBENK_ERASED`, a file that no restore overwrites:
`manage.py erase_person --again`, which also runs every night, erases whoever comes back with a backup. Who left the
service is erased by itself after `FAGBENK_LEAVERS_YEARS` years.

Nothing is stored of inmates.
"""


def personal_models() -> dict[type[models.Model], list[str]]:
    """Every model with a key to a person, or that belongs to such a row; with the keys, "app.Model.field"."""
    found: dict[type[models.Model], list[str]] = {Learner: []}
    for model in _tables():
        keys = [
            f"{model._meta.label}.{f.name}" for f in _keys(model) if f.model is model and f.related_model is Learner
        ]
        if keys:
            found[model] = keys
    return found


def parts() -> set[type[models.Model]]:
    """Our models that belong to a row of a person's; other packages' go with the row, and are plumbing."""
    owned = {model for model in personal_models() if any(_owns(f) for f in _keys(model))} - {Learner}
    return {
        model
        for model in _tables()
        for f in _keys(model)
        if model.__module__.split(".")[0] in OURS
        and f.related_model in owned
        and f.remote_field.on_delete is models.CASCADE
        and model not in owned
    }


def _owns(field: models.ForeignKey) -> bool:
    return field.related_model is Learner and field.remote_field.on_delete is models.CASCADE


def _tables() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if not model._meta.proxy and model._meta.label not in PLUMBING:
            yield model


def _keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def models_of(holding: Holding) -> list[type[models.Model]]:
    """The tables that a holding answers for."""
    found = {apps.get_model(key.rpartition(".")[0]) for key in holding.covers}
    if isinstance(holding.export, Rows):
        found.add(holding.export.model)
    if holding.key == "person":
        found.add(Learner)
    return sorted(found, key=lambda model: model._meta.label)


def page() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        return HEAD + "".join(_section(holding) for holding in holdings())


def _section(holding: Holding) -> str:
    lines = [f"\n## {holding.title}\n", f"- Why: {holding.purpose}", f"- For how long: {holding.retention}"]
    lines += [f"- At erasure: {_then(holding)}", *_tables_of(holding)]
    return "\n".join(lines) + "\n"


def _then(holding: Holding) -> str:
    return "kept without name and free text" if holding.is_kept else "deleted"


def _tables_of(holding: Holding) -> list[str]:
    covered = {key.rpartition(".")[0]: key for key in holding.covers}
    found = []
    for model in models_of(holding):
        own = isinstance(holding.export, Rows) and holding.export.model is model
        whole = own or holding.key == "person" or any(_owns(f) for f in _keys(model))
        keys = sorted(key.rpartition(".")[2] for key in holding.covers if key.startswith(f"{model._meta.label}."))
        names = [f.name for f in model._meta.concrete_fields] if whole else keys
        found.append(f"- `{model._meta.label}`: {', '.join(names)}")
    return found if covered or found else ["- no table of its own: found through the person's account"]
