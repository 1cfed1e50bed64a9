"""What people add to Wagtail's admin: nobody is deleted there, one by one or by the dozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks

from .models import Learner


@hooks.register("before_bulk_action")
def keep_people(request: HttpRequest, action: str, objects: Sequence[Any], view: object) -> None:
    if action == "delete" and any(isinstance(one, Learner) for one in objects):
        raise PermissionDenied("Completions hang on people.")


@hooks.register("before_delete_user")
def keep_person(request: HttpRequest, learner: Learner) -> None:
    raise PermissionDenied("Completions hang on people.")
