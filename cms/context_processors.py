"""What every page's frame needs to know."""

from django.conf import settings
from django.http import HttpRequest

from .routing import know_site


def site(request: HttpRequest) -> dict[str, object]:
    know_site(request)
    return {"demo": settings.LOCAL, "languages": settings.LANGUAGES}
