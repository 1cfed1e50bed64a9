"""Start-up checks: what may only be relaxed on this machine."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@register()
def demo_stays_on_loopback(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Demo mode has a known password and no second factor, so it never answers to another host."""
    if not settings.DEMO:
        return []
    hosts = {host.strip("[]") for host in settings.ALLOWED_HOSTS} | {urlsplit(settings.SITE_URL).hostname}
    if hosts - LOOPBACK - {"testserver"}:
        return [Error("Demo mode is for this machine only: remove FAGBENK_DEMO or the other hosts.", id="fagbenk.E001")]
    return []
