"""Start-up checks: what may only be relaxed on this machine, and settings that nobody would honour."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from courses.work import scanning

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
KNOWN = {
    f"FAGBENK_{name}"
    for name in (
        "BACKUPS",
        "DEMO",
        "DEMO_PASSWORD",
        "EGRESS_NETWORKS",
        "MAILS_PER_HOUR",
        "EMBED_ANCESTORS",
        "METRICS_KEY",
        "ERASED",
        "LEAVERS_YEARS",
        "NO_TLS_REDIRECT",
        "OIDC",
        "PROXIES",
        "REAL_BROKER",
        "SITE_URL",
        "STATEMENT_MONTHS",
        "VAR",
        "VIRUS_SCAN",
        "WORK_FILE_MB",
        "XAPI_BASE",
        "XAPI_PER_MINUTE",
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
def the_second_factor_is_waived_in_the_demo_alone(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Whoever holds a role signs in with two factors, except where people and figures are invented."""
    if settings.SECOND_FACTOR_WAIVED and not settings.LOCAL:
        return [Error("The second factor is waived in the demo only.", id="fagbenk.E003")]
    return []


@register()
def the_virus_scanner_is_there(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A scanner that cannot run would refuse every file; better said at the start."""
    if not settings.VIRUS_SCAN or scanning.can_run(settings.VIRUS_SCAN):
        return []
    said = "FAGBENK_VIRUS_SCAN names nothing that can be run: a command such as 'clamdscan --fdpass {file}', or python:"
    return [Error(f"{said} and a function's dotted path.", id="fagbenk.E004")]


@register()
def every_setting_is_known(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A setting with a slip of the pen would be passed over in silence; some cannot be put right later."""
    unknown = sorted(name for name in os.environ if name.startswith("FAGBENK_") and name not in KNOWN)
    if not unknown:
        return []
    said = f"Fagbenk knows no setting {', '.join(unknown)}. See docs/operations.md for those that there are."
    return [Error(said, id="fagbenk.E002")]
