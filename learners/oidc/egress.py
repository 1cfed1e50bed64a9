"""The only way out for signing in: to the hosts of the issuers that the installation has named, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

TIMEOUT = 10  # seconds
MOST = 1024 * 1024  # bytes of an answer
LOOPBACK = {"localhost", "127.0.0.1"}


class Elsewhere(requests.RequestException):
    """An address that no issuer of ours has."""


def allowed_origins() -> set[str]:
    """Scheme, host and port of every issuer, and of the other hosts that its configuration names."""
    return {origin for provider in settings.OIDC_PROVIDERS for origin in provider["origins"]}


class IssuerSession(requests.Session):
    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As in requests, but no redirection is followed, and it answers within ten seconds and a megabyte."""
        at = urlsplit(str(url))
        if f"{at.scheme}://{at.netloc}" not in allowed_origins():
            raise Elsewhere("Not an issuer's address.")
        if at.scheme != "https" and not (settings.LOCAL and at.hostname in LOOPBACK):
            raise Elsewhere("Issuers are reached by https.")
        kwargs |= {"allow_redirects": False, "timeout": TIMEOUT}
        response = super().request(method, url, *args, **kwargs)
        if len(response.content) > MOST:
            raise Elsewhere("The answer is too long.")
        return response
