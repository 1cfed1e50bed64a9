"""Start-up checks: what may only be relaxed on this machine, and settings that nobody would honour."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
KNOWN = {
    f"FAGBENK_{name}"
    for name in (
        "BACKUPS",
        "DEMO",
        "DEMO_PASSWORD",
        "NO_TLS_REDIRECT",
        "PROXIES",
        "REAL_BROKER",
        "SITE_URL",
        "VAR",
        "XAPI_BASE",
    )
}


@register()
def demo_stays_on_loopback(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Demo mode has a known password and no second factor, so it never answers to another host."""
    if not settings.DEMO:
        return []
    hosts = {host.strip("[]") for host in settings.ALLOWED_HOSTS} | {urlsplit(settings.SITE_URL).hostname}
    if hosts - LOOPBACK - {"testserver"}:
        return [Error("Demo mode is for this machine only: remove FAGBENK_DEMO or the other hosts.", id="fagbenk.E001")]
    return []


@register()
def every_setting_is_known(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A setting with a slip of the pen would be passed over in silence; some cannot be put right later."""
    unknown = sorted(name for name in os.environ if name.startswith("FAGBENK_") and name not in KNOWN)
    if not unknown:
        return []
    said = f"Fagbenk knows no setting {', '.join(unknown)}. See docs/operations.md for those that there are."
    return [Error(said, id="fagbenk.E002")]
