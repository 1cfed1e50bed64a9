"""Erasing a person: names, words and the link to the log go; nameless postings and completions stay for the figures.

A tombstone (the opaque id, in the database and in a file beside it) outlives a restore: whoever comes back with an
old backup is erased again. Source: docs/data_protection.md.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from .exceptions import ErasureRefused, RoleRefused
from .models import Employment, Erasure, Learner
from .personal_data import holdings
from .policy import administers
from .roles import keep_an_administrator

OSLO = ZoneInfo("Europe/Oslo")


@transaction.atomic
def erase(learner: Learner, at: dt.datetime, by: Learner | None) -> None:
    """Erase `learner`. Raises ErasureRefused where that would leave nobody to administer, or is done already."""
    day = at.astimezone(OSLO).date()
    locked = Learner.objects.select_for_update().get(pk=learner.pk)
    _check(locked, by, day)
    for merged in Learner.objects.filter(merged_away__kept=locked, merged_away__undone_at=None, erased_on=None):
        erase(merged, at, by)  # the same person under another number
    Erasure.objects.update_or_create(opaque_id=locked.opaque_id, defaults={"erased_on": day, "decided_by": by})
    old_id = locked.opaque_id
    for holding in holdings():
        holding.forget(locked)
    _close_sessions(locked)
    _scrub_admin_log(locked)
    _scrub(locked, day)
    _remember(old_id, day)  # last: what is in the file is erased, or will be


def _check(learner: Learner, by: Learner | None, day: dt.date) -> None:
    if learner.erased_on:
        raise ErasureRefused(_("This person has been erased already."))
    if by is not None and by.pk == learner.pk:
        raise ErasureRefused(_("You cannot erase yourself: ask somebody else."))
    if administers(learner, day):
        try:
            keep_an_administrator(learner, day)
        except RoleRefused as refusal:
            raise ErasureRefused(str(refusal)) from refusal


def _scrub(learner: Learner, day: dt.date) -> None:
    """What is left of the record is a number that nothing else knows."""
    learner.groups.clear()
    learner.user_permissions.clear()
    learner.set_unusable_password()
    learner.opaque_id = uuid.uuid4()
    learner.hr_number = learner.email = learner.last_login = None
    learner.given_name = learner.family_name = ""
    learner.language = settings.LANGUAGE_CODE
    learner.is_active = learner.is_staff = learner.is_superuser = False
    learner.erased_on = day
    learner.save()


def _close_sessions(learner: Learner) -> None:
    """Sessions are sealed: each is opened to see whose it is."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(learner.pk):
            session.delete()


def _scrub_admin_log(learner: Learner) -> None:
    """Wagtail's log of changes writes the name of whom a change was about."""
    about = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Learner), object_id=str(learner.pk)
    )
    about.update(label="", data={})


# --- Tombstones -------------------------------------------------------------------------------------------------------
def tombstone_file() -> Path:
    """Opaque ids of the erased, one JSON object a line. It is never restored from a backup."""
    return Path(settings.ERASED_FILE)


def _remember(opaque_id: UUID, day: dt.date) -> None:
    with tombstone_file().open("a", encoding="utf-8") as file:
        file.write(json.dumps({"opaque_id": str(opaque_id), "erased_on": day.isoformat()}) + "\n")


def _in_file() -> Iterator[UUID]:
    if tombstone_file().exists():
        for line in tombstone_file().read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield UUID(json.loads(line)["opaque_id"])


def erase_again(at: dt.datetime) -> int:
    """Erase whoever has a tombstone and is here again, after a restore; returns how many."""
    buried = {*Erasure.objects.values_list("opaque_id", flat=True), *_in_file()}
    risen = list(Learner.objects.filter(erased_on=None, opaque_id__in=buried)) if buried else []
    for learner in risen:
        _take_rights(learner)
        erase(learner, at, None)
    return len(risen)


def _take_rights(learner: Learner) -> None:
    """Even the last administrator of an old backup goes: it was decided when there was another."""
    learner.role_grants.all().delete()
    Learner.objects.filter(pk=learner.pk).update(is_superuser=False, is_staff=False)


# --- Leavers ----------------------------------------------------------------------------------------------------------
def erase_leavers(at: dt.datetime, years: int) -> int:
    """Erase those who left the service more than `years` years before `at`; 0 years: nobody. Returns how many."""
    if not years:
        return 0
    day = at.astimezone(OSLO).date()
    limit = day - dt.timedelta(days=round(365.25 * years))
    known = Employment.objects.known()
    staying = known.exclude(valid_to__lte=limit).values("learner")
    left = Learner.objects.filter(erased_on=None, pk__in=known.values("learner")).exclude(pk__in=staying)
    gone = [learner for learner in left.iterator() if not administers(learner, day)]
    for learner in gone:
        erase(learner, at, None)
    return len(gone)


def is_opaque_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
