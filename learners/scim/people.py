"""A learner as a SCIM user, and back. What the directory says is kept as it was sent; what we know goes over it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from scim2_models import (
    Context,
    InvalidValueException,
    Meta,
    NotFoundException,
    UniquenessException,
)

from ..emails import follow as follow_emails
from ..importing.values import HR_NUMBER, WrongValue, language
from ..models import DirectoryPerson, FormerNumber, Learner, MergedRecord
from ..policy import has_left
from . import work
from .schema import ENTERPRISE, EnterpriseUser, Person

OSLO = ZoneInfo("Europe/Oslo")
KEPT = ("displayName", "title", "preferredLanguage", "emails")  # said of the person, as it was sent


def everybody() -> QuerySet[Learner]:
    """Those whom the directory may see: not merged away, not deleted by it."""
    there = Learner.objects.exclude(merged_away__in=MergedRecord.objects.filter(undone_at=None)).exclude(
        directory__deleted_at__isnull=False
    )
    return there.select_related("directory").order_by("pk")


def find(key: str) -> Learner:
    """Raises NotFoundException."""
    try:
        found = everybody().filter(opaque_id=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFoundException(detail=f"There is no user {key}.")
    return found


def directory_of(learner: Learner) -> DirectoryPerson | None:
    return getattr(learner, "directory", None)


# --- out --------------------------------------------------------------------------------------------------------------
def resource(learner: Learner, base: str) -> Any:
    """The learner as SCIM has it; `base` is the address of /scim/v2."""
    said = dict(entry.said) if (entry := directory_of(learner)) else {}
    body: dict[str, Any] = {name: said[name] for name in KEPT if said.get(name)}
    formatted = said.get("formatted")
    name = {"familyName": learner.family_name, "givenName": learner.given_name, "formatted": formatted}
    work_place = {"employeeNumber": learner.hr_number, "department": said.get("department")}
    if said.get("manager"):
        work_place["manager"] = said["manager"]
    body |= {
        "id": str(learner.opaque_id),
        "userName": user_name(learner),
        "name": {key: value for key, value in name.items() if value},
        "active": None if said.get("active_unset") else learner.is_active and not has_left(learner, _today()),
        ENTERPRISE: {key: value for key, value in work_place.items() if value},
        "groups": _groups(learner, base),
    }
    if entry and entry.external_id:
        body["externalId"] = entry.external_id
    if learner.email and learner.email not in [str(x.get("value", "")).lower() for x in body.get("emails", [])]:
        body["emails"] = [{"value": learner.email, "type": "work", "primary": True}]
    if entry is None:
        body["preferredLanguage"] = learner.language
    found = Person.model_validate(
        {key: value for key, value in body.items() if value not in ({}, [], None)}, scim_ctx=None
    )
    return _with_meta(found, learner, base)


def user_name(learner: Learner) -> str:
    entry = directory_of(learner)
    return (entry.user_name if entry else "") or learner.email or learner.hr_number or str(learner.opaque_id)


def _groups(learner: Learner, base: str) -> list[dict[str, str]]:
    rows = learner.directory_groups.select_related("group").order_by("group__display_name")
    return [
        {"value": str(row.group_id), "$ref": f"{base}/Groups/{row.group_id}", "display": row.group.display_name}
        for row in rows
    ]


def _with_meta(found: Any, learner: Learner, base: str) -> Any:
    entry = directory_of(learner)
    modified = entry.changed_at if entry else learner.date_joined
    found.meta = Meta(
        resource_type="User",
        created=learner.date_joined,
        last_modified=max(modified, learner.date_joined),
        location=f"{base}/Users/{learner.opaque_id}",
        version=version_of(found),
    )
    return found


def version_of(found: Any) -> str:
    """A weak entity tag: the same for the same content."""
    said = found.model_dump(scim_ctx=Context.DEFAULT)
    said.pop("meta", None)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
    return f'W/"{digest[:24]}"'


# --- in ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def create(told: Any, at: dt.datetime) -> Learner:
    """A new person, or one that is known by the employee number and not in the directory yet, or was deleted there.

    Raises UniquenessException.
    """
    number = _number(told)
    learner = _returning(told, number)
    if learner is None:
        learner = Learner(hr_number=number or None, password=make_password(None), is_active=True)
        _write_person(learner, told)
        learner.save()
        employs = True
    else:
        entry = directory_of(learner)
        employs = entry.employs if entry else False
    entry, _made = DirectoryPerson.objects.update_or_create(
        learner=learner,
        defaults={
            "user_name": _free_user_name(told, learner),
            "changed_at": at,
            "employs": employs,
            "deleted_at": None,
        },
    )
    learner.directory = entry
    replace(learner, told, at)
    return learner


def _returning(told: Any, number: str) -> Learner | None:
    """Known already: by employee number, or by the name that the directory deleted. In the directory: refused."""
    known = (
        Learner.objects.filter(Q(hr_number=number) | Q(former_numbers__hr_number=number)).first() if number else None
    )
    gone = DirectoryPerson.objects.exclude(deleted_at=None)
    by_name = gone.filter(user_name__iexact=told.user_name).first()
    by_id = gone.filter(external_id=told.external_id).first() if told.external_id else None
    learner = known or (by_id.learner if by_id else None) or (by_name.learner if by_name else None)
    if learner is not None:
        entry = DirectoryPerson.objects.filter(learner=learner, deleted_at=None).first()
        if entry is not None:
            raise UniquenessException(detail="There is a user with this employee number already.")
    return learner


@transaction.atomic
def replace(learner: Learner, told: Any, at: dt.datetime) -> None:
    """Everything that `told` says becomes so. Raises UniquenessException, InvalidValueException."""
    entry = directory_of(learner) or DirectoryPerson(learner=learner)
    entry.user_name = _free_user_name(told, learner)
    entry.external_id = told.external_id or ""
    entry.said, entry.changed_at = _said(told), at
    entry.save()
    learner.directory = entry
    was_active, email = learner.is_active, learner.email
    _write_person(learner, told)
    _write_number(learner, _number(told), at)
    learner.is_active = told.active is not False
    learner.save()
    if learner.email != email:
        follow_emails([learner])
    if entry.employs:
        work.follow(learner, entry.said, was_active, at)


@transaction.atomic
def delete(learner: Learner, at: dt.datetime) -> None:
    """Out of the directory, and out of the service where the directory employs; what was, stays."""
    entry = directory_of(learner) or DirectoryPerson(learner=learner, user_name=user_name(learner))
    entry.deleted_at = entry.changed_at = at
    entry.save()
    learner.directory_groups.all().delete()
    was_active, learner.is_active = learner.is_active, False
    learner.save(update_fields=["is_active"])
    if entry.employs:
        work.follow(learner, entry.said, was_active, at)


def _said(told: Any) -> dict[str, Any]:
    body = told.model_dump(scim_ctx=Context.DEFAULT)
    said = {name: body[name] for name in KEPT if body.get(name)}
    enterprise = body.get(ENTERPRISE) or {}
    said |= {name: enterprise[name] for name in ("department", "manager") if enterprise.get(name)}
    if told.active is None:
        said["active_unset"] = True
    if (body.get("name") or {}).get("formatted"):
        said["formatted"] = body["name"]["formatted"]
    return said


def _number(told: Any) -> str:
    enterprise = told[EnterpriseUser]
    number = ((enterprise.employee_number if enterprise else None) or "").strip()
    if number and not HR_NUMBER.match(number):
        raise InvalidValueException(detail="employeeNumber: letters, numbers and hyphens, at most 40.")
    return number


def _write_person(learner: Learner, told: Any) -> None:
    name = told.name
    learner.given_name = ((name.given_name if name else None) or "")[:100]
    learner.family_name = ((name.family_name if name else None) or "")[:100]
    if learner.pk is None and not learner.given_name and not learner.family_name:
        given, _blank, family = (told.display_name or (name.formatted if name else None) or "").rpartition(" ")
        learner.given_name, learner.family_name = given[:100], family[:100]
    learner.email = _email(learner, told)
    with suppress(WrongValue):  # a language that Fagbenk does not have is kept as it was sent
        learner.language = language(told.preferred_language) or learner.language


def _email(learner: Learner, told: Any) -> str | None:
    """The work address, else the primary one, else the first; a user name that is an address where there is none."""
    entries = [entry for entry in told.emails or [] if entry.value]
    entries.sort(key=lambda entry: (entry.type != "work", not entry.primary))
    said = entries[0].value.strip().lower() if entries else None
    if said is None:  # the HR file's address stays where the directory has none
        return None if _employs(learner) else learner.email
    try:
        validate_email(said)
    except ValidationError as error:
        raise InvalidValueException(detail="emails.value is no e-mail address.") from error
    if Learner.objects.filter(email__iexact=said).exclude(pk=learner.pk).exists():
        raise UniquenessException(detail="Another user has this e-mail address.")
    return said


def _write_number(learner: Learner, number: str, at: dt.datetime) -> None:
    """A changed number is a new one for the same person; one that is left out stays, where the HR file employs."""
    if number == (learner.hr_number or "") or (not number and not _employs(learner)):
        return
    former = FormerNumber.objects.filter(hr_number=number).exclude(learner=learner)
    if former.exists() or Learner.objects.filter(hr_number=number).exclude(pk=learner.pk).exists():
        raise UniquenessException(detail="Another user has this employee number.")
    if learner.hr_number:
        FormerNumber.objects.get_or_create(hr_number=learner.hr_number, defaults={"learner": learner, "until": at})
    learner.hr_number = number or None


def _employs(learner: Learner) -> bool:
    entry = directory_of(learner)
    return entry is not None and entry.employs


def _free_user_name(told: Any, learner: Learner) -> str:
    if DirectoryPerson.objects.filter(user_name__iexact=told.user_name).exclude(learner=learner).exists():
        raise UniquenessException(detail="Another user has this userName.")
    return told.user_name


def _today() -> dt.date:
    return dt.datetime.now(OSLO).date()
