"""Two records of one person made one, and parted again. Nothing is deleted: facts are closed and told again of the one
who stays, everything else that hangs on the record goes over, and what went is remembered to undo it.

Who hangs on whom is known from the registry of personal data (`learners.personal_data`). Other apps that keep a link
of their own follow in the hooks `after_merge_people` and `after_part_people` (kept, gone, at).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from .changes import Changes, like
from .emails import follow as follow_emails
from .exceptions import NotPossible
from .facts import Fact
from .models import FormerNumber, Learner, MergedRecord
from .personal_data import holdings
from .policy import needs_second_factor
from .second_factor import has_one

# What tells of the record itself, or is followed by a hook.
STAYS = {
    "learners.MergedRecord.kept",
    "learners.MergedRecord.gone",
    "learners.MergedRecord.by",
    "learners.DirectoryPerson.learner",
    "identities.Actor.learner",
    "identities.FormerLink.learner",
    "completions.Completion.learner",
}
# Of other packages only a directory link goes over. Sign-in addresses follow the people data (learners.emails). Second
# factors stay where they are: what proves one record's owner never opens another record, should the merge be a mistake;
# and a passkey names the record that it was made for. Parted again, they work as before.
OURS = {"config", "tracking", "courses", "learners", "cms"}


@transaction.atomic
def merge(kept: Learner, gone: Learner, by: Learner | None, at: dt.datetime) -> MergedRecord:
    """`gone` is the same person as `kept`: everything of theirs is from now on of `kept`. Raises NotPossible."""
    _refuse(kept, gone)
    record = MergedRecord.objects.create(kept=kept, gone=gone, by=by, at=at)
    moved: dict[str, Any] = {}
    for key, model, field in _keys():
        rows = model._default_manager.filter(**{field: gone})
        if _is_about(model, field):
            moved[key] = _tell_again(rows.filter(known_to=None), {field: kept}, at)
        else:
            moved[key] = _give(rows, field, kept)
    moved["record"] = _retire(kept, gone, at)
    record.moved = moved
    record.save(update_fields=["moved"])
    for hook in hooks.get_hooks("after_merge_people"):
        hook(kept, gone, at)
    return record


def _refuse(kept: Learner, gone: Learner) -> None:
    if kept.pk == gone.pk:
        raise NotPossible(_("Choose two records."))
    for learner in (kept, gone):
        if MergedRecord.objects.filter(gone=learner, undone_at=None).exists():
            raise NotPossible(_("%(person)s has been merged into another record already.") % {"person": learner})


def _keys() -> Iterator[tuple[str, type[models.Model], str]]:
    """(key, model, field) of everything that hangs on a person."""
    for key in sorted({covered for holding in holdings() for covered in holding.covers} - STAYS):
        label, _point, field = key.rpartition(".")
        model = apps.get_model(label)
        if model.__module__.split(".")[0] in OURS or label == "socialaccount.SocialAccount":
            yield key, model, field


def _is_about(model: type[models.Model], field: str) -> bool:
    """Whether rows are dated facts about the person; who decided a fact is no part of what it says."""
    return issubclass(model, Fact) and field == "learner"


def _tell_again(rows: Any, of: dict[str, Any], at: dt.datetime) -> dict[str, list[int]]:
    """The facts are closed, and told of the other record: what was known before stays as it was known."""
    changes = Changes()
    for row in rows:
        changes.close.append(row)
        changes.add.append(like(row, **of))
    closed = [row.pk for row in changes.close]
    changes.apply(at)
    return {"closed": closed, "told": [row.pk for row in changes.add]}


def _give(rows: Any, field: str, kept: Learner) -> list[Any]:
    """Rows that go over; one of a kind that the other has already stays where it is."""
    gave = []
    for row in rows:
        try:
            with transaction.atomic():
                rows.model._default_manager.filter(pk=row.pk).update(**{field: kept})
            gave.append(str(row.pk))
        except IntegrityError:
            continue
    return gave


def _retire(kept: Learner, gone: Learner, at: dt.datetime) -> dict[str, Any]:
    """The record that goes loses its number, its address and its sign-in; the one that stays takes what it lacks."""
    said = {
        "hr_number": gone.hr_number,
        "email": gone.email,
        "is_active": gone.is_active,
        "kept_hr_number": kept.hr_number,
        "kept_email": kept.email,
        "password": _password_goes_over(kept, gone, at),
    }
    number, email = gone.hr_number, gone.email
    gone.hr_number, gone.email, gone.is_active = None, None, False
    gone.save(update_fields=["hr_number", "email", "is_active"])
    kept.hr_number, kept.email = kept.hr_number or number, kept.email or email
    if said["password"]:  # the only one that the person knows
        kept.password = gone.password
    kept.save(update_fields=["hr_number", "email", "password"])
    if number and kept.hr_number != number:
        FormerNumber.objects.update_or_create(hr_number=number, defaults={"learner": kept, "until": at})
    follow_emails([gone, kept])
    return said


def _password_goes_over(kept: Learner, gone: Learner, at: dt.datetime) -> bool:
    """Only where a password is all that was asked of either, and all that is asked of the one who stays: else it would
    open, alone, what a second factor guarded. Without it one chooses a new one by mail."""
    if kept.has_usable_password() or not gone.has_usable_password():
        return False
    return not (has_one(kept) or has_one(gone) or needs_second_factor(kept, timezone.localdate(at)))


@transaction.atomic
def part(record: MergedRecord, at: dt.datetime) -> None:
    """They were two people after all: what came from `gone` goes back. Raises NotPossible."""
    if not MergedRecord.objects.filter(pk=record.pk, undone_at=None).update(undone_at=at):
        raise NotPossible(_("They have been parted already."))
    kept, gone = record.kept, record.gone
    for key, model, field in _keys():
        moved = record.moved.get(key)
        if not moved:
            continue
        if _is_about(model, field):
            told = model._default_manager.filter(pk__in=moved["told"], known_to=None)  # corrected since: stays
            _tell_again(told, {field: gone}, at)
        else:
            model._default_manager.filter(pk__in=moved, **{field: kept}).update(**{field: gone})
    _restore(record.moved["record"], kept, gone)
    for hook in hooks.get_hooks("after_part_people"):
        hook(kept, gone, at)


def _restore(said: dict[str, Any], kept: Learner, gone: Learner) -> None:
    if said["hr_number"]:
        FormerNumber.objects.filter(hr_number=said["hr_number"], learner=kept).delete()
    if kept.hr_number == said["hr_number"]:
        kept.hr_number = said["kept_hr_number"]
    if kept.email == said["email"]:
        kept.email = said["kept_email"]
    if said.get("password") and kept.password == gone.password:  # one that was chosen since stays
        kept.set_unusable_password()
    kept.save(update_fields=["hr_number", "email", "password"])
    gone.hr_number, gone.email, gone.is_active = said["hr_number"], said["email"], said["is_active"]
    gone.save(update_fields=["hr_number", "email", "is_active"])
    follow_emails([kept, gone])
