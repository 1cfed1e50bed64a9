"""Pictures in the demo and in tests; elsewhere the proxy in front serves them (docs/operations.md)."""

from __future__ import annotations

import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

from cms.storage import DOCUMENTS
from learners.policy import policy


@policy("public")
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture. Documents go through Wagtail's view, which asks who may have them."""
    if posixpath.normpath(path).lstrip("/").startswith(f"{DOCUMENTS}/"):
        raise Http404("Documents have another address.")
    return serve(request, path, str(settings.MEDIA_ROOT))
