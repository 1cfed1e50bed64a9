"""What an issuer says of itself: its addresses and keys, kept for ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from django.core.cache import cache

from .egress import IssuerSession
from .exceptions import SignInRefused

KEPT = 600  # seconds
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def metadata(issuer: str) -> dict[str, Any]:
    """The issuer's configuration. Raises SignInRefused where it is another one's, or has not what we need."""
    found = _kept(f"oidc:metadata:{issuer}", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer or not all(isinstance(found.get(name), str) for name in ADDRESSES):
        raise SignInRefused("The issuer's configuration is not its own.")
    return dict(found)


def keys(issuer: str, fresh: bool = False) -> list[Mapping[str, Any]]:
    """The issuer's public keys; `fresh`: asked for again, at most once a minute."""
    name = f"oidc:keys:{issuer}"
    if fresh and cache.add(f"{name}:asked", True, 60):
        cache.delete(name)
    found = _kept(name, metadata(issuer)["jwks_uri"]).get("keys")
    return [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []


def _kept(name: str, address: str) -> dict[str, Any]:
    found = cache.get(name)
    if found is None:
        with IssuerSession() as session:
            response = session.get(address)
        if response.status_code != 200:
            raise requests.RequestException("The issuer does not answer.")
        found = response.json()
        if not isinstance(found, dict):
            raise SignInRefused("The issuer's answer is no object.")
        cache.set(name, found, KEPT)
    return dict(found)
