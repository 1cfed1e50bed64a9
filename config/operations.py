"""Addresses for operations: alive, ready, and what to watch."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from learners.policy import policy

from .metrics import metrics
from .readiness import Status, look


@policy("public")
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@policy("public")
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: `{"ready": bool, "checks": {name: {"status": "ok" | "red" | "off", ...}}}`; 503 where anything is red."""
    found = look(timezone.now())
    ready = all(finding.status != Status.RED for finding in found.values())
    body = {"ready": ready, "checks": {name: finding.as_json() for name, finding in found.items()}}
    return JsonResponse(body, status=200 if ready else 503)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
