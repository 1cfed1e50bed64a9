"""The JSON API's index and its description (OpenAPI 3.1)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from learners.policy import policy


@cache
def description() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "openapi.yaml").read_text(encoding="utf-8"))


@policy("public")
@require_safe
def index(request: HttpRequest) -> JsonResponse:
    """What there is, and where it is described."""
    found = {name: {"methods": sorted(methods), "summary": _summary(methods)} for name, methods in _paths().items()}
    return JsonResponse({"openapi": "/api/v1/openapi.json", "paths": found})


def _paths() -> dict[str, dict[str, Any]]:
    return description()["paths"]


def _summary(methods: dict[str, Any]) -> str:
    return next(iter(methods.values()))["summary"]


@policy("public")
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1, with this installation's address."""
    return JsonResponse(description() | {"servers": [{"url": settings.SITE_URL}]})


urlpatterns = [
    path("", index, name="api-index"),
    path("openapi.json", openapi, name="api-openapi"),
    path("", include("learners.api.urls")),
]
