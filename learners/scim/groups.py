"""A group of the directory's, and the role that an administrator here has tied it to."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from scim2_models import InvalidValueException, Meta, NotFoundException, UniquenessException

from ..directory import all_groups, give, take
from ..models import DirectoryGroup, DirectoryMember, Learner
from .people import everybody, version_of
from .schema import Group


def find(key: str) -> DirectoryGroup:
    """Raises NotFoundException."""
    try:
        found = all_groups().filter(pk=uuid.UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFoundException(detail=f"There is no group {key}.")
    return found


def resource(group: DirectoryGroup, base: str) -> Any:
    members = [
        {
            "value": str(row.learner.opaque_id),
            "$ref": f"{base}/Users/{row.learner.opaque_id}",
            "type": "User",
        }
        for row in sorted(group.members.all(), key=lambda row: row.pk)
    ]
    body: dict[str, Any] = {"id": str(group.pk), "displayName": group.display_name}
    if group.external_id:
        body["externalId"] = group.external_id
    if members:
        body["members"] = members
    found = Group.model_validate(body, scim_ctx=None)
    found.meta = Meta(
        resource_type="Group",
        created=group.created_at,
        last_modified=group.changed_at,
        location=f"{base}/Groups/{group.pk}",
        version=version_of(found),
    )
    return found


@transaction.atomic
def create(told: Any, at: dt.datetime) -> DirectoryGroup:
    group = DirectoryGroup(created_at=at)
    replace(group, told, at)
    return find(str(group.pk))


@transaction.atomic
def replace(group: DirectoryGroup, told: Any, at: dt.datetime) -> None:
    """Raises UniquenessException, InvalidValueException."""
    taken = DirectoryGroup.objects.filter(display_name__iexact=told.display_name).exclude(pk=group.pk)
    if taken.exists():
        raise UniquenessException(detail="There is a group with this displayName already.")
    group.display_name, group.external_id, group.changed_at = told.display_name[:255], told.external_id or "", at
    group.save()
    _settle_members(group, [member.value for member in told.members or [] if member.value], at)


def _settle_members(group: DirectoryGroup, keys: list[str], at: dt.datetime) -> None:
    wanted = {learner.pk: learner for learner in _learners(keys)}
    have = {row.learner_id: row.learner for row in group.members.select_related("learner")}
    gone = [learner for pk, learner in have.items() if pk not in wanted]
    group.members.filter(learner__in=gone).delete()
    new = [learner for pk, learner in wanted.items() if pk not in have]
    DirectoryMember.objects.bulk_create([DirectoryMember(group=group, learner=learner) for learner in new])
    give(group, new, at)
    take(group, gone, at)


def _learners(keys: list[str]) -> list[Learner]:
    try:
        found = list(everybody().filter(opaque_id__in=[uuid.UUID(key) for key in keys]))
    except ValueError as error:
        raise InvalidValueException(detail="members.value is the id of a user.") from error
    if len(found) != len(set(keys)):
        raise InvalidValueException(detail="members.value is the id of a user; one of them is nobody's.")
    return found


@transaction.atomic
def delete(group: DirectoryGroup, at: dt.datetime) -> None:
    take(group, [row.learner for row in group.members.all()], at)
    group.delete()
