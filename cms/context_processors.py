"""What every page's frame needs to know."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"demo": settings.LOCAL, "languages": settings.LANGUAGES}
